"""Sections: the pieces of a line between two neighbouring timing points."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from routesim.answers import get_fields
from routesim.network.stations import measure_chords_km

if TYPE_CHECKING:
    from routesim.network.folder import NetworkData
    from routesim.network.records import LineRow
    from routesim.network.stations import LinePoint


LONG_SECTION_KM = 15.0
"""Sections longer than this are schematic: the track may be far from the drawn chord."""


@dataclass(frozen=True, slots=True)
class Section:
    """The piece of a line between two neighbouring timing points.

    ``from_km`` and ``to_km`` are official kilometres of the line, and ``length_km`` is their
    absolute difference. ``chord_km`` is the geodesic distance between the ends.
    ``is_schematic`` is True if the drawn chord may be far from the track, because an end has a
    schematic or an approximate position, or the section is longer than 15 km.
    """

    line: str
    from_station: str
    to_station: str
    from_km: float
    to_km: float
    chord_km: float
    gauges_mm: tuple[int, ...]
    power: str | None
    tracks: int | None
    cap_kmh: float
    is_schematic: bool

    @property
    def length_km(self) -> float:
        """Length of the section in official kilometres."""
        return abs(self.to_km - self.from_km)


def cut_stretch(data: NetworkData, row: LineRow) -> list[LinePoint]:
    """Return the points of a line on a row's stretch, in the order of the file."""
    points = data.line_points[row.line]
    order = [point.station for point in points]
    return list(points[order.index(row.from_station) : order.index(row.to_station) + 1])


def make_sections(data: NetworkData) -> list[Section]:
    """Cut every stretch of ``lines.csv`` into its sections."""
    sections: list[Section] = []
    for row in data.line_rows:
        points = cut_stretch(data, row)
        places = [data.stations[point.station] for point in points]
        chords_km = measure_chords_km(places).tolist()
        ends = zip(pairwise(points), pairwise(places), chords_km, strict=True)
        sections += [
            Section(
                line=row.line,
                from_station=start.station,
                to_station=end.station,
                from_km=start.km,
                to_km=end.km,
                chord_km=chord_km,
                **get_fields(row, ("gauges_mm=gauge_mm", "power", "tracks", "cap_kmh")),
                is_schematic=any(place.is_schematic or place.is_approximate for place in pair)
                or abs(end.km - start.km) > LONG_SECTION_KM,
            )
            for (start, end), pair, chord_km in ends
        ]
    return sections
