"""Simulation-based calibration: simulated truths have uniform ranks among the draws.

The draws are conditioned on reports simulated from each truth. ``tools/verify/calibration.py``
runs more simulations.
"""

from dataclasses import replace

import numpy as np
import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("case", "simulations"), [("clocks", 5), ("routes", 30), ("origins", 5), ("mixed", 5)]
)
def test_truths_have_uniform_ranks(tool, calibration, case, simulations):
    ranks = calibration.rank_many(tool.CASES[case], range(simulations), seed=5)
    verdict = tool.judge(ranks)
    assert verdict.p_value > 0.001, verdict


@pytest.mark.parametrize("case", ["clocks", "mixed"])
def test_without_reports_truths_have_uniform_ranks(tool, calibration, case):
    # The sampler then only moves draws from the prior, which must stay such draws.
    silent = replace(tool.CASES[case], reporters=())
    verdict = tool.judge(calibration.rank_many(silent, range(20), seed=5))
    assert verdict.p_value > 0.001, verdict


def test_a_zone_an_hour_off_is_found(tool, calibration):
    ranks = calibration.rank_many(tool.CASES["routes"], range(30), seed=5, fault="zone")
    verdict = tool.judge(ranks)
    assert verdict.p_value < 1e-6
    # If clocks are read an hour late, every departure in the draws is too late.
    assert np.median(ranks["departure"]) < calibration.RANKS / 4


def test_sharp_copies_always_agree(calibration):
    # Two points of one window lie less than its width apart.
    copies = calibration.Copies("F", 0.9, "arrive", "Khasan", half_min=10, soft_min=1e-9)
    assert copies.agreement == 1.0


def test_the_p_value_of_one_rank_decreases_towards_the_ends(tool):
    # With 128 ranks in 64 parts, a rank in the first or the last part has p = 2 / 64.
    for rank in (0, 1, 126, 127):
        assert tool.find_p_value(np.array([rank])) == pytest.approx(2 / 64)
    assert tool.find_p_value(np.array([2])) == pytest.approx(4 / 64)
    assert tool.find_p_value(np.array([63])) == pytest.approx(1.0)


def test_bands_have_the_stated_coverage(tool):
    rng = np.random.default_rng(0)
    least, most = tool.find_band(100, 0.05)
    left = 0
    for _ in range(4000):
        counts = tool._count_below(rng.integers(128, size=100))
        left += bool(((counts < least) | (counts > most)).any())
    # 0.05 with a standard error of 0.0034. It may be lower, since counts are integers.
    assert 0.03 < left / 4000 < 0.061


def test_ranks_at_the_ends_are_found(tool):
    rng = np.random.default_rng(0)
    # Draws that are too narrow by a third put the truth near the ends.
    scores = rng.standard_normal((300, 127)) / 1.5
    ranks = (scores < rng.standard_normal(300)[:, None]).sum(axis=1)
    verdict = tool.judge({"narrow": ranks, "even": rng.integers(128, size=300)})
    assert verdict.worst == "narrow"
    assert not verdict.even
    assert verdict.p_value == pytest.approx(2 * verdict.p_values["narrow"])
