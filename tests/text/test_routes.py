"""Routes in words: what is not alike never looks alike."""

import pytest

from routesim.text.routes import format_decision, format_likeliest, format_route_chances


@pytest.mark.parametrize(
    ("chances", "errors", "texts"),
    [
        # An error of 15 points would leave steps of 20: 40 % both. By steps of 10 they differ.
        ((0.354, 0.456, 0.19), (0.15, 0.15, 0.15), ["40 %", "50 %", "20 %"]),
        # By steps of 10 and of 5 both would be 40 %: 0.4 and 0.42.
        ((0.4, 0.42, 0.18), (0.15, 0.15, 0.15), ["40 %", "42 %", "18 %"]),
        # Steps of 5 by the errors; nothing is alike.
        ((0.354, 0.456, 0.19), (0.03, 0.03, 0.03), ["35 %", "45 %", "20 %"]),
        # The same is the same.
        ((0.5, 0.25, 0.25), (0.0, 0.0, 0.0), ["50 %", "25 %", "25 %"]),
        ((0.3297, 0.6703), (0.006, 0.006), ["33 %", "67 %"]),
    ],
)
def test_routes_that_differ_look_different(chances, errors, texts):
    assert format_route_chances(chances, errors) == texts


def test_the_likeliest_route_is_named_beside_the_default():
    titles, chances = {"a": "By A", "b": "By B"}, {"a": "40 %", "b": "60 %"}
    text = format_likeliest(titles, chances, "b", default="a", decided=False, every=False)
    assert text == (
        "Which route it took could not be told: the likeliest, by B, has 60 %; the default "
        "route has 40 %."
    )


def test_a_route_may_be_decided_before_any_report():
    assert "a can be told at 90 % from the priors on" in format_decision(0.9, ("a", ""))
    assert "no route can be told" in format_decision(0.9, None)
