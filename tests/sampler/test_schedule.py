"""The schedule of moves."""

import numpy as np
import pytest

from routesim.journey import make_stream
from routesim.sampler.schedule import EVEN_SHARE, MoveSchedule
from routesim.sampler.target import Move


@pytest.fixture
def schedule(narrow):
    return MoveSchedule(narrow, make_stream(1, "schedule"))


@pytest.fixture
def state(narrow):
    return narrow.draw(make_stream(2, "state"), 512)


class NoMove(Move):
    """Leaves all particles as they are."""

    def make(self, _state, _beta):
        return 0.0


def test_every_move_is_tried_first(schedule, state):
    assert schedule._find_chances(adapt=True) == pytest.approx(0.25)
    schedule.run(state, 0.0, count=4, adapt=True)
    assert schedule.tried.tolist() == [1.0] * 4


def test_moves_with_more_progress_are_more_probable(schedule, state):
    schedule.moves = (*schedule.moves, NoMove())
    schedule.tried = np.zeros(5)
    schedule.run(state, 0.0, count=60, adapt=True)
    chances = schedule._find_chances(adapt=False)
    assert chances.sum() == pytest.approx(1.0)
    # A move without progress keeps its part of the even share.
    assert chances[4] == pytest.approx(EVEN_SHARE / 5)
    assert schedule.gone[4].tolist() == [0.0] * 3
    # From the prior with a full step each number is drawn anew: its squared distance is 2.
    assert schedule.gone[3] == pytest.approx(2.0, abs=1.0)
    assert schedule.gone[0][1:].tolist() == [0.0, 0.0]


def test_moves_of_slow_quantities_are_preferred(schedule, state):
    schedule.run(state, 0.0, count=40, adapt=True)
    schedule.priority = np.array([1.0, 0.0, 0.0])
    chances = schedule._find_chances(adapt=False)
    assert min(chances[0], chances[3]) > 0.2
    assert chances[1:3] == pytest.approx(EVEN_SHARE / 4)


def test_without_adapting_nothing_is_remembered(schedule, state):
    before = state["x"].copy()
    schedule.run(state, 0.0, count=8, adapt=False)
    assert not schedule.tried.any()
    assert [move.steps[0] for move in schedule.moves] == [1.0] * 4
    assert (state["x"] != before).any()


def test_a_move_is_prepared_before_it_is_made_first_in_a_stage(schedule, state):
    schedule.run(state, 0.5, count=8, adapt=True)
    assert [move.stages for move in schedule.moves] == [0] * 4
    schedule.start_stage()
    assert [move.stages for move in schedule.moves] == [0] * 4
    # Of 60 moves, each of the four kinds is made at least once.
    schedule.run(state, 0.5, count=60, adapt=True)
    assert [move.stages for move in schedule.moves] == [1] * 4
