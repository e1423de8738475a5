import re
from itertools import pairwise

import pytest

from routesim.errors import ArgumentError
from routesim.journey import load_journey
from routesim.view import write_page
from tests.view.reading import read_text

pytestmark = pytest.mark.slow

MAX_PAGE_BYTES = 1_500_000
"""Largest size of a page with the default draws."""


def test_the_same_input_gives_the_same_bytes(journey, write, page_path, tmp_path):
    again = write(journey, tmp_path / "again.html", draws=500)
    assert again.read_bytes() == page_path.read_bytes()


@pytest.mark.parametrize("journey_id", ["2019-04", "2023-09"])
def test_size_of_a_full_page(journey_id, tmp_path):
    path = write_page(load_journey(journey_id), tmp_path / "page.html")
    assert path.stat().st_size < MAX_PAGE_BYTES


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


def test_ids_are_unique_and_links_have_targets(page_text):
    body = re.sub(r"<script.*?</script>", "", page_text, flags=re.DOTALL)
    ids = re.findall(r' id="([^"]+)"', body)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', body)) <= set(ids)


def test_years_and_shares_are_shown_where_they_are_not_obvious(journey_2019, write, tmp_path):
    # The articles on April 2019 appeared in September 2023, and most draws start on the way.
    text = write(journey_2019, tmp_path / "p.html", draws=200).read_text("utf-8")
    assert "Days without a year are in 2019." in text
    assert re.search(r"<dt>Known since</dt><dd>2023: ", text)
    assert re.search(r"<span class=\"note\"> in [\d.]+ % of the draws</span>", text)


def test_other_suffixes_and_subjects_are_refused(journey, tmp_path):
    with pytest.raises(ArgumentError, match=r"p\.pdf: .* ends in \.html"):
        write_page(journey, tmp_path / "p.pdf", draws=20)
    with pytest.raises(ArgumentError, match="load it first"):
        write_page("2023-09", tmp_path / "p.html")
    assert list(tmp_path.iterdir()) == []


def test_the_command_names_the_network(far_journey, journey, write, page_text, tmp_path):
    path = write(far_journey, tmp_path / "far.html", draws=20)
    (command,) = re.findall(r"<code>(.*?)</code>", path.read_text("utf-8"))
    assert command.endswith("--seed 0 --network &#39;far west&#39;")
    assert journey.network.reference is None
    assert "--network" not in page_text


def test_a_small_journey_is_described_in_the_singular(small_text):
    text = read_text(small_text)
    assert (
        "Of 1 report by 1 family, compared with each other and with draws from the priors "
        "alone, 1 is" in text
    )
    assert "given in two time zones" in text
    for words in (
        "Every draw starts at the origin of its route.",
        "No stop is planned.",
        "No line has a value of its own for unplanned standing.",
        "The plan has no range for a length.",
    ):
        assert words in text


def test_the_page_lists_what_is_assumed_about_lengths(page_2019):
    text = read_text(page_2019)
    assert "Taken as exact: kilometres of Trans-Siberian (25 of 28 points)." in text
    assert (
        "Warning: sources disagree on lengths for which plan.lengths has no range: "
        "Baranovsky - Ussuriysk (22.1 km is used; sources: 22.1 to 23)." in text
    )


def test_the_caption_states_what_the_diagram_leaves_out(page_text):
    assert "Reports without a window and reports about places off this route are in the" in (
        page_text
    )


def test_reports_link_to_conflicts_and_worlds(page_2019):
    body = re.sub(r"<script.*?</script>", "", page_2019, flags=re.DOTALL)
    ids = set(re.findall(r' id="([^"]+)"', body))
    links = re.findall(r'href="#([^"]+)"', body)
    assert set(links) <= ids
    assert {"conflict-1", "world-1", "report-C49"} <= set(links)
    entry = page_2019[page_2019.index('id="report-C49"') :]
    entry = entry[: entry.index("</article>")]
    assert "<dt>In conflicts</dt>" in entry
    assert "<dt>Dropped in worlds</dt>" in entry
