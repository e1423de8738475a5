"""Recorded arrivals of SUMO, and the same runs by routesim."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import Any

from routesim.kinematics import SpeedLimit, Stop, Track, Train, run

__all__ = ["list_arrivals"]


def list_arrivals(train: Train, case: dict[str, Any]) -> tuple[list[float], list[float]]:
    """Return our arrivals for a recorded case, and the recorded arrivals with a correction.

    SUMO counts a train below 0.1 m/s as stopped. Its arrivals are therefore early by
    ``0.1 / braking_mps2`` for each stop so far, which the correction adds.
    """
    ends_m = list(accumulate((part["length_m"] for part in case["sections"]), initial=0.0))
    # Our track begins where the head of the train is; the rear is on the same section.
    start_m = case["start_m"]
    track = Track(
        length_m=ends_m[-1] - start_m,
        limits=[
            SpeedLimit(low - start_m, high - start_m, part["limit_mps"])
            for (low, high), part in zip(pairwise(ends_m), case["sections"], strict=True)
        ],
    )
    stops = [
        Stop(stop["position_m"] - start_m, stop["dwell_s"] or 1.0) for stop in case["stops"]
    ]
    late_s = 0.1 / case["braking_mps2"]
    expected_s = [
        time_s + count * late_s for count, time_s in enumerate(case["arrive_s"], start=1)
    ]
    return list(run(train, track, stops=stops).stop_times["arrive_s"]), expected_s
