"""What is certain of the bundled journeys, and of questions at the edge."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import routesim as rs

HOUR = 3600
MINUTE = 60
TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture(scope="module")
def journeys():
    return {name: rs.load_journey(name) for name in ("2019-04", "2023-09")}


@pytest.fixture(scope="module")
def found(journeys):
    return {name: rs.conflicts(journey) for name, journey in journeys.items()}


@pytest.fixture(scope="module")
def held(journeys):
    return {name: rs.bounds(journey) for name, journey in journeys.items()}


def find(conflicts, *clauses, reading=None):
    matching = [c for c in conflicts if set(c.clauses) == set(clauses)]
    if reading is not None:
        matching = [c for c in matching if reading in (c.reading or "")]
    assert matching, f"no conflict of {clauses}"
    return matching[0]


# ------------------------------------------------------------------ the list of traps


def test_sunday_afternoon_against_monday(found):
    """X01. Sunday 18:00 to Monday 00:00 is 6 h; both windows are half-open, so 1 s more."""
    conflict = find(found["2023-09"], "C01", "C06")
    assert conflict.miss_s == 6 * HOUR + 1
    assert conflict.is_at_face_value
    assert "set out on Monday" in conflict.reading
    assert any(
        r.kind == "reading" and "became known on Monday" in r.text for r in conflict.repairs
    )


def test_an_evening_and_a_monday_touch_without_sharing_an_instant(found):
    """X01, second part: the evening ends where Monday begins."""
    assert find(found["2023-09"], "C04", "C06").miss_s == 1


def test_afternoon_and_evening_share_the_hour_from_17_to_18(held):
    """X01, third part: C01 ends at 18:00 KST = 09:00Z, C04 begins at 17:00 KST = 08:00Z."""
    points = held["2023-09"].points.iloc[0]
    assert points["depart_earliest"] == pd.Timestamp("2023-09-10T08:00Z")
    assert points["depart_latest"] == pd.Timestamp("2023-09-10T08:59:59Z")
    assert points["depart_earliest_by"] == ("C04",)
    assert points["depart_latest_by"] == ("C01",)


def test_47_kmh_for_21_h_fall_short_of_1200_km(found):
    """X02. 1,080 km at 47.5 km/h take 22.737 h; 21.5 h are told: 4,453 s, floored to 4,452."""
    conflict = find(found["2019-04"], "C47", "C48", "C49.1")
    assert conflict.miss_s == int(1080 / 47.5 * HOUR) - 21.5 * HOUR


def test_47_kmh_for_21_h_fall_short_of_the_rail(found):
    """X02. From Pyongyang by the direct way 835 + 236.9 + 89.4 km at the least."""
    conflict = find(found["2019-04"], "C47", "C48", reading="it set out at Pyongyang")
    least_h = (835 + 236.9 + 89.4) / 47.5
    assert conflict.miss_s == pytest.approx((least_h - 21.5) * HOUR, abs=2)
    assert any(text.startswith("length") for text in conflict.assumptions)


def test_1200_km_in_20_h_is_not_47_kmh_and_hangs_on_a_tolerance(found):
    """X03. 22.737 h against the 22 h that a tenth of slack allows: 44 min."""
    conflict = find(found["2019-04"], "C48", "C49.1", "C49.2")
    assert conflict.reading is None
    assert conflict.miss_s == int(1080 / 47.5 * HOUR) - 22 * HOUR
    # 1,080 km in 22 h ask for 49.1 km/h.
    assert any(r.text.startswith("C48 is 49.1 km/h") for r in conflict.repairs)


def test_20_hours_do_not_fit_between_the_early_hours_and_the_evening(found):
    """X05. 24 Apr 00:00 KST to 18:15 VLAT are 17 h 15 min; 18 h and 20.5 h are told.

    Were 18:00 Seoul's clock it would be an hour more: enough for C49, not for C47.
    """
    conflict = find(found["2019-04"], "C40", "C45", "C49.2")
    assert conflict.miss_s == 45 * MINUTE + 1
    assert "Vladivostok" in conflict.reading
    assert find(found["2019-04"], "C40", "C45", "C47").miss_s == 2 * HOUR + 15 * MINUTE + 1


def test_what_1200_km_imply_for_the_origin(journeys):
    """X06. By Ussuriysk at most 1,250.6 km, so a start at most 170.6 km along."""
    journey = journeys["2019-04"]
    kept = ["C41", "C49.1"]
    world = rs.worlds(take(journey, "C41", "C49"), route="via-ussuriysk")[0]
    assert not set(kept) & set(world.dropped)
    origins = rs.bounds(take(journey, "C41", "C49"), route="via-ussuriysk").origins
    route = journey.routes["via-ussuriysk"].route
    assert origins[0] == "Sunchon"
    longest_km = 877 + 240 + (route.length_km - 859.0 - 238.0)
    last_km = route.km_of(origins[-1]) * 877 / 859
    assert longest_km - last_km >= 1080


def take(journey, *ids):
    return replace(journey, reports=tuple(r for r in journey.reports if r.id in ids))


def test_seven_hours_fit_from_the_arrival_and_from_the_departure(found):
    """X07. By Vladivostok's own clock no conflict needs a reading of C46 alone."""
    for conflict in found["2019-04"]:
        if "C46" in conflict.clauses and {"C42", "C45"} >= set(conflict.clauses) - {"C46"}:
            assert "Seoul" in conflict.reading


