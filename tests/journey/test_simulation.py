"""Simulation: the drawn journeys against their priors, and against hand arithmetic."""

import dataclasses
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routesim.errors import ArgumentError, TimeError, UnknownNameError
from routesim.evidence import parse_time
from routesim.journey import load_journey, simulate
from routesim.journey.priors import Fixed, LogNormal, Triangular, Uniform
from routesim.journey.streams import make_stream
from routesim.kinematics import SpeedLimit, Stop, Track, run
from routesim.network import load_network
from routesim.text.times import format_utc

NET = load_network()
JOURNEYS = {name: load_journey(name, NET) for name in ("2019-04", "2023-09")}
CASES = [(name, route) for name, journey in JOURNEYS.items() for route in journey.routes]
DRAWS = 400
ENSEMBLES = {
    (name, route): simulate(JOURNEYS[name], draws=DRAWS, seed=11, route=route)
    for name, route in CASES
}
every_ensemble = pytest.mark.parametrize(
    "ensemble", ENSEMBLES.values(), ids=[f"{name} {route}" for name, route in CASES]
)
every_case = pytest.mark.parametrize(
    ("journey", "ensemble"),
    [(JOURNEYS[name], ENSEMBLES[name, route]) for name, route in CASES],
    ids=[f"{name} {route}" for name, route in CASES],
)


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


# ---------------------------------------------------------------- arguments, seeds


@every_case
def test_the_same_seed_gives_the_same_bytes(journey, ensemble):
    again = simulate(journey, draws=DRAWS, seed=11, route=ensemble.route_id)
    for name in ("departure_s", "origin_index", "arrive_s"):
        assert getattr(again, name).tobytes() == getattr(ensemble, name).tobytes()
    other = simulate(journey, draws=DRAWS, seed=12, route=ensemble.route_id)
    assert not np.any(other.departure_s == ensemble.departure_s)


def test_the_global_state_plays_no_part():
    journey = JOURNEYS["2019-04"]
    np.random.seed(1)  # noqa: NPY002 (the global state is the point)
    one = simulate(journey, draws=20)
    np.random.seed(2)  # noqa: NPY002
    assert same(one, simulate(journey, draws=20))


@every_case
def test_one_draw(journey, ensemble):
    one = simulate(journey, draws=1, seed=3, route=ensemble.route_id)
    assert one.arrive_s.shape == (1, len(one.route.passages))
    assert one.draws == one.ess == 1
    assert np.isfinite(one.arrive_s[0, one.origin_index[0] :]).all()
    assert one.windows()["arrive_p05"].iloc[-1] == one.windows()["arrive_p95"].iloc[-1]


@pytest.mark.parametrize(
    "draws", [0, -1, 1_000_001, 10**30, True, False, 1.0, 2.5, np.nan, np.inf, "10", None, [1]]
)
def test_draws_that_cannot_be(draws):
    with pytest.raises(
        ArgumentError, match=r"draws: is .*; give a whole number 1 to 1,000,000"
    ):
        simulate(JOURNEYS["2019-04"], draws=draws)


@pytest.mark.parametrize("seed", [-1, 1.5, True, "0", None])
def test_seeds_that_cannot_be(seed):
    with pytest.raises(ArgumentError, match=r"seed: is .*; give a whole number from 0"):
        simulate(JOURNEYS["2019-04"], draws=2, seed=seed)


def test_both_faults_are_told_at_once():
    with pytest.raises(ArgumentError, match=r"2 faults:\n  draws: .*\n  seed: "):
        simulate(JOURNEYS["2019-04"], draws=0, seed=-1)


def test_an_unknown_route_suggests():
    with pytest.raises(UnknownNameError, match="no route named 'vladivostock'; did you mean"):
        simulate(JOURNEYS["2023-09"], draws=2, route="vladivostock")


# ---------------------------------------------------------------- what every draw must hold


@every_ensemble
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


