from math import inf

import pytest

from routesim.evidence import parse_time
from routesim.text.findings import format_margin
from routesim.text.quantities import format_draw_share
from routesim.view.times import list_clocks

NOON_S = parse_time("2023-09-11T12:00Z")


def test_every_clock_names_its_offset():
    labels = [clock.label for clock in list_clocks(["Asia/Vladivostok"], NOON_S, NOON_S)]
    assert labels == ["UTC", "Vladivostok (UTC+10)"]


def test_a_change_of_the_clocks_is_a_step():
    # Berlin went from UTC+2 to UTC+1 at 01:00 UTC on 29 October 2023.
    start, end = parse_time("2023-10-28T00:00Z"), parse_time("2023-10-30T00:00Z")
    clock = list_clocks(["Europe/Berlin"], start, end)[1]
    assert clock.steps == ((0, 7200), (round(parse_time("2023-10-29T01:00Z")), 3600))
    assert clock.label == "Berlin (UTC+2 then UTC+1)"


@pytest.mark.parametrize(
    ("margin_s", "text"),
    [
        (12_000.0, "overlaps by 3 h 20 min"),
        (-30_540.0, "misses by 8 h 29 min"),
        (-2_700.0, "misses by 45 min"),
        (7_200.0, "overlaps by 2 h"),
        (None, ""),
        (inf, ""),
    ],
)
def test_margin_in_hours_and_minutes(margin_s, text):
    assert format_margin(margin_s) == text


def test_a_share_of_draws_is_shown_unless_all_are_meant():
    assert format_draw_share(0.294) == "in 29 % of the draws"
    assert format_draw_share(1e-5) == "in under 0.1 % of the draws"
    assert format_draw_share(0.9999) == "in over 99 % of the draws"
    assert format_draw_share(1.0) == ""
