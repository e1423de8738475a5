"""Acceleration and braking on straight and level track, and the summary of a train."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import lazy_loader
import numpy as np

from routesim.answers import Answer
from routesim.kinematics.run import run
from routesim.kinematics.track import Track
from routesim.units import kmh_to_mps

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from routesim.arrays import Array
    from routesim.kinematics.catalogue import TrainRow
    from routesim.kinematics.route_run import RouteRun
    from routesim.kinematics.train import Train
else:
    pd = lazy_loader.load("pandas")


PROVING_M = 300_000.0
"""Length of the test track in m: enough to reach the maximum speed, if the train can."""

HALVINGS = 60
"""Number of bisections of the test track, enough to reach its rounding error."""

NEARLY = 1.0 - 1e-9

CURVE_STEP_KMH = 10.0


@dataclass(frozen=True, eq=False, slots=True)
class SpeedCurve:
    """Time and distance between rest and each of several speeds, of shape (speeds,).

    Both are NaN for a speed that the train does not reach.
    """

    speed_mps: Array
    time_s: Array
    distance_m: Array


def trace_acceleration(train: Train, speeds_mps: Sequence[float] | Array) -> SpeedCurve:
    """Return time and distance of acceleration from rest to each of several speeds.

    The startup delay is not included. The train runs over 300 km of level track, and the
    speeds are found by bisection.

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
    return SpeedCurve(wanted, *np.where(reached, [proof.time_at(high_m), high_m], np.nan))


def trace_braking(train: Train, speeds_mps: Sequence[float] | Array) -> SpeedCurve:
    """Return time and distance of braking to rest from each of several speeds.

    At the constant braking rate ``b`` they are ``v / b`` and ``v² / 2b``.

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


@dataclass(frozen=True, eq=False)
class TrainSummary(Answer):
    """The summary of a train: its figures with their basis, and its curves.

    Parameters
    ----------
    row : TrainRow
        Content of the train file.
    route_run : RouteRun, optional
        Run of the train over a route.
    """

    row: TrainRow
    route_run: RouteRun | None = None

    def __repr__(self) -> str:
        """Show the id and the name of the train."""
        return f"<TrainSummary {self.row.id!r}: {self.row.name}>"

    @cached_property
    def train(self) -> Train:
        """The train made from the values of its figures."""
        return self.row.make_train()

    @property
    def speeds_kmh(self) -> list[float]:
        """Speeds of the curves in km/h: multiples of 10, and the maximum speed."""
        top_kmh = self.row.max_speed_kmh.value
        return [*np.arange(CURVE_STEP_KMH, top_kmh, CURVE_STEP_KMH).tolist(), top_kmh]

    @cached_property
    def curves(self) -> dict[str, SpeedCurve]:
        """Curves by name, ``accelerate`` and ``brake``, at the speeds of `speeds_kmh`."""
        speeds_mps = [kmh_to_mps(speed_kmh) for speed_kmh in self.speeds_kmh]
        return {
            "accelerate": trace_acceleration(self.train, speeds_mps),
            "brake": trace_braking(self.train, speeds_mps),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a table with one row per curve and speed.

        The columns are curve, speed_kmh, time_s and distance_m.
        """
        return pd.DataFrame(
            {"curve": name, **row} for name in self.curves for row in self._list_speeds(name)
        )

    def _describe(self) -> dict[str, Any]:
        return {
            "train": self.row.id,
            "figures": self.row.figures,
            "curves": {name: self._list_speeds(name) for name in self.curves},
            "route": self.route_run,
        }

    def _list_speeds(self, name: str) -> list[dict[str, float]]:
        curve = self.curves[name]
        columns = (self.speeds_kmh, curve.time_s.tolist(), curve.distance_m.tolist())
        keys = ("speed_kmh", "time_s", "distance_m")
        return [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)]
