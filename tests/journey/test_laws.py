"""The laws of standing and of slack: densities, random numbers, additivity and splits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import invgauss, ks_2samp, kstest, ncx2, poisson

from routesim.journey import make_stream
from routesim.journey.variation.laws import (
    LEAST_MEAN,
    draw_halt_counts,
    draw_halts,
    draw_slack,
    draw_some_halts,
    find_halts_logpdf,
    find_slack_logpdf,
    split_halts,
    split_slack,
)

COUNT = 20_000
# Two samples of 20,000 differ by chance with a p-value below 1e-4 once in 10,000 runs, and the
# seeds are fixed.
LEAST_P = 1e-4

expected_numbers = st.floats(0.01, 30.0)
means = st.floats(1.0, 36_000.0)
grains = st.floats(0.1, 600.0)


def halts_pdf(total, expected, mean):
    return np.exp(find_halts_logpdf(np.array(total), np.array(expected), np.array(mean)))


def slack_pdf(slack, mean, grain):
    return np.exp(find_slack_logpdf(np.array(slack), np.array(mean), grain))


def full(value, count=COUNT):
    return np.full(count, float(value))


# ---------------------------------------------------------------- standing


@given(expected_numbers, means)
def test_the_density_of_standing_and_its_atom_add_up_to_one(expected, mean):
    # The sum has the mean n m and the variance 2 n m². Beyond n m + 40 sqrt(n) m + 60 m lies
    # less than 1e-9 of the mass, by Chernoff's bound.
    end = mean * (expected + 40 * expected**0.5 + 60)
    middle = [mean * expected, mean * (expected + 4 * expected**0.5 + 4)]
    mass, _ = quad(halts_pdf, 1e-12, end, (expected, mean), points=middle, limit=200)
    assert mass + np.exp(-expected) == pytest.approx(1.0, abs=1e-6)
    first, _ = quad(
        lambda s: s * halts_pdf(s, expected, mean), 1e-12, end, points=middle, limit=200
    )
    assert first == pytest.approx(expected * mean, rel=1e-6)


@given(expected_numbers, means, st.floats(1e-3, 20.0))
def test_the_density_of_standing_is_a_poisson_mixture_of_gamma_densities(expected, mean, ratio):
    # Given n halts, the sum is gamma distributed with shape n. By 200 halts the terms vanish,
    # as at most 30 are expected and the sum is at most 20 mean lengths.
    n = np.arange(1, 201)
    log_gamma = np.array([np.log(np.arange(1, k)).sum() for k in n])
    log_terms = poisson.logpmf(n, expected) + (n - 1) * np.log(ratio) - ratio - log_gamma
    wanted = np.logaddexp.reduce(log_terms) - np.log(mean)
    found = find_halts_logpdf(np.array(ratio * mean), np.array(expected), np.array(mean))
    assert float(found) == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_the_density_of_standing_is_that_of_siegel():
    # 2 s / m has the noncentral chi-squared distribution with zero degrees of freedom and the
    # noncentrality 2 n; a tiny number of degrees of freedom approximates zero.
    s = np.array([10.0, 300.0, 2000.0, 9000.0])
    wanted = ncx2.logpdf(2 * s / 600.0, 1e-10, 2 * 2.5) + np.log(2 / 600.0)
    assert find_halts_logpdf(s, np.array(2.5), np.array(600.0)) == pytest.approx(
        wanted, abs=1e-6
    )


@given(expected_numbers, expected_numbers, means, st.floats(0.05, 8.0))
def test_the_standing_on_two_stretches_has_the_law_of_the_whole(one, two, mean, ratio):
    # The convolution: both atoms, one atom and one density, and both densities.
    total = ratio * mean
    found = np.exp(-one) * halts_pdf(total, two, mean)
    found += np.exp(-two) * halts_pdf(total, one, mean)
    both, _ = quad(
        lambda s: halts_pdf(s, one, mean) * halts_pdf(total - s, two, mean), 0.0, total
    )
    assert found + both == pytest.approx(float(halts_pdf(total, one + two, mean)), rel=1e-5)


def test_standing_is_drawn_from_its_law():
    # 0.7 halts of 900 s: none with probability exp(-0.7) = 0.4966. The mean is 630 s, and the
    # variance 2 * 0.7 * 900² = 1065² s².
    drawn = draw_halts(make_stream(1, "halts"), full(0.7), full(900.0))
    none = np.exp(-0.7)
    assert (drawn == 0.0).mean() == pytest.approx(none, abs=5 * 0.5 / COUNT**0.5)
    assert drawn.mean() == pytest.approx(630.0, abs=5 * 1065 / COUNT**0.5)
    at = np.array([0.0, 100.0, 500.0, 1500.0, 4000.0])
    below = [none + quad(halts_pdf, 1e-9, s, (0.7, 900.0))[0] for s in at]
    shares = [(drawn <= s).mean() for s in at]
    assert shares == pytest.approx(below, abs=5 * 0.5 / COUNT**0.5)


@pytest.mark.parametrize("expected", [1e-6, 0.3, 4.0, 60.0])
def test_some_halts_are_halts_given_that_there_is_one(expected):
    # Thinning the law: the mean given a halt is n m / (1 - exp(-n)).
    some = draw_some_halts(make_stream(2, "some"), full(expected), full(60.0))
    assert (some > 0.0).all()
    mean = expected * 60.0 / -np.expm1(-expected)
    assert some.mean() == pytest.approx(mean, abs=5 * some.std() / COUNT**0.5)
    every = draw_halts(make_stream(3, "every"), full(max(expected, 0.3)), full(60.0))
    if expected >= 0.3:
        assert ks_2samp(some, every[every > 0.0]).pvalue > LEAST_P
    else:  # one halt, exponentially distributed
        assert kstest(some, "expon", (0.0, 60.0)).pvalue > LEAST_P


@pytest.mark.parametrize(("expected", "mean"), [(0.05, 900.0), (1.5, 600.0), (12.0, 300.0)])
def test_numbers_of_halts_given_their_sum_have_the_joint_law(expected, mean):
    # Drawn from the sum, they have the distribution of numbers drawn first.
    stream = make_stream(4, f"counts {expected}")
    counts = stream.poisson(full(expected))
    total = np.zeros(COUNT)
    total[counts > 0] = mean * stream.standard_gamma(counts[counts > 0])
    found = draw_halt_counts(stream, total, full(expected), full(mean))
    assert ((found == 0) == (total == 0.0)).all()
    top = int(counts.max()) + 1
    wanted = poisson.pmf(np.arange(top), expected)
    shares = np.bincount(found, minlength=top)[:top] / COUNT
    error = np.sqrt(wanted / COUNT) + 1.0 / COUNT
    assert (np.abs(shares - wanted) < 5 * error).all()
    # Number and sum depend on each other as in the pairs that were drawn together.
    for values in (counts, found):
        assert np.corrcoef(values, total)[0, 1] == pytest.approx(
            np.corrcoef(counts, total)[0, 1], abs=0.02
        )
    middle = np.median(total[total > 0.0])
    for part in (total > middle, (total > 0.0) & (total <= middle)):
        error = counts[part].std() * (2.0 / part.sum()) ** 0.5
        assert found[part].mean() == pytest.approx(counts[part].mean(), abs=5 * error + 1e-9)


@pytest.mark.parametrize("mean", [60.0, 900.0])
def test_halts_of_parts_given_their_sum_have_the_joint_law(mean):
    # Parts drawn one by one, and again from their sum, have the same law.
    expected = np.array([full(0.1), full(1.0), full(0.0), full(3.0)])
    stream = make_stream(6, f"parts {mean}")
    parts = draw_halts(stream, expected, full(mean))
    total = parts.sum(axis=0)
    found = split_halts(stream, total, expected, full(mean))
    assert found.sum(axis=0) == pytest.approx(total)
    assert (found[2] == 0.0).all()
    for one, two in zip(found, parts, strict=True):
        assert ks_2samp(one, two, method="asymp").pvalue > LEAST_P
        if one.any():
            wanted = np.corrcoef(two, total)[0, 1]
            assert np.corrcoef(one, total)[0, 1] == pytest.approx(wanted, abs=0.03)
    # The parts are independent, as those drawn one by one: 5 errors of 1 / sqrt(COUNT).
    rows = np.corrcoef(found[[0, 1, 3]])
    assert np.abs(rows[np.triu_indices(3, 1)]).max() < 5 / COUNT**0.5


def test_halts_that_are_not_expected_do_not_happen():
    none, mean = np.zeros(3), np.full(3, 600.0)
    stream = make_stream(5, "none")
    assert draw_halts(stream, none, mean).tolist() == [0.0] * 3
    assert draw_halt_counts(stream, none, none, mean).tolist() == [0] * 3
    density = find_halts_logpdf(np.array([0.0, 5.0, -5.0]), none, mean)
    assert density.tolist() == [0.0, -np.inf, -np.inf]
    assert find_halts_logpdf(np.array(-5.0), np.array(1.0), np.array(600.0)) == -np.inf


def test_densities_of_standing_broadcast_and_stay_finite():
    total = np.array([[0.0], [1e-6], [1e7]])
    found = find_halts_logpdf(total, np.array([1e-9, 1.0, 1e4]), np.array(60.0))
    assert found.shape == (3, 3)
    assert np.isfinite(found).all()
    assert found[0].tolist() == [-1e-9, -1.0, -1e4]


# ---------------------------------------------------------------- slack


@given(st.floats(1.0, 20_000.0), grains)
def test_the_density_of_slack_adds_up_to_one_with_its_mean_and_variance(mean, grain):
    # On the logarithmic scale the density is smooth; the mode of the integrand is found first.
    low, high = np.log(mean) - 40.0, np.log(mean + 60 * grain + 40 * (mean * grain) ** 0.5)
    grid = np.linspace(low, high, 40_001)
    x = np.exp(grid)
    density = slack_pdf(x, mean, grain) * x
    mass, first, second = (np.trapezoid(density * x**k, grid) for k in range(3))
    assert mass == pytest.approx(1.0, abs=1e-5)
    assert first == pytest.approx(mean, rel=1e-5)
    assert second - first**2 == pytest.approx(mean * grain, rel=1e-3)


@given(st.floats(1.0, 3000.0), st.floats(1.0, 3000.0), st.floats(5.0, 600.0))
def test_the_slack_on_two_stretches_has_the_law_of_the_whole(one, two, grain):
    total = one + two
    points = [total * one / (one + two)]
    whole, _ = quad(
        lambda s: slack_pdf(s, one, grain) * slack_pdf(total - s, two, grain),
        0.0,
        total,
        points=points,
        limit=200,
    )
    assert whole == pytest.approx(float(slack_pdf(total, one + two, grain)), rel=1e-4)


@pytest.mark.parametrize(("mean", "grain"), [(2.0, 15.0), (300.0, 15.0), (40_000.0, 15.0)])
def test_slack_is_drawn_from_its_law(mean, grain):
    # scipy has the mean as mu * scale and the shape as scale = mean² / grain.
    drawn = draw_slack(make_stream(6, f"slack {mean}"), full(mean), grain)
    scale = mean**2 / (mean * grain) * mean
    law = invgauss(mean / scale, scale=scale)
    assert law.var() == pytest.approx(mean * grain)
    assert kstest(drawn, law.cdf).pvalue > LEAST_P
    assert np.log(drawn.min()) > -np.inf
    x = law.ppf([0.01, 0.5, 0.99])
    assert find_slack_logpdf(x, np.full(3, mean), grain) == pytest.approx(law.logpdf(x))


@pytest.mark.parametrize(("one", "two"), [(4.0, 4.0), (30.0, 600.0), (900.0, 20.0)])
def test_the_split_of_a_slack_has_the_joint_law(one, two):
    stream = make_stream(7, f"split {one}")
    first, rest = draw_slack(stream, full(one), 15.0), draw_slack(stream, full(two), 15.0)
    total = first + rest
    found = split_slack(stream, total, (full(one), full(two)), 15.0)
    assert (found >= 0.0).all()
    assert (found <= total).all()
    # The parts have their laws again, and so have their sums and ratios with each other.
    for before, after in (
        (first, found),
        (rest, total - found),
        (first / total, found / total),
        (first - rest, 2 * found - total),
    ):
        assert ks_2samp(before, after).pvalue > LEAST_P
    # Within one total, the share has the density of the two laws over that of the whole.
    fixed = full(one + two)
    drawn = split_slack(stream, fixed, (full(one), full(two)), 15.0)
    grid = np.linspace(1e-9, one + two - 1e-9, 20_001)
    density = slack_pdf(grid, one, 15.0) * slack_pdf(one + two - grid, two, 15.0)
    below = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]))])
    below /= below[-1]
    assert kstest(drawn, lambda x: np.interp(x, grid, below)).pvalue > LEAST_P


def test_without_grain_the_slack_is_its_mean():
    stream = make_stream(8, "even")
    mean = np.array([0.0, 5.0, 600.0])
    assert draw_slack(stream, mean, 0.0).tolist() == mean.tolist()
    found = split_slack(stream, np.array([90.0]), (np.array([10.0]), np.array([20.0])), 0.0)
    assert found == pytest.approx([30.0])


def test_a_stretch_without_slack_has_next_to_none():
    # The mean is LEAST_MEAN instead of 0, and its variance 15e-9 s².
    drawn = draw_slack(make_stream(9, "none"), np.zeros(1000), 15.0)
    assert (drawn >= 0.0).all()
    assert drawn.mean() < 1e6 * LEAST_MEAN
    split = split_slack(make_stream(9, "split"), full(60.0), (full(0.0), full(60.0)), 15.0)
    assert np.isfinite(split).all()
    assert np.median(split) < 1e-3
    every = split_slack(make_stream(9, "split"), full(60.0), (full(60.0), full(0.0)), 15.0)
    assert np.median(every) > 60.0 - 1e-3
    density = find_slack_logpdf(np.array([-1.0, 0.0, 1.0]), np.full(3, 5.0), 15.0)
    assert np.isfinite(density).tolist() == [False, False, True]
