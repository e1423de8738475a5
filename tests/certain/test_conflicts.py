"""Conflicts of the bundled journeys: their clauses, misses and repairs."""

from dataclasses import replace

import pandas as pd
import pytest

import routesim as rs

pytestmark = pytest.mark.slow

HOUR = 3600
MINUTE = 60


def find(conflicts, *clauses, reading=None):
    matching = [c for c in conflicts if set(c.clauses) == set(clauses)]
    if reading is not None:
        matching = [c for c in matching if reading in (c.reading or "")]
    assert matching, f"no conflict of {clauses}"
    return matching[0]


def test_sunday_afternoon_against_monday(found):
    """X01. Sunday 18:00 to Monday 00:00 is 6 h, and 1 s more as both windows are half-open."""
    conflict = find(found["2023-09"], "C01", "C06")
    assert conflict.miss_s == 6 * HOUR + 1
    assert conflict.is_at_face_value
    assert "departed on Monday" in conflict.reading
    assert any(r.kind == "reading" and "known by Monday" in r.text for r in conflict.repairs)


def test_sunday_evening_and_monday_miss_by_one_second(found):
    """X01, second part: the evening ends when Monday begins."""
    assert find(found["2023-09"], "C04", "C06").miss_s == 1


def test_47_kmh_for_21_h_fall_short_of_1200_km(found):
    """X02. 1,080 km at 47.5 km/h take 22.737 h; 21.5 h are reported: 4,452 s, rounded down."""
    conflict = find(found["2019-04"], "C47", "C48", "C49.1")
    assert conflict.miss_s == int(1080 / 47.5 * HOUR) - 21.5 * HOUR


def test_47_kmh_for_21_h_fall_short_of_the_rail_distance(found):
    """X02. From Pyongyang by the direct route it is at least 835 + 236.9 + 89.4 km."""
    conflict = find(found["2019-04"], "C47", "C48", reading="the train started at Pyongyang")
    least_h = (835 + 236.9 + 89.4) / 47.5
    assert conflict.miss_s == pytest.approx((least_h - 21.5) * HOUR, abs=2)
    assert any(text.startswith("official lengths") for text in conflict.assumptions)


def test_1200_km_in_20_h_is_not_47_kmh_and_depends_on_a_tolerance(found):
    """X03. 22.737 h against the 22 h that a tenth of slack allows: 44 min."""
    conflict = find(found["2019-04"], "C48", "C49.1", "C49.2")
    assert conflict.reading is None
    assert conflict.miss_s == int(1080 / 47.5 * HOUR) - 22 * HOUR
    # 1,080 km in 22 h are 49.1 km/h.
    assert any(
        r.text.startswith("the range of C48 ends at 49.1 km/h") for r in conflict.repairs
    )


def test_20_hours_do_not_fit_between_the_early_hours_and_the_evening(found):
    """X05. 24 Apr 00:00 KST to 18:15 VLAT are 17 h 15 min; 18 h and 20.5 h are reported.

    By Seoul's clock, 18:00 would be an hour later: enough for C49, not for C47.
    """
    conflict = find(found["2019-04"], "C40", "C45", "C49.2")
    assert conflict.miss_s == 45 * MINUTE + 1
    assert "Vladivostok" in conflict.reading
    assert find(found["2019-04"], "C40", "C45", "C47").miss_s == 2 * HOUR + 15 * MINUTE + 1


def test_seven_hours_fit_from_the_arrival_and_from_the_departure(found):
    """X07. By Vladivostok's clock C46 agrees with C42 and C45: a conflict needs Seoul's."""
    of_c46 = [
        conflict
        for conflict in found["2019-04"]
        if "C46" in conflict.clauses and {"C42", "C45"} >= set(conflict.clauses) - {"C46"}
    ]
    assert of_c46
    assert all("Seoul" in conflict.reading for conflict in of_c46)


