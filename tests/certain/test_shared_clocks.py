"""Sources with one clock: one choice of its setting for all their reports."""

import numpy as np
import pandas as pd
import pytest

import routesim as rs
from routesim.certain.open_choices import OPEN_KINDS
from tests.support.feeds import (
    EAST,
    FEED,
    STOPS,
    SWIFT,
    WEST,
    build_feed,
    write_clock,
    write_sighting,
)
from tests.support.journeys import write_family, write_report

HOUR = 3600
FACE = "all clocks of feed are read in the zones of the file"
PYONGYANG = "all clocks of feed are Pyongyang's"
KHASAN_LINE = {name: STOPS[name] for name in ("Khasan", "Makhalino")}
"""Stops on one side of the border only: read in any one zone, they contradict nothing."""

STEADY = {
    "Hongui": ("depart", "07:00", WEST),
    "Tumangang": ("depart", "07:10", WEST),
    "Khasan": ("arrive", "07:16", EAST),
    "Makhalino": ("arrive", "07:57", EAST),
}
"""Times of a run at 60 km/h without stops, by Pyongyang's clock: 9.5, 14.5 and 55.5 km."""


def read_settings(journey):
    return rs.worlds(journey)[0].problem.register.choices[FEED].options


def read_arrival(journey, station="Khasan", **options):
    frame = rs.bounds(journey, **options).to_frame().set_index("station")
    return tuple(frame.loc[station, ["arrive_earliest", "arrive_latest"]])


# ---------------------------------------------------------------- conflicts


def test_one_wrong_zone_is_one_conflict():
    """Tumangang from 08:00 UTC+9; Khasan before 08:31 UTC+10, which is 07:31 UTC+9.

    Khasan is 5.0 km further on, or 4.5 to 5.5 km since posts are to the kilometre; 4.5 km take
    162 s at the cap of 100 km/h. The sum misses by 29 min and 162 s and by the one second of a
    half-open minute. To Makhalino (before 08:11 UTC+9) it misses by less.
    """
    (conflict,) = rs.conflicts(build_feed(STOPS))
    assert conflict.clauses == ("Khasan", "Tumangang")
    assert conflict.variants == (("Makhalino", "Tumangang"),)
    assert conflict.reading == FACE
    assert conflict.similar == ("for 1 other set of reports, which is not listed singly",)
    zones = [repair for repair in conflict.repairs if repair.kind == "zone"]
    assert [repair.text for repair in zones] == [
        PYONGYANG,
        "all clocks of feed are Vladivostok's",
    ]
    assert {repair.clauses for repair in zones} == {("Khasan", "Tumangang")}


def test_an_error_of_the_feed_itself_is_another_conflict():
    """Makhalino from 09:10:00 to Gvozdevo by 09:15:59 are 359 s.

    Their posts are at least 11 km apart (12 km, each to half a kilometre): 396 s at the cap of
    100 km/h. The miss of 37 s is the same in every zone.
    """
    own, clock = rs.conflicts(build_feed(SWIFT))
    assert (own.clauses, own.miss_s, own.reading) == (("Gvozdevo", "Makhalino"), 37, None)
    assert (clock.reading, len(clock.variants)) == (FACE, 2)


def test_conflicts_that_different_settings_resolve_are_listed_singly():
    """The paper saw it at Khasan a day later: one day resolves this, but no zone does.

    A day later, the arrival at 08:30 UTC+10 lies within the sighting, 08:00 to 09:00 UTC+10.
    """
    seen = write_sighting("P", "Khasan", "2024-05-03T07:00+09:00", "2024-05-03T08:00+09:00")
    listed = rs.conflicts(build_feed(STOPS, seen))
    at_face = [conflict for conflict in listed if conflict.reading == FACE]
    resolutions = {
        "P" in conflict.clauses: {r.names[0] for r in conflict.repairs if r.kind == "zone"}
        for conflict in at_face
    }
    assert len(at_face) == 2
    assert PYONGYANG in resolutions[False]
    assert PYONGYANG not in resolutions[True]
    assert "all times of feed are 1 day later than stated" in resolutions[True]


# ---------------------------------------------------------------- worlds


def test_one_reading_of_the_clock_reconciles_all_stops():
    """The zone of the source comes first. Any one zone for all clocks would do as well."""
    worlds = rs.worlds(build_feed(STOPS))
    assert (worlds[0].dropped, worlds[0].changed) == ((), ((FEED, 1),))
    assert worlds[0].readings == (PYONGYANG,)
    assert [world.changed for world in worlds if not world.dropped] == [
        ((FEED, 1),),
        ((FEED, 2),),
    ]


