"""Arguments and results of runs as dicts and tables."""

from __future__ import annotations

import json

import numpy as np
import pytest

from routesim.kinematics import (
    Arrival,
    Curve,
    Davis,
    Gradient,
    SpeedLimit,
    Stop,
    Supplements,
    Track,
    Train,
    TrainSummary,
    load_train_row,
    run,
    run_many,
)

TRAIN = Train(acceleration_mps2=0.5, braking_mps2=0.5, resistance=Davis(1000, 10, 1))
TRACK = Track(
    length_m=1000,
    limits=[SpeedLimit(0, 1000, 12.5)],
    gradients=[Gradient(0, 300, 5)],
    curves=[Curve(100, 200, 600)],
)
STOPS = [Stop(500, 60)]
RUN = run(TRAIN, TRACK, stops=STOPS)
MANY = run_many(TRAIN, TRACK, stops=STOPS, at_m=[500, 1000], dwell_s=[60.0, 90.0, 30.0])
LEVELS = run_many(
    TRAIN, TRACK, stops=STOPS, at_m=[500, 1000], dwell_s=[60.0, 90.0, 30.0], quantiles=[0, 0.5]
)


@pytest.mark.parametrize(
    "value",
    [
        TRAIN,
        TRACK,
        TRACK.curves[0],
        Supplements(percent=5, arrivals=[Arrival(500, 100)]),
        RUN,
        MANY,
        LEVELS,
        TrainSummary(load_train_row("freight")),
    ],
)
def test_every_value_has_a_dict_a_frame_and_a_table(value):
    json.dumps(value.to_dict(), allow_nan=False)
    assert len(value.to_frame())
    assert value._repr_html_().startswith("<table>")


def test_the_dict_of_an_argument_has_one_key_per_field():
    assert TRACK.curves[0].to_dict() == {"start_m": 100.0, "end_m": 200.0, "radius_m": 600.0}
    assert TRAIN.to_dict()["resistance"]["b_n_s_per_m"] == 10.0
    assert TRACK.to_dict()["limits"][0]["speed_mps"] == 12.5
    assert list(TRACK.to_frame()["part"]) == ["limit", "gradient", "curve"]


def test_a_run_is_a_table_of_its_phases():
    document = RUN.to_dict()
    # 500 m from rest to rest at 0.5 m/s² and at most 12.5 m/s. Acceleration and braking take
    # 25 s and 156.25 m each, the 187.5 m in between 15 s: 65 s in total.
    assert document["stop_times"] == [
        {"position_m": 500.0, "arrive_s": pytest.approx(65.0), "depart_s": pytest.approx(125.0)}
    ]
    assert [phase["kind"] for phase in document["phases"]] == list(RUN.to_frame()["kind"])


def test_many_runs_are_a_table_of_draws_and_points():
    frame = MANY.to_frame()
    assert list(frame["draw"]) == [0, 0, 1, 1, 2, 2]
    assert list(frame["at_m"]) == [500, 1000] * 3
    # Each half takes 65 s. The dwells in between are 60, 90 and 30 s.
    assert frame["arrive_s"].to_numpy() == pytest.approx([65, 190, 65, 220, 65, 160])
    assert frame["depart_s"].to_numpy() == pytest.approx([125, 190, 155, 220, 95, 160])
    assert MANY.to_dict()["arrive_s"] == MANY.arrive_s.tolist()


def test_quantiles_are_a_table_of_levels_and_points():
    frame = LEVELS.to_frame()
    assert list(frame["quantile"]) == [0.0, 0.0, 0.5, 0.5]
    # The lowest dwell is 30 s, the median 60 s.
    assert frame["arrive_s"].to_numpy() == pytest.approx([65, 160, 65, 190])
    assert LEVELS.to_dict()["depart_s"] == np.asarray(LEVELS.depart_s).tolist()
