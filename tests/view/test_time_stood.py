from routesim.text.standing import format_change

EVEN = (5.0, 50.0, 95.0)
"""5, 50 and 95 % of what is even from 0 to 100."""


def test_a_standing_that_moved_is_not_called_unchanged():
    # As far up as it is wide: nothing narrower, but another answer.
    assert format_change(EVEN, (105.0, 150.0, 195.0), 1.0) == "higher median"
    assert format_change(EVEN, (-95.0, -50.0, -5.0), 1.0) == "lower median"
    # 5 to 95 % of 45 to 55 are 9 wide, of 0 to 100 they are 90.
    narrow = (45.5, 50.0, 54.5)
    assert format_change(EVEN, narrow, 0.9) == "90 % narrower"
    assert format_change(narrow, EVEN, 0.9).endswith("% wider")


def test_what_moved_by_no_more_than_chance_is_unchanged():
    assert format_change(EVEN, (6.0, 51.0, 96.0), 0.05) == "unchanged from the prior"
    assert format_change(EVEN, (6.0, 51.0, 96.0), 0.2) == "slightly changed"


def test_what_was_fixed_has_no_width_to_compare():
    assert format_change((60.0, 60.0, 60.0), (60.0, 60.0, 90.0), 0.2) == "slightly changed"