def test_the_changed_clock_counts_once():
    """With each clock by its place, two stops must be read in another zone instead."""
    by_place = rs.worlds(build_feed(STOPS, clock="place"))[0]
    assert [choice for choice, _ in by_place.changed] == ["Khasan:zone", "Makhalino:zone"]
    first = rs.worlds(build_feed(SWIFT))[0]
    assert (first.dropped, first.changed) == (("Gvozdevo",), ((FEED, 1),))


def test_a_report_of_another_source_decides_which_zone_it_is():
    """At Khasan from 08:20 to 08:40 UTC+9: only Pyongyang's clock and 1 h later agree."""
    seen = write_sighting("P", "Khasan", "2024-05-02T08:20+09:00", "2024-05-02T08:40+09:00")
    mild = [world for world in rs.worlds(build_feed(STOPS, seen)) if not world.dropped]
    assert [world.readings for world in mild] == [(PYONGYANG,)]


def test_a_clock_may_be_off_by_a_day():
    """On one side of the border all zones agree, so only the day is wrong."""
    seen = write_sighting("P", "Khasan", "2024-05-03T08:00+10:00", "2024-05-03T08:45+10:00")
    first, *_ = rs.worlds(build_feed(KHASAN_LINE, seen))
    assert first.readings == ("all times of feed are 1 day later than stated",)
    assert first.dropped == ()


# ---------------------------------------------------------------- the settings


def test_times_are_moved_only_if_another_clock_is_there_to_compare():
    zones = (FACE, PYONGYANG, "all clocks of feed are Vladivostok's")
    assert read_settings(build_feed(STOPS)) == zones
    seen = write_sighting("P", "Khasan", "2024-05-02T08:20+09:00", "2024-05-02T08:40+09:00")
    assert read_settings(build_feed(STOPS, seen)) == (
        *zones,
        "all times of feed are 1 day earlier than stated",
        "all times of feed are 1 day later than stated",
        "all times of feed are 1 h earlier than stated",
        "all times of feed are 1 h later than stated",
        "all times of feed are 2 h earlier than stated",
        "all times of feed are 2 h later than stated",
    )


def test_settings_with_the_same_windows_are_one():
    """All stops are in Vladivostok's zone, and Pyongyang's clock is 1 h later there."""
    seen = write_sighting("P", "Khasan", "2024-05-02T08:20+09:00", "2024-05-02T08:40+09:00")
    texts = read_settings(build_feed(KHASAN_LINE, seen))
    assert texts[:2] == (FACE, PYONGYANG)
    assert "all clocks of feed are Vladivostok's" not in texts
    assert "all times of feed are 1 h later than stated" not in texts
    assert len(texts) == 7


def test_a_clock_with_one_possible_setting_is_no_choice():
    journey = build_feed(KHASAN_LINE, zone=EAST)
    assert FEED not in rs.worlds(journey)[0].problem.register.choices


def test_all_kinds_of_times_share_the_clock():
    """A "not yet" and an order move too, although they have no zone of their own to choose."""
    said = {"said": [{"source": "feed", "lines": "1"}], "family": "more"}
    zone = {"zone": EAST, "zone_known": "assumed"}
    waiting = {"kind": "not_yet", "event": "arrive", "place": "Makhalino"}
    waiting |= {"as_of": "2024-05-02 09:00", **zone}
    first = {"what": "the whistle", "when": "2024-05-02 08:00", **zone}
    order = {"kind": "order", "first": first, "then": {"event": "arrive", "place": "Makhalino"}}
    journey = build_feed(
        KHASAN_LINE,
        write_family("more"),
        write_report("N", waiting, **said),
        write_report("O", order, **said),
    )
    problem = rs.worlds(journey)[0].problem
    for name in ("N", "O"):
        (clause,) = problem.find_distinct_report(name).clauses
        assert [variant.taken for variant in clause.variants] == [((FEED, 0),), ((FEED, 1),)]
        early, late = (variant.clause.time.window.start_s for variant in clause.variants)
        assert late - early == HOUR


# ---------------------------------------------------------------- bounds, questions and zones


def test_an_unchanged_clock_is_read_as_in_the_file():
    """No conflict asks for another zone, so Khasan is reached in the minute from 08:30 UTC+10.

    If each clock is that of its place, the zone of the publisher stays possible: an hour later.
    """
    minute = pd.Timestamp("2024-05-01T22:30Z"), pd.Timestamp("2024-05-01T22:30:59Z")
    assert "zone" in OPEN_KINDS
    assert read_arrival(build_feed(KHASAN_LINE)) == minute
    assert read_arrival(build_feed(KHASAN_LINE, clock="place"))[1] - minute[1] == pd.Timedelta(
        "1h"
    )


def test_bounds_hold_with_the_changed_clock():
    """08:30 by Pyongyang's clock is 23:30 UTC. In world 1 all clocks are Pyongyang's."""
    early, late = read_arrival(build_feed(STOPS), world=1)
    assert early == pd.Timestamp("2024-05-01T23:30Z")
    assert late == pd.Timestamp("2024-05-01T23:30:59Z")


