"""Summaries of draws: time standing, quantiles with their errors, information gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import lazy_loader
import numpy as np

from routesim.journey import check_levels, format_level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from routesim.arrays import Array
    from routesim.journey import Ensemble
    from routesim.sampler.mcse import LineageGroups
else:
    pd = lazy_loader.load("pandas")


COUNTRIES = {"KP": "in Korea", "RU": "in Russia", "CN": "in China"}
CORRELATED = -0.3
"""Rank correlation of two standings, below which they are listed as correlated."""
BINS = 20
"""Number of bins in which two sets of draws are compared."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Time stood at a place in each draw.

    ``kind`` is ``stop``, ``line``, or ``sum`` for several places. ``seconds`` is (draws,).
    """

    place: str
    kind: str
    seconds: Array


def list_standings(ensemble: Ensemble) -> tuple[Standing, ...]:
    """Return the time stood in total, in each country, at each planned stop, on each line."""
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
        named = {COUNTRIES.get(code, f"in {code}"): s for code, s in by_country.items()}
        found += [Standing(name, "sum", seconds) for name, seconds in named.items()]
    found += [Standing(name, "stop", seconds) for name, seconds in stops.items()]
    found += [Standing(line, "line", s) for line, s in ensemble.standing_s.items()]
    return tuple(found)


def summarize_quantities(
    after: Mapping[tuple[str, str], Array],
    before: Mapping[tuple[str, str], Array],
    levels: Sequence[float],
    lineage_groups: LineageGroups,
    *,
    unit: str,
) -> pd.DataFrame:
    """Return the quantiles of quantities, and the information gain from the reports.

    ``after`` and ``before`` have the quantities by place and kind, in the draws given the
    reports and in those of the prior, each (draws,). ``levels`` are increasing shares in 0..1.

    The table has one row per quantity: ``place``, ``kind``, per level ``p05_UNIT`` and
    ``p05_mcse_UNIT``, per level ``prior_p05_UNIT``, and ``learned`` (the information gain).
    """
    check_levels(levels)
    shares = np.asarray(levels, dtype=np.float64)
    names = [format_level(level) for level in levels]
    rows = []
    for (place, kind), values in after.items():
        row: dict[str, Any] = {"place": place, "kind": kind}
        errors = lineage_groups.find_quantile_errors(values, shares)
        quantiles = np.quantile(values, shares)
        for name, value, error in zip(names, quantiles, errors, strict=True):
            row[f"{name}_{unit}"] = float(value)
            row[f"{name}_mcse_{unit}"] = float(error)
        was = before[place, kind]
        row |= {
            f"prior_{name}_{unit}": float(value)
            for name, value in zip(names, np.quantile(was, shares), strict=True)
        }
        row["learned"] = measure_information_gain(was, values)
        rows.append(row)
    return pd.DataFrame(rows)


def measure_information_gain(before: Array, after: Array) -> float:
    """Return the total variation distance between two sets of draws, 0..1.

    This is the share of the draws that must change to turn one distribution into the other. It
    is counted in twenty bins, each with the same share of the draws of ``before``. Noise alone
    gives a few hundredths.
    """
    edges = np.unique(np.quantile(before, np.linspace(0.0, 1.0, BINS + 1)[1:-1]))
    shares = [
        np.bincount(np.searchsorted(edges, values), minlength=edges.size + 1) / values.size
        for values in (before, after)
    ]
    return 0.5 * float(np.abs(shares[1] - shares[0]).sum())


def find_correlated(standings: Iterable[Standing]) -> tuple[tuple[str, str, float], ...]:
    """Return pairs of places with negatively correlated standings, strongest first.

    Each pair has its rank correlation with it. Sums are left out.
    """
    varied = (one for one in standings if one.kind != "sum" and np.ptp(one.seconds) > 0)
    seconds = {one.place: one.seconds for one in varied}
    correlations = pd.DataFrame(seconds).corr(method="spearman").to_numpy()
    names = list(seconds)
    found = [
        (names[one], names[other], float(correlations[one, other]))
        for one, other in zip(*np.triu_indices(len(names), 1), strict=True)
        if correlations[one, other] < CORRELATED
    ]
    return tuple(sorted(found, key=lambda pair: pair[2]))