def test_680_km_are_a_straight_line(found):
    """X08. By rail 835 + 236.9 + 89.4 = 1,161.3 km against 748: 413.3 km apart."""
    conflict = find(found["2023-09"], "C61", reading="by rail")
    assert conflict.miss_km == pytest.approx(413.3)
    assert conflict.miss_s is None
    assert any("in a straight line" in r.text for r in conflict.repairs)


def test_50_to_60_overall_clash_and_running_asks_for_standing(found):
    """X09. 877 km at 45 km/h are 19 h 29 min 20 s; C01 ends 09:00Z, C16 begins 14:00Z at
    Khasan's clock, so 29 h: 9 h 30 min 40 s of standing."""
    conflict = find(found["2023-09"], "C01", "C16", "C60", reading="over all")
    assert conflict.miss_s == 29 * HOUR - 877 / 45 * HOUR + 1
    (repair,) = [r for r in conflict.repairs if r.kind == "reading"]
    assert "stood for at least 9 h 31 min between Pyongyang and Khasan" in repair.text


def test_without_any_speed_four_hours_lie_before_the_border(held):
    """X09. C13 until 10:00Z; C16 from 14:00Z by Khasan's clock: 4 h and the second."""
    stretches = held["2023-09"].stretches
    row = stretches[
        (stretches["from_station"] == "Tumangang")
        & (stretches["to_station"] == "Friendship Bridge border")
    ].iloc[0]
    assert row["least_s"] == 4 * HOUR + 1
    assert row["least_by"] == ("C13", "C16")


def test_an_undecided_route_is_told_as_one(found):
    """X10, X11. Each statement of a goal excludes routes only as it is read."""
    for report in ("C24", "C25"):
        conflict = find(found["2023-09"], report, reading="route vladivostok")
        assert any(r.kind == "route" for r in conflict.repairs)
        assert any(r.kind == "reading" for r in conflict.repairs)
    assert find(found["2023-09"], "C33", "C34").miss_s is None


def test_seven_pm_comes_out_as_koreas(journeys):
    """X12. The zone is printed: no other is tried, that of the observers least of all."""
    table = rs.compare_zones(journeys["2023-09"])
    (row,) = table[table["report"] == "C15"].to_dict("records")
    assert (row["offset"], row["zone_known"]) == ("UTC+9", "printed")
    assert row["from"] == pd.Timestamp("2023-09-11T10:00Z")


