"""Made-up lines with a point every few kilometres, as networks and journeys over them."""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import routesim as rs
from tests.support.journeys import build_journey, write_departure, write_route, write_source
from tests.support.networks import Folder, copy_network

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Point", "build_network", "plan_run"]

WEST = 132.0
KM_PER_DEGREE = 90.0
"""A degree of longitude has about 81 km there, so the chords are shorter than the lines."""


@dataclass(frozen=True)
class Point:
    """A timing point: its name, its kilometre, its class and its kind."""

    name: str
    km: float
    point_class: str = ""
    kind: str = "station"


def build_network(**lines: Sequence[Point]) -> rs.Network:
    """Build a network of lines; a point of two lines is described on the first of them.

    The lines follow each other: each continues where the first of its points is known, and the
    next is drawn to the west of it.
    """
    with TemporaryDirectory() as temporary:
        folder = Folder(copy_network(temporary))
        stations, stretches = [], []
        west: dict[str, float] = {}
        for line, points in lines.items():
            start = west.get(points[0].name, WEST)
            for point in points:
                row = {"line": line, "km": f"{point.km}", "station": point.name}
                row |= {"km_source": "x"}
                if point.name not in west:
                    west[point.name] = start - (point.km - points[0].km) / KM_PER_DEGREE
                    row |= {
                        "country": "RU",
                        "tz": "Asia/Vladivostok",
                        "position": "surveyed",
                        "lat": "43.0",
                        "lon": f"{west[point.name]:.5f}",
                        "kind": point.kind,
                        "point_class": point.point_class,
                    }
                stations.append(row)
            facts = {"gauge_mm": "1520", "tracks": "1", "cap_kmh": "100", "cap_basis": "x"}
            ends = {"from_station": points[0].name, "to_station": points[-1].name}
            stretches.append({"line": line, "source": "x", **facts, **ends})
        _fill(folder, "stations.csv", stations)
        _fill(folder, "lines.csv", stretches)
        _fill(folder, "lengths.csv", [])
        _fill(folder, "junctions.csv", [])
        return rs.load_network(folder.path)


def _fill(folder: Folder, file: str, rows: Sequence[dict[str, str]]) -> None:
    """Write the rows, given by column, below the header of a table."""
    header = folder.read(file)[0]
    folder.write(file, [header, *([row.get(key, "") for key in header] for row in rows)])


def plan_run(network: rs.Network, start: str, end: str, *parts: str) -> rs.Journey:
    """Load a journey from one point to another that departs at 08:00, with further tables."""
    return build_journey(
        "plain",
        write_route("one", end, from_=start),
        write_departure("08:00", "08:00"),
        write_source(),
        *parts,
        default_route="one",
        network=network,
    )
