from __future__ import annotations

import pytest

from routesim.text.quantities import format_chance, format_count, format_miss, format_share


def test_a_miss_is_written_in_the_first_unit_given():
    assert format_miss(0, 3.0, 4.0) == "0 s"
    assert format_miss(None, 1234.56, 4.0) == "1,234.6 km"
    assert format_miss(None, None, 0.0) == "0.0 km/h"
    assert format_miss(None, None, None) == ""


@pytest.mark.parametrize(
    ("chance", "error", "draws", "text"),
    [
        # The rule of three on 300 draws: steps of 1 %.
        (0.996, 0.0, 300, "over 99 %"),
        (0.994, 0.0, 300, "99 %"),
        # An error of 3 points: steps of 5 %.
        (0.52, 0.03, 10_000, "50 %"),
        (0.01, 0.03, 10_000, "under 5 %"),
        # An error above every step: steps of 50 %.
        (0.4, 0.9, 10_000, "50 %"),
    ],
)
def test_a_chance_has_no_more_digits_than_its_error_leaves(chance, error, draws, text):
    assert format_chance(chance, error, draws) == text


def test_counts_and_shares():
    assert format_count(0, "conflict") == "0 conflicts"
    assert format_count(1, "conflict") == "1 conflict"
    assert format_share(0.0999) == "10.0 %"
    assert format_share(0.1) == "10 %"
