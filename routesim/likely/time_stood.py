"""How long the train stood in each draw: at planned stops, on lines, by country, in total."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from routesim.journey import Ensemble


Array = NDArray[np.float64]

COUNTRIES = {"KP": "in Korea", "RU": "in Russia", "CN": "in China"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Time stood at one place, on one line, or the sum of several.

    Parameters
    ----------
    kind
        ``stop``, ``line`` or ``sum``.
    seconds
        Of each draw, (draws,).
    """

    place: str
    kind: str
    seconds: Array


def list_standings(ensemble: Ensemble) -> tuple[Standing, ...]:
    """Return the time stood in total, by country, at each planned stop and on each line."""
    passages = ensemble.route.passages
    nothing = np.zeros(ensemble.draws)
    stops: dict[str, Array] = {}
    by_country: dict[str, Array] = {}
    for index, dwell_s in sorted(ensemble.dwell_s.items()):
        stood_s = np.where(ensemble.origin_index < index, dwell_s, 0.0)
        station = passages[index].station
        stops[station.name] = stops.get(station.name, nothing) + stood_s
        by_country[station.country] = by_country.get(station.country, nothing) + stood_s
    for line, stood_s in ensemble.standing_s.items():
        country = next(p.station.country for p in passages if p.line == line)
        by_country[country] = by_country.get(country, nothing) + stood_s
    found = [Standing("in all", "sum", sum(by_country.values(), nothing))]
    if len(by_country) > 1:
        found += [
            Standing(COUNTRIES.get(code, f"in {code}"), "sum", seconds)
            for code, seconds in by_country.items()
        ]
    found += [Standing(name, "stop", seconds) for name, seconds in stops.items()]
    found += [Standing(line, "line", s) for line, s in ensemble.standing_s.items()]
    return tuple(found)
