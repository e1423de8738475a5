"""What-if scenarios, and comparisons of their windows."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

import routesim as rs
from tests.support.journeys import load_bundled


@pytest.fixture(scope="module")
def journey():
    return load_bundled()["2019-04"]


def test_the_base_is_not_changed(journey):
    before = journey.plan
    rs.what_if(journey, speed_kmh=(50, 60), dwell={"Khasan": "1h"}, drop=["C47"])
    assert journey.plan is before
    assert journey.changes == ()
    assert len(journey.reports) == 15


def test_a_speed_range_holds_on_every_line(journey):
    changed = rs.simulate(rs.what_if(journey, speed_kmh=(50, 60)), draws=200)
    assert changed.running_mps
    for speed in changed.running_mps.values():
        assert speed.min() * 3.6 >= 50 - 1e-9
        assert speed.max() * 3.6 <= 60 + 1e-9


def test_a_speed_by_line_leaves_other_lines_unchanged(journey):
    base = rs.simulate(journey, draws=200)
    changed = rs.simulate(rs.what_if(journey, speed_kmh={"Khasan branch": 50}), draws=200)
    assert np.allclose(changed.running_mps["Khasan branch"] * 3.6, 50)
    assert np.array_equal(changed.running_mps["Pyongra"], base.running_mps["Pyongra"])
    assert np.array_equal(changed.departure_s, base.departure_s)


def test_khasan_at_1140_reaches_vladivostok_by_six_on_the_direct_route(journey):
    """18:00 local is much more likely on the direct route than via Ussuriysk.

    The 371.6 km via Ussuriysk with a reversal there need over 60 km/h. The mean speed on the
    branch is 40 to 70 km/h, so less than a third of the draws are that fast; with a fast main
    line, and little standing, it is fewer than one in ten.
    """
    six = datetime(2019, 4, 24, 18, tzinfo=timezone(timedelta(hours=10)))
    by_six = {}
    for route in journey.routes:
        changed = rs.what_if(
            journey, departure={"Khasan": "2019-04-24T11:40+10:00"}, route=route
        )
        arrive_s = rs.simulate(changed, draws=20_000).arrive_s[:, -1]
        by_six[route] = (arrive_s < six.timestamp()).mean()
    # Shares of 20,000 draws err by at most 0.4 %.
    assert 0.15 < by_six["direct"] < 0.95
    assert by_six["via-ussuriysk"] < 0.1


def test_a_departure_on_the_way_leaves_earlier_passages_empty(journey):
    changed = rs.what_if(journey, departure={"Khasan": "2019-04-24T11:40+10:00"})
    windows = rs.simulate(changed, draws=50).windows().set_index(["station", "visit"])
    assert windows.loc[("Tumangang", 1), "share"] == 0
    assert windows.loc[("Khasan", 1), "depart_p05"] == windows.loc[("Khasan", 1), "depart_p95"]


def test_a_departure_can_be_a_pair_of_datetimes(journey):
    start = datetime(2019, 4, 24, 0, tzinfo=timezone(timedelta(hours=9)))
    changed = rs.what_if(journey, departure=(start, start + timedelta(hours=2)))
    departures = rs.simulate(changed, draws=500).departure_s
    assert departures.min() >= start.timestamp()
    assert departures.max() <= start.timestamp() + 7200


def test_a_dwell_adds_a_stop_and_zero_removes_it(journey):
    added = rs.simulate(rs.what_if(journey, dwell={"Chongjin": "30min"}), draws=50)
    index = added.route.index_of("Chongjin")
    assert set(added.dwell_s[index]) == {1800.0}
    removed = rs.simulate(rs.what_if(journey, dwell={"Khasan": 0}), draws=50)
    assert removed.route.index_of("Khasan") not in removed.dwell_s


def test_a_reversal_stays_a_stop_without_dwell(journey):
    changed = rs.simulate(rs.what_if(journey, dwell={"Ussuriysk": 0}), draws=50)
    assert set(changed.dwell_s[changed.route.index_of("Ussuriysk")]) == {0.0}


def test_compare_windows_gives_the_shift(journey):
    """One more hour at Khasan delays all later arrivals by one hour in every draw."""
    base = rs.what_if(journey, dwell={"Khasan": "1h"})
    later = rs.what_if(journey, dwell={"Khasan": "2h"})
    compared = rs.compare_windows(rs.simulate(base, draws=300), rs.simulate(later, draws=300))
    shift = compared.to_frame().set_index("station")["shift_s"]
    assert shift["Khasan"] == 0
    assert shift["Vladivostok"] == pytest.approx(3600, abs=1)


def test_compare_windows_of_two_routes_keeps_common_passages(journey):
    direct = rs.simulate(journey, draws=50, route="direct")
    longer = rs.simulate(journey, draws=50, route="via-ussuriysk")
    stations = set(rs.compare_windows(longer, direct).to_frame()["station"])
    assert "Ussuriysk" not in stations
    assert {"Khasan", "Vladivostok"} <= stations


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"speed_kmh": 0}, rs.ArgumentError, "0 km/h cannot be"),
        ({"speed_kmh": (60, 50)}, rs.ArgumentError, "60 to 50 km/h is no range"),
        ({"speed_kmh": {"Circle": 50}}, rs.UnknownNameError, "Circle"),
        ({"departure": "2019-04-24T11:40"}, rs.TimeError, "has no zone"),
        ({"departure": {"Seoul": "2019-04-24T11:40Z"}}, rs.UnknownNameError, "Seoul"),
        ({"departure": {"Belogorsk": "2019-04-24T11:40Z"}}, rs.ArgumentError, "does not pass"),
        ({"departure": {"Vladivostok": "2019-04-24T11:40Z"}}, rs.ArgumentError, "ends"),
        ({"departure": {}}, rs.ArgumentError, "names 0 places"),
        ({"dwell": {"Khasan": "-1h"}}, rs.TimeError, "is not a duration"),
        ({"dwell": {"Belogorsk": "1h"}}, rs.ArgumentError, "no route of the journey passes"),
        ({"speed_kmh": "50:60"}, rs.ArgumentError, "'50:60' cannot be"),
        ({"speed_kmh": (50, 55, 60)}, rs.ArgumentError, "cannot be"),
        ({"dwell": "Khasan"}, rs.ArgumentError, "dwell: cannot be 'Khasan'"),
        ({"dwell": {"Khasan": 60}}, rs.TimeError, "60 has no unit"),
        ({"route": "north"}, rs.UnknownNameError, "north"),
        ({"drop": ["C01"]}, rs.UnknownNameError, "C01"),
    ],
)
def test_bad_changes_are_refused(journey, change, error, words):
    with pytest.raises(error, match=words):
        rs.what_if(journey, **change)


def test_an_id_is_not_a_journey():
    for call in (rs.what_if, rs.simulate, rs.check):
        with pytest.raises(rs.ArgumentError, match="load it first"):
            call("2023-09")


def test_a_stop_of_either_ensemble_is_compared(journey):
    longer = rs.what_if(journey, dwell={"Hamhung": "1h"})
    compared = rs.compare_windows(rs.simulate(journey, draws=50), rs.simulate(longer, draws=50))
    assert "Hamhung" in set(compared.to_frame()["station"])
    assert repr(compared).startswith("<WindowComparison 2019-04: ")
    every = rs.compare_windows(compared.base, compared.changed, every=True)
    assert len(every.to_frame()) == len(every.to_dict()["windows"])
    assert every.to_dict() == compared.to_dict()