def test_a_similar_conflict_of_the_same_clauses_names_its_route(found):
    """C25 as a destination excludes two routes, so there is a conflict for each."""
    conflict = find(found["2023-09"], "C25")
    assert conflict.variants == (("C25",),)
    assert conflict.similar == ("if the train took route komsomolsk",)


def test_a_conflict_of_two_destinations_names_the_only_route_of_one(found):
    """C34 is possible on route vladivostok only, which C24 excludes."""
    conflict = find(found["2023-09"], "C24", "C34")
    needed = "C34 needs route vladivostok, which does not lead to Ussuriysk (C24)."
    assert conflict.why == needed


def test_a_distance_that_is_wrong_in_each_measure_states_both(found):
    """C62 has 90 to 110 km: 111.5 by rail, 77.1 in a straight line."""
    conflict = find(found["2023-09"], "C62")
    assert "by rail is 111.5 km" in conflict.why
    assert "in a straight line is 77.1 km" in conflict.why
    assert conflict.why.endswith("the smallest miss is 1.5 km.")


def test_680_km_are_a_straight_line_and_not_a_rail_distance(found):
    """X08. By rail 835 + 236.9 + 89.4 = 1,161.3 km, at most 748 reported: 413.3 km apart."""
    conflict = find(found["2023-09"], "C61", reading="by rail")
    assert conflict.miss_km == pytest.approx(413.3)
    assert conflict.miss_s is None
    assert any("in a straight line" in r.text for r in conflict.repairs)


def test_50_to_60_kmh_overall_conflict_and_running_implies_standing(found):
    """X09. 877 km at 45 km/h take 19 h 29 min 20 s. C01 ends at 09:00Z and C16 begins at 14:00Z
    by Khasan's clock, 29 h later: 9 h 30 min 40 s of standing. From the border to Khasan it
    takes 51 s more at the cap of 100 km/h, which is in force in any case."""
    conflict = find(found["2023-09"], "C01", "C16", "C60", reading="overall speed")
    assert conflict.miss_s == 29 * HOUR + 51 - 877 / 45 * HOUR + 1
    assert not conflict.needs_cap
    (repair,) = [r for r in conflict.repairs if r.kind == "reading"]
    assert "stood for at least 9 h 31 min between Pyongyang and Khasan" in repair.text


def test_a_conflict_that_a_route_resolves_lists_that_route(found):
    """X10, X11. Each reported destination excludes routes only in one of its readings."""
    for report in ("C24", "C25"):
        conflict = find(found["2023-09"], report, reading="route vladivostok")
        assert any(r.kind == "route" for r in conflict.repairs)
        assert any(r.kind == "reading" for r in conflict.repairs)
    assert find(found["2023-09"], "C33", "C34").miss_s is None


def test_ussuriysk_station_excludes_the_direct_route(found):
    """X16. The direct route does not pass Ussuriysk."""
    conflict = find(found["2019-04"], "C44", reading="route direct")
    kinds = {r.kind for r in conflict.repairs}
    assert {"route", "reading"} <= kinds


def test_copies_are_one_report(found):
    """X20. C16, C17 and C18 are one briefing."""
    conflict = find(found["2023-09"], "C01", "C16", "C60")
    assert conflict.copies == {"C16": ("C17", "C18")}
    named = {report for c in found["2023-09"] for report in c.reports}
    assert not named & {"C17", "C18", "C03"}


@pytest.mark.parametrize("name", ["2019-04", "2023-09"])
def test_every_certificate_adds_up_and_every_repair_resolves(found, name):
    assert found[name].is_complete
    assert len(found[name]) > 0
    for conflict in found[name]:
        assert sum(step.weight_s for step in conflict.steps) == -(conflict.miss_s or 0)
        assert conflict.repairs
        assert conflict.why.endswith(".")
        for clause in conflict.clauses if conflict.miss_s is not None else ():
            assert not conflict.show_without(clause).empty


