from routesim.text.standing import format_change

EVEN = (5.0, 50.0, 95.0)
"""5, 50 and 95 % points of a uniform distribution from 0 to 100."""


def test_a_shifted_standing_time_is_not_called_unchanged():
    # Shifted by its own width: not narrower, but not the same either.
    assert format_change(EVEN, (105.0, 150.0, 195.0), 1.0) == "higher median"
    assert format_change(EVEN, (-95.0, -50.0, -5.0), 1.0) == "lower median"
    # The 5 to 95 % range is 9 wide for 45 to 55, and 90 wide for 0 to 100.
    narrow = (45.5, 50.0, 54.5)
    assert format_change(EVEN, narrow, 0.9) == "90 % narrower"
    assert format_change(narrow, EVEN, 0.9).endswith("% wider")


def test_a_small_shift_is_called_little_or_slight():
    assert format_change(EVEN, (6.0, 51.0, 96.0), 0.05) == "little changed"
    assert format_change(EVEN, (6.0, 51.0, 96.0), 0.2) == "slightly changed"


def test_a_fixed_prior_has_no_width_to_compare():
    assert format_change((60.0, 60.0, 60.0), (60.0, 60.0, 90.0), 0.2) == "slightly changed"
