import html

from routesim.journey import simulate
from tests.support.journeys import HOSTILE_TEXT

MAX_CHARACTERS = 20_000


def test_reprs_are_small(journey, ensemble, posterior):
    for value in (journey, ensemble, ensemble.route, posterior):
        text = value._repr_html_()
        assert text.startswith("<table")
        assert len(text) < MAX_CHARACTERS


def test_reprs_escape(hostile_journey):
    ensemble = simulate(hostile_journey, draws=20)
    for value in (hostile_journey, ensemble, ensemble.route):
        text = value._repr_html_()
        assert "<script" not in text
        assert "<img" not in text
    assert html.escape(HOSTILE_TEXT[:60]) in hostile_journey._repr_html_()


def test_an_ensemble_states_what_it_is_based_on(ensemble, posterior):
    assert "from the priors alone: 500 draws; arrival" in ensemble._repr_html_()
    text = posterior._repr_html_()
    assert "given the reports: 1,500 draws, effective sample size " in text
    assert f"{len(posterior.reports_used)} reports used, rejected: " in text
    assert "log evidence -" in text


def test_a_rejected_report_is_named(posterior_2019):
    assert "C49" in posterior_2019.rejected
    assert f"rejected: {', '.join(posterior_2019.rejected)}" in posterior_2019._repr_html_()
