from itertools import pairwise

import pytest

from routesim.assessment import judge_reports
from routesim.errors import ArgumentError
from routesim.evidence import parse_time
from routesim.journey import simulate
from routesim.likely import condition
from routesim.view import draw_diagram, save_diagram
from routesim.view.diagram.axes import _spread, list_hours
from routesim.view.diagram.journey_diagram import draw_ensemble


def test_the_same_diagram_gives_the_same_svg(journey, ensemble, verdicts, tmp_path):
    paths = [tmp_path / "a.svg", tmp_path / "b.svg"]
    for path in paths:
        save_diagram(draw_diagram(journey, ensemble, verdicts), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert b"<dc:date>" not in paths[0].read_bytes()


def test_no_text_is_read_as_mathematics(hostile_journey, tmp_path):
    ensemble = simulate(hostile_journey, draws=50)
    verdicts = judge_reports(hostile_journey, {ensemble.route_id: ensemble})
    figure = draw_diagram(hostile_journey, ensemble, verdicts)
    assert save_diagram(figure, tmp_path / "d.png").stat().st_size > 10_000
    texts = [text for axes in figure.axes for text in axes.texts]
    assert any("${1}" in text.get_text() for text in texts)
    assert not any(text.get_parse_math() for text in texts if "$" in text.get_text())


def test_an_ensemble_alone_can_be_drawn(ensemble):
    assert len(draw_ensemble(ensemble).axes) == 1


def test_other_suffixes_are_refused(ensemble, tmp_path):
    with pytest.raises(ArgumentError, match=r"d\.pdf: .* ends in \.svg or \.png"):
        save_diagram(draw_ensemble(ensemble), tmp_path / "d.pdf")
    assert list(tmp_path.iterdir()) == []


def test_labels_are_moved_apart():
    # Three labels at 0.5 are spread by 0.1 about their mean. The label at 0.9 stays.
    assert _spread([0.5, 0.5, 0.5, 0.9], 0.1) == pytest.approx([0.4, 0.5, 0.6, 0.9])


@pytest.mark.parametrize(
    ("which", "label"),
    [
        ("ensemble", "likely from the priors alone: 90 %"),
        ("posterior", "likely given the reports: 90 %"),
    ],
)
def test_the_legend_states_what_the_band_is_based_on(journey, which, label, request):
    figure = draw_diagram(journey, request.getfixturevalue(which))
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert label in labels
    assert len([text for text in labels if text.startswith("likely")]) == 1


def test_a_posterior_is_bounded_by_the_reports_that_it_uses(small_journey):
    unused = condition(small_journey, draws=300, drop=("R1",))
    figure = draw_diagram(small_journey, unused)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "likely from the priors alone: 90 %" in labels
    assert not any(text.startswith("certain") for text in labels)


def test_a_posterior_plots_itself(posterior):
    figure = posterior.plot()
    assert "likely given the reports: 90 %" in [
        text.get_text() for text in figure.legends[0].get_texts()
    ]


@pytest.mark.parametrize("most", [9, 15])
@pytest.mark.parametrize("hours", [0.5, 3.9, 4.5, 23, 60, 108, 300])
def test_hours_are_evenly_spaced_and_not_too_many(hours, most):
    # Regression: no interval was found for 4 to 5 hours, or for 4 to 5 days.
    start_s = parse_time("2024-05-01T08:03Z")
    found = list_hours(start_s, start_s + 3600 * hours, "Asia/Vladivostok", most)
    assert 2 <= len(found) <= most
    steps = {b.timestamp() - a.timestamp() for a, b in pairwise(found)}
    assert len(steps) == 1
