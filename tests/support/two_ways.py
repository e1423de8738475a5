"""Made-up journeys from Khasan to Vladivostok, and short forms of clauses for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.journeys import (
    PRINTED,
    build_journey,
    make_time,
    make_window,
    uniform,
    write_departure,
    write_family,
    write_origin,
    write_report,
    write_route,
    write_source,
    write_speed,
    write_stop,
)

if TYPE_CHECKING:
    import routesim as rs

LINES = (
    write_speed("Khasan branch", uniform(50, 70)),
    write_speed("Trans-Siberian", uniform(60, 80)),
    write_source(),
)
SHORT = (
    write_route("short", "Vladivostok"),
    write_departure("06:00", "10:00"),
    write_stop("Baranovsky", uniform(5, 10)),
    *LINES,
)
# Khasan - Baranovsky - Ussuriysk and back through Baranovsky to Vladivostok.
TWICE = (
    write_route("long", "Vladivostok", via=["Ussuriysk"]),
    write_departure("06:00", "10:00"),
    write_stop("Ussuriysk", uniform(5, 10)),
    *LINES,
)
OPEN_START = (write_origin("Khasan", 0.5), write_origin("Gvozdevo", 0.5))


def report(name: str, *clauses: dict[str, Any], **changes: Any) -> str:
    """Write a report, and its family unless another is named."""
    head = "" if "family" in changes else write_family(name)
    return head + write_report(name, *({"words": "so", **c} for c in clauses), **changes)


def arrive(place: str, start: str, end: str) -> dict[str, Any]:
    """Return a clause for an arrival between two clock times."""
    return {"kind": "arrive", "place": place, **make_window(start, end)}


def build(*parts: str, head: tuple[str, ...] = SHORT, route: str = "short") -> rs.Journey:
    """Load a journey with some reports."""
    return build_journey("made", *head, *parts, default_route=route)


def order(first: dict[str, Any], then: dict[str, Any], **gap_h: float) -> dict[str, Any]:
    """Return a clause for the order of two events, by default arrivals."""
    kinds = {"first": first, "then": then}
    moments = {
        key: value if "what" in value else {"event": "arrive", **value}
        for key, value in kinds.items()
    }
    return {"kind": "order", **moments, "gap_h": gap_h}


def outside(what: str, **ends: str) -> dict[str, Any]:
    """Return an outside event between two clock times, ``start`` and ``end``."""
    times = {f"{'from' if key == 'start' else 'to'}": make_time(at) for key, at in ends.items()}
    return {"what": what, "window": times, **PRINTED}
