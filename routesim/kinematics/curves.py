"""How a train gains and loses speed on straight and level track."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from routesim.kinematics.run import run
from routesim.kinematics.track import Track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.kinematics.train import Train
    from routesim.kinematics.types import FloatArray


PROVING_M = 300_000.0
"""A track on which a train has either reached its maximum or will not."""

HALVINGS = 60
"""Of the proving track: to less than its rounding."""

NEARLY = 1.0 - 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class SpeedCurve:
    """Time and distance between standing and some speeds.

    Parameters
    ----------
    speed_mps
        Rising speeds, (speeds,), in m/s.
    time_s, distance_m
        How long and how far it takes, (speeds,), in s and m; NaN for a speed that the
        train does not reach.
    """

    speed_mps: FloatArray
    time_s: FloatArray
    distance_m: FloatArray


def trace_acceleration(train: Train, speeds_mps: Sequence[float] | FloatArray) -> SpeedCurve:
    """Return how long and how far a train takes from standing to each of some speeds.

    The startup delay is left out. Speeds are sought on a run over 300 km of level track.

    Examples
    --------
    >>> from routesim.kinematics import Train
    >>> curve = trace_acceleration(Train(acceleration_mps2=0.5), [10.0])
    >>> curve.time_s.round(6), curve.distance_m.round(6)
    (array([20.]), array([100.]))
    """
    wanted = np.asarray(speeds_mps, dtype=np.float64)
    proof = run(
        replace(train, startup_delay_s=0.0),
        Track(length_m=PROVING_M),
        exit_speed_mps=train.max_speed_mps,
    )
    low_m, high_m = np.zeros_like(wanted), np.full_like(wanted, PROVING_M)
    for _ in range(HALVINGS):
        middle_m = 0.5 * (low_m + high_m)
        short = proof.speed_at(middle_m) < wanted * NEARLY
        low_m, high_m = np.where(short, middle_m, low_m), np.where(short, high_m, middle_m)
    reached = wanted * NEARLY <= proof.speed_at(PROVING_M)
    times_s = proof.time_at(high_m)
    return SpeedCurve(
        wanted, np.where(reached, times_s, np.nan), np.where(reached, high_m, np.nan)
    )


def trace_braking(train: Train, speeds_mps: Sequence[float] | FloatArray) -> SpeedCurve:
    """Return how long and how far a train takes from each of some speeds to standing.

    Braking is constant: ``v / b`` and ``v² / 2b``.

    Examples
    --------
    >>> from routesim.kinematics import Train
    >>> curve = trace_braking(Train(braking_mps2=0.5), [10.0])
    >>> curve.time_s, curve.distance_m
    (array([20.]), array([100.]))
    """
    wanted = np.asarray(speeds_mps, dtype=np.float64)
    rate = train.braking_mps2
    return SpeedCurve(wanted, wanted / rate, wanted**2 / (2.0 * rate))
