"""Certain positions: the kilometres between which the train must have been."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest


def test_the_position_when_the_observers_left(held):
    place = held["2023-09"].where("2023-09-11T19:00+09:00")
    # At Tumangang until 10:00Z, and not yet over the border: km 854 to 857.
    assert (place.min_km, place.max_km) == (854.0, 857.0)
    assert place.stations == ("Tumangang", "Friendship Bridge border")


def test_the_position_narrows_towards_a_reported_clock(held):
    times = np.array([pd.Timestamp(f"2023-09-12T{h:02d}:15Z").timestamp() for h in (0, 1, 2)])
    low, high = held["2023-09"].trace(times)
    widths = high - low
    assert widths[0] > widths[1] > widths[2]
    assert (low <= high).all()
    assert (np.diff(low) >= 0).all()


def test_before_the_journey_the_position_is_the_origin(held):
    place = held["2023-09"].where("2023-01-01T00:00Z")
    assert (place.min_km, place.max_km) == (0.0, 0.0)
    after = held["2023-09"].where("2024-01-01T00:00Z")
    assert after.max_km == pytest.approx(1186.4)


@pytest.fixture(scope="module", params=["2019-04", "2023-09"])
def solved(request, held):
    """Some cases of a bundled journey: the first and the last ones, from different origins."""
    every = held[request.param].solved
    return (*every[:2], *every[-2:])


def test_positions_agree_with_the_times_of_passage(solved):
    """A place is in reach at its earliest arrival, and one second before but for that second.

    At the latest departure the train may still be there. In the second before an arrival it
    runs at most the kilometres of the section over its least running time.
    """
    for case in solved:
        km = case.case.line.route.passage_km[case.case.origin :]
        second_km = np.diff(km) / case.run_s
        arrive_early, depart_late = case.earliest_s[1::2], case.latest_s[2::2]
        for k in range(1, len(km)):
            before, then = (case.bound_km(arrive_early[k] - lapse)[1] for lapse in (1, 0))
            assert then >= km[k] - 1e-9
            assert before >= km[k] - second_km[k - 1] - 1e-9
            if np.isfinite(depart_late[k - 1]):
                assert case.bound_km(depart_late[k - 1])[0] <= km[k - 1] + 1e-9


def test_positions_hold_on_every_schedule(solved):
    """All events at their earliest or at their latest times are schedules.

    So is the earlier of each latest time and of the earliest one plus a constant, and the
    later of each earliest time and of the latest one minus a constant.
    """
    draws = np.random.default_rng(0)
    for case in solved:
        km = case.case.line.route.passage_km[case.case.origin :]
        early, late = case.earliest_s, case.latest_s
        for shift_s in draws.integers(0, 100_000, 5):
            for times in (np.minimum(late, early + shift_s), np.maximum(early, late - shift_s)):
                for k, share in enumerate(draws.uniform(size=len(km) - 1)):
                    # At even speed from one passage to the next.
                    depart, arrive = times[2 + 2 * k], times[3 + 2 * k]
                    if np.isfinite(depart) and np.isfinite(arrive):
                        at_km = km[k] + share * (km[k + 1] - km[k])
                        low, high = case.bound_km(depart + share * (arrive - depart))
                        assert low - 1e-6 <= at_km <= high + 1e-6


def test_only_the_two_ends_of_a_time_are_known(solved):
    with pytest.raises(KeyError, match="late"):
        solved[0].get_times("late")


def test_a_section_without_a_least_running_time_is_passed_at_once(solved):
    """If each kilometre may be 1,000 km off, all passages may be at one place."""
    one = solved[0]
    line = one.case.line
    case = replace(one.case, line=replace(line, slack_km=np.full_like(line.slack_km, 1000.0)))
    loose = replace(one, case=case)
    assert not loose.run_s.any()
    km = line.route.passage_km[case.origin :]
    depart_early, arrive_late = loose.earliest_s[2], loose.latest_s[3]
    assert loose.bound_km(depart_early)[1] == km[1]
    assert loose.bound_km(arrive_late)[0] == km[0]
