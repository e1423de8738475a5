import pytest

from routesim.assessment import judge_reports
from routesim.errors import ArgumentError
from routesim.journey import simulate
from routesim.view import draw_diagram, save_diagram
from routesim.view.diagram.axes import _spread
from routesim.view.diagram.journey_diagram import draw_ensemble
from routesim.view.diagram.report_bars import list_bars


def test_svg_is_the_same_twice(journey, ensemble, verdicts, tmp_path):
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


def test_reports_that_say_the_same_share_a_row(journey, ensemble):
    rows = list_bars(journey.reports, ensemble, {})
    assert ("C16", "C17", "C18") in [row.report_ids for row in rows]


def test_a_not_yet_points_on(journey, ensemble):
    row = next(r for r in list_bars(journey.reports, ensemble, {}) if "C15" in r.report_ids)
    assert row.end_s == float("inf")
    assert row.start_s == journey.get_report("C15").clauses[0].time.window.start_s


def test_an_ensemble_alone_can_be_drawn(ensemble):
    assert len(draw_ensemble(ensemble).axes) == 1


def test_other_suffixes_are_refused(ensemble, tmp_path):
    with pytest.raises(ArgumentError, match=r"d\.pdf: .* end it in \.svg or \.png"):
        save_diagram(draw_ensemble(ensemble), tmp_path / "d.pdf")
    assert list(tmp_path.iterdir()) == []


def test_labels_are_moved_apart():
    # Three places at 0.5 need 0.1 between them and stay about their middle; 0.9 is free.
    assert _spread([0.5, 0.5, 0.5, 0.9], 0.1) == pytest.approx([0.4, 0.5, 0.6, 0.9])