@every_case
def test_no_draw_outruns_its_speed(journey, ensemble):
    # km over the highest running speed of the plan, with the shortest length that the
    # priors allow: 835 of 859 km, 236.9 of 238.
    shortest = min(
        [row.km.low / NET.route(row.from_, row.to).length_km for row in journey.plan.lengths]
    )
    top_mps = np.max(list(ensemble.running_mps.values()), axis=0)
    km = ensemble.route.length_km - ensemble.route.passage_km[ensemble.origin_index]
    taken_s = ensemble.arrive_s[:, -1] - ensemble.departure_s
    assert (taken_s >= 1000 * km * shortest / top_mps).all()
    # And line by line it takes at least its own speed's time, dwell and standing.
    dwell_s = sum(
        np.where(ensemble.origin_index < index, dwell, 0.0)
        for index, dwell in ensemble.dwell_s.items()
    )
    standing_s = sum(ensemble.standing_s.values())
    least_s = dwell_s + standing_s
    for line, speed in ensemble.running_mps.items():
        on_line = [
            (a.km, b.km)
            for a, b in zip(ensemble.route.passages, ensemble.route.passages[1:], strict=False)
            if a.line == line
        ]
        start_km = ensemble.route.passage_km[ensemble.origin_index]
        run_km = sum(np.where(start_km <= low, high - low, 0.0) for low, high in on_line)
        least_s = least_s + 1000 * run_km * shortest / speed
    assert (taken_s >= least_s - 1e-6).all()
    # Braking, accelerating and the brakes' release add minutes, the longest length
    # (877 of 859) some per cent: no hour is lost.
    longest = max(
        row.km.high / NET.route(row.from_, row.to).length_km for row in journey.plan.lengths
    )
    assert (
        taken_s
        <= dwell_s + standing_s + (least_s - dwell_s - standing_s) * longest / shortest + 3600
    ).all()


@every_case
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
    for index, dwell in ensemble.dwell_s.items():
        station = ensemble.route.passages[index].station.name
        rows = [row for row in plan.stops if row.station == station]
        low, high = bounds_of(rows[0].dwell_min)
        assert (dwell >= 60 * low).all()
        assert (dwell <= 60 * high).all()
    standing = {row.line: row.min_per_100km for row in plan.standing}
    for line, seconds in ensemble.standing_s.items():
        low, _ = bounds_of(standing[line])
        assert (seconds >= 60 * low).all()
        assert np.isfinite(seconds).all()
    for turn in ensemble.route.reversals_found:
        if turn.movement == "reverse":
            assert (ensemble.dwell_s[turn.index] > 0).all()


def test_many_draws_have_the_quantiles_of_their_priors():
    # Of 20,000 draws the share below a quantile errs by sqrt(p(1-p)/n): at most 0.0036;
    # five of these are 0.018.
    ensemble = simulate(JOURNEYS["2023-09"], draws=20_000, seed=5)
    dwell = ensemble.dwell_s[ensemble.route.index_of("Tumangang")] / 60  # median 150, p95 600
    assert np.mean(dwell < 150) == pytest.approx(0.5, abs=0.018)
    assert np.mean(dwell < 600) == pytest.approx(0.95, abs=0.018)
    speed = ensemble.running_mps["Pyongra"] * 3.6  # flat from 42 to 66
    assert np.mean(speed < 48) == pytest.approx(0.25, abs=0.018)
    sunday = parse_time("2023-09-10T12:00+09:00"), parse_time("2023-09-11T00:00+09:00")
    inside = (ensemble.departure_s >= sunday[0]) & (ensemble.departure_s < sunday[1])
    assert np.mean(inside) == pytest.approx(12 / 72, abs=0.018)  # flat over three days
    # 801.9 km of Pyongra at a median of 45 min per 100 km: 361 minutes.
    assert np.median(ensemble.standing_s["Pyongra"]) / 60 == pytest.approx(360.9, rel=0.03)


