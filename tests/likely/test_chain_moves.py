"""Every move of a chain leaves its target unchanged, also with several possible origins."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

import routesim as rs
from routesim.journey import make_stream
from routesim.likely.journey_target import JourneyTarget
from routesim.likely.moves.amount_moves import AmountMove
from routesim.likely.moves.part_moves import PartMove
from tests.support.calibration_cases import CASES
from tests.support.simulated_reports import build_case_likelihood
from tests.support.targets import make_target

PARTICLES, MOVES = 4000, 120


class WithoutReports(JourneyTarget):
    """A target whose reports say nothing, so that all moves must leave the prior unchanged."""

    def weigh_state(self, state, _beta, units=None):
        count = self.unit_count if units is None else len(units)
        return np.zeros((count, state["z"].shape[1]))


def make_prior(name):
    case = CASES[name]
    _, reports = case.draw_reports(make_stream(1, "reports"))
    return WithoutReports(case.layouts, build_case_likelihood(case, reports))


def draw_state(target, name, count=PARTICLES):
    stream = make_stream(1, name)
    state = target.draw(stream, count)
    target.refresh(state, target.observe(state), 1.0, stream)
    state["units"] = target.weigh_state(state, 1.0)
    return state


def list_values(target, state):
    """List unknowns, amounts, times and mean slacks; times before the origin are 0."""
    times = target.model.find_times(state, 0)[0]
    rows = [state["z"], state["amounts"], np.nan_to_num(times), state["mean"]]
    return [row for part in rows for row in part]


@pytest.mark.slow
@pytest.mark.parametrize("case", ["clocks", "origins", "mixed"])
def test_moves_leave_the_prior_unchanged(case):
    target = make_prior(case)
    others = list_values(target, draw_state(target, "others"))
    start = draw_state(target, "moved")
    unlikely = {}
    for number, move in enumerate(target.list_moves(make_stream(1, "moves"))):
        state = {name: values.copy() for name, values in start.items()}
        move.start_stage(state, 1.0)
        for _ in range(MOVES):
            move.make(state, 1.0)
        values = list_values(target, state)
        p_values = [
            ks_2samp(one, two, method="asymp").pvalue
            for one, two in zip(values, others, strict=True)
        ]
        unlikely[f"{type(move).__name__} {number}"] = min(p_values) * len(p_values)
    assert min(unlikely.values()) > 1e-3, unlikely


@pytest.mark.parametrize("journey", ["2019-04", "2023-09"])
def test_moves_keep_the_likelihood_of_each_unit_up_to_date(journey):
    # Regression: an amount before the origin does not count, so its trade with a later one
    # moves all later events. And a departure between two places depends on the departure.
    target = make_target(rs.load_journey(journey))
    state = draw_state(target, "state", 300)
    for move in target.list_moves(make_stream(2, "moves")):
        if not isinstance(move, AmountMove | PartMove):
            continue
        move.start_stage(state, 1.0)
        for _ in range(20):
            move.make(state, 1.0)
            assert state["units"] == pytest.approx(target.weigh_state(state, 1.0), abs=1e-6)
