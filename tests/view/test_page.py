import re
from itertools import pairwise
from time import perf_counter

import pytest

from routesim.errors import ArgumentError
from routesim.journey import load_journey, simulate
from routesim.view import write_page

MAX_PAGE_BYTES = 1_500_000
MAX_PAGE_SECONDS = 15.0
"""Three times the aim, for a machine that is busy with other tests."""


@pytest.fixture(scope="module")
def page_path(journey, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    return write_page(journey, path, draws=500)


@pytest.fixture(scope="module")
def page_text(page_path):
    return page_path.read_text(encoding="utf-8")


def test_the_same_input_gives_the_same_bytes(journey, page_path, tmp_path):
    again = write_page(journey, tmp_path / "again.html", draws=500)
    assert again.read_bytes() == page_path.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("journey_id", ["2019-04", "2023-09"])
def test_size_and_time_of_a_full_page(journey_id, tmp_path):
    start = perf_counter()
    path = write_page(load_journey(journey_id), tmp_path / "page.html")
    assert perf_counter() - start < MAX_PAGE_SECONDS
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
        "before the reports are weighed",
        "not computed in this version",
        "not presence of a person",
        "nothing that became known later",
        "routesim page 2023-09 -o page.html --draws 500 --seed 0",
    ):
        assert words in page_text


def test_a_given_ensemble_is_used(journey, tmp_path):
    ensemble = simulate(journey, draws=200, seed=7)
    text = write_page(journey, tmp_path / "p.html", ensemble=ensemble).read_text("utf-8")
    assert "--draws 200 --seed 7" in text


def test_an_ensemble_of_another_journey_is_refused(journey, tmp_path):
    other = simulate(load_journey("2019-04"), draws=20)
    with pytest.raises(ArgumentError, match="simulate this journey"):
        write_page(journey, tmp_path / "p.html", ensemble=other)
    assert list(tmp_path.iterdir()) == []


def test_the_year_and_the_share_are_told_where_they_are_not_plain(tmp_path):
    # The articles on April 2019 are of September 2023, and most draws set out on the way.
    text = write_page(load_journey("2019-04"), tmp_path / "p.html", draws=200).read_text(
        "utf-8"
    )
    assert "Days without a year are those of 2019." in text
    assert re.search(r"<dt>Known from</dt><dd>2023: ", text)
    assert re.search(r"leaves</span> Pyongyang<span class=\"note\"> in \d+ % of draws", text)
