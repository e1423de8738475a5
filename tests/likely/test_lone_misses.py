"""A report that alone misses by three softnesses is right with less than 5 %."""

from datetime import timedelta

import numpy as np
import pytest

import routesim as rs
from routesim.evidence import (
    DistanceClause,
    DurationClause,
    EventClause,
    Moment,
    OrderClause,
    ReportedTime,
    SpeedClause,
    StandClause,
    Window,
    get_softness,
)
from routesim.likely.agreement import find_flat
from routesim.likely.soft_windows import find_agreement
from tests.support.journeys import (
    PRINTED,
    load_bundled,
    load_text,
    make_time,
    uniform,
    write_departure,
    write_family,
    write_head,
    write_report,
    write_route,
    write_source,
    write_speed,
)

MINUTE_S, HOUR_S, KM, KMH = 60.0, 3600.0, 1000.0, 1.0 / 3.6
MISS = 3.0
"""Miss in softnesses."""
LARGEST = 0.05


def clock(width_min, soft_min):
    window = Window(0.0, MINUTE_S * width_min)
    soft_s = (MINUTE_S * soft_min, MINUTE_S * soft_min)
    time = ReportedTime(window, "", "UTC", "printed", "", soft_s=soft_s)
    return EventClause("arrive", ("A", "A"), time)


def _get_ends(clause):
    if isinstance(clause, OrderClause):
        return clause.gap_low_s, clause.gap_high_s
    return (0.0, clause.window.end_s) if clause.time else clause.range


FIRST, THEN = Moment("arrive", "A"), Moment("depart", "B")
CLAUSES = [
    *[clock(width, soft) for width in (1, 10, 360) for soft in (1, 2, 5, 10, 60)],
    *[
        DistanceClause("distance", low * KM, (low + width) * KM, "rail", None)
        for low, width in ((100, 1), (612, 136), (3700, 200))
    ],
    *[
        SpeedClause("speed", low * KMH, (low + width) * KMH, "running", None)
        for low, width in ((46.5, 1), (45, 21))
    ],
    *[
        DurationClause("duration", low * HOUR_S, (low + width) * HOUR_S, None, None, "arrive")
        for low, width in ((20.5, 1), (18, 4), (54, 12))
    ],
    StandClause("stand", "A", 5 * MINUTE_S, 180 * MINUTE_S),
    OrderClause("order", FIRST, THEN, 1 * HOUR_S, 3 * HOUR_S),
    OrderClause("order", FIRST, THEN, 1 * HOUR_S, np.inf),
]


@pytest.mark.parametrize("journey_id", ["2019-04", "2023-09"])
@pytest.mark.parametrize("clause", CLAUSES)
def test_a_known_value_three_softnesses_away_makes_a_report_wrong(clause, journey_id):
    # The odds that it is right: reliability * agreement to (1 - reliability) * flat.
    journey = load_bundled()[journey_id]
    trust = journey.plan.trust
    reliability = max([trust.reliability, *[f.reliability for f in trust.families.values()]])
    soft = get_softness(clause, trust.range_share)
    ends = _get_ends(clause)
    value = np.array([ends[0] - MISS * soft[0]])
    right = reliability * float(np.exp(find_agreement(value, ends, soft)[0]))
    wrong = (1.0 - reliability) * find_flat(clause, journey)
    assert soft[0] > 0.0
    # Phi(-6) is 1e-9. The smallest flat is 1 min / 48 h = 3.5e-4, so the odds are below 1e-4.
    assert right / (right + wrong) < 0.001


HEAD = (
    write_head("lone", "one")
    + write_route("one", "Vladivostok", from_="Ussuriysk")
    + write_departure("06:00", "10:00")
    + write_speed("Trans-Siberian", uniform(50, 70))
    + write_source()
    + "".join(map(write_family, "ABX"))
)
"""Ussuriysk - Vladivostok, 111.5 km: 1 h 36 min to 2 h 14 min at 70 and 50 km/h."""


def find_right(text):
    posterior = rs.condition(load_text(HEAD + text), draws=1024)
    return posterior.reports().set_index("id")["right"]


def write_departed(name, start, width_min, soft_min):
    window = {"from": start, "to": start + timedelta(minutes=width_min)}
    window |= {"soft_min": [soft_min, soft_min]}
    return write_report(
        name, {"kind": "depart", "place": "Ussuriysk", "window": window} | PRINTED
    )


@pytest.mark.parametrize("soft_min", [1, 2, 10, 60])
def test_a_clock_that_misses_two_others_by_three_softnesses_is_wrong(soft_min):
    start, width_min = make_time("08:00"), 1
    late = start + timedelta(minutes=width_min + MISS * soft_min)
    right = find_right(
        write_departed("A", start, width_min, soft_min)
        + write_departed("B", start, width_min, soft_min)
        + write_departed("X", late, width_min, soft_min)
    )
    assert right["X"] < LARGEST
    assert right[["A", "B"]].min() > 0.9


# The lower end of a range that misses the upper end of the same range of two other reports, or
# the length of 111.5 km, by three softnesses. A softness is a quarter of the width.
@pytest.mark.parametrize(
    ("kind", "key", "others", "low", "width"),
    [
        ("distance", "km", 110.0, 111.5 + 3 * 0.25 * 4.0, 4.0),
        ("speed", "kmh", 57.0, 59.0 + 3 * 0.25 * 2.0, 2.0),
        ("duration", "hours", 1.85, 1.95 + 3 * 0.25 * 0.1, 0.1),
    ],
)
def test_a_range_that_misses_two_others_by_three_softnesses_is_wrong(
    kind, key, others, low, width
):
    more = {"distance": {"measure": "rail"}, "speed": {"basis": "running"}}.get(kind, {})

    def write(name, start):
        clause = {"kind": kind, key: {"low": start, "high": start + width}, **more}
        return write_report(name, clause)

    right = find_right(write("A", others) + write("B", others) + write("X", low))
    assert right["X"] < LARGEST
    assert right[["A", "B"]].min() > 0.9
