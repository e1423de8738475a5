"""Stations, and their places on lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routesim.geodesy import measure_distances_m
from routesim.units import metres_to_km

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.arrays import Array


@dataclass(frozen=True, slots=True)
class Station:
    """A place with a name and a position."""

    name: str
    lon: float
    lat: float
    country: str
    tz: str
    kind: str
    name_ko: str | None
    name_ru: str | None
    aliases: tuple[str, ...]
    position: str
    position_source: str | None
    note: str | None

    @property
    def is_schematic(self) -> bool:
        """Whether its place on the map was put between its neighbours by kilometre."""
        return self.position == "schematic"

    @property
    def other_names(self) -> tuple[str, ...]:
        """Its aliases and local names."""
        names = (*self.aliases, self.name_ko, self.name_ru)
        return tuple(name for name in names if name)


@dataclass(frozen=True, slots=True)
class LinePoint:
    """A station on a line, at its official kilometre."""

    line: str
    station: str
    km: float
    uncertainty_km: float
    row: int


def measure_chords_km(stations: Sequence[Station]) -> Array:
    """Return the straight distances between neighbouring stations, (stations - 1,)."""
    before, after = stations[:-1], stations[1:]
    return metres_to_km(
        measure_distances_m(
            [s.lon for s in before],
            [s.lat for s in before],
            [s.lon for s in after],
            [s.lat for s in after],
        )
    )
