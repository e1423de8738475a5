"""Simulation: the drawn journeys and their priors."""

import dataclasses

import numpy as np
import pytest

from routesim.errors import ArgumentError, UnknownNameError
from routesim.evidence import parse_time
from routesim.journey import simulate
from routesim.journey.priors import Fixed, LogNormal, Triangular, Uniform


def bounds_of(prior):
    """Return the support of a distribution."""
    match prior:
        case Fixed():
            return prior.value, prior.value
        case Uniform() | Triangular():
            return prior.low, prior.high
        case LogNormal():
            return 0.0, np.inf


def same(one, two):
    return all(
        np.array_equal(getattr(one, name), getattr(two, name), equal_nan=True)
        for name in ("departure_s", "origin_index", "arrive_s")
    )


def test_the_same_seed_gives_the_same_bytes(journey, ensemble):
    again = simulate(journey, draws=400, seed=11, route=ensemble.route_id)
    for name in ("departure_s", "origin_index", "arrive_s"):
        assert getattr(again, name).tobytes() == getattr(ensemble, name).tobytes()
    other = simulate(journey, draws=400, seed=12, route=ensemble.route_id)
    assert not np.any(other.departure_s == ensemble.departure_s)


def test_the_global_state_plays_no_part(journeys):
    journey = journeys["2019-04"]
    np.random.seed(1)  # noqa: NPY002 (the global state is the point)
    one = simulate(journey, draws=20)
    np.random.seed(2)  # noqa: NPY002
    assert same(one, simulate(journey, draws=20))


def test_one_draw(journey, ensemble):
    one = simulate(journey, draws=1, seed=3, route=ensemble.route_id)
    assert one.arrive_s.shape == (1, len(one.route.passages))
    assert one.draws == one.ess == 1
    assert np.isfinite(one.arrive_s[0, one.origin_index[0] :]).all()
    assert one.windows()["arrive_p05"].iloc[-1] == one.windows()["arrive_p95"].iloc[-1]


@pytest.mark.parametrize(
    "draws", [0, -1, 1_000_001, 10**30, True, False, 1.0, 2.5, np.nan, np.inf, "10", None, [1]]
)
def test_bad_numbers_of_draws_are_refused(draws, journeys):
    with pytest.raises(
        ArgumentError, match=r"draws: cannot be .*; give a whole number from 1 to 1,000,000"
    ):
        simulate(journeys["2019-04"], draws=draws)


@pytest.mark.parametrize("seed", [-1, 1.5, True, "0", None])
def test_bad_seeds_are_refused(seed, journeys):
    with pytest.raises(
        ArgumentError, match=r"seed: cannot be .*; give a whole number, 0 or more"
    ):
        simulate(journeys["2019-04"], draws=2, seed=seed)


def test_both_faults_are_reported_at_once(journeys):
    with pytest.raises(ArgumentError, match=r"2 faults:\n  draws: .*\n  seed: "):
        simulate(journeys["2019-04"], draws=0, seed=-1)


def test_an_unknown_route_gets_a_suggestion(journeys):
    with pytest.raises(UnknownNameError, match="no route named 'vladivostock'; did you mean"):
        simulate(journeys["2023-09"], draws=2, route="vladivostock")


def test_times_rise_along_every_draw(ensemble):
    columns = np.arange(len(ensemble.route.passages))
    before = columns[None, :] < ensemble.origin_index[:, None]
    assert np.isnan(ensemble.arrive_s[before]).all()
    assert np.isfinite(ensemble.arrive_s[~before]).all()
    steps = np.diff(ensemble.arrive_s, axis=1)
    assert (steps[~np.isnan(steps)] > 0).all()
    for index in range(len(columns) - 1):
        arrive, depart = ensemble.get_arrivals(index), ensemble.get_departures(index)
        following = ensemble.get_arrivals(index + 1)
        both = np.isfinite(arrive)
        assert (depart[both] >= arrive[both]).all()
        there = np.isfinite(depart)
        assert (following[there] > depart[there]).all()
    assert np.isnan(ensemble.get_departures(len(columns) - 1)).all()


