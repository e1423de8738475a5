import re

from routesim.view.page.ledger import make_ledger
from routesim.view.page.likely import (
    format_chances,
)
from tests.view.reading import read_entry, read_facts, read_text


def test_every_report_is_in_the_ledger(journey, page_text):
    found = re.findall(
        r'<article class="report" id="report-([^"]+)" data-verdict="(\w+)"', page_text
    )
    assert [report_id for report_id, _ in found] == [report.id for report in journey.reports]
    assert {verdict for _, verdict in found} <= {
        "consistent",
        "strained",
        "impossible",
        "silent",
    }


def test_the_ledger_defines_its_verdicts(page_text):
    notes = re.search(r'<ul class="verdict-notes">(.*?)</ul>', page_text)[1]
    assert [read_text(item) for item in re.findall(r"<li>(.*?)</li>", notes)] == [
        "consistent overlaps the band that holds 90 % of the draws from the priors.",
        (
            "strained outside the band that holds 90 % of the draws from the priors, or about "
            "an event that occurs in hardly any of them, or dropped by some of the best worlds."
        ),
        (
            "impossible dropped by the best worlds of every route, or at a place that no route "
            "considered passes."
        ),
        "silent sets no constraint.",
    ]


def test_an_entry_names_the_priors_based_on_it(journey, page_text):
    (behind,) = read_facts(page_text, "C60", "Basis of the prior of")
    lines = [row.line for row in journey.plan.speeds if "C60" in row.reports]
    assert read_text(behind) == ", ".join(f"running speed on {line}" for line in lines)
    assert set(re.findall(r'href="#([^"]+)"', behind)) == {"prior-speeds"}
    (named,) = read_facts(page_text, "C69", "Named in the reason for")
    assert '<a href="#routes">route vladivostok</a>' in named
    assert '<a href="#prior-departure">departure</a>' in named
    assert read_facts(page_text, "C12", "Basis of the prior of") == []
    assert "no independent check" in page_text


def test_quantities_are_shown_exactly(small_text):
    assert "Runs at 46.5 to 47.5 km/h (running)" in small_text


def test_a_not_yet_is_shown_as_of_one_time_in_every_zone(page_text):
    (window,) = read_facts(page_text, "C15", "Window, 2023")
    assert re.findall(r"as of [^<]+", window) == [
        "as of Mon 11 Sep 10:00",
        "as of Mon 11 Sep 19:00",
        "as of Mon 11 Sep 20:00",
    ]
    assert "19:01" not in read_entry(page_text, "C15")


def test_the_readings_of_a_report_are_shown(page_text):
    assert read_facts(page_text, "C06", "Readings") == [
        "departed on Monday; or known by Monday to have departed"
    ]
    assert read_facts(page_text, "C16", "Readings") == []


def test_copies_are_named_in_the_ledger(journey, findings):
    ledger = make_ledger(journey, {}, findings)
    entry = ledger[ledger.index('id="report-C17"') :]
    entry = read_text(entry[: entry.index("</article>")])
    assert "Same report asC16, C18" in entry


def test_each_report_used_shows_how_likely_it_is_right(journey, posterior, page_text):
    chances = format_chances(posterior)
    assert set(chances) == set(posterior.reports_used) != set()
    for report in journey.reports:
        start = page_text.index(f'id="report-{report.id}"')
        entry = page_text[start : page_text.index("</article>", start)]
        assert ("<dt>Probability of being right</dt>" in entry) == (report.id in chances)
        if report.id in chances:
            assert f"right: {chances[report.id]}" in entry


def test_a_rejected_report_is_marked(posterior_2019, page_2019):
    assert "C49" in posterior_2019.rejected
    start = page_2019.index('id="report-C49"')
    entry = page_2019[start : page_2019.index("</article>", start)]
    assert '<span class="badge rejected">rejected</span>' in entry
    lead = read_text(page_2019[page_2019.index("<header") : page_2019.index("</header>")])
    assert "Rejected (more likely wrong than right): " in lead
    assert page_2019.count("badge rejected") == len(posterior_2019.rejected)
