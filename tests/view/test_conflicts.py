import re

import pytest

from routesim.view import write_page
from routesim.view.findings import find_certain
from routesim.view.page.conflicts import format_conflicts, make_conflicts
from tests.support.journeys import WITHOUT_REPORT, load_text, write_small_event
from tests.view.reading import read_text

pytestmark = pytest.mark.slow


def read_cards(html):
    return re.findall(r'<article class="conflict" id="([^"]+)">(.*?)</article>', html)


def test_every_conflict_has_a_card_whose_sum_is_its_miss(findings):
    cards = read_cards(make_conflicts(findings))
    assert len(cards) == len(findings.conflicts)
    for (anchor, card), conflict in zip(cards, findings.ordered, strict=True):
        assert read_text(card).split(" ", 1)[1].startswith(conflict.clash)
        number = int(anchor.removeprefix("conflict-"))
        assert findings.ordered[number - 1] is conflict
        weights = [int(seconds) for seconds in re.findall(r'data-seconds="(-?[0-9]+)"', card)]
        if conflict.miss_s is None:
            assert weights == []
        else:
            *steps, total = weights
            assert sum(steps) == total == -conflict.miss_s


def test_a_sum_can_be_checked_from_the_text_shown(findings):
    # The first window ends a second before Sunday 18:00 in Pyongyang, which is 09:00 UTC.
    # The second begins on Monday at 00:00 in Seoul, which is Sunday 15:00 UTC.
    # 8:59:59 - 15:00:00 = -6:00:01.
    card = dict(read_cards(make_conflicts(findings)))["conflict-1"]
    shown = re.findall(r'data-seconds="-?[0-9]+">([^<]+)<', card)
    assert shown == ["+8:59:59", "\u221215:00:00", "\u22126:00:01"]
    assert "times counted from Sun 10 Sep 00:00 UTC" in card
    assert "Sun 10 Sep 09:00 UTC" in card
    assert "Sun 10 Sep 18:00 Pyongyang (UTC+9)" in card
    assert "Sun 10 Sep 19:00 Vladivostok (UTC+10)" in card


def test_a_card_names_its_reading_and_the_mildest_resolution_first(findings):
    card = read_text(dict(read_cards(make_conflicts(findings)))["conflict-1"])
    assert "This conflict exists only if C06 is read as: departed on Monday." in card
    heads = ("Another reading: ", "A wider range: ", "A wrong report: ")
    order = [card.index(head) for head in heads]
    assert order == sorted(order)


def test_every_time_in_a_sum_has_its_zone(page_2019):
    cards = read_cards(page_2019)
    assert cards
    for _, card in cards:
        for clocks in re.findall(r'<span class="clock num">([^<]+)<', card):
            assert all(re.search(r"UTC(\)|$|[+-])", part) for part in clocks.split(" \u00b7 "))


def test_conflicts_that_need_another_reading_are_folded(findings):
    html = make_conflicts(findings)
    folded = html[html.index('<details class="more-conflicts">') :]
    assert len(read_cards(folded)) == len(findings.other) > 0
    assert "The list is complete" in html


def test_the_largest_miss_is_named(tmp_path):
    events = write_small_event("R1", "12:00", "13:00") + write_small_event(
        "R2", "15:00", "16:00"
    )
    journey = load_text(WITHOUT_REPORT + events, tmp_path)
    findings = find_certain(journey)
    # R1 ends at 12:59:59, R2 begins at 15:00:00.
    assert format_conflicts(findings).endswith("R1 and R2 contradict each other by 2 h.")
    write_page(journey, tmp_path / "p.html", draws=50)
