import re
from itertools import pairwise

from routesim.text.times import format_local
from routesim.view.findings import find_certain
from routesim.view.page.positions import choose_instants
from tests.view.journeys import TEN_UTC
from tests.view.reading import read_rows, read_section


def test_chosen_times_are_few_and_include_those_of_reports(journey, posterior):
    chosen = choose_instants(find_certain(journey), posterior)
    assert list(chosen) == sorted(chosen)
    assert 4 <= len(chosen) <= 15
    assert chosen[TEN_UTC] == ("C15",)
    even = [time_s for time_s, names in chosen.items() if not names]
    assert len({b - a for a, b in pairwise(even)}) == 1
    # Whole hours in the first zone, Pyongyang (UTC+9).
    assert all((time_s + 9 * 3600) % 3600 == 0 for time_s in even)


def test_certain_and_likely_positions_are_side_by_side(posterior, page_text):
    rows = read_rows(read_section(page_text, "likely"), "Position at")
    (row,) = [row for row in rows if "C15" in row[0]]
    assert format_local(TEN_UTC, "Asia/Pyongyang") in row[0]
    # At 19:00 in Pyongyang it had not crossed the border (C15) but must have been near it.
    assert row[1].startswith("km 854 to 857")
    assert "nearest: Tumangang" in row[2]
    share, _ = posterior.get_passed_share("Friendship Bridge border", "2023-09-11T10:00Z")
    assert share < 0.05
    assert re.fullmatch(r"(under )?\d+ %", row[3])
    assert row[4].startswith("under")


def test_the_origin_is_shown_where_the_plan_leaves_it_open(page_text, page_2019):
    rows = read_rows(read_section(page_2019, "likely"), "Origins, before")
    assert any(row[0].startswith("Pyongyang") for row in rows)
    assert all(re.fullmatch(r"(under |over )?\d+ %", row[2]) for row in rows)
    assert "Origins, before" not in read_section(page_text, "likely")
