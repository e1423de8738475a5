import html

from routesim.journey import simulate
from tests.view.conftest import HOSTILE_TEXT

MAX_CHARACTERS = 20_000


def test_reprs_are_small(journey, ensemble):
    for value in (journey, ensemble, ensemble.route):
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
