"""Unplanned standing: where it is, its mean and its law, and what it does not depend on."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

import routesim as rs
from routesim.errors import DataError
from routesim.journey import lay_plan, simulate
from tests.support.journeys import (
    EVEN,
    fixed,
    load_bundled,
    lognormal,
    write_origin,
    write_speed,
    write_standing,
    write_variation,
)
from tests.support.plain_lines import Point, build_network, plan_run

DRAWS = 4000
LEAST_P = 1e-4

# Weights: the first point does not count in the direction of the line, the last one does not
# count in the other. Forward: 1.5 + 3 + 0 + 3 + 4 + 6 = 17.5; backward: 6 + 11.5 = 17.5.
MIXED = (
    Point("A", 0.0, "big"),
    Point("B", 13.0, "crossing"),
    Point("C", 30.0, "border", "border"),
    Point("D", 34.0, "none", "bridge"),
    Point("E", 55.0, "yard", "yard"),
    Point("F", 80.0, "junction"),
    Point("G", 100.0, "engine"),
)
HALTS_ONLY = write_variation(slack_spread=0, grain_s=0, long_wait_share=0, halt_min=fixed(10))


def even(*lines):
    """Return the fixed speeds of some lines."""
    return "".join(write_speed(line, fixed(60)) for line in lines)


def evenly(count, step_km, point_class="crossing", first_km=0.0):
    """Return points at even distances, all of one class."""
    return [Point(f"P{n}", first_km + step_km * n, point_class) for n in range(count)]


def lasts(ensemble, start, end):
    """Return the seconds from the departure at one passage to the arrival at another."""
    first, last = (ensemble.route.index_of(name) for name in (start, end))
    return ensemble.get_arrivals(last) - ensemble.get_departures(first)


def stands(ensemble, start, end):
    """Return the seconds of a leg beyond its running time: in some draws there are none."""
    found = lasts(ensemble, start, end)
    return found - found.min()


def mean_of(row):
    """Return the mean of a lognormal rate: its median times exp(sd² / 2)."""
    rate = row.min_per_100km
    sd = np.log(rate.p95 / rate.median) / 1.6448536
    return rate.median * np.exp(sd**2 / 2)


# ---------------------------------------------------------------- means


@pytest.mark.parametrize(("name", "route"), [
    (name, route) for name, one in load_bundled().items() for route in one.routes
])  # fmt: skip
def test_the_mean_over_a_whole_line_is_that_of_the_file(name, route):
    journey = load_bundled()[name]
    layout = lay_plan(journey, route)
    drawn = simulate(journey, draws=8000, seed=21, route=route)
    passages = layout.route.passages
    checked = 0
    for number, line in enumerate(layout.standing.lines):
        points = journey.network.weigh_line(line)
        on_line = [i for i, p in enumerate(passages[:-1]) if p.line == line]
        ends = passages[on_line[0]].station.name, passages[on_line[-1] + 1].station.name
        if {*ends} != {points.stations[0], points.stations[-1]}:
            continue
        checked += 1
        # For a rate of 1 min per 100 km, the slots have the length of the line over 100 km.
        length_km = abs(points.km[-1] - points.km[0])
        mine = layout.standing.line == number
        slots = layout.standing.halts_100km[mine] + layout.standing.waits_100km[mine]
        assert slots.sum() == pytest.approx(length_km / 100.0)
        row = next(row for row in layout.rates if row.line == line)
        whole = drawn.standing_s[line][drawn.origin_index <= on_line[0]]
        wanted_s = 60.0 * mean_of(row) * length_km / 100.0
        assert abs(whole.mean() - wanted_s) < 4 * whole.std() / whole.size**0.5, line
    assert checked >= 3


@pytest.mark.parametrize("ends", [("A", "G"), ("G", "A")])
def test_the_mean_is_the_same_in_both_directions(ends):
    # 30 min per 100 km over 100 km.
    plan = even("Main"), write_standing("Main", fixed(30)), EVEN
    drawn = simulate(plan_run(build_network(Main=MIXED), *ends, *plan), draws=20_000)
    stood = drawn.standing_s["Main"]
    assert abs(stood.mean() - 1800.0) < 4 * stood.std() / stood.size**0.5


def test_standing_counts_only_on_the_part_travelled(load, tiny):
    # 30 min per 100 km over 238 km are 71.4 min. From Khasan the branch has 13 stations on
    # single track with weight 1.5, a bridge without weight, and the junction with weight 4:
    # 23.5. The first of the stations is Makhalino: from there on 22 of 23.5, or 66.84 min.
    text = tiny + write_standing("Khasan branch", fixed(30)) + write_origin("Makhalino")
    drawn = simulate(load(text), draws=20_000)
    stood = drawn.standing_s["Khasan branch"]
    assert abs(stood.mean() - 66.84 * 60) < 4 * stood.std() / stood.size**0.5
    start = drawn.route.index_of("Makhalino")
    assert (drawn.origin_index == start).all()
    assert (drawn.arrive_s[:, start] == drawn.departure_s).all()
    assert (drawn.get_departures(start) == drawn.departure_s).all()


# ---------------------------------------------------------------- places


def test_each_point_stands_before_the_arrival_or_within_the_stay_by_its_class():
    # Weights over 17.5, times 1 min for the whole line. Halts and waits are the same here.
    plan = even("Main"), write_standing("Main", fixed(30)), HALTS_ONLY
    standing = lay_plan(plan_run(build_network(Main=MIXED), "A", "G", *plan)).standing
    weight = np.array([0, 1.5, 3, 0, 3, 4, 6]) / 17.5
    # Before the arrival: nothing at a crossing, all at a border, a third in a yard and at a
    # junction, all at the end of the line.
    before = np.array([0, 0, 1, 0, 1 / 3, 1 / 3, 1])
    assert standing.halts_100km[0::2] == pytest.approx(weight * before)
    assert standing.halts_100km[1::2] == pytest.approx(weight * (1 - before))
    assert not standing.waits_100km.any()
    assert set(standing.line[2:]) == {0}


def test_long_waits_are_where_a_train_can_be_kept():
    # With a share of 0.4: everywhere but at a border and a bridge, 0.4 of their weight.
    plan = even("Main"), write_standing("Main", fixed(30)), write_variation(long_wait_share=0.4)
    standing = lay_plan(plan_run(build_network(Main=MIXED), "A", "G", *plan)).standing
    waits = standing.waits_100km.reshape(-1, 2).sum(axis=1)
    halts = standing.halts_100km.reshape(-1, 2).sum(axis=1)
    assert waits == pytest.approx(0.4 * np.array([0, 1.5, 0, 0, 3, 4, 6]) / 17.5)
    assert halts + waits == pytest.approx(np.array([0, 1.5, 3, 0, 3, 4, 6]) / 17.5)


def test_draws_stand_before_a_border_a_bridge_and_an_end_and_within_other_stays():
    plan = even("Main"), write_standing("Main", fixed(60)), HALTS_ONLY
    network = build_network(Main=MIXED)
    drawn = simulate(plan_run(network, "A", "G", *plan), draws=DRAWS)
    stay = {p.station.name: drawn.get_departures(i) - drawn.get_arrivals(i)
            for i, p in enumerate(drawn.route.passages[1:-1], 1)}  # fmt: skip
    assert not stay["C"].any()
    assert not stay["D"].any()
    # 60 min on the line: 1.5 of 17.5 within the stay at B, and two thirds of 3 at E.
    for name, minutes in (("B", 60 * 1.5 / 17.5), ("E", 60 * 2 / 17.5)):
        error = stay[name].std() / 60 / DRAWS**0.5
        assert abs(stay[name].mean() / 60 - minutes) < 4 * error
    # Before the arrivals: 60 * 3 / 17.5 at C, nothing at D, and 60 * 6 / 17.5 at the end.
    plain = simulate(plan_run(network, "A", "G", even("Main")), draws=1)
    for start, end, minutes in (
        ("B", "C", 180 / 17.5),
        ("C", "D", 0.0),
        ("F", "G", 360 / 17.5),
    ):
        late = lasts(drawn, start, end) - lasts(plain, start, end)
        assert (late > -1e-5).all()
        error = late.std() / 60 / DRAWS**0.5
        assert abs(late.mean() / 60 - minutes) < 4 * error + 1e-6


# ---------------------------------------------------------------- the law


def test_the_standing_on_a_line_is_a_sum_of_a_poisson_number_of_halts():
    # 30 min in halts of 10 min: three are expected, and none with probability exp(-3). The
    # variance is 2 * 3 * 10² min².
    plan = even("Main"), write_standing("Main", fixed(30)), HALTS_ONLY
    drawn = simulate(plan_run(build_network(Main=MIXED), "A", "G", *plan), draws=20_000)
    minutes = drawn.standing_s["Main"] / 60
    none = np.exp(-3.0)
    assert (minutes == 0).mean() == pytest.approx(none, abs=5 * (none / 20_000) ** 0.5)
    assert minutes.mean() == pytest.approx(30.0, abs=5 * (600 / 20_000) ** 0.5)
    assert minutes.var() == pytest.approx(600.0, rel=0.06)


def test_long_waits_are_rare_and_long():
    # On the points where a train can be kept lie 14.5 of 17.5, or 24.86 of 30 min; half of it
    # is in waits of 2 h: 0.1036 are expected. The variance is 2 * (17.57 * 10 + 12.43 * 120).
    text = write_variation(
        slack_spread=0, grain_s=0, long_wait_share=0.5, long_wait_h=2, halt_min=fixed(10)
    )
    plan = even("Main"), write_standing("Main", fixed(30)), text
    drawn = simulate(plan_run(build_network(Main=MIXED), "A", "G", *plan), draws=20_000)
    minutes = drawn.standing_s["Main"] / 60
    variance = 2 * (17.571 * 10 + 12.429 * 120)
    assert minutes.mean() == pytest.approx(30.0, abs=5 * (variance / 20_000) ** 0.5)
    assert minutes.var() == pytest.approx(variance, rel=0.15)


def test_the_length_of_a_halt_is_one_value_per_journey_and_does_not_change_the_mean():
    # The variance is 2 * 30 * E(length) + 0, as the mean of the sum is 30 min in any case.
    law = lognormal(10, 30)
    text = write_variation(slack_spread=0, grain_s=0, long_wait_share=0, halt_min=law)
    plan = even("Main"), write_standing("Main", fixed(30)), text
    drawn = simulate(plan_run(build_network(Main=MIXED), "A", "G", *plan), draws=20_000)
    minutes = drawn.standing_s["Main"] / 60
    sd = np.log(3.0) / 1.6448536
    variance = 2 * 30 * 10 * np.exp(sd**2 / 2)
    assert minutes.mean() == pytest.approx(30.0, abs=5 * (variance / 20_000) ** 0.5)
    assert minutes.var() == pytest.approx(variance, rel=0.15)


@pytest.mark.parametrize("share", [0.0, 0.8, 1.0])
def test_lines_share_the_priority_of_the_train(share):
    # Coordinates stay standard normal, and those of two lines correlate by the share.
    plan = (
        even("Main"),
        write_standing("Main", lognormal(30, 60)),
        write_variation(priority_share=share),
    )
    layout = lay_plan(plan_run(build_network(Main=MIXED), "A", "G", *plan))
    priority, one, two = np.random.default_rng(1).standard_normal((3, 40_000))
    first, second = (layout.mix_priority(priority, own) for own in (one, two))
    assert first.std() == pytest.approx(1.0, abs=0.02)
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize("halts", [1, 50])
def test_the_number_of_halts_in_a_file_has_no_effect(load, tiny, halts):
    with_number, without = (
        simulate(load(tiny + write_standing("Khasan branch", lognormal(30, 90), n)), draws=50)
        for n in (halts, None)
    )
    assert np.array_equal(with_number.arrive_s, without.arrive_s)
    assert np.ptp(without.standing_s["Khasan branch"]) > 0.0


def test_a_number_of_halts_out_of_range_is_still_refused(load, tiny):
    with pytest.raises(DataError, match="halts"):
        load(tiny + write_standing("Khasan branch", fixed(30), 0))


# ---------------------------------------------------------------- invariance of a leg


def agree(one, two, start, end):
    """Expect that a leg has the same law in two ensembles, with and without its last stay."""
    before, after = (stands(drawn, start, end) for drawn in (one, two))
    assert ks_2samp(before, after).pvalue > LEAST_P
    error = np.hypot(before.std(), after.std()) / DRAWS**0.5
    assert abs(before.mean() - after.mean()) < 4 * error
    stays = []
    for drawn in (one, two):
        last = drawn.route.index_of(end)
        stays.append(drawn.get_departures(last) - drawn.get_arrivals(last))
    assert ks_2samp(*stays).pvalue > LEAST_P
    assert ks_2samp(before + stays[0], after + stays[1]).pvalue > LEAST_P


def leg_means(journey, start, end):
    """Return the mean standing of a leg and of the stay at its end, by kind."""
    layout = lay_plan(journey)
    first, last = (layout.route.index_of(name) for name in (start, end))
    slots = slice(2 * first + 2, 2 * last + 1), slice(2 * last + 1, 2 * last + 2)
    kinds = layout.standing.halts_100km, layout.standing.waits_100km
    return [kind[part].sum() for kind in kinds for part in slots]


def test_a_longer_route_does_not_change_a_leg():
    network = build_network(Main=MIXED, More=[MIXED[-1], Point("H", 130.0, "crossing")])
    plan = even("Main", "More"), *(write_standing(x, fixed(40)) for x in ("Main", "More")), EVEN
    wide = plan_run(network, "A", "H", *plan)
    wide_draws = simulate(wide, draws=DRAWS, seed=1)
    # The departure at the first point is that of the train, without a stay before it.
    for ends in (("B", "F"), ("A", "F"), ("B", "H")):
        narrow = plan_run(network, *ends, *plan)
        assert leg_means(narrow, "B", "E") == pytest.approx(leg_means(wide, "B", "E"))
        agree(simulate(narrow, draws=DRAWS, seed=2), wide_draws, "B", "E")
    # A leg to the destination ends with the arrival, on the line and at its end.
    for end in ("F", "G"):
        narrow = simulate(plan_run(network, "A", end, *plan), draws=DRAWS, seed=3)
        found = stands(narrow, "B", end), stands(wide_draws, "B", end)
        assert ks_2samp(*found).pvalue > LEAST_P


def test_a_line_in_two_parts_does_not_change_a_leg():
    # Both halves have the same weight per kilometre as the whole, and P6 keeps its class. The
    # standing at P6 is before the arrival if a line ends there, so no leg may end there.
    points = evenly(13, 10.0)
    whole = build_network(Main=points)
    halves = build_network(Main=points[:7], More=points[6:])
    journeys = []
    for network, lines in ((whole, ["Main"]), (halves, ["Main", "More"])):
        plan = even(*lines), *(write_standing(line, fixed(40)) for line in lines), EVEN
        journeys.append(plan_run(network, "P0", "P12", *plan))
    one, two = (simulate(journey, draws=DRAWS, seed=n) for n, journey in enumerate(journeys))
    for ends in (("P1", "P5"), ("P2", "P9"), ("P7", "P11")):
        assert leg_means(journeys[0], *ends) == pytest.approx(leg_means(journeys[1], *ends))
        agree(one, two, *ends)


def test_a_point_without_weight_does_not_change_a_leg():
    more = [*MIXED[:5], Point("X", 70.0, "none"), *MIXED[5:]]
    plan = even("Main"), write_standing("Main", fixed(40)), EVEN
    journeys = [plan_run(build_network(Main=p), "A", "G", *plan) for p in (MIXED, more)]
    assert leg_means(journeys[0], "B", "F") == pytest.approx(leg_means(journeys[1], "B", "F"))
    one, two = (simulate(journey, draws=DRAWS, seed=n) for n, journey in enumerate(journeys))
    agree(one, two, "B", "F")
    there = two.route.index_of("X")
    assert np.array_equal(two.get_departures(there), two.get_arrivals(there))


def test_a_line_without_weights_stands_evenly_at_its_points():
    points = evenly(5, 10.0, "none")
    plan = even("Main"), write_standing("Main", fixed(30)), EVEN
    standing = lay_plan(plan_run(build_network(Main=points), "P0", "P4", *plan)).standing
    assert standing.halts_100km[2::2] == pytest.approx([0.1] * 4)


def test_a_line_without_a_prior_of_standing_has_none():
    drawn = rs.simulate(plan_run(build_network(Main=MIXED), "A", "G", even("Main")), draws=5)
    assert drawn.standing_s == {}
    assert np.ptp(drawn.arrive_s[:, -1]) == 0.0