def test_no_draw_outruns_the_top_speed(journey, ensemble, net):
    # On each section it takes at least the time at the train's top speed, or at the cap of the
    # line, on the shortest length that the priors allow: 835 of 859 km, 236.9 of 238.
    ratios = [
        (row.km.low / length_km, row.km.high / length_km)
        for row in journey.plan.lengths
        for length_km in [net.route(row.from_, row.to).length_km]
    ]
    shortest, longest = min(low for low, _ in ratios), max(high for _, high in ratios)
    least_s, even_s = np.zeros((2, ensemble.draws))
    for index, one in enumerate(ensemble.route.passages[:-1]):
        beyond = ensemble.origin_index <= index
        top_mps = min(journey.train.max_speed_mps, one.section.cap_kmh / 3.6)
        length_m = 1000 * np.diff(ensemble.route.passage_km[index : index + 2])
        least_s += beyond * length_m / top_mps
        even_s += beyond * length_m / ensemble.running_mps[one.line]
    dwell_s = sum(
        np.where(ensemble.origin_index < index, dwell, 0.0)
        for index, dwell in ensemble.dwell_s.items()
    )
    standing_s = sum(ensemble.standing_s.values())
    ran_s = ensemble.arrive_s[:, -1] - ensemble.departure_s - dwell_s - standing_s
    assert (ran_s >= shortest * least_s - 1e-6).all()
    # Braking, accelerating and the brakes' release add minutes, the longest length (877 of
    # 859) some per cent: beyond the delay, no hour is lost.
    assert (ran_s - ensemble.delay_s[:, -1] >= shortest * even_s - 1e-6).all()
    assert (ran_s - ensemble.delay_s[:, -1] <= longest * even_s + 3600).all()


def test_every_value_lies_in_its_prior(journey, ensemble):
    plan = journey.plan
    low = min(row.from_ for row in plan.departure).timestamp()
    high = max(row.to for row in plan.departure).timestamp()
    assert ((ensemble.departure_s >= low) & (ensemble.departure_s <= high)).all()
    speeds = {row.line: row.running_kmh for row in plan.speeds}
    assert set(ensemble.running_mps) == set(ensemble.route.points["line"])
    for line, mps in ensemble.running_mps.items():
        low, high = bounds_of(speeds[line])
        assert (mps * 3.6 >= low - 1e-9).all()
        assert (mps * 3.6 <= high + 1e-9).all()
        assert np.ptp(mps) > 0
    assert ensemble.dwell_s
    for index, dwell in ensemble.dwell_s.items():
        station = ensemble.route.passages[index].station.name
        rows = [row for row in plan.stops if row.station == station]
        low, high = bounds_of(rows[0].dwell_min)
        assert (dwell >= 60 * low).all()
        assert (dwell <= 60 * high).all()
    assert set(ensemble.standing_s) == {row.line for row in plan.standing} & set(
        ensemble.running_mps
    )
    for seconds in ensemble.standing_s.values():
        assert (seconds >= 0).all()
        assert np.isfinite(seconds).all()
    for turn in ensemble.route.reversals_found:
        if turn.movement == "reverse":
            assert (ensemble.dwell_s[turn.index] > 0).all()


def test_many_draws_have_the_quantiles_of_their_priors(journeys):
    # Of 20,000 draws the share below a quantile errs by sqrt(p(1-p)/n): at most 0.0036;
    # five of these are 0.018.
    ensemble = simulate(journeys["2023-09"], draws=20_000, seed=5)
    dwell = ensemble.dwell_s[ensemble.route.index_of("Tumangang")] / 60  # median 150, p95 600
    assert np.mean(dwell < 150) == pytest.approx(0.5, abs=0.018)
    assert np.mean(dwell < 600) == pytest.approx(0.95, abs=0.018)
    speed = ensemble.running_mps["Pyongra"] * 3.6  # flat from 42 to 66
    assert np.mean(speed < 48) == pytest.approx(0.25, abs=0.018)
    sunday = parse_time("2023-09-10T12:00+09:00"), parse_time("2023-09-11T00:00+09:00")
    inside = (ensemble.departure_s >= sunday[0]) & (ensemble.departure_s < sunday[1])
    assert np.mean(inside) == pytest.approx(12 / 72, abs=0.018)  # flat over three days


