"""Trains, tracks and exact runs of one over the other, one at a time or many at once."""

from __future__ import annotations

from routesim.kinematics.batch.run_many import ManyQuantiles, ManyRuns, run_many
from routesim.kinematics.catalogue import TrainRow, list_trains, load_train
from routesim.kinematics.result import Run
from routesim.kinematics.run import run
from routesim.kinematics.supplements import Arrival, Supplements
from routesim.kinematics.track import Curve, Gradient, SpeedLimit, Stop, Track
from routesim.kinematics.train import Davis, Train

__all__ = [
    "Arrival",
    "Curve",
    "Davis",
    "Gradient",
    "ManyQuantiles",
    "ManyRuns",
    "Run",
    "SpeedLimit",
    "Stop",
    "Supplements",
    "Track",
    "Train",
    "TrainRow",
    "list_trains",
    "load_train",
    "run",
    "run_many",
]
