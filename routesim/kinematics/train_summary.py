"""What there is to say of a train: figures, curves, and a run over a route."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import lazy_loader

from routesim.answers import Answer
from routesim.kinematics.curves import trace_acceleration, trace_braking
from routesim.units import kmh_to_mps

if TYPE_CHECKING:
    import pandas as pd

    from routesim.kinematics.catalogue import TrainRow
    from routesim.kinematics.curves import SpeedCurve
    from routesim.kinematics.route_run import RouteRun
    from routesim.kinematics.train import Train
else:
    pd = lazy_loader.load("pandas")


CURVE_STEP_KMH = 10.0


@dataclass(frozen=True, eq=False)
class TrainSummary(Answer):
    """A train's figures with their basis, its curves, and its run over a route.

    Parameters
    ----------
    row
        The train's file.
    route_run
        Its run over a route, if it has one.
    """

    row: TrainRow
    route_run: RouteRun | None = None

    def __repr__(self) -> str:
        """Name the train."""
        return f"<TrainSummary {self.row.id!r}: {self.row.name}>"

    @cached_property
    def train(self) -> Train:
        """The train by the values of its figures."""
        return self.row.make_train()

    @property
    def speeds_kmh(self) -> list[float]:
        """The speeds of its curves: every 10 km/h, and its highest."""
        top_kmh = self.row.max_speed_kmh.value
        steps = range(1, int(top_kmh // CURVE_STEP_KMH) + 1)
        below = [step * CURVE_STEP_KMH for step in steps if step * CURVE_STEP_KMH < top_kmh]
        return [*below, top_kmh]

    @cached_property
    def curves(self) -> dict[str, SpeedCurve]:
        """How it gains and loses these speeds: accelerate and brake."""
        speeds_mps = [kmh_to_mps(speed_kmh) for speed_kmh in self.speeds_kmh]
        return {
            "accelerate": trace_acceleration(self.train, speeds_mps),
            "brake": trace_braking(self.train, speeds_mps),
        }

    def to_frame(self) -> pd.DataFrame:
        """Return a row a speed of a curve: curve, speed_kmh, time_s and distance_m."""
        rows = [
            {"curve": name, **row} for name in self.curves for row in self._list_speeds(name)
        ]
        return pd.DataFrame(rows)

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
