"""Three synthetic journeys on the bundled corridor, each with the tellers of its reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.simulated_reports import (
    AsOf,
    Case,
    Clock,
    Copies,
    Expected,
    Heading,
    PartOfDay,
    Quantity,
    Seen,
    Similar,
)

if TYPE_CHECKING:
    import numpy as np
    from calibration import Truth

__all__ = ["CASES"]

FACE_VALUE = 0.6
"""How often a speed without a basis is that while moving, as plans have it."""

HEAD = """\
format = 1
id = "{id}"
title = "Made up"
default_route = "{default}"
train = "special"
zones = ["Asia/Vladivostok"]

[sources.S]
publisher = "nobody"
title = "made up"
published = 2024-06-01
known_at = 2024-06-01T00:00:00Z
known_basis = "made up"
zone = "Asia/Tokyo"
"""

SPEEDS = """
[[plan.speeds]]
line = "Khasan branch"
running_kmh = { dist = "uniform", low = 45, high = 75 }
reason = "made up"

[[plan.speeds]]
line = "Trans-Siberian"
running_kmh = { dist = "triangular", low = 50, mode = 70, high = 100 }
reason = "made up"
"""


def _make_family(name: str) -> str:
    return f'\n[families.{name}]\nname = "made up"\n'


def _make_route(name: str, to: str, prior: float, via: str = "") -> str:
    return f"""
[[routes]]
id = "{name}"
title = "made up"
from = "Khasan"
to = "{to}"
via = {[via] if via else []}
prior = {prior}
reason = "made up"
"""


def _make_departure(start: str, end: str, weight: float = 1.0) -> str:
    return f"""
[[plan.departure]]
from = 2024-05-02T{start}+10:00
to = 2024-05-02T{end}+10:00
weight = {weight}
reason = "made up"
"""


def _make_origin(station: str, weight: float) -> str:
    return f"""
[[plan.origins]]
station = "{station}"
weight = {weight}
reason = "made up"
"""


def _make_stop(station: str, median: float, p95: float, routes: str = "") -> str:
    only = f'routes = ["{routes}"]\n' if routes else ""
    return f"""
[[plan.stops]]
station = "{station}"
dwell_min = {{ dist = "lognormal", median = {median}, p95 = {p95} }}
{only}reason = "made up"
"""


def _make_standing(line: str, median: float, p95: float, halts: int) -> str:
    return f"""
[[plan.standing]]
line = "{line}"
min_per_100km = {{ dist = "lognormal", median = {median}, p95 = {p95} }}
halts = {halts}
reason = "made up"
"""


def _make_case(text: str, **parts: object) -> Case:
    families = "".join(_make_family(reporter.id) for reporter in parts["reporters"])  # type: ignore[attr-defined]
    return Case(text=text + families, **parts)  # type: ignore[arg-type]


STOPS = ("Makhalino", "Sukhanovka", "Primorskaya", "Ussuriysk", "Sibirtsevo")

CLOCKS = _make_case(
    HEAD.format(id="clocks", default="north")
    + _make_route("north", "Spassk-Dalny", 1.0)
    + _make_departure("06:00:00", "09:00:00")
    + "".join(_make_stop(station, 25, 90) for station in STOPS)
    + SPEEDS
    + _make_standing("Khasan branch", 5, 20, 2),
    name="clocks",
    says="one route, twelve clocks",
    reporters=(
        *(Clock(f"A{n}", 0.98, "arrive", place) for n, place in enumerate(STOPS)),
        *(Clock(f"D{n}", 0.98, "depart", place) for n, place in enumerate(STOPS)),
        Clock("P1", 0.9, "pass", "Baranovsky", half_min=10, soft_min=5),
        Clock("P2", 0.8, "depart", "Khasan", half_min=15, soft_min=10),
    ),
    places=("Sukhanovka", "Ussuriysk"),
    watched="A2",
    moved=("A1", "D1", "A2", "D2"),
)

ROUTES = _make_case(
    HEAD.format(id="routes", default="south")
    + _make_route("south", "Vladivostok", 0.6)
    + _make_route("north", "Spassk-Dalny", 0.4)
    + _make_departure("05:00:00", "07:00:00", 0.7)
    + _make_departure("07:00:00", "08:30:00", 0.3)
    + _make_stop("Sukhanovka", 20, 60)
    + _make_stop("Baranovsky", 25, 60, "south")
    + _make_stop("Ussuriysk", 30, 90, "north")
    + SPEEDS
    + "\n[plan.trust]\nspan_h = 24\n",
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
    places=("Sukhanovka", "Baranovsky"),
    watched="C1",
    moved=("C1",),
)


def _measure_way(truth: Truth, _rng: np.random.Generator) -> float | None:
    """Return the hours from setting out to the destination."""
    return float(truth.arrive_s[0, -1] - truth.plan.departure_s[0]) / 3600.0


def _measure_dwell(truth: Truth, _rng: np.random.Generator) -> float | None:
    """Return the minutes at Ussuriysk."""
    dwell_s = truth.get_dwell("Ussuriysk")
    return None if dwell_s is None else dwell_s / 60.0


def _measure_speed(truth: Truth, rng: np.random.Generator) -> float | None:
    """Return the speed from Ussuriysk to Muchnaya in km/h: moving, or over all."""
    if rng.random() < FACE_VALUE:
        return float(truth.plan.running_mps["Trans-Siberian"][0] * 3.6)
    left_s, came_s = truth.get_departure("Ussuriysk"), truth.get_arrival("Muchnaya")
    if left_s is None or came_s is None:
        return None
    # 9176.7 - 9090.2 km by the posts of the line
    return 86.5 / ((came_s - left_s) / 3600.0)


MIXED = _make_case(
    HEAD.format(id="mixed", default="north")
    + _make_route("north", "Spassk-Dalny", 0.7)
    + _make_route("south", "Ussuriysk", 0.3)
    + _make_departure("06:00:00", "10:00:00")
    + _make_origin("Khasan", 0.5)
    + _make_origin("Sukhanovka", 0.3)
    + _make_origin("Primorskaya", 0.2)
    + _make_stop("Sukhanovka", 20, 60)
    + _make_stop("Baranovsky", 25, 80)
    + _make_stop("Ussuriysk", 30, 90)
    + _make_stop("Sibirtsevo", 15, 45)
    + SPEEDS
    + _make_standing("Khasan branch", 8, 30, 3)
    + _make_standing("Trans-Siberian", 6, 20, 2)
    + "\n[plan.trust]\nidentity = 0.7\n",
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
            measure=_measure_dwell,
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
    places=("Barsovy", "Baranovsky"),
    watched="Q1",
    moved=("F1", "F2"),
)

CASES = {case.name: case for case in (CLOCKS, ROUTES, MIXED)}
"""By name."""
