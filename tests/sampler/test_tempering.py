"""The sampler as a whole, on targets whose posterior and evidence are known."""

import numpy as np
import pytest
from scipy.stats import kstest, norm

import routesim as rs
from routesim.journey import make_stream
from routesim.likely.condition import draw_posterior
from routesim.sampler.mcse import LineageGroups
from routesim.sampler.tempering import FEWEST, Sampler, count_particles
from tests.support.targets import NormalTarget
from tools.benchmark.conditioning import make_clocks


def sample(target, name="sampler", draws=None, **options):
    return Sampler(target, make_stream(5, name), **options).run(draws)


@pytest.mark.parametrize(
    ("draws", "particles"), [(1, 1024), (1024, 1024), (2048, 2048), (4097, 4096)]
)
def test_the_number_of_particles_follows_the_draws_within_limits(draws, particles):
    assert count_particles(draws) == particles


def test_it_finds_the_posterior_and_the_evidence(narrow):
    # The limit of the error of the evidence holds if 70 % of the draws are kept in each stage.
    narrow.kept_share = 0.7
    found = sample(narrow)
    # The mean is seen / 1.0025 and the deviation 0.05 / sqrt(1.0025) = 0.04994.
    groups = LineageGroups(found.lineage_group)
    for number, values in enumerate(found.state["x"]):
        error = groups.find_mean_error(values)
        assert error < 0.04994 / 400**0.5  # worth more than 400 independent draws
        assert abs(values.mean() - narrow.seen[number] / 1.0025) < 4 * error
        assert values.std() == pytest.approx(0.04994, rel=0.1)
    # Each observation has the prior predictive variance 1.0025.
    wanted = norm.logpdf(narrow.seen, scale=1.0025**0.5).sum()
    assert abs(found.log_evidence - wanted) < 4 * found.log_evidence_error
    assert found.log_evidence_error < 0.1
    assert found.stages > 1
    # `evaluations` counts all of the sampler's own; the moves of the target make more.
    assert narrow.observed > found.evaluations >= 16 * found.count


def test_a_likelihood_without_information_leaves_the_prior():
    target = NormalTarget(np.zeros(2), 1e6)
    found = sample(target)
    assert found.stages == 1
    assert found.log_evidence == pytest.approx(2 * norm.logpdf(0.0, scale=1e6), abs=1e-6)
    for values in found.state["x"]:
        assert kstest(values, norm.cdf).pvalue > 1e-4


def test_what_is_summed_over_gives_distant_modes_their_weights():
    # Offset or not: two modes around 2 / 1.01 and 0.8 / 1.01, with the ratio of the evidences
    # N(2; 0, 1.01) to N(0.8; 0, 1.01).
    target = NormalTarget(np.array([2.0]), 0.1, offset=1.2)
    found = sample(target)
    one, two = norm.pdf([2.0, 0.8], scale=1.01**0.5)
    groups = LineageGroups(found.lineage_group)
    high = (found.state["x"][0] > 1.4).astype(float)
    assert abs(high.mean() - one / (one + two)) < 4 * groups.find_mean_error(high)
    # After the last moves, the offset fits the number.
    late = found.state["late"][0]
    assert (late == 1.0 - high).mean() > 0.99
    assert abs(found.log_evidence - np.log(0.5 * (one + two))) < 4 * found.log_evidence_error


def test_fewer_draws_are_chosen_among_the_particles(narrow):
    whole = sample(narrow, particles=512)
    few = sample(narrow, particles=512, draws=100)
    assert few.count == 100
    assert np.isin(few.state["x"][0], whole.state["x"][0]).all()
    assert few.terms.shape == (2, 3, 100)
    assert few.log_evidence == whole.log_evidence


def test_more_draws_move_on_and_keep_their_lineages(narrow):
    whole = sample(narrow, particles=512)
    more = sample(narrow, particles=512, draws=1300)
    assert more.count == 1300
    assert np.array_equal(more.state["x"][:, :512], whole.state["x"])
    assert np.isin(more.lineage, whole.lineage).all()
    assert (more.state["x"][:, 512:1024] != whole.state["x"]).any(axis=0).mean() > 0.5
    # The terms are those of the particles.
    assert more.terms == pytest.approx(narrow.observe(more.state))


def test_the_same_stream_gives_the_same_particles(narrow):
    one, two, other = (sample(narrow, name, particles=64) for name in ("a", "a", "b"))
    assert np.array_equal(one.state["x"], two.state["x"])
    assert not np.array_equal(one.state["x"], other.state["x"])


def test_there_is_a_least_number_of_particles(narrow):
    assert sample(narrow, particles=1).count == FEWEST


def test_errors_hold_between_seeds():
    # The stated error of the mean and the deviation of the means over 24 seeds: the latter is
    # known to 1 / sqrt(46) = 15 %, and each of the former to 1 / sqrt(30) = 18 %.
    target = NormalTarget(np.array([1.0, -0.5]), 0.2)
    means, errors = [], []
    for seed in range(24):
        found = Sampler(target, make_stream(seed, "repeat"), particles=512).run()
        groups = LineageGroups(found.lineage_group)
        means.append(found.state["x"].mean(axis=1))
        errors.append([groups.find_mean_error(values) for values in found.state["x"]])
    ratio = np.std(means, axis=0, ddof=1) / np.mean(errors, axis=0)
    assert (ratio > 0.5).all()
    assert (ratio < 1.6).all()


def test_fewer_draws_use_fewer_particles():
    journey = rs.load_journey("2023-09")
    asked = {"as_of": "2023-09-11T07:00Z"}
    few = rs.condition(journey, draws=100, **asked)
    same = rs.condition(journey, draws=100, particles=1024, **asked)
    more = rs.condition(journey, draws=2048, **asked)
    assert few.departure_s.tolist() == same.departure_s.tolist()
    assert few.evaluations < more.evaluations
    assert (few.draws, more.draws) == (100, 2048)


@pytest.mark.slow
def test_distant_modes_are_weighted_equally_by_every_seed():
    # A clock may be wrong, with the halts next to it hours away. A share of 1 % among 100
    # independent draws has a standard deviation of 1 %.
    journey = make_clocks(2, count=6, departed=True)
    wrong = []
    for seed in range(3):
        right = draw_posterior(journey, draws=1024, seed=seed).right
        wrong.append([1.0 - values.mean() for values in right.values()])
    assert len(wrong[0]) == 6
    assert np.max(wrong) < 0.1
    assert np.sqrt(np.var(wrong, axis=0, ddof=1).mean()) < 0.015
