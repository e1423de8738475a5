from routesim.view import draw_diagram
from routesim.view.diagram.report_bars import list_bars
from routesim.view.findings import list_treatments


def test_reports_that_state_the_same_share_a_bar(journey, ensemble):
    rows = list_bars(journey.reports, ensemble, {})
    assert ("C16", "C17", "C18") in [row.report_ids for row in rows]


def test_a_not_yet_report_has_no_end(journey, ensemble):
    row = next(r for r in list_bars(journey.reports, ensemble, {}) if "C15" in r.report_ids)
    assert row.end_s == float("inf")
    assert row.start_s == journey.get_report("C15").clauses[0].time.window.start_s


def test_reports_that_are_dropped_are_labelled(journey, ensemble, findings):
    assert list_treatments(findings.bounds)["C06"] == "dropped or read otherwise"
    figure = draw_diagram(journey, ensemble, bounds=findings.bounds)
    words = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert "dropped or read otherwise" in words
