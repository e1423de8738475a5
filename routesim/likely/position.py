"""What is certain of a position, beside what is likely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from routesim.answers import Answer

if TYPE_CHECKING:
    from routesim.certain.bounds import Bounds
    from routesim.journey import Ensemble, Position

__all__ = ["PassedPlace", "describe_certain", "find_passed"]


@dataclass(frozen=True, slots=True)
class PassedPlace(Answer):
    """Whether a passage had been reached by an instant.

    Parameters
    ----------
    share, mcse
        The probability of that, and its Monte Carlo standard error.
    certain
        Whether it certainly had, or certainly not; None if both are possible.
    """

    station: str
    visit: int
    share: float
    mcse: float
    certain: bool | None

    def _describe(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def find_passed(ensemble: Ensemble, bounds: Bounds, index: int, time_s: float) -> PassedPlace:
    """Return whether a passage had been reached by an instant, likely and certainly."""
    passage = ensemble.route.passages[index]
    share, mcse = ensemble.find_passed_share(index, time_s)
    certain: bool | None = None
    if bounds.get_seconds("arrive", "latest")[index] <= time_s:
        certain = True
    elif bounds.get_seconds("arrive", "earliest")[index] > time_s:
        certain = False
    return PassedPlace(passage.station.name, passage.visit, share, mcse, certain)


def describe_certain(bounds: Bounds, place: Position) -> dict[str, Any]:
    """Return what :meth:`Position.to_dict` says of what is certain."""
    held = bounds.where(place.time)
    return {
        "min_km": held.min_km,
        "max_km": held.max_km,
        "stations": held.stations,
        "worlds": [world.number for world in bounds.worlds],
    }