def test_vladivostoks_six_pm_under_both_clocks(journeys):
    table = rs.compare_zones(journeys["2019-04"]).query("report == 'C45'")
    assert list(table["offset"]) == ["UTC+10", "UTC+9"]
    assert list(table["fits"]) == [True, True]
    # Both clash with C40, C48 and C49: an hour later leaves an hour more.
    assert table.iloc[0]["against"] == table.iloc[1]["against"]
    assert table.iloc[0]["miss_s"] - table.iloc[1]["miss_s"] == HOUR


def test_when_it_must_have_left_khasan_at_60(journeys):
    """X14. 234.x km at 60 km/h before 12:20 at the bridge: soon after 08:20."""
    by = {"depart": {"Khasan": "2023-09-12T08:15+10:00"}, "speed_kmh": 60, "given": ["C23"]}
    assert rs.could(journeys["2023-09"], **by).possible
    by["depart"] = {"Khasan": "2023-09-12T08:40+10:00"}
    answer = rs.could(journeys["2023-09"], **by)
    assert not answer.possible
    assert "C23" in answer.clauses


def test_ussuriysk_station_asks_for_the_longer_way(found):
    """X16. The direct way does not pass Ussuriysk."""
    conflict = find(found["2019-04"], "C44", reading="route direct")
    kinds = {r.kind for r in conflict.repairs}
    assert {"route", "reading"} <= kinds


def test_copies_are_one_witness(found):
    """X20. C16, C17 and C18 are one briefing."""
    conflict = find(found["2023-09"], "C01", "C16", "C60")
    assert conflict.copies == {"C16": ("C17", "C18")}
    named = {report for c in found["2023-09"] for report in c.reports}
    assert not named & {"C17", "C18", "C03"}


# ------------------------------------------------------------------ what each answer holds


@pytest.mark.parametrize("name", ["2019-04", "2023-09"])
def test_every_certificate_adds_up_and_every_repair_stands(found, name):
    assert found[name].is_complete
    for conflict in found[name]:
        assert sum(step.weight_s for step in conflict.certificate) == -(conflict.miss_s or 0)
        assert conflict.repairs
        assert conflict.why.endswith(".")
        for clause in conflict.clauses if conflict.miss_s is not None else ():
            assert not conflict.show_without(clause).empty


def test_worlds_drop_the_fewest_families_first(journeys):
    for journey in journeys.values():
        worlds = rs.worlds(journey)
        counts = [len(world.families_dropped) for world in worlds]
        assert counts == sorted(counts)
        assert all(world.is_consistent({}) for world in worlds)
    assert rs.worlds(journeys["2023-09"])[0].families_dropped == ()
    assert rs.worlds(journeys["2019-04"])[0].families_dropped == ("F9",)


def test_a_world_takes_in_no_more_clauses(journeys):
    for world in rs.worlds(journeys["2019-04"]):
        testimony = world.testimony
        for clause in world.dropped:
            kept = world.kept | testimony.register.clause_bits[clause]
            selection = kept | testimony.register.make_support((), world.settled.items())
            assert any(s & ~selection == 0 for s in testimony.literal_sets)


def test_where_it_was_when_the_watchers_left(held):
    place = held["2023-09"].where("2023-09-11T19:00+09:00")
    # Present at Tumangang before 10:00Z and not over the border: km 854 to 857.
    assert (place.min_km, place.max_km) == (854.0, 857.0)
    assert place.stations == ("Tumangang", "Friendship Bridge border")


def test_the_prism_narrows_towards_a_clock(held):
    times = np.array([pd.Timestamp(f"2023-09-12T{h:02d}:15Z").timestamp() for h in (0, 1, 2)])
    low, high = held["2023-09"].trace(times)
    widths = high - low
    assert widths[0] > widths[1] > widths[2]
    assert (low <= high).all()
    assert (np.diff(low) >= 0).all()


