import pytest

from routesim.evidence import parse_time
from routesim.text.quantities import format_chance, format_rounded_share
from routesim.text.times import format_iso, format_years

NOON_S = parse_time("2023-09-11T12:00Z")


def test_a_small_share_is_not_nothing():
    # One of 100,000 draws is 0.001 %, which must not be shown as none.
    assert format_rounded_share(1e-5) == "under 0.1 %"
    assert format_rounded_share(0.0) == "none"
    assert format_rounded_share(0.0006) == "0.1 %"


@pytest.mark.parametrize("chance", [0.0, 1e-6, 0.004, 0.5, 0.996, 1.0 - 1e-9, 1.0])
@pytest.mark.parametrize(("error", "worth"), [(0.0, 1e9), (0.003, 900.0), (0.08, 20.0)])
def test_no_probability_is_all_or_nothing(chance, error, worth):
    assert format_chance(chance, error, worth) not in {"0 %", "100 %"}


def test_a_chance_is_rounded_by_the_rule_of_three():
    # 3 of 281 is 1.07 %, which gives steps of 2 %. 3 of 913 is 0.3 %, which gives 1 %.
    assert format_chance(0.013, 0.0, 281.0) == "2 %"
    assert format_chance(0.013, 0.0, 913.0) == "1 %"


def test_years_of_several_times():
    assert format_years(NOON_S, parse_time("2024-01-01T00:00Z")) == "2023 and 2024"


def test_iso_with_the_offset_of_the_zone():
    assert format_iso(NOON_S) == "2023-09-11T12:00:00Z"
    assert format_iso(NOON_S, "Asia/Vladivostok") == "2023-09-11T22:00:00+10:00"
