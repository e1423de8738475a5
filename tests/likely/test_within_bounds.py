"""With reports that are all right, no draw lies outside the certain bounds."""

import dataclasses

import numpy as np
import pytest

import routesim as rs
from routesim.journey.records import OriginRow
from routesim.likely.condition import draw_posterior
from routesim.likely.likelihood import list_in_priors
from tests.support.journeys import (
    build_journey,
    load_bundled,
    lognormal,
    uniform,
    write_departure,
    write_route,
    write_source,
    write_speed,
    write_standing,
    write_stop,
)
from tests.support.random_reports import list_truths, report_journey

pytestmark = pytest.mark.slow

FACE_VALUE = {"trust.identity": 1.0, "trust.face_value": 1.0, "trust.forecast": 1.0}
# A world on a route, with its reports at face value: those that it drops or re-reads are left
# out. Without the reports on which priors are based, too, as these are not used twice.
WORLDS = {
    "2019-04": ("via-ussuriysk", ("C47", "C48", "C49"), "Chongjin"),
    "2023-09": ("vostochny", ("C06", "C61", "C62"), None),
    "2023-09 to Vladivostok": ("vladivostok", ("C06", "C24", "C25", "C61", "C62"), None),
}


def check_times(posterior, held):
    """Expect that all times lie within the bounds, at every passage."""
    checked = 0
    for event, get_times in (
        ("arrive", posterior.get_arrivals),
        ("depart", posterior.get_departures),
    ):
        low, high = (held.get_seconds(event, end) for end in ("earliest", "latest"))
        for index in range(len(posterior.route.passages)):
            seconds = get_times(index)
            seconds = seconds[~np.isnan(seconds)]
            # Bounds are whole seconds, and the latest is the last possible one.
            assert not (seconds < low[index] - 1.0).any(), (event, index)
            assert not (seconds > high[index] + 1.0).any(), (event, index)
            checked += bool(seconds.size) and bool(np.isfinite([low[index], high[index]]).any())
    return checked


def check_positions(posterior, held):
    """Expect that the train is where it can be, at nine times of the journey."""
    start, end = posterior.departure_s.min(), posterior.arrive_s[:, -1].max()
    for seconds in np.linspace(start, end, 9).round():
        time = np.datetime64(int(seconds), "s").item().isoformat() + "Z"
        km, certain = posterior.where(time).km, held.where(time)
        # At the speed cap of 140 km/h, a second of the bounds has 0.04 km.
        assert km.min() >= certain.min_km - 0.04, time
        assert km.max() <= certain.max_km + 0.04, time


@pytest.mark.parametrize("case", WORLDS)
def test_no_draw_breaks_a_certain_bound_within_one_world(case):
    route, drop, origin = WORLDS[case]
    journey = load_bundled()[case[:7]]
    used = {report.id for report in journey.reports} & list_in_priors(journey)
    drop = (*drop, *sorted(used - {*drop}))
    sure = rs.set_priors(journey, FACE_VALUE)
    if origin:
        rows = (OriginRow(station=origin, reason="made up"),)
        plan = sure.plan.model_copy(update={"origins": rows})
        sure = dataclasses.replace(sure, plan=plan)
    world = rs.worlds(sure, drop=drop, route=route)[0]
    assert (world.dropped, world.own_readings) == ((), ())
    posterior = draw_posterior(
        sure, draws=1024, drop=drop, route=route, reliability=1.0, ends="inside"
    )
    held = rs.bounds(sure, drop=drop, route=route, world=world)
    assert len(posterior.reports_used) > 8
    assert check_times(posterior, held) > 40
    check_positions(posterior, held)


@pytest.fixture(scope="module")
def plain():
    lines = "Khasan branch", "Trans-Siberian"
    return build_journey(
        "plain",
        write_route("one", "Ussuriysk", from_="Khasan"),
        write_departure("06:00", "12:00"),
        write_stop("Sukhanovka", lognormal(20, 90)),
        *(write_speed(line, uniform(40, 75)) for line in lines),
        *(write_standing(line, lognormal(30, 120)) for line in lines),
        write_source("S0"),
        default_route="one",
    )


@pytest.mark.parametrize("seed", range(6))
def test_no_draw_breaks_a_bound_of_random_true_reports(plain, seed):
    rng = np.random.default_rng(seed)
    (truth,) = list_truths(plain, 1, seed)
    journey = report_journey(plain, truth, rng, reports=6).journey
    (world,) = rs.worlds(journey)
    assert world.dropped == ()
    posterior = draw_posterior(journey, draws=1024, reliability=1.0, ends="inside")
    held = rs.bounds(journey, world=world)
    assert check_times(posterior, held) > 10
    check_positions(posterior, held)
    # The truth itself is within the bounds, and not beyond the draws.
    for index in posterior.asked:
        arrivals = posterior.get_reached(index)
        assert np.ptp(arrivals) > 0.0
        assert arrivals.min() - 1800 < truth[0][index] < arrivals.max() + 1800
