"""Reports that are added one after another, on a chain that becomes longer."""

import itertools

import numpy as np
import pytest
from scipy.stats import ks_2samp

from routesim.journey import make_stream
from routesim.likely import journey_target
from routesim.likely.chain.guide import GUIDED_SHARE, guide_state
from routesim.likely.journey_target import JourneyTarget
from routesim.likely.sequence import sample_journey
from routesim.sampler.mcse import LineageGroups
from tests.support.calibration_cases import CASES
from tests.support.simulated_reports import build_case_likelihood

COUNT = 8000
LEAST_P = 1e-4


def make_case(name, monkeypatch, *, few):
    """Make the target of a case, with its reports added one after another or at once."""
    monkeypatch.setattr(journey_target, "FEWEST_IN_SEQUENCE", 2 if few else 10_000)
    monkeypatch.setattr(journey_target, "TURNS_PER_PART", 2)
    case = CASES[name]
    _, reports = case.draw_reports(make_stream(1, "reports"))
    return JourneyTarget(case.layouts[:1], build_case_likelihood(case, reports))


@pytest.fixture(params=["clocks", "origins"])
def target(request, monkeypatch):
    return make_case(request.param, monkeypatch, few=True)


def test_parts_have_more_and_more_of_the_chain(target):
    parts = [*target.list_parts(), target]
    assert len(parts) > 2
    ends = [part.model.chain.routes[0].cuts[-1] for part in parts]
    turns = [part.turn_count for part in parts]
    assert ends == sorted(ends)
    assert turns[:-1] == list(range(2, 2 * len(parts), 2))[: len(turns) - 1]
    assert 0 < turns[-1] - turns[-2] <= 2
    for part, longer in itertools.pairwise(parts):
        cuts = part.model.chain.routes[0].cuts
        assert longer.model.chain.routes[0].cuts[: cuts.size].tolist() == cuts.tolist()
    # Each part has more of the reports, and the last one all.
    units = [len(part.likelihood.identity_groups) for part in parts]
    assert units == sorted(set(units))


def test_a_longer_chain_has_the_law_of_the_prior(target):
    stream = make_stream(1, "extend")
    parts = [*target.list_parts(), target]
    state = parts[0].draw(stream, COUNT)
    first = parts[0].model.find_times(state, 0)[0]
    for part, longer in itertools.pairwise(parts):
        state = longer.model.extend(stream, state, part.model)
    times = target.model.find_times(state, 0)[0]
    # What was drawn before stays.
    np.testing.assert_allclose(times[: first.shape[0] - 1], first[:-1], rtol=1e-12)
    wanted = target.draw(stream, COUNT)
    whole = target.model.find_times(wanted, 0)[0]
    rows = [
        *zip(state["z"], wanted["z"], strict=True),
        *zip(state["field"], wanted["field"], strict=True),
        *zip(np.nan_to_num(times), np.nan_to_num(whole), strict=True),
    ]
    p_values = [ks_2samp(one, two, method="asymp").pvalue for one, two in rows]
    assert min(p_values) * len(p_values) > LEAST_P


def test_weights_make_up_for_guided_draws(monkeypatch):
    # The weights are those of importance sampling: their mean is 1, and weighted draws have the
    # law of the prior.
    target = make_case("clocks", monkeypatch, few=True)
    state = target.draw(make_stream(2, "prior"), 40_000)
    event = int(target.turns.events[-1]) - 1
    before = target.model.find_times(state, 0)[0][event]
    window = tuple(np.quantile(before, [0.30, 0.34]))
    weights = guide_state(
        target.model,
        state,
        make_stream(3, "guide"),
        span=(event - 2, event),
        windows={event: [window]},
    )
    weight = np.exp(weights)
    after = target.model.find_times(state, 0)[0][event]
    error = weight.std() / weight.size**0.5
    assert weight.mean() == pytest.approx(1.0, abs=5 * error)
    for level in (0.1, 0.3, 0.32, 0.34, 0.7):
        below = (after < np.quantile(before, level)).astype(float)
        error = (weight * (below - level)).std() / weight.size**0.5
        # The quantiles of the prior draws err too.
        error = np.hypot(error, (level * (1.0 - level) / before.size) ** 0.5)
        assert (weight * below).mean() / weight.mean() == pytest.approx(level, abs=5 * error)
    # The guided ones reach the window, unless their leg cannot end there.
    inside = ((after >= window[0]) & (after <= window[1])).mean()
    assert inside > 0.9 * GUIDED_SHARE


def test_without_a_window_nothing_is_guided(target):
    state = target.draw(make_stream(2, "prior"), 50)
    before = state["amounts"].copy()
    stream = make_stream(3, "guide")
    assert guide_state(target.model, state, stream, span=(0, 4), windows={}) is None
    # Legs up to the last possible origin are left as they are.
    last = target.model.chain.routes[0].events
    windows = {4: [(0.0, 60.0)]}
    found = guide_state(target.model, state, stream, span=(0, 4), windows=windows, latest=last)
    assert found is None
    assert (state["amounts"] == before).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["clocks", "origins"])
def test_a_sequence_gives_the_posterior_of_all_reports_at_once(name, monkeypatch):
    found = []
    for few in (True, False):
        target = make_case(name, monkeypatch, few=few)
        population = sample_journey(target, make_stream(4, name), particles=2048)
        groups = LineageGroups(population.lineage_group)
        values = target.monitor(population.state)
        means = [(row.mean(), groups.find_mean_error(row)) for row in values if np.ptp(row) > 0]
        found.append((population.log_evidence, population.log_evidence_error, np.array(means)))
    (one, its_error, means), (other, error, wanted) = found
    assert one == pytest.approx(other, abs=5 * np.hypot(its_error, error))
    away = np.abs(means[:, 0] - wanted[:, 0]) / np.hypot(means[:, 1], wanted[:, 1])
    assert (away < 5).all(), away
