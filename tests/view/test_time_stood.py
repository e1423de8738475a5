import numpy as np

from routesim.view.page.time_stood import format_change


def test_a_standing_that_moved_is_not_called_unchanged():
    # As far up as it is wide: nothing narrower, but another answer.
    even = np.linspace(0.0, 100.0, 1001)
    assert format_change(even, even + 100.0) == "more"
    assert format_change(even, even - 100.0) == "less"
    # 5 to 95 % of 45 to 55 are 9 wide, of 0 to 100 they are 90.
    assert format_change(even, 45.0 + even / 10.0) == "90 % narrower"
    assert format_change(45.0 + even / 10.0, even).endswith("% wider")
