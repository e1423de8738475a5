"""Running times that vary along a line: mean, spread, correlation and invariance."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import ks_2samp

from routesim.errors import DataError
from routesim.journey import lay_plan, make_stream, simulate
from routesim.journey.variation.pace import measure_slack
from tests.support.journeys import (
    EVEN,
    fixed,
    load_bundled,
    uniform,
    write_speed,
    write_variation,
)
from tests.support.plain_lines import Point, build_network, plan_run

DRAWS = 4000
LEAST_P = 1e-4
POINTS = [Point(f"P{n}", 10.0 * n, "crossing") for n in range(13)]
ALMOST_60 = uniform(60.0, 60.0001)
"""As good as a fixed speed, but it varies along the line."""


def plan(network, *parts, ends=("P0", "P12")):
    lines = network.lines["line"].unique()
    return plan_run(network, *ends, *(write_speed(line, ALMOST_60) for line in lines), *parts)


@pytest.fixture(scope="module")
def whole():
    return build_network(Main=POINTS)


def find_slack_per_km(journey):
    """Return the mean slack in seconds per km: 60 s at 60 km/h, less that at the top speed."""
    top_kmh = min(journey.train.max_speed_mps * 3.6, 100.0)
    return 60.0 - 3600.0 / top_kmh


def lasts(drawn, start, end):
    first, last = (drawn.route.index_of(name) for name in (start, end))
    return drawn.get_arrivals(last) - drawn.get_departures(first)


# ---------------------------------------------------------------- mean and bounds


@pytest.mark.parametrize(("name", "route"), [
    (name, route) for name, one in load_bundled().items() for route in one.routes
])  # fmt: skip
def test_the_mean_running_time_is_the_one_at_the_mean_speeds(name, route):
    drawn = simulate(load_bundled()[name], draws=8000, seed=22, route=route)
    delay_s = np.diff(drawn.delay_s, axis=1)
    for index in range(0, delay_s.shape[1], 7):
        ran = delay_s[drawn.origin_index <= index, index]
        assert abs(ran.mean()) < 4.5 * ran.std() / ran.size**0.5  # some 100 sections
    whole_s = drawn.delay_s[:, -1]
    assert abs(whole_s.mean()) < 4 * whole_s.std() / whole_s.size**0.5
    assert (drawn.delay_s[np.arange(drawn.draws), drawn.origin_index] == 0.0).all()


@pytest.mark.parametrize("name", ["2019-04", "2023-09"])
def test_no_section_is_run_faster_than_the_top_speed(name):
    journey = load_bundled()[name]
    drawn = simulate(journey, draws=2000, seed=23)
    passages = drawn.route.passages
    for index, (one, two) in enumerate(pairwise(passages)):
        ran_s = drawn.get_arrivals(index + 1) - drawn.get_departures(index)
        top_mps = min(journey.train.max_speed_mps, one.section.cap_kmh / 3.6)
        length_m = 1000 * drawn.measure_km(index, index + 1)
        there = drawn.origin_index <= index
        # Slack is drawn in single precision, which errs by less than a millisecond.
        assert (ran_s - length_m / top_mps)[there].min() > -1e-3, (one.station.name, two)


def test_the_delay_is_the_time_beyond_an_even_run(whole):
    # Without variation, with the same seed, everything else is equal.
    varied, even = simulate(plan(whole), draws=50), simulate(plan(whole, EVEN), draws=50)
    assert even.delay_s is None
    assert varied.arrive_s - even.arrive_s == pytest.approx(varied.delay_s, abs=1e-5)
    # The running speed between two passages is that over the time moving.
    first, last = 2, 9
    extra_s = varied.get_delay(last) - varied.get_delay(first)
    wanted = 70_000.0 / (70 * 60.0 + extra_s)
    assert varied.measure_running_mps(first, last) == pytest.approx(wanted, rel=1e-5)


def test_a_line_with_a_fixed_speed_does_not_vary(whole):
    journey = plan_run(whole, "P0", "P12", write_speed("Main", fixed(60)))
    drawn = simulate(journey, draws=20)
    assert drawn.delay_s is None
    assert not lay_plan(journey).pace.varies
    assert np.ptp(drawn.arrive_s[:, -1]) == 0.0


def test_a_spread_without_grain_is_refused(whole):
    with pytest.raises(DataError, match="give 0 for both, or for neither"):
        plan(whole, write_variation(slack_spread=0.4, grain_s=0))


# ---------------------------------------------------------------- spread and correlation


@pytest.mark.parametrize("spread", [0.2, 0.8])
def test_the_factor_of_the_slack_has_mean_one_and_the_stated_spread(whole, spread):
    pace = lay_plan(plan(whole, write_variation(slack_spread=spread))).pace
    factors = pace.find_factors(pace.draw_field(make_stream(1, "field"), 40_000))
    # The standard errors are spread / 200 and, for heavy tails, some times spread / 283.
    assert factors.mean(axis=1) == pytest.approx(1.0, abs=5 * spread / 200)
    assert factors.std(axis=1) == pytest.approx(spread, rel=0.08)


@pytest.mark.parametrize(("range_km", "cell_km"), [(5.0, 5.0), (50.0, 20.0), (500.0, 25.0)])
def test_the_correlation_falls_with_the_distance(whole, range_km, cell_km):
    # Cells have range / 2.5, from 5 to 25 km, and the correlation is exp(-distance / range).
    pace = lay_plan(plan(whole, write_variation(range_km=range_km))).pace
    assert pace.cells == round(np.ceil(120 / cell_km))
    field = pace.draw_field(make_stream(2, "field"), 40_000)
    found = np.corrcoef(field)
    away_km = cell_km * np.abs(np.subtract.outer(np.arange(pace.cells), np.arange(pace.cells)))
    assert found == pytest.approx(np.exp(-away_km / range_km), abs=5 / 200)
    assert pace.memory == pytest.approx(np.exp(-cell_km / range_km))


def test_grain_alone_is_independent_between_sections(whole):
    # With grain 15 s, 10 km with a mean slack of m have the variance 15 m.
    journey = plan(whole, write_variation(slack_spread=0, grain_s=15))
    drawn = simulate(journey, draws=20_000, seed=24)
    each = np.diff(drawn.delay_s, axis=1)
    mean_s = 10 * find_slack_per_km(journey)
    assert each.var(axis=0) == pytest.approx(15 * mean_s, rel=0.08)
    assert np.abs(np.corrcoef(each.T) - np.eye(12)).max() < 5 / 20_000**0.5
    assert (each > -mean_s).all()


def test_a_long_range_spreads_the_whole_run_by_the_slack_spread(whole):
    # With a range of 10,000 km, the slack of all 120 km has one factor.
    journey = plan(whole, write_variation(slack_spread=0.3, range_km=10_000, grain_s=0.01))
    drawn = simulate(journey, draws=20_000, seed=25)
    slack_s = 120 * find_slack_per_km(journey)
    assert drawn.delay_s[:, -1].std() == pytest.approx(0.3 * slack_s, rel=0.05)


def test_a_short_range_averages_out(whole):
    # 24 cells of 5 km, with the correlation r = exp(-1) of neighbours. The variance of the
    # mean of the factors is the sum of the covariances, exp(sigma² r^d) - 1, over 24².
    journey = plan(whole, write_variation(slack_spread=0.3, range_km=5, grain_s=0.01))
    drawn = simulate(journey, draws=20_000, seed=26)
    away = np.abs(np.subtract.outer(np.arange(24), np.arange(24)))
    variance = np.expm1(np.log1p(0.3**2) * np.exp(-away)).mean()
    slack_s = 120 * find_slack_per_km(journey)
    assert drawn.delay_s[:, -1].std() == pytest.approx(variance**0.5 * slack_s, rel=0.05)


def test_the_mean_slack_follows_from_the_speed_and_the_length(whole):
    layout = lay_plan(plan(whole))
    (kind,) = layout.pace.classes
    assert (kind.line, kind.length_prior) == ("Main", None)
    slow, fast = np.array([10.0]), np.array([2.0 * kind.top_mps])
    (each,) = measure_slack(layout.pace, {"Main": slow}, {})
    assert each == pytest.approx(100.0 - 1000 / kind.top_mps)
    assert measure_slack(layout.pace, {"Main": fast}, {})[0] == pytest.approx(0.0)


# ---------------------------------------------------------------- invariance of a leg


def cut_leg(journey, start, end):
    """Return the kilometres of a leg in each cell of its line, in order."""
    layout = lay_plan(journey)
    first, last = (layout.route.index_of(name) for name in (start, end))
    found = {}
    for section in range(first, last):
        for cell, km in layout.pace.section_cells[section]:
            found[cell] = found.get(cell, 0.0) + km
    return list(found.values())


def agree(one, two, start, end):
    assert cut_leg(one, start, end) == pytest.approx(cut_leg(two, start, end))
    first, second = (simulate(j, draws=DRAWS, seed=n) for n, j in enumerate((one, two)))
    assert ks_2samp(lasts(first, start, end), lasts(second, start, end)).pvalue > LEAST_P
    middle = "P5"
    parts = [
        lasts(drawn, start, middle) - lasts(drawn, middle, end) for drawn in (first, second)
    ]
    assert ks_2samp(*parts).pvalue > LEAST_P


def test_a_longer_route_does_not_change_a_leg(whole):
    # The train runs at an even speed from P1 to P9: it starts and stops far from there.
    agree(plan(whole), plan(whole, ends=("P1", "P10")), "P2", "P9")


def test_the_direction_does_not_change_a_leg(whole):
    there, back = plan(whole), plan(whole, ends=("P12", "P0"))
    assert cut_leg(back, "P9", "P2") == pytest.approx(cut_leg(there, "P2", "P9")[::-1])
    one, two = (simulate(j, draws=DRAWS, seed=n) for n, j in enumerate((there, back)))
    assert ks_2samp(lasts(one, "P2", "P9"), lasts(two, "P9", "P2")).pvalue > LEAST_P


def test_a_point_more_does_not_change_a_leg(whole):
    more = [*POINTS[:4], Point("X", 33.3, "none"), *POINTS[4:]]
    agree(plan(whole), plan(build_network(Main=more)), "P2", "P9")


def test_a_line_in_two_parts_does_not_change_a_leg(whole):
    # Cells have 20 km; the line is cut where a cell ends, and the second part has cells of
    # its own, which continue the first ones.
    halves = build_network(Main=POINTS[:7], More=POINTS[6:])
    agree(plan(whole), plan(halves), "P2", "P9")
