"""Agreement with soft windows, computed by hand."""

from itertools import pairwise

import numpy as np
import pytest

from routesim.likely.soft_windows import IMPOSSIBLE, find_agreement


def test_agreement_follows_its_definition():
    # S(x) = 1 / (1 + 9 ** -x). Window 0 to 3600, softness 600. At 0: S(0) - S(-6) = 1/2 -
    # 1/(1 + 9**6) = 0.5 - 1.88e-6. At -600: S(-1) - S(-7) = 0.1 - 2.1e-7.
    at = find_agreement(np.array([0.0, -600.0, 1800.0]), (0.0, 3600.0), (600.0, 600.0))
    middle = 1 / (1 + 9.0**-3) - 1 / (1 + 9.0**3)
    assert np.exp(at) == pytest.approx([0.5 - 1 / (1 + 9**6), 0.1 - 1 / (1 + 9**7), middle])


def test_windows_that_share_an_end_add_up_to_one():
    at = np.linspace(-9000.0, 9000.0, 61)
    soft = (700.0, 700.0)
    cuts = [-1e6, -3600.0, 0.0, 5000.0, 1e6]
    parts = [np.exp(find_agreement(at, (low, high), soft)) for low, high in pairwise(cuts)]
    assert sum(parts) == pytest.approx(np.ones(at.size), abs=1e-12)


def test_nothing_outside_agrees_if_the_soft_ends_are_inside():
    at = np.array([-1.0, 1.0, 3599.0, 3601.0])
    found = find_agreement(at, (0.0, 3600.0), (60.0, 60.0), inside=True)
    assert (found < IMPOSSIBLE / 2).tolist() == [True, False, False, True]


def test_a_missing_value_does_not_agree():
    assert find_agreement(np.array([np.nan]), (0.0, np.inf), (60.0, 60.0))[0] == IMPOSSIBLE
