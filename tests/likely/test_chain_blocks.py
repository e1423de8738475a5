"""Moves of amounts in blocks, on a journey that may start at one of several places."""

import numpy as np
import pytest

import routesim as rs
from routesim.certain import build_problem
from routesim.journey import lay_plan, make_stream
from routesim.likely.chain.moves import AmountMove, DateMove
from routesim.likely.journey_target import JourneyTarget
from routesim.likely.likelihood import build_likelihood


@pytest.fixture(scope="module")
def target():
    journey = rs.load_journey("2019-04")
    likelihood = build_likelihood(journey, build_problem(journey).distinct_reports)
    return JourneyTarget((lay_plan(journey),), likelihood)


@pytest.fixture
def state(target):
    stream = make_stream(1, "state")
    drawn = target.draw(stream, 300)
    target.refresh(drawn, target.observe(drawn), 1.0, stream)
    return drawn


def test_moves_keep_the_likelihood_of_each_unit_up_to_date(target, state):
    # Regression: an amount before the origin does not count, so its trade with a later one
    # moves all later events. And a departure between two places depends on the departure.
    moves = [m for m in target.list_moves(make_stream(2, "moves")) if isinstance(m, AmountMove)]
    assert len(moves) == 5
    for move in moves:
        move.start_stage(state, 1.0)
        for _ in range(20):
            move.make(state, 1.0)
            assert state["units"] == pytest.approx(target.weigh_state(state, 1.0), abs=1e-6)


def test_a_date_move_leaves_the_last_event_where_it_is(target, state):
    # Regression: an amount before the origin was traded, which moves later events instead.
    move = DateMove(target, make_stream(3, "moves"))
    move.start_stage(state, 1.0)
    before = target.model.find_times(state, 0)[0][-1]
    for _ in range(50):
        move.make(state, 1.0)
    after = target.model.find_times(state, 0)[0][-1]
    assert after == pytest.approx(before, abs=1e-6)
    # All events of the chain move but the first and the last, so some amounts did change.
    assert not np.allclose(target.model.find_times(state, 0)[0][-3], before)
