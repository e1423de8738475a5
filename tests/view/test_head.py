import re

from routesim.assessment import Verdict
from routesim.text.times import format_local
from routesim.view.findings import find_certain
from routesim.view.page.head import make_lead
from routesim.view.page.ledger import make_ledger
from routesim.view.windows import measure_ensemble
from tests.view.reading import read_facts, read_text


def test_the_lead_has_certain_before_likely(page_2019):
    lead = read_text(page_2019[page_2019.index("<header") : page_2019.index("</header>")])
    assert lead.index("Certain.") < lead.index("Likely.")
    assert "No reading of the reports resolves 3 conflicts" in lead
    assert "contradict each other by 4 h 29 min" in lead


def test_reports_judged_on_another_route_are_named(journey, ensemble):
    def judge(report_id, verdict, route):
        return Verdict(report_id, verdict, route=route)

    default = journey.default_route
    judged = {
        "C01": judge("C01", "consistent", default),
        "C24": judge("C24", "consistent", "vostochny"),
        "C25": judge("C25", "consistent", "komsomolsk"),
        "C33": judge("C33", "strained", "vostochny"),
        "C60": judge("C60", "silent", None),
    }
    findings = find_certain(journey)
    lead = read_text(make_lead(journey, measure_ensemble(ensemble), judged, findings))
    assert "2 of the 5 (C24, C25) fit only another route." in lead
    assert "1 of the 5 (C33) is judged on another route" in lead
    ledger = make_ledger(journey, judged, findings)
    title = journey.routes["vostochny"].title
    assert read_facts(ledger, "C24", "Verdict for route") == [f"vostochny: {title}"]
    assert read_facts(ledger, "C01", "Verdict for route") == []
    assert read_facts(ledger, "C60", "Verdict for route") == []
    one = {"C01": judged["C01"]}
    alone = read_text(make_lead(journey, measure_ensemble(ensemble), one, findings))
    assert "another route" not in alone


def test_priors_are_not_said_to_use_reports_if_none_does(small_text):
    assert "they compare each report, one by one, with draws from the priors" in small_text
    assert "no independent check" not in small_text
    assert "Some priors are based on reports" not in read_text(small_text)


def test_the_glance_has_the_medians_given_the_reports(journey, posterior, page_text):
    glance = re.search(r'<table class="glance">.*?</table>', page_text)[0]
    assert "Likely windows given the reports, 5 % to 95 %" in glance
    measured = measure_ensemble(posterior)
    expected = [
        f"median {format_local((window.arrive or window.depart)[1], zone)}"
        for window in (measured.windows[index] for index in measured.key_indices)
        for zone in ("UTC", *journey.zones)
    ]
    assert [m.strip() for m in re.findall(r'class="median">([^<]+)<', glance)] == expected


def test_the_lead_links_to_the_families(page_text):
    lead = page_text[page_text.index("<header") : page_text.index("</header>")]
    assert re.search(r'by <a href="#families">\d+ families</a>', lead)
    assert re.search(r'<table [^>]*id="families"><caption>Families', page_text)


def test_the_lead_states_what_the_answers_are_based_on(page_text):
    for words in (
        "based on the priors, which are assumptions and are listed below with their reasons",
        "they compare each report, one by one, with draws from the priors alone",
        "They use no random draws.",
        "not presence of a person",
        "nothing that became known later",
        "routesim page 2023-09 -o page.html --draws 500 --seed 0",
    ):
        assert words in page_text
