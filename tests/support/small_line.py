"""A short line for exhaustive checks: the bundled network cut down to a dozen timing points.

It keeps what makes constraints different: two time zones, a border, a branch, a station that
one route passes twice, several routes and several possible starts.
"""

from __future__ import annotations

from functools import cache
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import routesim as rs
from tests.support.journeys import (
    load_text,
    uniform,
    write_departure,
    write_head,
    write_origin,
    write_route,
    write_source,
    write_speed,
    write_stop,
    write_table,
)
from tests.support.networks import NETWORK_FILES, Folder, copy_network

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DAY", "FAMILIES", "SHARED", "SOURCES", "load_line", "load_short_journey"]

STATIONS = (
    *("Tumangang", "Friendship Bridge border", "Khasan", "Sukhanovka", "Ryazanovka"),
    *("Primorskaya", "Baranovsky", "Kiryushkin Klyuch", "Ussuriysk"),
    *("Nadezhdinskaya", "Vladivostok"),
)
LINES = ("Tumangang-Khasan", "Khasan branch", "Trans-Siberian")
DAY = "2024-05-02"
SHARED = "V"
"""Id of the source with one clock for all its reports."""
SOURCES = {"S": "Asia/Seoul", "T": "Asia/Vladivostok", "U": None, SHARED: None}
"""Time zones of the publishers, by the id of the source."""
FAMILIES = {"F1": "Asia/Seoul", "F2": None, "F3": "Asia/Pyongyang", "F4": "Europe/Moscow"}
"""Time zones of the families, by their id."""


@cache
def load_line() -> rs.Network:
    """Load the short network."""
    with TemporaryDirectory() as temporary:
        folder = Folder(copy_network(temporary))
        ends = ("from_station", "to_station")
        # Tumangang is described in a row of a line that is left out.
        row = folder.read("stations.csv")[
            folder.row_of("stations.csv", station=STATIONS[0], line="Hongui") - 1
        ]
        folder.change_station(STATIONS[0], LINES[0], **_describe(folder, row))
        _keep(folder, "stations.csv", lambda r: r["station"] in STATIONS and r["line"] in LINES)
        _keep(folder, "lines.csv", lambda r: all(r[end] in STATIONS for end in ends))
        _keep(folder, "lengths.csv", lambda r: all(r[end] in STATIONS for end in ends))
        _keep(
            folder,
            "junctions.csv",
            lambda r: {r["station"], r["from_towards"], r["to_towards"]} <= set(STATIONS),
        )
        return rs.load_network(folder.path)


def _keep(folder: Folder, file: str, is_kept: Callable[[dict[str, str]], bool]) -> None:
    """Keep the rows of a table for which a function is true."""
    assert file in NETWORK_FILES
    header, *rows = folder.read(file)
    named = [dict(zip(header, row, strict=True)) for row in rows]
    folder.write(file, [header, *([*row.values()] for row in named if is_kept(row))])


def _describe(folder: Folder, row: list[str]) -> dict[str, str]:
    """Return the cells of a row of ``stations.csv`` that describe the station."""
    header = folder.read("stations.csv")[0]
    return {
        name: cell
        for name, cell in zip(header, row, strict=True)
        if name not in {"line", "km", "station", "km_source"}
    }


@cache
def load_short_journey(*, routes: int = 3, has_origins: bool = True) -> rs.Journey:
    """Load a journey without reports on the short network.

    ``routes`` is the number of its routes: by Baranovsky, by Ussuriysk, and only to Ussuriysk.
    With ``has_origins`` it may have started at any timing point from Tumangang to Khasan.
    """
    first = "Tumangang"
    weights = [1.0] if routes == 1 else [0.5, *[0.5 / (routes - 1)] * (routes - 1)]
    ends = (("short", "Vladivostok", []), ("long", "Vladivostok", ["Ussuriysk"]))
    ways = [
        write_route(name, end, from_=first, via=via, prior=weight)
        for (name, end, via), weight in zip(
            [*ends, ("north", "Ussuriysk", [])], weights, strict=False
        )
    ]
    origins = [write_origin(first, 0.5), write_origin("Khasan", 0.5)]
    text = (
        write_head("random", "short", title="Random reports")
        + "".join(ways)
        + write_departure("08:00", "20:00", day=DAY)
        + ("".join(origins) if has_origins else "")
        + write_stop("Khasan", uniform(10, 120))
        + write_stop("Baranovsky", uniform(10, 60), ["short"])
        + (write_stop("Ussuriysk", uniform(10, 60), ["long"]) if routes > 1 else "")
        + write_table(
            "[[plan.lengths]]",
            from_="Khasan",
            to="Baranovsky",
            km=uniform(236.9, 240),
            reason="made up",
        )
        + "".join(write_speed(line, uniform(30, 60)) for line in LINES)
        + "".join(_write_source(name, zone) for name, zone in SOURCES.items())
        + "".join(_write_family(name, zone) for name, zone in FAMILIES.items())
    )
    return load_text(text, name="random", network=load_line())


def _write_source(name: str, zone: str | None) -> str:
    return write_source(name, zone=zone, clock="one" if name == SHARED else None)


def _write_family(name: str, zone: str | None) -> str:
    return write_table(f"[families.{name}]", name=name, zone=zone)