def change_plan(journey, **rows):
    return dataclasses.replace(journey, plan=journey.plan.model_copy(update=rows))


def test_a_changed_prior_leaves_the_other_draws(journeys):
    journey = journeys["2023-09"]
    base = simulate(journey, draws=100, seed=4)
    stops = tuple(
        row.model_copy(update={"dwell_min": Fixed(value=1.0)})
        if row.station == "Khasan"
        else row
        for row in journey.plan.stops
    )
    changed = simulate(change_plan(journey, stops=stops), draws=100, seed=4)
    khasan = base.route.index_of("Khasan")
    assert (changed.dwell_s[khasan] == 60.0).all()
    assert np.array_equal(base.departure_s, changed.departure_s)
    for line in base.running_mps:
        assert np.array_equal(base.running_mps[line], changed.running_mps[line])
        assert np.array_equal(base.standing_s[line], changed.standing_s[line])
    for index in base.dwell_s.keys() - {khasan}:
        assert np.array_equal(base.dwell_s[index], changed.dwell_s[index])
    assert np.array_equal(base.arrive_s[:, : khasan + 1], changed.arrive_s[:, : khasan + 1])
    assert base.arrive_s[:, khasan + 1 :] - changed.arrive_s[:, khasan + 1 :] == pytest.approx(
        np.repeat(
            (base.dwell_s[khasan] - 60.0)[:, None], base.arrive_s.shape[1] - khasan - 1, 1
        ),
        abs=1e-5,
    )


def test_a_changed_departure_shifts_all_times(load, tiny):
    text = tiny.replace("T08:00:00+10:00", "T09:30:00+10:00")
    one, two = simulate(load(tiny), draws=2), simulate(load(text), draws=2)
    assert two.arrive_s - one.arrive_s == pytest.approx(5400.0, abs=1e-6)


def test_origins_are_drawn_by_weight_and_earlier_passages_are_empty(journeys):
    journey = journeys["2019-04"]
    ensemble = simulate(journey, draws=20_000, seed=9)
    weights = {row.station: row.weight for row in journey.plan.origins}
    assert sum(weights.values()) == pytest.approx(1.0)
    for station, weight in weights.items():
        index = ensemble.route.index_of(station)
        # Five standard errors of at most sqrt(0.21 / 20000).
        assert np.mean(ensemble.origin_index == index) == pytest.approx(weight, abs=0.017)
    windows = ensemble.windows().set_index("station")
    share = windows["share"].groupby("station").max()
    assert share["Pyongyang"] == np.mean(ensemble.origin_index == 0)
    assert share["Vladivostok"] == share["Khasan"] == 1.0
    chongjin = ensemble.route.index_of("Chongjin")
    assert share["Chongjin"] == np.mean(ensemble.origin_index <= chongjin)
    # Draws that start at Chongjin depart from it without an arrival.
    here = ensemble.origin_index == chongjin
    assert np.isnan(ensemble.get_arrivals(chongjin)[here]).all()
    assert np.array_equal(ensemble.get_departures(chongjin)[here], ensemble.departure_s[here])


def test_a_draw_that_starts_at_a_stop_does_not_stand_there_first(journeys):
    ensemble = simulate(journeys["2019-04"], draws=2000, seed=9)
    index = ensemble.route.index_of("Tumangang")
    here = ensemble.origin_index == index
    assert here.any()
    assert np.array_equal(ensemble.get_departures(index)[here], ensemble.departure_s[here])
    earlier = ensemble.origin_index < index
    stood = ensemble.get_departures(index) - ensemble.get_arrivals(index)
    assert stood[earlier] == pytest.approx(ensemble.dwell_s[index][earlier], rel=1e-6)
