"""States of particles, and step sizes."""

import numpy as np
import pytest

from routesim.sampler.target import (
    LEAST_STEP,
    Steps,
    count_particles_in,
    join_states,
    take_particles,
)


def test_states_are_cut_and_joined_along_the_particles():
    state = {"x": np.arange(6.0).reshape(2, 3), "y": np.arange(3)}
    assert count_particles_in(state) == 3
    front, back = take_particles(state, slice(1)), take_particles(state, np.array([2, 1]))
    assert back["x"].tolist() == [[2.0, 1.0], [5.0, 4.0]]
    whole = join_states([front, back])
    assert whole["x"].tolist() == [[0.0, 2.0, 1.0], [3.0, 5.0, 4.0]]
    assert whole["y"].tolist() == [0, 2, 1]


def test_a_step_grows_if_the_acceptance_rate_is_high():
    steps = Steps(2)
    # The target rate is 0.3: the factor is exp(0.1 - 0.3) = 0.8187, and the step at most 1.
    steps.adapt(0, 0.1)
    assert steps[0] == pytest.approx(np.exp(-0.2))
    assert steps[1] == 1.0
    steps.adapt(0, 0.9)
    assert steps[0] == 1.0
    for _ in range(100):
        steps.adapt(1, 0.0)
    assert steps[1] == LEAST_STEP
