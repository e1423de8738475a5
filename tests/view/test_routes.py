from routesim.view.page.routes import make_odds
from tests.view.journeys import compare_evenly
from tests.view.reading import read_rows, read_section


def test_routes_are_shown_with_their_priors(journey, page_text):
    rows = read_rows(read_section(page_text, "likely"), "Routes, before")
    assert [row[1:3] for row in rows] == [
        [f"{100 * h.prior:.0f} %", f"{100 * h.prior:.0f} %"] for h in journey.routes.values()
    ]


def test_the_sentence_states_whether_the_route_can_be_determined(journey):
    text = compare_evenly(journey).why
    assert "The route is not determined, even with every report." in text
    text = compare_evenly(journey, [0.04, 0.95, 0.01]).why
    assert "has a probability of 95 %; the default route has 4 %." in text
    assert "not determined" not in text
    assert make_odds(journey, None) == "<p>The journey names one route only.</p>"
