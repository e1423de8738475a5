"""Unplanned standing, with all other quantities fixed."""

import numpy as np
import pytest

from routesim.journey import simulate
from tests.support.journeys import fixed, write_origin, write_standing


def test_fixed_standing_is_added_in_full_by_the_end_of_its_line(load, tiny):
    # 30 min per 100 km over 238 km: 71.4 minutes, all of them before Baranovsky.
    text = tiny + write_standing("Khasan branch", fixed(30), 5)
    plain, standing = simulate(load(tiny), draws=50), simulate(load(text), draws=50)
    later_s = standing.arrive_s - plain.arrive_s
    index = plain.route.index_of("Baranovsky")
    assert later_s[:, index:] == pytest.approx(71.4 * 60.0, abs=1e-6)
    assert (np.diff(later_s, axis=1) >= -1e-6).all()
    assert (later_s[:, 0] == 0).all()
    assert standing.standing_s["Khasan branch"] == pytest.approx(71.4 * 60.0)
    # The places of the halts are random, so the draws differ on the way.
    assert np.ptp(later_s[:, index // 2]) > 60.0


def test_standing_counts_only_on_the_part_travelled(load, tiny):
    # From Makhalino, 197.0 km before Baranovsky: 30 min per 100 km are 59.1 minutes.
    text = tiny + write_standing("Khasan branch", fixed(30), 2) + write_origin("Makhalino")
    ensemble = simulate(load(text), draws=5)
    assert ensemble.standing_s["Khasan branch"] == pytest.approx(59.1 * 60.0)
    start = ensemble.route.index_of("Makhalino")
    assert (ensemble.origin_index == start).all()
    assert (ensemble.arrive_s[:, start] == ensemble.departure_s).all()