def test_as_of_uses_the_reports_known_by_then(journeys):
    """Only S1 was published by Monday evening: one departure, so no conflict of times.

    Its two forecasts of the route (C32, C36) cannot both be true.
    """
    journey = journeys["2023-09"]
    early = {c for x in rs.conflicts(journey, as_of="2023-09-11T12:00Z") for c in x.clauses}
    assert early == {"C32", "C36"}
    # S4 counts from its edit, 03:43Z; S2 and S3 from the end of the 12th.
    clauses = {c for x in rs.conflicts(journey, as_of="2023-09-12T05:00Z") for c in x.clauses}
    assert "C04" in clauses
    assert "C23" not in clauses
    with pytest.raises(rs.TimeError, match="zone"):
        rs.conflicts(journey, as_of="2023-09-12T05:00")


def test_a_later_version_does_not_withdraw_the_statements_it_omits(journeys):
    """X19. S2 omits the evening of C04, which S4 reported."""
    late = rs.conflicts(journeys["2023-09"], as_of="2023-09-14T00:00Z")
    assert any("C04" in conflict.clauses for conflict in late)


def test_a_dropped_report_or_clause_is_in_no_conflict(journeys):
    dropped = rs.conflicts(journeys["2019-04"], drop=["C47", "C48", "C49"])
    assert len(dropped) > 0
    assert all(conflict.reading for conflict in dropped)
    single = rs.conflicts(journeys["2019-04"], drop=["C49.1"])
    assert not any("C49.1" in conflict.clauses for conflict in single)
    assert any("C49.2" in conflict.clauses for conflict in single)


def test_max_size_limits_the_number_of_clauses(journeys):
    small = rs.conflicts(journeys["2023-09"], max_size=1)
    assert small
    assert {len(conflict.clauses) for conflict in small} == {1}
    assert small.complete_to == 1


def test_the_assumptions_of_a_conflict_name_every_cap_in_its_sum(journeys):
    """From Khasan to Vladivostok in 1 h 45 min: the caps of both lines are in the sum.

    238 - 1.1 km at 100 km/h and 89.4 km at 140 take 3 h 0 min 23 s: 1 h 15 min too long.
    """
    journey = journeys["2019-04"]
    clock = journey.get_report("C42")
    made = []
    for name, kind, place, start in (
        ("R1", "depart", "Khasan", "2019-04-24T12:15+10:00"),
        ("R2", "arrive", "Vladivostok", "2019-04-24T14:00+10:00"),
    ):
        start_s = pd.Timestamp(start).timestamp()
        time = replace(clock.clauses[0].time, window=rs.Window(start_s, start_s + 60))
        clause = replace(clock.clauses[0], kind=kind, between=(place, place), time=time)
        made.append(replace(clock, id=name, clauses=(clause,)))
    changed = replace(journey, reports=tuple(made))
    (conflict,) = rs.conflicts(changed, route="direct")
    assert sum(step.weight_s for step in conflict.steps) == -conflict.miss_s
    assert any("Khasan branch" in a and "Trans-Siberian" in a for a in conflict.assumptions)
    (cap,) = [r for r in conflict.repairs if r.kind == "cap"]
    kmh = float(cap.text.split("up to ")[1].split(" km/h")[0])
    # The cap of the repair is the least one: the distance over the longest time.
    ask = {
        "depart": {"Khasan": "2019-04-24T12:15+10:00"},
        "arrive": {"Vladivostok": "2019-04-24T14:01+10:00"},
        "given": (),
        "route": "direct",
    }
    route = journey.routes["direct"].route
    shortest_km = 236.9 + route.length_km - route.km_of("Baranovsky")
    assert kmh == pytest.approx(shortest_km / (1 + 46 / 60), abs=2)
    assert not rs.could(journey, **ask).possible
    assert "cap" in {r.kind for r in conflict.repairs}
