"""Trains, tracks and exact runs of a train over a track, one at a time or many at once.

Inputs
    ``train``, ``track``, ``supplements``; ``catalogue`` reads the files of trains.
One run
    ``run`` checks, solves and returns a ``result``: its ``trajectory`` (position, time and
    speed at every moment) and the table of ``phases`` made of it. ``route_run`` runs over a
    route of the network, ``curves`` gives acceleration and braking on level track.
Many runs
    ``batch.run_many``.
How running times are found
    ``solver``: at constant rates, by forces, with supplements and fixed arrivals.
Shared
    ``run_inputs`` and ``argument_checks`` check arguments, ``types`` names float arrays.
"""

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
