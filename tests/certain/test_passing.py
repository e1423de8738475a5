"""Passing a planned stop: any moment of the stay, in certain answers, check and condition."""

from math import inf

import pytest

import routesim as rs
from routesim.certain.encoding.passing import list_passes_at_stops
from tests.support.journeys import (
    fixed,
    make_time,
    make_window,
    write_departure,
    write_origin,
    write_route,
    write_source,
    write_speed,
    write_stop,
    write_table,
)
from tests.support.two_ways import SHORT, TWICE, arrive, build, order, outside, report


def say(kind, place, start, end):
    return {"kind": kind, "place": place, **make_window(start, end)}


def bound(journey, place="Baranovsky"):
    """Return the ends of the arrival and of the departure in seconds after 14:00."""
    found = rs.bounds(journey)
    index, at_s = found.route.index_of(place), make_time("14:00").timestamp()
    ends = {"arrive": (-inf, inf), "depart": (-inf, inf)}
    for event in ends:
        low, high = (found.get_seconds(event, side)[index] for side in ("earliest", "latest"))
        ends[event] = float(low) - at_s, float(high) - at_s
    return ends


def find(journey, **options):
    """List the conflicts that need no reading, and their misses in seconds."""
    found = rs.conflicts(journey, **options)
    return [(c.clauses, c.miss_s) for c in found if not c.taken]


def test_passing_a_planned_stop_bounds_the_stay():
    # Baranovsky has a planned stop. The train came before 14:10 and left at 14:00 or later. It
    # may have come, and may leave, at any other time.
    seen = bound(build(report("A", say("pass", "Baranovsky", "14:00", "14:10"))))
    assert seen == {"arrive": (-inf, 599.0), "depart": (0.0, inf)}
    assert seen == bound(build(report("A", say("present", "Baranovsky", "14:00", "14:10"))))
    came = bound(build(report("A", say("arrive", "Baranovsky", "14:00", "14:10"))))
    assert came == {"arrive": (0.0, 599.0), "depart": (0.0, inf)}
    assert came == bound(build(report("A", say("cross", "Baranovsky", "14:00", "14:10"))))


@pytest.mark.parametrize("stop", [None, "fixed at 0", "on another route"])
def test_elsewhere_passing_is_the_arrival(stop):
    place, parts = "Ryazanovka", ()
    if stop == "fixed at 0":
        parts = (write_stop(place, fixed(0)),)
    elif stop == "on another route":
        parts = (
            write_route("other", "Ussuriysk", prior=0.5),
            write_stop(place, fixed(30), ["other"]),
        )
    head = (write_route("short", "Vladivostok", prior=0.5 if len(parts) > 1 else 1), *SHORT[1:])
    clauses = (say("pass", place, *ends) for ends in (("14:00", "14:10"), ("15:30", "15:40")))
    reports = (report(name, clause) for name, clause in zip("AB", clauses, strict=True))
    journey = build(*parts, *reports, head=head)
    # From 14:09:59, the last second of A, to 15:30: 1 h 20 min 1 s.
    assert find(journey, route="short") == [(("A", "B"), 4801)]


def test_a_train_may_be_seen_passing_a_stop_twice():
    journey = build(
        report("A", say("pass", "Baranovsky", "14:00", "14:10")),
        report("B", say("pass", "Baranovsky", "15:30", "15:40")),
    )
    assert find(journey) == []
    # It stands from before 14:10 to 15:30 or later: 5,400 s after 14:00.
    assert bound(journey) == {"arrive": (-inf, 599.0), "depart": (5400.0, inf)}


@pytest.mark.parametrize(("visit", "first"), [(1, "10:00"), (2, "14:00")])
def test_only_the_visit_with_the_stop_is_a_stay(visit, first):
    # By Ussuriysk at 12:00, the first visit to Baranovsky comes before and the second after it.
    # Both reports are of one visit, 20 minutes apart, so it must be the one with the stop.
    hour = first[:2]
    reports = (
        report("U", arrive("Ussuriysk", "12:00", "12:01")),
        report("A", say("pass", "Baranovsky", f"{hour}:00", f"{hour}:10")),
        report("B", say("pass", "Baranovsky", f"{hour}:30", f"{hour}:40")),
    )
    fields = {"station": "Baranovsky", "dwell_min": fixed(60), "reason": "made up"}
    for number in (1, 2):
        stop = write_table("[[plan.stops]]", visit=number, **fields)
        journey = build(stop, *reports, head=TWICE, route="long")
        assert bool(find(journey)) == (number != visit)
    assert find(build(*reports, head=TWICE, route="long"))


