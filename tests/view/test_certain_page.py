import re
from dataclasses import replace

import pytest

from routesim.journey import measure_windows, simulate
from routesim.text.times import format_local
from routesim.view import draw_diagram, write_page
from routesim.view.diagram.regions import REGION_LABELS
from routesim.view.findings import find_certain
from routesim.view.page.certain import format_certain, make_certain
from routesim.view.page.conflicts import format_conflicts, make_conflicts, make_worlds
from routesim.view.page.head import make_lead
from routesim.view.page.ledger import make_ledger
from routesim.view.times import list_clocks
from routesim.view.windows import measure_ensemble
from tests.support.journeys import (
    HOSTILE_TEXT,
    SMALL,
    WITHOUT_REPORT,
    load_text,
    write_small_event,
)
from tests.view.reading import read_section, read_text

pytestmark = pytest.mark.slow

SILENT = """silent = "it only says that there was a train"
"""
CLAUSES = SMALL.index("[[reports.clauses]]")
TWO_ORIGINS = """
[[plan.origins]]
station = "Ussuriysk"
weight = 1
reason = "a test"
[[plan.origins]]
station = "Nadezhdinskaya"
weight = 1
reason = "a test"
"""


def test_a_band_outside_the_bounds_is_named(ensemble, findings):
    # Draws that are a week late lie outside every bound.
    late = replace(
        ensemble,
        arrive_s=ensemble.arrive_s + 604_800.0,
        departure_s=ensemble.departure_s + 604_800.0,
    )
    clocks = list_clocks(findings.journey.zones, 1694336400.0, 1694500000.0)
    html = read_text(make_certain(findings, measure_ensemble(late), clocks))
    assert "lies entirely outside the certain bounds" in html
    assert re.search(r"reaches Khasan \(the band begins \d+ h", html)
    assert "because the priors use no report" in html
    assert "entirely outside" not in make_certain(findings, measure_ensemble(ensemble), clocks)


def test_reports_that_agree_have_no_conflict(tmp_path):
    text = WITHOUT_REPORT + write_small_event("R1", "12:00", "13:00")
    findings = find_certain(load_text(text, tmp_path))
    assert format_conflicts(findings) == "No report contradicts another."
    assert format_certain(findings).startswith("If every report is true, the train reached")
    assert "None: all reports can be true together" in make_conflicts(findings)


def test_if_best_worlds_are_missing_the_bounds_are_not_called_certain(
    journey, findings, ensemble
):
    partial = replace(findings.bounds, is_complete=False)
    none = replace(findings, bounds=partial)
    clocks = list_clocks(journey.zones, 1694336400.0, 1694500000.0)
    text = read_text(make_certain(none, measure_ensemble(ensemble), clocks))
    assert "so these bounds are not certain" in text
    assert "worlds found, which may not be all of the best ones" in format_certain(none)
    assert "so the bounds are not certain" in make_worlds(none)
    lead = read_text(make_lead(journey, measure_ensemble(ensemble), {}, none))
    assert "Not certain. In" in lead
    labels = draw_diagram(journey, ensemble, bounds=partial).legends[0].get_texts()
    assert REGION_LABELS[False] in [label.get_text() for label in labels]
    assert REGION_LABELS[True] not in [label.get_text() for label in labels]


def test_several_origins_are_named(tmp_path):
    text = WITHOUT_REPORT.replace("[sources.paper]", TWO_ORIGINS + "\n[sources.paper]")
    journey = load_text(text + write_small_event("R1", "12:00", "13:00"), tmp_path)
    page = read_text(write_page(journey, tmp_path / "p.html", draws=50).read_text("utf-8"))
    assert "The origin of the train may be any of" in page


@pytest.mark.parametrize("text", [WITHOUT_REPORT, SMALL[:CLAUSES] + SILENT])
def test_a_journey_without_constraints_has_a_page(text, tmp_path):
    journey = load_text(text, tmp_path)
    page = read_text(write_page(journey, tmp_path / "p.html", draws=50).read_text("utf-8"))
    assert "No report sets a constraint, so none can contradict another." in page
    assert "Nothing is certain about this journey" in page
    figure = draw_diagram(journey, simulate(journey, draws=50))
    assert REGION_LABELS[True] not in [
        text.get_text() for text in figure.legends[0].get_texts()
    ]


def test_hostile_text_stays_text(hostile_journey):
    findings = find_certain(hostile_journey)
    clocks = list_clocks(hostile_journey.zones, 1694336400.0, 1694500000.0)
    drawn = measure_ensemble(simulate(hostile_journey, draws=50))
    html = (
        make_conflicts(findings)
        + make_worlds(findings)
        + make_certain(findings, drawn, clocks)
        + make_ledger(hostile_journey, {}, findings)
    )
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<img" not in html
    assert HOSTILE_TEXT not in html


def test_likely_windows_are_shown_beside_the_bounds(posterior, page_text):
    section = read_section(page_text, "certain")
    assert "and likely windows given the reports" in section
    assert "The likely times beside them take the reports into account" in section
    khasan = section[section.index(">Khasan<") :][:3000]
    (raw,) = measure_windows(posterior, indices=[posterior.route.index_of("Khasan")])
    window = raw.rounded
    for time_s in (window.arrive[0], window.arrive[-1], window.depart[0], window.depart[-1]):
        assert format_local(time_s, "UTC") in khasan
