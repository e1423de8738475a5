from markupsafe import Markup

from routesim.journey import simulate
from routesim.view import write_page
from routesim.view.findings import find_certain
from routesim.view.page.likely import (
    format_chances,
    format_likely,
    format_rejections,
    make_likely,
)
from routesim.view.page.routes import make_odds
from routesim.view.times import list_clocks
from routesim.view.windows import measure_ensemble
from tests.support.journeys import HOSTILE_TEXT, WITHOUT_REPORT, load_text
from tests.view.journeys import compare_evenly, lend
from tests.view.reading import read_section, read_text


def test_the_section_states_once_what_it_is_based_on(posterior, page_text):
    text = read_text(read_section(page_text, "likely"))
    used = len(posterior.reports_used)
    assert f"33 of 47 reports set a constraint; {used} are used. C60 is left out" in text
    assert text.count("effective sample size") == 1
    assert f"effective sample size {posterior.ess:,.0f}" in text
    assert "The priors are assumptions" in text
    captions = ("How long the train stood", "How fast the train ran", "Routes, before and")
    for caption in captions:
        assert caption in text


def test_where_no_report_is_rejected_the_least_likely_is_named(sure):
    text = format_rejections(sure, format_chances(sure))
    assert text.startswith("No report is rejected; the least likely to be right is R")


def test_the_likely_sentence_names_two_zones(journey, posterior):
    text = format_likely(journey, measure_ensemble(posterior))
    assert text.startswith("Given the reports and by the default route (")
    assert "Pyongyang time (UTC+9; " in text
    assert "Vladivostok time (UTC+10; " in text
    assert text.endswith("each with a probability of 90 %.")


def test_hostile_text_stays_text(hostile_journey, posterior):
    lent = lend(posterior, hostile_journey)
    prior = simulate(hostile_journey, draws=50)
    clocks = list_clocks(hostile_journey.zones, 1694336400.0, 1694500000.0)
    odds = make_odds(hostile_journey, compare_evenly(hostile_journey))
    findings = find_certain(hostile_journey)
    html = make_likely(findings, measure_ensemble(lent), lent, prior, clocks, odds)
    assert isinstance(html, Markup)
    for sign in ("<script", "<img", "{{7*7}}<"):
        assert sign not in html
    assert HOSTILE_TEXT not in html
    assert "&lt;script&gt;" in html


def test_without_a_report_the_page_states_so(tmp_path):
    journey = load_text(WITHOUT_REPORT, tmp_path)
    page = write_page(journey, tmp_path / "p.html", draws=50).read_text("utf-8")
    text = read_text(read_section(page, "likely"))
    assert "No report is used, so the likely answers are those of the priors." in text
    assert "The journey names one route only." in text
    assert "given the reports, 5 % to 95 %" not in page
