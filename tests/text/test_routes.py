"""Sentences about routes: different probabilities look different."""

import pytest

from routesim.text.routes import format_decision, format_likeliest, format_route_chances


@pytest.mark.parametrize(
    ("chances", "errors", "texts"),
    [
        # Steps of 20 points for an error of 15 would give 40 % twice; steps of 10 differ.
        ((0.354, 0.456, 0.19), (0.15, 0.15, 0.15), ["40 %", "50 %", "20 %"]),
        # Steps of 10 and of 5 would give 40 % for both 0.4 and 0.42.
        ((0.4, 0.42, 0.18), (0.15, 0.15, 0.15), ["40 %", "42 %", "18 %"]),
        # The errors give steps of 5, and all values differ.
        ((0.354, 0.456, 0.19), (0.03, 0.03, 0.03), ["35 %", "45 %", "20 %"]),
        # Equal probabilities look equal.
        ((0.5, 0.25, 0.25), (0.0, 0.0, 0.0), ["50 %", "25 %", "25 %"]),
        ((0.3297, 0.6703), (0.006, 0.006), ["33 %", "67 %"]),
    ],
)
def test_routes_that_differ_look_different(chances, errors, texts):
    assert format_route_chances(chances, errors) == texts


def test_the_most_likely_route_is_named_beside_the_default():
    titles, chances = {"a": "By A", "b": "By B"}, {"a": "40 %", "b": "60 %"}
    text = format_likeliest(titles, chances, "b", default="a", decided=False, every=False)
    assert text == (
        "The route is not determined. The most likely route (by B) has a probability of 60 %; "
        "the default route has 40 %."
    )


def test_a_route_may_be_decided_before_any_report():
    assert "a stays above 90 % from the priors onwards" in format_decision(0.9, ("a", ""))
    assert "no route is above 90 % after the last report" in format_decision(0.9, None)
