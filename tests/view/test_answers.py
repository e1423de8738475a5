from dataclasses import replace

import pytest

from routesim.errors import ArgumentError
from routesim.journey import CONDITION_DRAWS, SIMULATE_DRAWS, load_journey, simulate
from routesim.likely import compare_routes
from routesim.view import write_page
from routesim.view.findings import find_answers
from tests.view.journeys import TEN_UTC, compare_evenly

pytestmark = pytest.mark.slow


def test_given_draws_from_the_priors_are_used(small_journey, tmp_path):
    ensemble = simulate(small_journey, draws=200, seed=7)
    path = write_page(small_journey, tmp_path / "p.html", ensemble=ensemble)
    assert "--draws 200 --seed 7" in path.read_text("utf-8")


def test_an_ensemble_of_another_journey_is_refused(journey, tmp_path):
    other = simulate(load_journey("2019-04"), draws=20)
    with pytest.raises(ArgumentError, match="simulate this journey"):
        write_page(journey, tmp_path / "p.html", ensemble=other)
    assert list(tmp_path.iterdir()) == []


def test_a_posterior_that_answers_another_question_is_refused(journey, posterior, tmp_path):
    for changed, words in (
        (replace(posterior, route_id="vostochny"), "condition on vladivostok"),
        (replace(posterior, dropped=("C01",)), "condition on all of them"),
        (replace(posterior, as_of_s=TEN_UTC), "condition on all of them"),
        (replace(posterior, journey_id="2019-04"), "simulate this journey"),
    ):
        with pytest.raises(ArgumentError, match=words):
            write_page(journey, tmp_path / "p.html", ensemble=changed)
    rows = compare_evenly(journey)[:2]
    with pytest.raises(ArgumentError, match="compare the routes of this journey"):
        write_page(journey, tmp_path / "p.html", ensemble=posterior, routes=rows)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("draws", "counts"), [(200, (200, 200)), (None, (SIMULATE_DRAWS, CONDITION_DRAWS))]
)
def test_draws_are_those_of_simulate_and_condition(small_journey, draws, counts):
    answers = find_answers(small_journey, None, None, draws=draws, seed=0)
    assert ({prior.draws for prior in answers.priors}, answers.posterior.draws) == (
        {counts[0]},
        counts[1],
    )


def test_routes_are_compared_as_by_compare_routes(journey, posterior):
    """The draws differ, but here the ratios between the routes are the same in every draw."""
    found = find_answers(journey, posterior, None, draws=50, seed=0).routes
    alone = compare_routes(journey, seed=posterior.seed)
    columns = ["route", "prior", "probability", "mcse"]
    assert found.to_frame()[columns].equals(alone.to_frame()[columns])
