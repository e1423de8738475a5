import dataclasses

import numpy as np
import pytest

from routesim.errors import ArgumentError
from routesim.kinematics import Train


def test_defaults_and_conversion():
    train = Train(length_m=250, max_speed_mps=np.float32(20))
    assert train.length_m == 250.0
    assert isinstance(train.length_m, float)
    assert type(train.max_speed_mps) is float
    assert train.startup_delay_s == 0.0


def test_is_frozen_and_keyword_only():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Train().length_m = 3.0
    with pytest.raises(TypeError):
        Train(400.0)


def test_reports_all_faults():
    with pytest.raises(ArgumentError) as caught:
        Train(
            length_m=-1,
            mass_kg=float("inf"),
            max_speed_mps="fast",
            acceleration_mps2=0,
            braking_mps2=float("nan"),
            startup_delay_s=-3,
        )
    assert str(caught.value).splitlines() == [
        "6 faults:",
        "  length_m: is -1; must be greater than zero",
        "  mass_kg: is inf; must be finite",
        "  max_speed_mps: is 'fast'; give a number",
        "  acceleration_mps2: is 0; must be greater than zero",
        "  braking_mps2: is nan; must be finite",
        "  startup_delay_s: is -3; must not be negative",
    ]


@pytest.mark.parametrize("value", [True, None, "1", 1j, [1.0]])
def test_rejects_values_that_are_not_numbers(value):
    with pytest.raises(ArgumentError, match=r"braking_mps2: is .*; give a number"):
        Train(braking_mps2=value)


@pytest.mark.parametrize("value", [1e-7, 1e10])
def test_rejects_absurd_magnitudes(value):
    with pytest.raises(ArgumentError, match=r"must lie between 1e-06 and 1e\+09"):
        Train(acceleration_mps2=value)
