"""Scoring rules, compared with their definitions."""

import numpy as np
import pytest
import scoringrules

from routesim.assessment.scoring_rules import find_crps, find_interval_score


def test_an_interval_score_adds_the_width_and_the_miss():
    # From 3 to 5, 4 stated: 2. With 5.5 stated: 2 + 2 / 0.1 * 0.5 = 12. With 2.9: 2 + 20 * 0.1.
    assert find_interval_score(3.0, 5.0, 4.0) == 2.0
    assert find_interval_score(3.0, 5.0, 5.5) == pytest.approx(12.0)
    assert find_interval_score(3.0, 5.0, 2.9) == pytest.approx(4.0)
    assert find_interval_score(3.0, 5.0, 5.5, alpha=0.5) == pytest.approx(4.0)


def test_an_interval_score_is_two_quantile_scores():
    # Gneiting and Raftery 2007, section 6.2: the two pinball losses, times 2 / alpha.
    def lose(share, quantile, stated):
        return ((quantile > stated) - share) * (quantile - stated)

    rng = np.random.default_rng(1)
    for low, width, stated in rng.normal(size=(50, 3)):
        high = low + abs(width)
        losses = lose(0.05, low, stated) + lose(0.95, high, stated)
        assert find_interval_score(low, high, stated) == pytest.approx(20.0 * losses)


def test_crps_is_the_sum_over_all_pairs():
    rng = np.random.default_rng(2)
    values = rng.normal(size=40)
    pairs = np.abs(values[:, None] - values[None, :]).mean()
    assert find_crps(values, 0.3) == pytest.approx(np.abs(values - 0.3).mean() - 0.5 * pairs)
    assert find_crps(np.array([2.0]), 5.0) == 3.0


def test_the_scores_are_those_of_scoringrules():
    draws = np.random.default_rng(1)
    for _ in range(20):
        values, stated = draws.lognormal(size=draws.integers(2, 400)), draws.lognormal()
        low, high = np.quantile(values, [0.05, 0.95])
        expected = scoringrules.crps_ensemble(stated, values, estimator="nrg")
        assert find_crps(values, stated) == pytest.approx(expected, rel=1e-12)
        expected = scoringrules.interval_score(stated, low, high, 0.1)
        assert find_interval_score(low, high, stated) == pytest.approx(expected, rel=1e-12)