def test_a_train_does_not_pass_the_stop_where_it_starts():
    origins = (write_origin("Khasan", 0.5), write_origin("Ryazanovka", 0.5))
    starts = report("S", {"kind": "depart", "between": ["Ryazanovka", "Primorskaya"]})
    for kind, fits in (("pass", False), ("present", True)):
        seen = report("A", say(kind, "Ryazanovka", "08:00", "09:00"))
        journey = build(write_stop("Ryazanovka", fixed(60)), *origins, starts, seen)
        assert find(journey) == ([] if fits else [(("A", "S"), None)])


def test_an_order_and_a_duration_may_mean_any_moment_of_a_stay():
    passed = {"event": "pass", "place": "Baranovsky"}
    ends = [
        report("A", say("arrive", "Baranovsky", "14:00", "14:01")),
        report("B", say("depart", "Baranovsky", "16:00", "16:01")),
    ]
    meeting = outside("the meeting", start="15:00", end="15:01")
    for hours in (0.2, 0.9):
        # An hour lies between the meeting and either end of the stay.
        for one, two in ((passed, meeting), (meeting, passed)):
            near = order(one, two, at_most=hours)
            assert find(build(*ends, report("O", near))) == []
            moved = {"event": "arrive" if one is passed else "depart", "place": "Baranovsky"}
            named = [moved if moment is passed else moment for moment in (one, two)]
            assert find(build(*ends, report("O", order(*named, at_most=hours)))) != []
    # More than an hour after the meeting the train is there no longer.
    assert find(build(*ends, report("O", order(meeting, passed, at_least=1.1)))) != []
    # Khasan is left at 09:00, that is, 5 h before the stay of 2 h begins.
    left = report("K", say("depart", "Khasan", "09:00", "09:01"))
    lasts = {"kind": "duration", "between": ["Khasan", "Baranovsky"], "from_event": "depart"}
    for low, high, fits in ((6, 6.1, True), (4, 4.5, False), (7.5, 8, False)):
        hours = {"hours": {"low": low, "high": high}}
        for event in ("pass", "arrive"):
            clause = report("D", {**lasts, **hours, "to_event": event})
            assert (find(build(*ends, left, clause)) == []) == (fits and event == "pass")


def test_not_yet_passed_is_before_the_arrival():
    not_yet = {
        "kind": "not_yet",
        "event": "pass",
        "place": "Baranovsky",
        "as_of": "2024-05-02 14:00",
    }
    journey = build(
        report("N", {**not_yet, "zone": "Asia/Vladivostok", "zone_known": "printed"})
    )
    assert bound(journey)["arrive"] == (1.0, inf)


FIXED = (
    write_route("short", "Vladivostok"),
    write_departure("06:00", "06:01"),
    write_stop("Baranovsky", fixed(120)),
    write_speed("Khasan branch", fixed(60)),
    write_speed("Trans-Siberian", fixed(60)),
    write_source(),
)
"""Khasan - Baranovsky, 238 km at 60 km/h, takes 4 h: there from about 10:00 to 12:00."""


def judge(clause):
    (verdict,) = rs.check(build(report("O", clause), head=FIXED), draws=50)
    return verdict.verdict, verdict.share, verdict.margin_s


def test_check_judges_passing_a_stop_as_a_presence():
    verdict = judge(say("pass", "Baranovsky", "11:00", "11:10"))
    # All draws are there. From 11:00 to the departure at about 12:00 is the smaller margin.
    assert verdict[:2] == ("consistent", 1.0)
    assert verdict[2] == pytest.approx(3600, abs=300)
    assert verdict == judge(say("present", "Baranovsky", "11:00", "11:10"))
    # The arrival is an hour early, and after 12:10 the train is gone.
    assert judge(say("arrive", "Baranovsky", "11:00", "11:10"))[:2] == ("strained", 0.0)
    assert judge(say("pass", "Baranovsky", "12:10", "12:20"))[:2] == ("strained", 0.0)
    # Without a stop, at 146 km, it passes at a single time.
    for window in (("08:00", "08:10"), ("10:00", "10:10")):
        passing, arriving = (
            judge(say(kind, "Primorskaya", *window)) for kind in ("pass", "arrive")
        )
        assert passing == arriving


