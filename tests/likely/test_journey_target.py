"""The target of the sampler: its prior, its times and its log agreements."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

import routesim as rs
from routesim.certain import build_problem
from routesim.journey import describe_draws, lay_plan, make_stream, simulate
from routesim.likely.chain.complete import complete_draws
from routesim.likely.chain.model import ChainModel
from routesim.likely.journey_target import JourneyTarget
from routesim.likely.likelihood import build_likelihood, build_likelihoods, list_evidence
from routesim.sampler.target import take_particles
from tests.support.journeys import load_bundled
from tests.support.targets import make_target

COUNT = 3000
LEAST_P = 1e-6
"""There are a few hundred comparisons of two samples in this module, with fixed seeds."""


def complete(model, number, name):
    """Draw states from the prior; return them, and complete draws on one route."""
    state = model.draw(make_stream(1, name), COUNT)
    drawn = complete_draws(model, state, number, seed=2)
    fields = describe_draws(model.layouts[number], drawn)
    return state, rs.Ensemble(seed=0, **fields)


def describe(drawn):
    """Return quantities of an ensemble by name, from all along the route."""
    last = len(drawn.route.passages) - 1
    found = {"departure": drawn.departure_s, "origin": drawn.origin_index}
    found |= {f"speed {line}": speed for line, speed in drawn.running_mps.items()}
    found |= {f"standing {line}": stood for line, stood in drawn.standing_s.items()}
    found |= {f"length {number}": ratio for number, ratio in drawn.length_ratio.items()}
    found |= {f"dwell {index}": dwell for index, dwell in drawn.dwell_s.items()}
    starts = drawn.origin_index
    for index in range(1, last + 1, 5):
        before = drawn.get_departures(index - 1)
        found[f"arrival {index}"] = drawn.get_arrivals(index)
        found[f"section before {index}"] = drawn.get_arrivals(index) - before
        if index < last:
            found[f"stay {index}"] = drawn.get_departures(index) - drawn.get_arrivals(index)
        found[f"running speed to {index}"] = np.where(
            starts < index, drawn.measure_running_mps(last=max(index, 1)), np.nan
        ) if index > starts.max() else np.array([0.0])  # fmt: skip
    for first, then in ((10, 12), (20, 40), (last - 6, last - 3)):
        lasts = drawn.get_arrivals(then) - drawn.get_departures(first)
        found[f"leg {first} to {then}"] = lasts
        # Dependence between neighbouring legs.
        following = drawn.get_arrivals(then + 2) - drawn.get_arrivals(then)
        found[f"product of legs at {then}"] = lasts * following
    return {name: values[~np.isnan(values)] for name, values in found.items()}


def find_worst(one, two):
    one, two = describe(one), describe(two)
    assert one.keys() == two.keys()
    assert len(one) > 30
    return min(
        (ks_2samp(one[name], two[name], method="asymp").pvalue, name)
        for name in one
        if one[name].size > 100
    )


@pytest.mark.parametrize("name", ["2019-04", "2023-09"])
def test_without_reports_the_posterior_has_the_law_of_the_simulation(name):
    journey = load_bundled()[name]
    silent = rs.what_if(journey, drop=[report.id for report in journey.reports])
    posterior = rs.condition(silent, draws=4096, seed=5)
    assert posterior.reports_used == ()
    assert posterior.log_evidence == pytest.approx(0.0, abs=1e-12)
    worst = find_worst(posterior, simulate(silent, draws=4096, seed=6))
    assert worst[0] > LEAST_P, worst


@pytest.mark.parametrize(
    ("name", "route", "step"),
    [("2019-04", "direct", 9), ("2019-04", "via-ussuriysk", 4), ("2023-09", "vostochny", 23)],
)
@pytest.mark.parametrize("every", [1, 2, 1000])
def test_draws_that_are_completed_between_cuts_have_the_law_of_the_simulation(
    name, route, step, every
):
    # The cuts are at every n-th passage. All in between is split, given the sums of the legs.
    # The last quarter of the route lies beyond the last cut. The departures from some of the
    # cuts count, or from all of them, or from the first one only.
    layout = lay_plan(load_bundled()[name], route)
    count = len(layout.route.passages)
    keys = np.arange(0, 3 * count // 4, step)
    model = ChainModel([layout], [keys], [keys[::every]])
    state, drawn = complete(model, 0, f"{name} {route}")
    worst = find_worst(drawn, simulate(layout.journey, draws=COUNT, seed=7, route=route))
    assert worst[0] > LEAST_P, worst
    # The times at the cuts are those of the chain.
    check_times(model, state, 0, drawn)


def check_times(model, state, number, drawn):
    """Expect that complete draws have the times of the chain at its cuts."""
    times, delays = model.find_times(state, number, with_delays=True)
    times += model.unknowns.departure.earliest_s
    cuts, has_stay = model.chain.routes[number].cuts, model.chain.routes[number].has_stay
    for column, index in enumerate(cuts.tolist()):
        reached = drawn.get_reached(index)
        np.testing.assert_allclose(times[2 * column], reached, rtol=0, atol=1e-4)
        # Other stays are part of the next leg.
        if has_stay[column] and index < len(drawn.route.passages) - 1:
            left = drawn.get_departures(index)
            np.testing.assert_allclose(times[2 * column + 1], left, rtol=0, atol=1e-4)
        here = ~np.isnan(reached)
        if delays is not None:
            delay = drawn.get_delay(index)[here]
            np.testing.assert_allclose(delays[column][here], delay, rtol=0, atol=1e-4)
    assert cuts.size > 3


@pytest.mark.parametrize("name", ["2019-04", "2023-09"])
def test_several_routes_share_what_they_have_in_common(name):
    journey = load_bundled()[name]
    model = make_target(journey, *journey.routes).model
    assert len(model.chain.routes) > 1
    for number in range(len(journey.routes)):
        state, drawn = complete(model, number, name)
        check_times(model, state, number, drawn)
        route = drawn.route_id
        worst = find_worst(drawn, simulate(journey, draws=COUNT, seed=8, route=route))
        assert worst[0] > LEAST_P, worst
    # Before the routes divide, the times of a state are the same. Where they divide, only one
    # of two may brake for a stop.
    first, second = model.chain.routes[:2]
    stations = [
        [layout.route.passages[cut].station.name for cut in chain.cuts]
        for layout, chain in zip(model.layouts[:2], (first, second), strict=True)
    ]
    shared = sum(1 for a, b in zip(*stations, strict=False) if a == b)
    one, two = (model.find_times(state, number)[0] for number in (0, 1))
    assert shared > 3
    np.testing.assert_array_equal(one[: 2 * shared - 2], two[: 2 * shared - 2])


def test_the_agreement_of_a_draw_does_not_depend_on_the_batch():
    # Regression: the running speed over the whole journey used the first origin of the batch,
    # so the likelihood of a draw depended on its neighbours.
    journey = rs.what_if(rs.load_journey("2019-04"), speed_kmh=(40, 70))
    target = make_target(journey)
    members = target.likelihood.mixture.members
    assert "C48" in {member.distinct_report.id for member in members}
    state = target.draw(make_stream(3, "alone"), 40)
    together = target.observe(state)
    for row in range(40):
        alone = target.observe(take_particles(state, np.array([row])))
        assert together[..., row] == pytest.approx(alone[..., 0], rel=1e-9, abs=1e-9)


def test_likelihoods_of_growing_reports_share_their_terms():
    journey = rs.load_journey("2019-04")
    distinct_reports = list_evidence(journey, build_problem(journey).distinct_reports)
    turns = build_likelihoods(journey, distinct_reports)
    whole = build_likelihood(journey, distinct_reports)
    layouts = (lay_plan(journey),)
    target, other = (JourneyTarget(layouts, one) for one in (turns[-1], whole))
    state = target.draw(make_stream(4, "turns"), 50)
    again = other.draw(make_stream(4, "turns"), 50)
    assert all(np.array_equal(values, again[name]) for name, values in state.items())
    terms = target.observe(state)[0]
    assert turns[-1].weigh(terms) == pytest.approx(whole.weigh(other.observe(again)[0]))


def test_stages_may_lead_from_the_likelihood_of_fewer_reports():
    # At power 0 it is that of the first reports, and at 1 that of all of them.
    journey = rs.load_journey("2019-04")
    distinct_reports = list_evidence(journey, build_problem(journey).distinct_reports)
    turns = build_likelihoods(journey, distinct_reports)
    layouts = (lay_plan(journey),)
    target = JourneyTarget(layouts, turns[6], before=turns[5])
    state = target.draw(make_stream(5, "before"), 50)
    terms = target.observe(state)
    for beta, likelihood in ((0.0, turns[5]), (1.0, turns[6])):
        assert target.weigh(terms, beta) == pytest.approx(likelihood.weigh(terms[0]))
        target.refresh(state, terms, beta, make_stream(6, "before"))
        assert target.weigh_state(state, beta).sum(axis=0) == pytest.approx(
            likelihood.weigh(terms[0])
        )
    assert target.unit_count == state["units"].shape[0]