def test_a_question_is_answered_with_the_changed_clock():
    """By Pyongyang's clock it was at Khasan from 08:30 UTC+9, but as in the file from 07:30."""
    seen = write_sighting("P", "Khasan", "2024-05-02T08:20+09:00", "2024-05-02T08:40+09:00")
    journey = build_feed(STOPS, seen)
    asked = {hour: f"2024-05-02T{hour}+09:00" for hour in ("07:45", "08:30")}
    possible = {
        hour: rs.could(journey, station="Khasan", time=time).possible
        for hour, time in asked.items()
    }
    assert possible == {"07:45": False, "08:30": True}


def test_each_clock_is_read_in_each_setting_of_the_source():
    frame = rs.compare_zones(build_feed(STOPS)).to_frame()
    khasan = frame[frame["report"] == "Khasan"]
    assert khasan[["offset", "zone_known", "fits"]].to_numpy().tolist() == [
        ["UTC+10", "assumed", False],
        ["UTC+9", "alternative", True],
    ]
    # Hongui contradicts nothing by itself, but it is read like all others of the feed.
    hongui = frame[frame["report"] == "Hongui"]
    assert hongui["fits"].tolist() == [False, True]


def test_the_sampler_weighs_the_settings_of_the_clock():
    """All stops agree by Pyongyang's clock (Khasan 22:16 UTC) or Vladivostok's (21:16 UTC).

    As in the file, at least two stops would be wrong. Nothing prefers one of the two zones.
    """
    journey = build_feed(STEADY)
    post = rs.condition(journey, draws=200, particles=200, reliability=0.99)
    off = read_minutes(post, "2024-05-01T22:16Z")
    assert ((np.abs(off) < 10) | (np.abs(off + 60) < 10)).mean() > 0.95
    assert min(chance.mean() for chance in post.right.values()) > 0.9
    routes = rs.compare_routes(journey, particles=200)
    assert routes["probability"].tolist() == [pytest.approx(1.0)]
    last = rs.track_routes(journey, reliabilities=(0.95,)).steps[-1]
    assert (last.step, last.probabilities) == (4, (pytest.approx(1.0),))


def test_another_source_decides_in_the_sampler_too():
    """Seen at Khasan from 07:06 to 07:26 UTC+9, as only Pyongyang's clock says."""
    seen = write_sighting("P", "Khasan", "2024-05-02T07:06+09:00", "2024-05-02T07:26+09:00")
    journey = build_feed(STEADY, seen)
    post = rs.condition(journey, draws=200, particles=200, reliability=0.99)
    assert (np.abs(read_minutes(post, "2024-05-01T22:16Z")) < 10).mean() > 0.95
    assert min(chance.mean() for chance in post.right.values()) > 0.9


def read_minutes(post, moment):
    """Return by how much each draw reaches Khasan after a moment, in minutes."""
    arrive_s = post.get_arrivals(post.route.index_of("Khasan"))
    return (arrive_s - pd.Timestamp(moment).timestamp()) / 60


# ---------------------------------------------------------------- copies and printed zones


def test_copies_share_a_clock_only_if_their_source_decides():
    """The paper is no feed: its clock is that of the place, which leaves no choice here."""
    clause = {"kind": "arrive", "place": "Khasan", "when": "2024-05-02 08:30"}
    clause |= {"zone": EAST, "zone_known": "assumed"}
    said = {
        name: [{"source": source, "lines": "1"} for source in sources]
        for name, sources in {
            "A": ("feed",),
            "B": ("paper",),
            "C": ("paper", "feed"),
            "D": ("feed", "paper"),
        }.items()
    }
    reports = [write_report(n, clause, said=s, family="same") for n, s in said.items()]
    journey = build_feed(KHASAN_LINE, write_family("same"), *reports)
    problem = rs.worlds(journey)[0].problem
    members = {distinct.id: distinct.members for distinct in problem.distinct_reports}
    assert (members["A"], members["B"]) == (("A", "C", "D"), ("B",))
    assert [choice.id for choice in problem.find_distinct_report("D").choices] == [FEED]
    assert [choice.id for choice in problem.find_distinct_report("B").choices] == []


def test_a_printed_zone_is_not_moved():
    printed = write_clock("Gvozdevo", "arrive", "09:40", EAST, zone_known="printed")
    journey = build_feed(KHASAN_LINE, printed)
    distinct = rs.worlds(journey)[0].problem.find_distinct_report("Gvozdevo")
    assert distinct.choices == ()
    # It is a time of another clock, so the shared clock may be off by days or hours as well.
    assert len(read_settings(journey)) > 2
