"""Positions of an ensemble at a given time, and its tables."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routesim.errors import TimeError
from routesim.evidence import parse_time
from routesim.journey import simulate
from routesim.text.times import format_utc


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
    # From the priors alone nothing is certain, and quantiles have no errors.
    document = after.to_dict()
    assert (document["given"], document["certain"], document["past"]) == ("priors", None, [])
    assert set(document["errors"].values()) == {None}
    (section,) = document["sections"]
    assert section["from"] == section["to"] == ensemble.route.destination
    assert (section["share"], section["mcse"]) == (1.0, 0.0)
    assert after.to_frame()["share"].tolist() == [1.0]


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
        # Times are rounded to the microsecond, in which a train at 16 m/s runs 2e-8 km.
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
def test_where_refuses_times_without_a_zone(time, to_vladivostok):
    with pytest.raises(TimeError, match="time: "):
        to_vladivostok.where(time)
    with pytest.raises(TimeError, match="has no zone"):
        to_vladivostok.where(datetime(2023, 9, 11, 19))  # noqa: DTZ001


@given(hours=st.floats(-5, 80))
@settings(max_examples=20)
def test_a_position_lies_between_the_passages_around_it(hours, to_vostochny):
    ensemble = to_vostochny
    time_s = round(parse_time("2023-09-10T00:00+09:00") + hours * 3600)
    here = ensemble.where(format_utc(time_s))
    reached = (ensemble.arrive_s <= time_s).sum(axis=1) - 1
    km = ensemble.route.passage_km
    last = len(km) - 1
    assert (here.km >= km[np.maximum(reached, 0)] - 1e-9).all()
    assert (here.km <= km[np.minimum(np.maximum(reached, 0) + 1, last)] + 1e-9).all()


def test_a_frame_has_one_row_per_draw(ensemble):
    frame = ensemble.to_frame()
    assert len(frame) == ensemble.draws
    assert {"departure", "origin"} <= set(frame.columns)
    assert str(frame["departure"].dt.tz) == "UTC"
    assert ensemble.running_mps
    for line, mps in ensemble.running_mps.items():
        assert frame[f"speed_kmh {line}"].to_numpy() == pytest.approx(mps * 3.6)
    assert f"arrive {ensemble.route.destination}" in frame.columns
    arrive = frame[f"arrive {ensemble.route.destination}"]
    assert (arrive > frame["departure"]).all()
    assert sum(column.startswith("dwell_min ") for column in frame) == len(ensemble.dwell_s)


def test_a_dataset_has_the_dimensions_draw_and_passage(ensemble):
    data = ensemble.to_xarray()
    shape = (ensemble.draws, len(ensemble.route.passages))
    assert data["arrive"].shape == data["depart"].shape == shape
    assert data["arrive"].dims == ("draw", "passage")
    assert data["departure"].shape == shape[:1]
    assert {str(data[name].dtype) for name in data} == {"datetime64[ns]"}
    assert list(data["station"].to_numpy()) == list(ensemble.route.points["station"])
    assert np.array_equal(data["km"].to_numpy(), ensemble.route.passage_km)
    assert data.attrs["seed"] == 11
    assert data.attrs["route"] == ensemble.route_id
    for index, station in ((0, "Pyongyang"), (shape[1] - 1, ensemble.route.destination)):
        passage = data.isel(passage=index)
        assert passage["station"] == station
        assert (passage["lon"], passage["lat"]) == ensemble.route.lonlat_at(
            passage["km"].item()
        )
        # NaT converts to the smallest integer.
        times_s = passage["arrive"].to_numpy().astype("int64") / 1e9
        times_s = np.where(np.isnat(passage["arrive"].to_numpy()), np.nan, times_s)
        np.testing.assert_allclose(times_s, ensemble.get_arrivals(index), rtol=0.0, atol=1e-6)
    assert all(data[name].attrs["long_name"] for name in data.variables)


def test_a_repr_names_the_journey_the_route_and_the_draws(to_vladivostok):
    assert repr(to_vladivostok) == "<Ensemble 2023-09 by vladivostok: 400 draws>"