def test_as_of_hears_what_was_known(journeys):
    """Only S1 was out by Monday evening: one witness of a departure, so no clash of times.

    Its two expectations of the way (C32, C36) cannot both have come to pass.
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


def test_a_later_version_that_leaves_out_a_statement_takes_nothing_back(journeys):
    """X19. S2 drops the evening of C04, which S4 told."""
    late = rs.conflicts(journeys["2023-09"], as_of="2023-09-14T00:00Z")
    assert any("C04" in conflict.clauses for conflict in late)


def test_dropping_what_clashes_leaves_none(journeys):
    dropped = rs.conflicts(journeys["2019-04"], drop=["C47", "C48", "C49"])
    assert all(conflict.reading for conflict in dropped)
    single = rs.conflicts(journeys["2019-04"], drop=["C49.1"])
    assert not any("C49.1" in conflict.clauses for conflict in single)
    assert any("C49.2" in conflict.clauses for conflict in single)


# ------------------------------------------------------------------ empty and absurd


def test_no_reports_no_conflicts_and_no_bounds(journeys):
    journey = replace(journeys["2023-09"], reports=())
    assert rs.conflicts(journey) == ()
    (world,) = rs.worlds(journey)
    assert world.dropped == ()
    points = rs.bounds(journey).points
    assert points["arrive_earliest"].isna().all()
    place = rs.bounds(journey).where("2023-09-11T10:00Z")
    assert (place.min_km, place.max_km) == (0.0, pytest.approx(1186.4))


def test_all_reports_dropped_is_no_report(journeys):
    journey = journeys["2019-04"]
    ids = [report.id for report in journey.reports]
    assert rs.conflicts(journey, drop=ids) == ()
    assert rs.bounds(journey, drop=ids).points["depart_latest"].isna().all()


def test_an_instant_before_the_journey_is_at_its_start(held):
    place = held["2023-09"].where("2023-01-01T00:00Z")
    assert (place.min_km, place.max_km) == (0.0, 0.0)
    after = held["2023-09"].where("2024-01-01T00:00Z")
    assert after.max_km == pytest.approx(1186.4)


def test_questions_that_cannot_be_asked(journeys):
    journey = journeys["2023-09"]
    with pytest.raises(rs.ArgumentError, match="nothing is asked"):
        rs.could(journey)
    with pytest.raises(rs.ArgumentError, match="no report"):
        rs.conflicts(journey, drop=["C99"])
    with pytest.raises(rs.ArgumentError, match="give 1 to"):
        rs.bounds(journey, world=99)
    with pytest.raises(rs.ArgumentError, match="does not pass"):
        rs.could(journey, station="Khabarovsk-1", time="2023-09-12T06:00+10:00")
    with pytest.raises(rs.ArgumentError, match="speed_kmh"):
        rs.could(journey, station="Khasan", time="2023-09-12T06:00+10:00", speed_kmh=0)
    with pytest.raises(rs.ArgumentError, match="load it first"):
        rs.conflicts("2023-09")


def test_could_without_reports_is_physics_alone(journeys):
    """835 km at 50 km/h are 16.7 h: from 20:00 to 12:42 of the next day, Korean time."""
    ask = {"at": {"Pyongyang": "2023-09-10T20:00+09:00", "Khasan": "2023-09-11T13:42+10:00"}}
    exact = rs.could(journeys["2023-09"], **ask, speed_kmh=50, given=())
    assert exact.possible
    assert exact.margin_s == 0
    ask["at"]["Khasan"] = "2023-09-11T13:41+10:00"
    late = rs.could(journeys["2023-09"], **ask, speed_kmh=50, given=())
    assert not late.possible
    assert late.margin_s == -60
    assert sum(step.weight_s for step in late.steps) == -60


def test_could_it_stand_for_five_hours_where_the_stop_was_brief(journeys):
    answer = rs.could(journeys["2023-09"], station="Khasan", stand="5h")
    assert not answer.possible
    assert answer.clauses == ("C21.2",)
    assert answer.margin_s == -2 * HOUR


def test_could_answers_for_any_world_of_the_fewest_families(journeys):
    """C04 alone allows 20:00 on Sunday; with C01 in the same world it is 2 h too late."""
    journey = journeys["2023-09"]
    asked = {"station": "Pyongyang", "time": "2023-09-10T20:00+09:00"}
    assert rs.could(journey, **asked, given=["C04"]).possible
    assert not rs.could(journey, **asked).possible


def test_check_calls_impossible_what_every_mild_world_drops(journeys):
    """One witness of a crossing at noon on Sunday against all the others."""
    journey = journeys["2023-09"]
    report = journey.get_report("C16")
    clause = report.clauses[0]
    window = replace(clause.time.window, start_s=1694314800.0, end_s=1694318400.0)
    false = replace(
        report,
        id="Z1",
        family="F8",
        clauses=(
            replace(clause, time=replace(clause.time, window=window, zone_known="printed")),
        ),
    )
    table = rs.check(replace(journey, reports=(*journey.reports, false)), draws=500)
    row = table.set_index("id").loc["Z1"]
    assert row["verdict"] == "impossible"
    assert row["margin_s"] < 0
    assert "Cannot be true together with" in row["why"]


# ------------------------------------------------------------------ random journeys


@pytest.fixture
def tool(monkeypatch):
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("verify_journeys")


def test_random_journeys_true_and_false(tool, journeys):
    """A linear programme judges each conflict; the tool runs thousands of these."""
    journey = journeys["2023-09"]
    rng = np.random.default_rng(20)
    found = 0
    for truth in tool.list_truths(journey, 25, 20):
        told = tool.tell_journey(journey, truth, rng, reports=12)
        assert tool.verify_true(told) == []
        false = tool.tell_journey(journey, truth, rng, reports=12, lies=2)
        counts, faults = tool.verify_false(false)
        assert faults == []
        found += counts["found"]
    assert found > 10


def test_when_it_set_out_wherever_from(held):
    """C40: the early hours end at 21:00Z; C45 as Seoul's clock would not move them."""
    early, late = held["2019-04"].departure_s
    assert early == pd.Timestamp("2019-04-23T15:00Z").timestamp()
    assert late == pd.Timestamp("2019-04-23T20:59:59Z").timestamp()


