"""The job that ``tools.benchmark.engines`` gives to every engine, and its measurements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.kinematics import SpeedLimit, Stop, Track, Train
from routesim.units import kmh_to_mps

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "ACCELERATION_MPS2",
    "DWELL_S",
    "LENGTH_M",
    "LIMITS_KMH",
    "POINTS",
    "SEED",
    "STOPS",
    "TRAIN",
    "Job",
    "Measure",
    "make_job",
]

LENGTH_M = 1_200_000.0
POINTS = 60
STOPS = 6
DWELL_S = 180.0
LIMITS_KMH = (40.0, 90.0)
ACCELERATION_MPS2 = 0.3
TRAIN = Train(
    length_m=400.0, max_speed_mps=25.0, acceleration_mps2=ACCELERATION_MPS2, braking_mps2=0.5
)
SEED = 7


@dataclass(frozen=True, slots=True)
class Job:
    """A track, the points at which times are computed, and the stops."""

    track: Track
    points_m: NDArray[np.float64]
    stops: tuple[Stop, ...]

    @property
    def sections(self) -> list[tuple[float, float]]:
        """Length in m and limit in m/s of every section."""
        return [(limit.end_m - limit.start_m, limit.speed_mps) for limit in self.track.limits]


@dataclass(frozen=True, slots=True)
class Measure:
    """Result of one engine: wall time per run and computed running time, in seconds.

    ``away_s`` is the difference from the exact times, None if it was not measured.
    """

    engine: str
    job: str
    wall_s: float
    running_time_s: float | None = None
    away_s: float | None = None


def make_job(sections: int = POINTS - 1) -> Job:
    """Make the job; its track has sections of random length, each with a speed limit."""
    rng = np.random.default_rng(SEED)
    shares = rng.dirichlet(np.full(sections, 5.0))
    points_m = np.round(np.concatenate([[0.0], np.cumsum(shares)]) * LENGTH_M, 1)
    speeds_mps = kmh_to_mps(rng.uniform(*LIMITS_KMH, sections))
    limits = [
        SpeedLimit(start_m, end_m, speed_mps)
        for start_m, end_m, speed_mps in zip(
            points_m[:-1], points_m[1:], speeds_mps, strict=True
        )
    ]
    places = np.linspace(0, sections, STOPS + 2).round().astype(int)[1:-1]
    stops = tuple(Stop(float(points_m[place]), DWELL_S) for place in places)
    return Job(Track(length_m=LENGTH_M, limits=limits), points_m, stops)
