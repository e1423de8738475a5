"""A made-up journey over a border of zones, reported by a feed with one clock.

The train runs east from Hongui to Gvozdevo. All clocks of the feed are those of Pyongyang,
UTC+9, but the file reads each in the zone of its place. From Khasan on, this is UTC+10, so that
the times there are an hour too early.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.support.journeys import (
    build_journey,
    uniform,
    write_departure,
    write_family,
    write_report,
    write_route,
    write_source,
    write_speed,
)

if TYPE_CHECKING:
    from pathlib import Path

    import routesim as rs

__all__ = [
    "DAY",
    "EAST",
    "FEED",
    "STOPS",
    "SWIFT",
    "WEST",
    "build_feed",
    "write_clock",
    "write_departed",
    "write_sighting",
]

Row = dict[str, Any]

DAY = "2024-05-02"
WEST, EAST = "Asia/Pyongyang", "Asia/Vladivostok"
FEED = "source:feed:clock"
"""Id of the choice that the reports of the feed share."""
STOPS = {
    "Hongui": ("depart", "07:00", WEST),
    "Tumangang": ("depart", "08:00", WEST),
    "Khasan": ("arrive", "08:30", EAST),
    "Makhalino": ("arrive", "09:10", EAST),
}
SWIFT = STOPS | {"Gvozdevo": ("arrive", "09:15", EAST)}
"""With an error of the feed itself: 12 km in less than 6 min, at a cap of 100 km/h."""
LINES = ("Hongui", "Tumangang-Khasan", "Khasan branch")


def write_clock(name: str, event: str, clock: str, zone: str, **changes: Any) -> str:
    """Write a report of the feed of an event at the place of that name."""
    clause: Row = {"kind": event, "place": name, "when": f"{DAY} {clock}", "zone": zone}
    clause |= {"zone_known": "assumed", "words": clock} | changes
    return write_family(name) + write_report(name, clause, said=[_say("feed")])


def write_sighting(name: str, place: str, start: str, end: str) -> str:
    """Write a report of a paper, that the train was at a place between two times."""
    ends = {"from": datetime.fromisoformat(start), "to": datetime.fromisoformat(end)}
    clause: Row = {"kind": "present", "place": place, "window": ends, "zone": "UTC"}
    clause |= {"zone_known": "printed", "words": "seen"}
    return write_family(name) + write_report(name, clause, said=[_say("paper")])


def write_departed(name: str, start: str, end: str, **changes: Any) -> str:
    """Write a report of a paper, that the train departed from Hongui between two times."""
    ends = {"from": datetime.fromisoformat(start), "to": datetime.fromisoformat(end)}
    clause: Row = {"kind": "depart", "place": "Hongui", "window": ends, "zone": "UTC"}
    clause |= {"zone_known": "printed", "words": "departed"}
    return write_family(name) + write_report(name, clause, said=[_say("paper")], **changes)


def build_feed(
    stops: dict[str, tuple[str, str, str]],
    *more: str,
    clock: str | None = "one",
    zone: str | None = WEST,
    folder: Path | None = None,
) -> rs.Journey:
    """Load the journey with some stops of the feed, and more tables.

    With a ``folder``, its file stays there as ``feed.toml``.
    """
    return build_journey(
        "feed",
        write_route("main", "Gvozdevo", from_="Hongui"),
        write_departure("00:00", "23:59", day=DAY),
        *(write_speed(line, uniform(40, 80)) for line in LINES),
        write_source("feed", clock=clock, zone=zone),
        write_source("paper"),
        *(write_clock(name, *stop) for name, stop in stops.items()),
        *more,
        default_route="main",
        folder=folder,
    )


def _say(source: str) -> Row:
    return {"source": source, "lines": "1"}