def test_a_sum_names_every_cap_on_its_way(journeys):
    """From Khasan to Vladivostok in 1 h 45 min: both lines' caps are in the sum.

    238 - 1.1 km at 100 km/h and 89.4 at 140 are 3 h 0 min 23 s: 1 h 15 min short.
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
    told = replace(journey, reports=tuple(made))
    (conflict,) = rs.conflicts(told, route="direct")
    assert sum(step.weight_s for step in conflict.certificate) == -conflict.miss_s
    assert any("Khasan branch" in a and "Trans-Siberian" in a for a in conflict.assumptions)
    (cap,) = [r for r in conflict.repairs if r.kind == "cap"]
    kmh = float(cap.text.split("up to ")[1].split(" km/h")[0])
    # At the speed that mends it, it could; a little slower it could not.
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


def test_a_size_asked_for_is_kept(journeys):
    small = rs.conflicts(journeys["2023-09"], max_size=1)
    assert small
    assert {len(conflict.clauses) for conflict in small} == {1}
    assert small.complete_to == 1


def test_check_names_the_clash_that_hangs_on_a_reading(journeys):
    row = rs.check(journeys["2023-09"], draws=200).set_index("id").loc["C01"]
    assert row["verdict"] == "consistent"
    assert "It clashes with C06 by 6 h, if C06 read as: set out on Monday." in row["why"]


def test_more_mild_worlds_than_are_listed_leave_nothing_impossible(journeys, monkeypatch):
    """Cut short at one world, no report may be called impossible for being left out of it."""
    worlds = importlib.import_module("routesim.certain.worlds")
    checking = importlib.import_module("routesim.assessment.check")
    monkeypatch.setattr(worlds, "MOST_MILD", 1)
    worlds.list_mildest.cache_clear()
    testimony = checking.take_testimony(journeys["2019-04"])
    judge = checking.CertainJudge(testimony)
    worlds.list_mildest.cache_clear()
    assert not worlds.list_mildest(testimony).is_complete
    worlds.list_mildest.cache_clear()
    assert judge.worlds == ()