def test_check_judges_an_order_by_any_moment_of_the_stay():
    passed, arrived = ({"event": kind, "place": "Baranovsky"} for kind in ("pass", "arrive"))
    meeting = outside("the meeting", start="11:00", end="11:10")
    assert judge(order(meeting, passed, at_most=0.5))[:2] == ("consistent", 1.0)
    assert judge(order(meeting, arrived, at_most=0.5))[:2] == ("strained", 0.0)
    # From Baranovsky to Vladivostok it takes some 1 h 40 min, and 2 h longer from the arrival.
    end = {"event": "arrive", "place": "Vladivostok"}
    gap = {"at_least": 2.5, "at_most": 3}
    assert judge(order(passed, end, **gap))[:2] == ("consistent", 1.0)
    assert judge(order(arrived, end, **gap))[:2] == ("strained", 0.0)
    lasts = {"kind": "duration", "between": ["Baranovsky", "Vladivostok"]}
    hours = {"hours": {"low": 2.5, "high": 3}}
    assert judge({**lasts, **hours, "from_event": "pass"})[:2] == ("consistent", 1.0)
    assert judge({**lasts, **hours, "from_event": "arrive"})[:2] == ("strained", 0.0)


def test_passing_between_two_places_is_a_presence_there():
    between = {"between": ["Primorskaya", "Baranovsky"], **make_window("09:00", "09:10")}
    passing, present = (judge({"kind": kind, **between}) for kind in ("pass", "present"))
    assert passing == present
    assert passing[:2] == ("consistent", 1.0)


def condition(*clauses):
    reports = (report(f"R{n}", clause) for n, clause in enumerate(clauses))
    posterior = rs.condition(build(*reports, head=FIXED), draws=128)
    return posterior.reports()["right"].to_list()


def test_condition_agrees_with_any_moment_of_the_stay():
    passing, present, arriving = (
        condition(say(kind, "Baranovsky", "11:00", "11:10"))
        for kind in ("pass", "present", "arrive")
    )
    assert passing == present
    # A train that stands there for sure makes the report right, but for a wrong one that
    # happens to state these ten minutes of 48 h: 0.95 / (0.95 + 0.05 * 10 / 2880) = 0.9998.
    assert passing == pytest.approx([0.9998], abs=1e-4)
    assert arriving == pytest.approx([0.0], abs=1e-4)


def test_condition_takes_an_order_of_two_outside_events():
    early, late = (
        outside(name, start=f"{hour}:00", end=f"{hour}:10")
        for name, hour in (("a", "02"), ("b", "08"))
    )
    # A wrong order has the probability 0.5 (one_sided): 0.95 / (0.95 + 0.05 * 0.5) = 0.9744.
    assert condition(order(early, late)) == pytest.approx([0.9744], abs=1e-4)
    assert condition(order(late, early)) == pytest.approx([0.0], abs=1e-9)


def test_a_figure_without_a_range_can_be_right():
    # The way takes the same time in every draw: some 4 h, with braking and acceleration.
    lasts = {"kind": "duration", "between": ["Khasan", "Baranovsky"], "from_event": "depart"}
    journey = build(head=FIXED)
    drawn = rs.simulate(journey, draws=1)
    at = drawn.route.index_of("Baranovsky")
    hours = float(drawn.get_arrivals(at)[0] - drawn.departure_s[0]) / 3600.0
    (right,) = condition({**lasts, "hours": {"low": hours, "high": hours}})
    # 0.95 * 0.6827 / (0.95 * 0.6827 + 0.05 / 2880) = 0.99997
    assert right == pytest.approx(0.99997, abs=1e-5)
    (wrong,) = condition({**lasts, "hours": {"low": hours + 0.2, "high": hours + 0.2}})
    assert wrong == pytest.approx(0.0, abs=1e-6)


def test_the_list_of_passes_at_stops_names_each_place_once():
    passed = {"event": "pass", "place": "Baranovsky"}
    both = say("pass", "Baranovsky", "14:00", "14:10"), order(passed, {"place": "Vladivostok"})
    journey = build(
        report("A", *both),
        report("B", say("pass", "Ryazanovka", "12:00", "12:10")),
        report("C", say("present", "Baranovsky", "14:00", "14:10")),
        report("D", {"kind": "duration", "hours": {"low": 1, "high": 2}, "to_event": "pass",
                     "between": ["Primorskaya", "Baranovsky"]}),
    )  # fmt: skip
    found = list_passes_at_stops(journey)
    assert [(one.report, one.place, one.routes, one.on_all) for one in found] == [
        ("A", "Baranovsky", ("short",), True),
        ("D", "Baranovsky", ("short",), True),
    ]
    assert found[0].text.endswith("not only the arrival")