@pytest.mark.parametrize(
    ("prior", "share", "value"),
    [
        (Fixed(value=7.0), 0.3, 7.0),
        (Uniform(low=10.0, high=20.0), 0.25, 12.5),
        # Half of the area of a symmetric triangle lies below its mode; an eighth below
        # the middle of its rising side.
        (Triangular(low=0.0, mode=1.0, high=2.0), 0.5, 1.0),
        (Triangular(low=0.0, mode=1.0, high=2.0), 0.125, 0.5),
        (Triangular(low=0.0, mode=1.0, high=2.0), 0.875, 1.5),
        (Triangular(low=3.0, mode=3.0, high=3.0), 0.4, 3.0),
        # Falling from 0 to 1: 1 - (1 - x)^2 = 3/4 at a half.
        (Triangular(low=0.0, mode=0.0, high=1.0), 0.75, 0.5),
        (Triangular(low=0.0, mode=1.0, high=1.0), 0.25, 0.5),
        (LogNormal(median=60.0, p95=240.0), 0.5, 60.0),
        (LogNormal(median=60.0, p95=240.0), 0.95, 240.0),
        (LogNormal(median=60.0, p95=240.0), 0.05, 15.0),
    ],
)
def test_quantiles_of_the_distributions(prior, share, value):
    found = prior.ppf(np.array([share]))
    assert found.shape == (1,)
    assert found[0] == pytest.approx(value, rel=1e-12)


def test_streams_are_told_apart_by_name_and_seed():
    first = make_stream(1, "speed").random(4)
    assert np.array_equal(first, make_stream(1, "speed").random(4))
    assert not np.any(first == make_stream(1, "dwell").random(4))
    assert not np.any(first == make_stream(2, "speed").random(4))


# ---------------------------------------------------------------- by hand


def test_a_fixed_plan_arrives_when_the_sum_says(load, tiny):
    """Everything fixed: the arrival can be added up by hand.

    238 km at 60 km/h are 14,280 s, 89.4 km at 72 km/h 4,470 s, the stop 600 s: 19,350 s.
    Starting costs v / 2a beyond the steady time, stopping v / 2b, at a = 0.15 and b = 0.4
    (v = 16.667 on the branch, 20 on the main line): 55.56 + 20.83 + 66.67 + 25.00 s. The
    brakes' release is 20 s at each of the two starts.
    """
    ensemble = simulate(load(tiny), draws=3, seed=1)
    assert (ensemble.departure_s == parse_time("2024-05-01T08:00+10:00")).all()
    taken_s = ensemble.arrive_s[:, -1] - ensemble.departure_s
    by_hand_s = 14_280 + 4_470 + 600 + 2 * 20 + 55.556 + 20.833 + 66.667 + 25.0
    assert taken_s == pytest.approx([by_hand_s] * 3, abs=0.01)
    at_baranovsky = ensemble.get_arrivals(ensemble.route.index_of("Baranovsky"))
    assert at_baranovsky - ensemble.departure_s == pytest.approx(
        [14_280 + 20 + 55.556 + 20.833] * 3, abs=0.01
    )
    assert ensemble.get_departures(ensemble.route.index_of("Baranovsky")) == pytest.approx(
        at_baranovsky + 600.0
    )


def test_a_fixed_plan_agrees_with_one_exact_run(load, tiny):
    journey = load(tiny)
    ensemble = simulate(journey, draws=2)
    track = Track(
        length_m=327_400.0,
        limits=[
            SpeedLimit(0.0, 238_000.0, 60 / 3.6, applies_to="head"),
            SpeedLimit(238_000.0, 327_400.0, 72 / 3.6, applies_to="head"),
        ],
    )
    exact = run(journey.train, track, stops=[Stop(238_000.0, 600.0)])
    expected = exact.time_at(1000.0 * ensemble.route.passage_km)
    for draw in ensemble.arrive_s - ensemble.departure_s[:, None]:
        assert draw == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("km", [236.9, 240.0])
