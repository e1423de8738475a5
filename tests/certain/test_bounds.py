"""Bounds of the bundled journeys: earliest and latest times of passages."""

from dataclasses import replace

import pandas as pd
import pytest

import routesim as rs

pytestmark = pytest.mark.slow

HOUR = 3600


def test_afternoon_and_evening_overlap_from_17_to_18(held):
    """X01, third part: C01 ends at 18:00 KST = 09:00Z, C04 begins at 17:00 KST = 08:00Z."""
    points = held["2023-09"].to_frame().iloc[0]
    assert points["depart_earliest"] == pd.Timestamp("2023-09-10T08:00Z")
    assert points["depart_latest"] == pd.Timestamp("2023-09-10T08:59:59Z")
    assert points["depart_earliest_by"] == ("C04",)
    assert points["depart_latest_by"] == ("C01",)


def test_a_distance_of_1200_km_bounds_the_origin(journeys):
    """X06. 1,080 km of at most 1,250.6 by Ussuriysk: the origin is at most at km 170.6."""
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


def test_four_hours_between_tumangang_and_the_border_without_any_speed(held):
    """X09. C13 ends at 10:00Z, C16 begins at 14:00Z by Khasan's clock: 4 h and 1 s."""
    stretches = held["2023-09"].stretches()
    row = stretches[
        (stretches["from_station"] == "Tumangang")
        & (stretches["to_station"] == "Friendship Bridge border")
    ].iloc[0]
    assert row["least_s"] == 4 * HOUR + 1
    assert row["least_by"] == ("C13", "C16")


def test_without_reports_there_are_no_conflicts_and_no_bounds(journeys):
    journey = replace(journeys["2023-09"], reports=())
    assert list(rs.conflicts(journey)) == []
    worlds = rs.worlds(journey)
    assert [world.route for world in worlds] == list(journey.routes)
    assert all(world.why == "every report at face value" for world in worlds[:1])
    assert all(world.is_best and not world.dropped for world in worlds)
    points = rs.bounds(journey).to_frame()
    assert points["arrive_earliest"].isna().all()
    place = rs.bounds(journey).where("2023-09-11T10:00Z")
    assert (place.min_km, place.max_km) == (0.0, pytest.approx(1186.4))


def test_dropping_all_reports_leaves_no_bounds(journeys):
    journey = journeys["2019-04"]
    ids = [report.id for report in journey.reports]
    assert list(rs.conflicts(journey, drop=ids)) == []
    assert rs.bounds(journey, drop=ids).to_frame()["depart_latest"].isna().all()


def test_the_departure_is_bounded_over_all_origins(held):
    """C40: the early hours end at 21:00Z. Reading C45 by Seoul's clock does not change that."""
    early, late = held["2019-04"].departure_s
    assert early == pd.Timestamp("2019-04-23T15:00Z").timestamp()
    assert late == pd.Timestamp("2019-04-23T20:59:59Z").timestamp()
