from .batch.results import ManyQuantiles, ManyRuns
from .batch.run_many import run_many
from .catalogue import (
    TrainList,
    TrainRow,
    find_train,
    list_trains,
    load_train,
    load_train_row,
)
from .curves import TrainSummary
from .result import Run
from .route_run import Halt, RouteRun, run_route
from .run import run
from .supplements import Arrival, Supplements
from .track import Curve, Gradient, SpeedLimit, Stop, Track
from .train import Davis, Train

__all__ = [
    "Arrival",
    "Curve",
    "Davis",
    "Gradient",
    "Halt",
    "ManyQuantiles",
    "ManyRuns",
    "RouteRun",
    "Run",
    "SpeedLimit",
    "Stop",
    "Supplements",
    "Track",
    "Train",
    "TrainList",
    "TrainRow",
    "TrainSummary",
    "find_train",
    "list_trains",
    "load_train",
    "load_train_row",
    "run",
    "run_many",
    "run_route",
]
