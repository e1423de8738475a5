"""Four synthetic journeys on the bundled network, each with its reporters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.journeys import (
    lognormal,
    uniform,
    write_departure,
    write_family,
    write_head,
    write_origin,
    write_route,
    write_source,
    write_speed,
    write_standing,
    write_stop,
    write_table,
)
from tests.support.simulated_reports import (
    AsOf,
    Case,
    Clock,
    Copies,
    Departure,
    Expected,
    Heading,
    PartOfDay,
    Quantity,
    Seen,
    Similar,
)

if TYPE_CHECKING:
    import numpy as np

    from tests.support.simulated_reports import Truth

__all__ = ["CASES"]

FACE_VALUE = 0.6
"""Probability that a speed without a basis is a running speed, as in plans by default."""

FROM_USSURIYSK_KM = 86.5
"""Length to Muchnaya by the kilometre posts of the line: 9176.7 - 9090.2 km."""

SOURCE = write_source(zone="Asia/Tokyo")
SPEEDS = write_speed("Khasan branch", uniform(45, 75)) + write_speed(
    "Trans-Siberian", {"dist": "triangular", "low": 50, "mode": 70, "high": 100}
)


def _make_case(text: str, **parts: object) -> Case:
    families = "".join(write_family(reporter.id) for reporter in parts["reporters"])  # type: ignore[attr-defined]
    return Case(text=text + families, **parts)  # type: ignore[arg-type]


STOPS = ("Makhalino", "Sukhanovka", "Primorskaya", "Ussuriysk", "Sibirtsevo")

CLOCKS = _make_case(
    write_head("clocks", "north")
    + SOURCE
    + write_route("north", "Spassk-Dalny", prior=1.0)
    + write_departure("06:00", "09:00")
    + "".join(write_stop(station, lognormal(25, 90)) for station in STOPS)
    + SPEEDS
    + write_standing("Khasan branch", lognormal(8, 30), 2)
    + write_standing("Trans-Siberian", lognormal(10, 30), 2),
    name="clocks",
    says="one route, twelve clocks",
    reporters=(
        *(Clock(f"A{n}", 0.98, "arrive", place) for n, place in enumerate(STOPS)),
        *(Clock(f"D{n}", 0.98, "depart", place) for n, place in enumerate(STOPS)),
        Clock("P1", 0.9, "pass", "Baranovsky", half_min=10, soft_min=5),
        Clock("P2", 0.8, "depart", "Khasan", half_min=15, soft_min=10),
    ),
    places=("Sukhanovka", "Baranovsky", "Dubininskiy"),
    watched="A2",
    moved=("A1", "D1", "A2", "D2"),
)

ROUTES = _make_case(
    write_head("routes", "south")
    + SOURCE
    + write_route("south", "Vladivostok", prior=0.6)
    + write_route("north", "Spassk-Dalny", prior=0.4)
    + write_departure("05:00", "07:00", weight=0.7)
    + write_departure("07:00", "08:30", weight=0.3)
    + write_stop("Sukhanovka", lognormal(20, 60))
    + write_stop("Baranovsky", lognormal(25, 60), ["south"])
    + write_stop("Ussuriysk", lognormal(30, 90), ["north"])
    + SPEEDS
    + write_standing("Khasan branch", lognormal(6, 20), 2)
    + write_table("[plan.trust]", span_h=24),
    name="routes",
    says="two routes; parts of the day in two zones, clocks, a forecast, a heading",
    reporters=(
        PartOfDay("W1", 0.9, "arrive", "Barsovy"),
        PartOfDay("W2", 0.85, "arrive", "Ugolnaya"),
        Clock("C1", 0.95, "arrive", "Sukhanovka", half_min=3, soft_min=12, span_h=24),
        Clock("C2", 0.7, "depart", "Ussuriysk", half_min=20, soft_min=10, span_h=24),
        Expected("E1", 0.9, "arrive", "Baranovsky", half_min=15, soft_min=10, span_h=24),
        Heading("H1", 0.75, places={"south": "Vladivostok", "north": "Spassk-Dalny"}),
    ),
    places=("Sukhanovka", "Primorskaya", "Baranovsky"),
    watched="C1",
    moved=("C1",),
)


def _measure_way(truth: Truth, _rng: np.random.Generator) -> float | None:
    """Return the hours from the departure to the destination."""
    return float(truth.times.arrive_s[0, -1] - truth.plan.departure_s[0]) / 3600.0


def _measure_stand(truth: Truth, _rng: np.random.Generator) -> float | None:
    """Return the time at rest at Ussuriysk in minutes, planned and unplanned."""
    stood_s = truth.get_time_stood("Ussuriysk")
    return None if stood_s is None else stood_s / 60.0


def _measure_speed(truth: Truth, rng: np.random.Generator) -> float | None:
    """Return the running or the overall speed from Ussuriysk to Muchnaya in km/h."""
    first, last = truth.find("Ussuriysk"), truth.find("Muchnaya")
    left_s, came_s = truth.get_departure("Ussuriysk"), truth.get_arrival("Muchnaya")
    if first is None or last is None or left_s is None or came_s is None:
        return None
    took_s = came_s - left_s
    if rng.random() < FACE_VALUE:
        took_s = 1000.0 * FROM_USSURIYSK_KM / float(truth.plan.running_mps["Trans-Siberian"][0])
        if truth.plan.delay_s is not None:
            took_s += float(truth.plan.delay_s[first:last, 0].sum())
    return FROM_USSURIYSK_KM / (took_s / 3600.0)


ORIGINS = _make_case(
    write_head("origins", "north")
    + SOURCE
    + write_route("north", "Spassk-Dalny", prior=1.0)
    + write_departure("06:00", "10:00")
    + write_origin("Khasan", 0.4)
    + write_origin("Sukhanovka", 0.3)
    + write_origin("Primorskaya", 0.3)
    + "".join(write_stop(station, lognormal(25, 90)) for station in STOPS)
    + SPEEDS
    + write_standing("Khasan branch", lognormal(8, 30), 3)
    + write_standing("Trans-Siberian", lognormal(12, 40), 2),
    name="origins",
    says="one route, possible origins; the departure, the duration, five clocks",
    reporters=(
        Departure("P1", 0.9, half_min=10, soft_min=10, between=("Khasan", "Primorskaya")),
        Quantity(
            "Q1",
            0.9,
            measure=_measure_way,
            key="hours",
            clause={"kind": "duration"},
            half=0.5,
            span=48.0,
        ),
        Clock("A1", 0.95, "arrive", "Barsovy", half_min=10, soft_min=5),
        Clock("A2", 0.95, "arrive", "Baranovsky", half_min=10, soft_min=5),
        Clock("A3", 0.95, "arrive", "Ussuriysk", half_min=10, soft_min=5),
        Clock("D3", 0.95, "depart", "Ussuriysk", half_min=10, soft_min=5),
        Clock("A4", 0.95, "arrive", "Spassk-Dalny", half_min=10, soft_min=5),
    ),
    places=("Vinevitino", "Baranovsky"),
    watched="P1",
    moved=("A1", "A2"),
)

MIXED = _make_case(
    write_head("mixed", "north")
    + SOURCE
    + write_route("north", "Spassk-Dalny", prior=0.7)
    + write_route("south", "Ussuriysk", prior=0.3)
    + write_departure("06:00", "10:00")
    + write_origin("Khasan", 0.5)
    + write_origin("Sukhanovka", 0.3)
    + write_origin("Primorskaya", 0.2)
    + write_stop("Sukhanovka", lognormal(20, 60))
    + write_stop("Baranovsky", lognormal(25, 80))
    + write_stop("Ussuriysk", lognormal(30, 90))
    + write_stop("Sibirtsevo", lognormal(15, 45))
    + SPEEDS
    + write_standing("Khasan branch", lognormal(8, 30), 3)
    + write_standing("Trans-Siberian", lognormal(12, 40), 2)
    + write_table(
        "[[plan.lengths]]", from_="Khasan", to="Barsovy", km=uniform(150, 175), reason="made up"
    )
    + write_table("[plan.trust]", identity=0.7),
    name="mixed",
    says="possible origins and routes; durations, speeds, copies, a similar train",
    reporters=(
        Quantity(
            "Q1",
            0.9,
            measure=_measure_way,
            key="hours",
            clause={"kind": "duration"},
            half=0.5,
            span=48.0,
        ),
        Quantity(
            "Q2",
            0.8,
            measure=_measure_stand,
            key="minutes",
            clause={"kind": "stand", "place": "Ussuriysk"},
            half=8.0,
            span=48.0 * 60.0,
        ),
        Quantity(
            "Q3",
            0.85,
            measure=_measure_speed,
            key="kmh",
            clause={
                "kind": "speed",
                "basis": "unsaid",
                "between": ["Ussuriysk", "Muchnaya"],
            },
            half=4.0,
            span=100.0,
        ),
        AsOf("N1", 0.9, "Baranovsky", "13:00"),
        Copies("F", 0.9, "arrive", "Baranovsky", half_min=10, soft_min=5),
        Similar(
            "T",
            identity=0.7,
            reporters=(
                Clock("T1", 0.9, "arrive", "Sukhanovka", half_min=10, soft_min=5),
                Clock("T2", 0.9, "arrive", "Barsovy", half_min=10, soft_min=5),
            ),
        ),
        Seen("V1", 0.9, ("Baranovsky", "Ussuriysk")),
    ),
    places=("Barsovy", "Vinevitino", "Baranovsky"),
    watched="Q1",
    moved=("F1", "F2"),
)

CASES = {case.name: case for case in (CLOCKS, ROUTES, ORIGINS, MIXED)}
"""Cases by name."""
