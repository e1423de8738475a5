"""Soft windows: adjacent windows add up to one."""

import numpy as np
import pytest

from routesim.likely.soft_windows import find_agreement


def test_the_parts_of_a_day_add_up_to_one(calibration, tool):
    # Four parts with equally soft ends add up to one, away from the ends of the day.
    case = tool.CASES["routes"]
    times_s = calibration.DAY_START_S + 3600.0 * np.linspace(4.0, 20.0, 9)
    total = np.zeros(9)
    for number in range(4):
        (report,) = case.read([case.reporters[0].make_row(case.reporters[0].write(number))])
        time = report.clauses[0].time
        ends = time.window.start_s, time.window.end_s
        total += np.exp(find_agreement(times_s, ends, time.soft_s))
    # Less than exp(-10 * 12) is left at four hours, twelve times the softness of 20 minutes.
    assert total == pytest.approx(1.0, abs=1e-11)
