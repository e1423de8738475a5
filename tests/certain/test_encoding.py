"""Encoding of clauses on made-up journeys: places in any order, and places passed twice."""

from math import nan

import pytest

import routesim as rs
from tests.support.journeys import (
    make_time,
    make_window,
    write_departure,
)
from tests.support.two_ways import (
    OPEN_START,
    SHORT,
    TWICE,
    arrive,
    build,
    order,
    outside,
    report,
)


def find(journey):
    return [(conflict.clauses, conflict.miss_s) for conflict in rs.conflicts(journey)]


@pytest.mark.parametrize("between", [["Khasan", "Ryazanovka"], ["Ryazanovka", "Khasan"]])
def test_a_stretch_may_be_given_against_the_direction_of_the_route(between):
    # P needs a start beyond Khasan, where S cannot begin, in either order of its places. Each
    # alone is against one of the two starts. No time is part of this.
    lasts = {"kind": "duration", "hours": {"low": 2, "high": 3}, "from_event": "depart"}
    starts = {"kind": "depart", "between": ["Makhalino", "Gvozdevo"]}
    journey = build(
        *OPEN_START,
        report("S", {**lasts, "between": between}),
        report("P", starts),
        report("A", arrive("Ryazanovka", "09:00", "09:10")),
    )
    assert find(journey) == [(("P", "S"), None), (("P",), None), (("S",), None)]


def test_a_clock_before_1970_is_printed_as_it_is():
    # POSIX seconds of 1956 are negative.
    day = "1956-05-02"
    head = (SHORT[0], write_departure("06:00", "10:00", day=day), *SHORT[2:])
    late = {"kind": "arrive", "place": "Ryazanovka", **make_window("09:00", "09:10", day=day)}
    early = {"kind": "arrive", "place": "Primorskaya", **make_window("08:00", "08:10", day=day)}
    (conflict,) = rs.conflicts(build(report("A", late), report("B", early), head=head))
    texts = [step.text for step in conflict.steps]
    assert any("no earlier than Wed 2 May 09:00" in text for text in texts), texts
    assert any("before Wed 2 May 08:10" in text for text in texts), texts


def test_an_order_without_a_gap_is_a_step_of_its_own():
    # Primorskaya comes after Ryazanovka, so it cannot be reached first.
    events = [{"event": "arrive", "place": name} for name in ("Primorskaya", "Ryazanovka")]
    order = {"kind": "order", "first": events[0], "then": events[1]}
    (conflict,) = rs.conflicts(build(report("O", order)))
    (step,) = [step for step in conflict.steps if step.support == ("O",)]
    assert (step.kind, step.seconds) == ("order", 0)
    assert step.text == "arrival at Primorskaya comes no later than arrival at Ryazanovka"


def pass_twice(*clauses):
    return build(*(report(f"R{n}", c) for n, c in enumerate(clauses)), head=TWICE, route="long")


@pytest.mark.parametrize(
    "clause",
    [
        # Ussuriysk lies between the two visits to Baranovsky.
        order({"event": "depart", "place": "Baranovsky"}, {"place": "Ussuriysk"}),
        order({"place": "Ussuriysk"}, {"place": "Baranovsky"}),
        # 238 km to the first visit take 2.4 h or more at 100 km/h, 282 km to the second longer.
        {"kind": "duration", "hours": {"low": 2.4, "high": 2.5}, "from_event": "depart",
         "between": ["Khasan", "Baranovsky"]},
        {"kind": "speed", "kmh": {"low": 97, "high": 99}, "basis": "overall",
         "between": ["Khasan", "Baranovsky"]},
    ],
)  # fmt: skip
def test_a_clause_holds_if_it_does_for_one_visit(clause):
    assert find(pass_twice(clause)) == []
    # It holds on the way to the first visit, whether or not the train stands before the second.
    late = {"kind": "arrive", "place": "Vladivostok", **make_window("22:00", "22:10")}
    assert find(pass_twice(clause, late)) == []


def test_an_order_against_all_visits_is_a_conflict():
    # Both visits to Baranovsky come after Khasan's neighbour Makhalino.
    clause = order({"place": "Baranovsky"}, {"place": "Makhalino"})
    assert [clauses for clauses, _ in find(pass_twice(clause))] == [("R0",)]
    # The order fits the first visit, and no more than an hour may pass after it. But no visit
    # to Baranovsky, over 200 km from Makhalino, comes within 12 minutes at 100 km/h.
    near = order({"place": "Baranovsky"}, {"place": "Ussuriysk"}, at_most=1)
    assert find(pass_twice(near)) == []
    far = order({"place": "Makhalino"}, {"place": "Baranovsky"}, at_most=0.2)
    assert [clauses for clauses, _ in find(pass_twice(far))] == [("R0",)]


@pytest.mark.parametrize("end", [{"start": "09:00"}, {"end": "09:00"}])
@pytest.mark.parametrize("is_first", [True, False])
def test_an_outside_event_may_have_an_open_window(end, is_first):
    there, other = {"place": "Ryazanovka"}, outside("the meeting", **end)
    journey = build(report("O", order(*((other, there) if is_first else (there, other)))))
    assert find(journey) == []
    # Only the end that limits the arrival is used: it is no earlier, or earlier, than 09:00.
    arrival = rs.bounds(journey)
    at = arrival.route.index_of("Ryazanovka")
    limits = [arrival.get_seconds("arrive", side)[at] for side in ("earliest", "latest")]
    nine = make_time("09:00").timestamp()
    assert (limits[0] == nine) == (is_first and "start" in end)
    assert (limits[1] == nine - 1) == (not is_first and "end" in end)


def test_two_outside_events_must_be_able_to_come_in_their_order():
    early = outside("a", start="02:00", end="02:10")
    late = outside("b", start="08:00", end="08:10")
    assert find(build(report("O", order(early, late)))) == []
    # They are 5 h 50 min and one second, or more, apart.
    assert find(build(report("O", order(early, late, at_most=5.8)))) == [(("O",), None)]
    (conflict,) = rs.conflicts(build(report("O", order(late, early))))
    assert "the times of b and a contradict this order" in conflict.why


@pytest.mark.parametrize(
    ("between", "bound"),
    [(None, True), (["Khasan", "Vladivostok"], True), (["Makhalino", "Khasan"], False)],
)
def test_a_running_speed_bounds_the_standing_within_its_own_stretch(between, bound):
    # 4 h pass between Ryazanovka and Primorskaya, far more than a run at 90 km/h or more takes.
    # Makhalino comes before both.
    speed = {"kind": "speed", "kmh": {"low": 90, "high": 100}, "basis": "running"}
    speed |= {} if between is None else {"between": between}
    journey = build(
        report("S", speed),
        report("A", {**arrive("Ryazanovka", "09:00", "09:01"), "kind": "depart"}),
        report("B", arrive("Primorskaya", "13:00", "13:01")),
    )
    rows = rs.bounds(journey).stretches().set_index(["from_station", "to_station"])
    row = rows.loc["Ryazanovka", "Primorskaya"]
    one, other = (
        p for p in journey.routes["short"].route.passages if p.station.name in row.name
    )
    most_km = other.km - one.km + one.uncertainty_km + other.uncertainty_km
    # At the least, 09:00:59 to 13:00, less the longest time to run.
    least_s = 4 * 3600 - 59 - most_km / 90 * 3600
    expected = pytest.approx(least_s, abs=1) if bound else pytest.approx(nan, nan_ok=True)
    assert row["least_standing_s"] == expected
    assert ("S" in row["standing_by"]) == bound
