import re
from itertools import pairwise

import pytest

from routesim.assessment import Verdict
from routesim.errors import ArgumentError
from routesim.journey import load_journey, simulate
from routesim.text.times import format_local
from routesim.view import write_page
from routesim.view.findings import find_certain
from routesim.view.html.links import make_report_anchor
from routesim.view.page.head import make_lead
from routesim.view.page.ledger import make_ledger
from routesim.view.windows import measure_ensemble

MAX_PAGE_BYTES = 1_500_000
"""Three times the aim, for a machine that is busy with other tests."""


@pytest.fixture(scope="module")
def page_path(journey, write, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    return write(journey, path, draws=500)


@pytest.fixture(scope="module")
def page_text(page_path):
    return page_path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def small_text(small_journey, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "small.html"
    return write_page(small_journey, path, draws=200).read_text("utf-8")


def read_text(html):
    """Return what is read of a piece of the page, tags left out."""
    return re.sub(r"<[^>]+>", "", re.sub(r"<(script|style).*?</\1>", "", html, flags=re.DOTALL))


def read_entry(page, report_id):
    start = page.index(f'id="{make_report_anchor(report_id)}"')
    return page[start : page.index("</article>", start)]


def read_facts(page, report_id, name):
    """Return the facts of that name in a report's entry, as HTML."""
    entry = read_entry(page, report_id)
    return re.findall(rf"<dt>{re.escape(name)}</dt><dd>(.*?)</dd>", entry, flags=re.DOTALL)


def test_the_same_input_gives_the_same_bytes(journey, write, page_path, tmp_path):
    again = write(journey, tmp_path / "again.html", draws=500)
    assert again.read_bytes() == page_path.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("journey_id", ["2019-04", "2023-09"])
def test_size_of_a_full_page(journey_id, tmp_path):
    path = write_page(load_journey(journey_id), tmp_path / "page.html")
    assert path.stat().st_size < MAX_PAGE_BYTES


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


def test_headings_come_in_order(page_text):
    body = page_text[page_text.index("<body>") :]
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", body)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_tables_have_captions_and_scopes(page_text):
    tables = re.findall(r"<table.*?</table>", page_text, flags=re.DOTALL)
    assert len(tables) >= 10
    assert all("<caption>" in table for table in tables)
    assert not re.findall(r"<th(?![^>]*scope=)(?=[ >])", page_text)


def test_ids_are_unique_and_links_lead_somewhere(page_text):
    body = re.sub(r"<script.*?</script>", "", page_text, flags=re.DOTALL)
    ids = re.findall(r' id="([^"]+)"', body)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', body)) <= set(ids)


def test_says_what_kind_of_answer_it_is(page_text):
    for words in (
        "comes from the priors stated below with their reasons, which are assumptions",
        "each report is held, one by one, against draws from the priors alone",
        "no draw has a part in it",
        "not presence of a person",
        "nothing that became known later",
        "routesim page 2023-09 -o page.html --draws 500 --seed 0",
    ):
        assert words in page_text


def test_given_draws_from_the_priors_are_used(small_journey, tmp_path):
    ensemble = simulate(small_journey, draws=200, seed=7)
    path = write_page(small_journey, tmp_path / "p.html", ensemble=ensemble)
    assert "--draws 200 --seed 7" in path.read_text("utf-8")


def test_an_ensemble_of_another_journey_is_refused(journey, tmp_path):
    other = simulate(load_journey("2019-04"), draws=20)
    with pytest.raises(ArgumentError, match="simulate this journey"):
        write_page(journey, tmp_path / "p.html", ensemble=other)
    assert list(tmp_path.iterdir()) == []


def test_the_year_and_the_share_are_told_where_they_are_not_plain(
    journey_2019, write, tmp_path
):
    # The articles on April 2019 are of September 2023, and most draws set out on the way.
    text = write(journey_2019, tmp_path / "p.html", draws=200).read_text("utf-8")
    assert "Days without a year are those of 2019." in text
    assert re.search(r"<dt>Known from</dt><dd>2023: ", text)
    assert re.search(r"<span class=\"note\"> in [\d.]+ % of the draws</span>", text)


def test_what_is_no_page_is_refused(journey, tmp_path):
    with pytest.raises(ArgumentError, match=r"p\.pdf: .* end it in \.html"):
        write_page(journey, tmp_path / "p.pdf", draws=20)
    with pytest.raises(ArgumentError, match="load it first"):
        write_page("2023-09", tmp_path / "p.html")
    assert list(tmp_path.iterdir()) == []


def test_the_ledger_defines_its_verdicts(page_text):
    notes = re.search(r'<ul class="verdict-notes">(.*?)</ul>', page_text)[1]
    assert [read_text(item) for item in re.findall(r"<li>(.*?)</li>", notes)] == [
        "consistent meets the band of 90 % of the draws from the priors.",
        (
            "strained outside the band of 90 % of the draws from the priors, or hardly any of "
            "them does it, or in a conflict that no reading dissolves."
        ),
        (
            "impossible left out by every world that gives up the fewest families, or no route "
            "asked for passes the place."
        ),
        "silent sets no constraint.",
    ]


def test_a_report_tells_which_priors_it_stands_behind(journey, page_text):
    (behind,) = read_facts(page_text, "C60", "Stands behind")
    lines = [row.line for row in journey.plan.speeds if "C60" in row.reports]
    assert read_text(behind) == ", ".join(f"running speed on {line}" for line in lines)
    assert set(re.findall(r'href="#([^"]+)"', behind)) == {"prior-speeds"}
    (named,) = read_facts(page_text, "C69", "Named in the reason for")
    assert '<a href="#routes">route vladivostok</a>' in named
    assert '<a href="#prior-departure">departure</a>' in named
    assert read_facts(page_text, "C12", "Stands behind") == []
    assert "no independent check" in page_text


def test_a_journey_whose_plan_names_no_report_does_not_speak_of_it(small_text):
    assert "each report is held, one by one, against draws from the priors" in small_text
    assert "no independent check" not in small_text
    assert "stand behind" not in read_text(small_text)


def test_reports_of_another_route_say_so(journey, ensemble):
    def judge(report_id, verdict, route):
        return Verdict(report_id, verdict, None, None, "A test.", route)

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
    assert "2 of the 5 (C24, C25) fit only another route than this one." in lead
    assert "1 of the 5 (C33) is judged by another route" in lead
    ledger = make_ledger(journey, judged, findings)
    title = journey.routes["vostochny"].title
    assert read_facts(ledger, "C24", "Judged by") == [f"route vostochny: {title}"]
    assert read_facts(ledger, "C01", "Judged by") == []
    assert read_facts(ledger, "C60", "Judged by") == []
    one = {"C01": judged["C01"]}
    alone = read_text(make_lead(journey, measure_ensemble(ensemble), one, findings))
    assert "another route" not in alone


def test_quantities_are_told_exactly(small_text):
    assert "Runs at 46.5 to 47.5 km/h (running)" in small_text


def test_a_not_yet_is_told_as_of_one_instant_by_every_clock(page_text):
    (window,) = read_facts(page_text, "C15", "Window, 2023")
    assert re.findall(r"as of [^<]+", window) == [
        "as of Mon 11 Sep 10:00",
        "as of Mon 11 Sep 19:00",
        "as of Mon 11 Sep 20:00",
    ]
    assert "19:01" not in read_entry(page_text, "C15")


def test_the_command_names_the_network(far_journey, journey, write, page_text, tmp_path):
    path = write(far_journey, tmp_path / "far.html", draws=20)
    (command,) = re.findall(r"<code>(.*?)</code>", path.read_text("utf-8"))
    assert command.endswith("--seed 0 --network &#x27;far west&#x27;")
    assert journey.network.reference is None
    assert "--network" not in page_text


def test_a_small_journey_is_told_in_the_singular(small_text):
    told = read_text(small_text)
    assert (
        "Of 1 report by 1 family, held against one another and against draws from the priors "
        "alone, 1 is" in told
    )
    assert "each told by two clocks" in told
    for words in (
        "Every draw sets out where its route begins.",
        "No stop is planned.",
        "No unplanned standing is assumed.",
        "No length is disputed.",
    ):
        assert words in told


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


def test_the_readings_of_a_report_are_told(page_text):
    assert read_facts(page_text, "C06", "Readings") == [
        "set out on Monday; or became known on Monday to have set out"
    ]
    assert read_facts(page_text, "C16", "Readings") == []


def test_the_lead_leads_to_the_families(page_text):
    lead = page_text[page_text.index("<header") : page_text.index("</header>")]
    assert re.search(r'by <a href="#families">\d+ families</a>', lead)
    assert re.search(r'<table [^>]*id="families"><caption>Families', page_text)


def test_the_caption_says_what_the_diagram_leaves_out(page_text):
    assert "Reports without a window, and reports of places off this route, are in the" in (
        page_text
    )