def test_a_longer_way_takes_longer_in_proportion(load, tiny, km):
    # The same 60 km/h over more kilometres: 60 s a kilometre, less or more. The starts and
    # stops go at the stretched speed, which changes them by under a second.
    text = f"""{tiny}
[[plan.lengths]]
from = "Khasan"
to = "Baranovsky"
km = {{ dist = "fixed", value = {km} }}
reason = "a test"
"""
    plain, longer = simulate(load(tiny), draws=1), simulate(load(text), draws=1)
    difference_s = longer.arrive_s[0, -1] - plain.arrive_s[0, -1]
    assert difference_s == pytest.approx((km - 238.0) * 60.0, abs=1.0)


def test_fixed_standing_is_added_in_full_by_the_end_of_its_line(load, tiny):
    # 30 min per 100 km over 238 km: 71.4 minutes, all of them before Baranovsky.
    text = f"""{tiny}
[[plan.standing]]
line = "Khasan branch"
min_per_100km = {{ dist = "fixed", value = 30 }}
halts = 5
reason = "a test"
"""
    plain, standing = simulate(load(tiny), draws=50), simulate(load(text), draws=50)
    later_s = standing.arrive_s - plain.arrive_s
    index = plain.route.index_of("Baranovsky")
    assert later_s[:, index:] == pytest.approx(71.4 * 60.0, abs=1e-6)
    assert (np.diff(later_s, axis=1) >= -1e-6).all()
    assert (later_s[:, 0] == 0).all()
    assert standing.standing_s["Khasan branch"] == pytest.approx(71.4 * 60.0)
    # The halts lie anywhere: somewhere on the way the draws differ.
    assert np.ptp(later_s[:, index // 2]) > 60.0


def test_standing_counts_only_what_is_travelled(load, tiny):
    # From Makhalino, 197.0 km before Baranovsky: 30 min per 100 km are 59.1 minutes.
    text = f"""{tiny}
[[plan.standing]]
line = "Khasan branch"
min_per_100km = {{ dist = "fixed", value = 30 }}
halts = 2
reason = "a test"

[[plan.origins]]
station = "Makhalino"
reason = "a test"
"""
    ensemble = simulate(load(text), draws=5)
    assert ensemble.standing_s["Khasan branch"] == pytest.approx(59.1 * 60.0)
    start = ensemble.route.index_of("Makhalino")
    assert (ensemble.origin_index == start).all()
    assert (ensemble.arrive_s[:, start] == ensemble.departure_s).all()


# ---------------------------------------------------------------- one thing changed


def change_plan(journey, **rows):
    return dataclasses.replace(journey, plan=journey.plan.model_copy(update=rows))


def test_a_changed_prior_leaves_the_other_draws():
    journey = JOURNEYS["2023-09"]
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


# ---------------------------------------------------------------- origins


def test_origins_are_drawn_by_weight_and_leave_the_rest_blank():
    journey = JOURNEYS["2019-04"]
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
    # Who sets out at Chongjin does not arrive there, but departs.
    here = ensemble.origin_index == chongjin
    assert np.isnan(ensemble.get_arrivals(chongjin)[here]).all()
    assert np.array_equal(ensemble.get_departures(chongjin)[here], ensemble.departure_s[here])


def test_who_sets_out_at_a_stop_does_not_stand_there_first():
    ensemble = simulate(JOURNEYS["2019-04"], draws=2000, seed=9)
    index = ensemble.route.index_of("Tumangang")
    here = ensemble.origin_index == index
    assert here.any()
    assert np.array_equal(ensemble.get_departures(index)[here], ensemble.departure_s[here])
    earlier = ensemble.origin_index < index
    stood = ensemble.get_departures(index) - ensemble.get_arrivals(index)
    assert stood[earlier] == pytest.approx(ensemble.dwell_s[index][earlier], rel=1e-6)


# ---------------------------------------------------------------- windows


@every_ensemble
def test_windows_nest_and_are_aware(ensemble):
    windows = ensemble.windows()
    assert len(windows) == len(ensemble.route.passages)
    assert windows.crs.to_epsg() == 4326
    assert list(windows.columns[:6]) == ["station", "visit", "km", "tz", "stops", "share"]
    for event in ("arrive", "depart"):
        columns = [f"{event}_{level}" for level in ("p05", "p50", "p95")]
        for column in columns:
            assert isinstance(windows[column].dtype, pd.DatetimeTZDtype)
            assert str(windows[column].dtype.tz) == "UTC"
            assert windows[f"{column}_local"].dtype == object
        told = windows.dropna(subset=columns)
        assert len(told) == len(windows) - 1  # none arrives at the origin, or departs the end
        assert (told[columns[0]] <= told[columns[1]]).all()
        assert (told[columns[1]] <= told[columns[2]]).all()
    for row in windows.itertuples():
        for utc, local in ((row.arrive_p50, row.arrive_p50_local),):
            if pd.isna(utc):
                assert local is None
            else:
                assert local == utc
                assert local.tzinfo == ZoneInfo(row.tz)
                assert local.utcoffset() == utc.astimezone(ZoneInfo(row.tz)).utcoffset()
    assert list(windows.geometry) == list(ensemble.route.points.geometry)


@every_ensemble
def test_windows_are_the_quantiles_of_the_draws(ensemble):
    index = len(ensemble.route.passages) - 1
    row = ensemble.windows().iloc[index]
    expected = np.quantile(ensemble.arrive_s[:, index], [0.05, 0.5, 0.95])
    found = [row[f"arrive_{p}"].timestamp() for p in ("p05", "p50", "p95")]
    assert found == pytest.approx(list(expected), abs=0.5)  # to the second


def test_levels_may_be_chosen():
    ensemble = ENSEMBLES["2023-09", "vladivostok"]
    windows = ensemble.windows(levels=(0.0, 0.025, 0.5, 0.975, 1.0), every=False)
    last = windows.iloc[-1]
    names = ["p00", "p02.5", "p50", "p97.5", "p100"]
    times = [last[f"arrive_{name}"] for name in names]
    assert times == sorted(times)
    assert times[0].timestamp() == pytest.approx(ensemble.arrive_s[:, -1].min(), abs=0.5)
    assert times[-1].timestamp() == pytest.approx(ensemble.arrive_s[:, -1].max(), abs=0.5)
    # The planned stops and the two ends only.
    assert list(windows["station"]) == [
        "Pyongyang", "Tumangang", "Khasan", "Baranovsky", "Vladivostok",
    ]  # fmt: skip
    assert list(windows["stops"]) == [False, True, True, True, False]


@pytest.mark.parametrize("levels", [(), (-0.1,), (1.1,), (0.5, float("nan"))])
def test_levels_that_cannot_be(levels):
    with pytest.raises(ArgumentError, match=r"levels: .*; give shares in 0..1"):
        ENSEMBLES["2023-09", "vladivostok"].windows(levels=levels)


# ---------------------------------------------------------------- where


@every_ensemble
def test_before_and_after_it_is_at_the_ends(ensemble):
    before = ensemble.where(datetime(2000, 1, 1, tzinfo=UTC))
    starts = ensemble.route.passage_km[ensemble.origin_index]
    assert np.array_equal(before.km, starts)
    assert (before.waiting, before.arrived) == (1.0, 0.0)
    after = ensemble.where("2100-01-01T00:00Z")
    assert (after.p05_km, after.p50_km, after.p95_km) == (ensemble.route.length_km,) * 3
    assert (after.waiting, after.arrived) == (0.0, 1.0)
    assert after.nearest_station == ensemble.route.destination
    assert after.time == datetime(2100, 1, 1, tzinfo=UTC)
    assert len(after.points) == ensemble.draws


@every_ensemble
def test_no_draw_ever_goes_back(ensemble):
    start, end = ensemble.departure_s.min(), np.max(ensemble.arrive_s[:, -1])
    previous = None
    for seconds in np.linspace(start - 60, end + 60, 97):
        here = ensemble.where(format_utc(seconds))
        assert here.p05_km <= here.p50_km <= here.p95_km
        if previous is not None:
            assert (here.km >= previous.km - 1e-9).all()
            assert here.waiting <= previous.waiting
            assert here.arrived >= previous.arrived
        previous = here


def test_where_agrees_with_arrivals_and_dwells(load, tiny):
    ensemble = simulate(load(tiny), draws=1)
    route = ensemble.route
    for index in range(len(route.passages)):
        # Arrivals are written to the microsecond: 16 m/s make that 2e-8 km.
        arrive = datetime.fromtimestamp(ensemble.arrive_s[0, index], tz=UTC)
        assert ensemble.where(arrive).p50_km == pytest.approx(route.passage_km[index], abs=1e-6)
    baranovsky = route.index_of("Baranovsky")
    arrive_s = ensemble.arrive_s[0, baranovsky]
    for standing_s in (1, 300, 599):
        here = ensemble.where(datetime.fromtimestamp(arrive_s + standing_s, tz=UTC))
        assert here.p50_km == 238.0
        assert here.nearest_station == "Baranovsky"
    leaving = ensemble.where(datetime.fromtimestamp(arrive_s + 660, tz=UTC))
    assert leaving.p50_km > 238.0


@pytest.mark.parametrize("time", ["2023-09-11T19:00", "Monday", "2023-09-11"])
def test_where_refuses_times_without_a_zone(time):
    with pytest.raises(TimeError, match="time: "):
        ENSEMBLES["2023-09", "vladivostok"].where(time)
    with pytest.raises(TimeError, match="has no zone"):
        ENSEMBLES["2023-09", "vladivostok"].where(datetime(2023, 9, 11, 19))  # noqa: DTZ001


@given(hours=st.floats(-5, 80))
@settings(max_examples=20)
def test_where_lies_between_the_passages_it_is_between(hours):
    ensemble = ENSEMBLES["2023-09", "vostochny"]
    time_s = round(parse_time("2023-09-10T00:00+09:00") + hours * 3600)
    here = ensemble.where(format_utc(time_s))
    reached = (ensemble.arrive_s <= time_s).sum(axis=1) - 1
    km = ensemble.route.passage_km
    last = len(km) - 1
    assert (here.km >= km[np.maximum(reached, 0)] - 1e-9).all()
    assert (here.km <= km[np.minimum(np.maximum(reached, 0) + 1, last)] + 1e-9).all()


# ---------------------------------------------------------------- tables


@every_ensemble
def test_a_frame_has_a_row_a_draw(ensemble):
    frame = ensemble.to_frame()
    assert len(frame) == ensemble.draws
    assert {"departure", "origin"} <= set(frame.columns)
    assert str(frame["departure"].dt.tz) == "UTC"
    for line, mps in ensemble.running_mps.items():
        assert frame[f"speed_kmh {line}"].to_numpy() == pytest.approx(mps * 3.6)
    assert f"arrive {ensemble.route.destination}" in frame.columns
    arrive = frame[f"arrive {ensemble.route.destination}"]
    assert (arrive > frame["departure"]).all()
    assert sum(column.startswith("dwell_min ") for column in frame) == len(ensemble.dwell_s)


@every_ensemble
def test_a_dataset_has_draws_by_passages(ensemble):
    data = ensemble.to_xarray()
    shape = (ensemble.draws, len(ensemble.route.passages))
    assert data["arrive_s"].shape == data["depart_s"].shape == shape
    assert data["arrive_s"].dims == ("draw", "passage")
    assert data["departure_s"].shape == shape[:1]
    assert list(data["station"].to_numpy()) == list(ensemble.route.points["station"])
    assert np.array_equal(data["km"].to_numpy(), ensemble.route.passage_km)
    assert data.attrs["seed"] == 11
    assert data.attrs["route"] == ensemble.route_id
    assert np.array_equal(
        data["arrive_s"].to_numpy()[:, -1], ensemble.get_arrivals(shape[1] - 1), equal_nan=True
    )


def test_a_repr_names_the_journey_the_route_and_the_draws():
    assert (
        repr(ENSEMBLES["2023-09", "vladivostok"])
        == "<Ensemble 2023-09 by vladivostok: 400 draws>"
    )
