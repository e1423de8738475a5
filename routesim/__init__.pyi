from .errors import (
    ArgumentError,
    DataError,
    Fault,
    RouteError,
    RouteSimError,
    TimeError,
    UnknownNameError,
)
from .evidence import Report, Source, Window
from .journey import Ensemble, Journey, Whereabouts, list_journeys, load_journey, simulate
from .kinematics import (
    ManyRuns,
    Run,
    SpeedLimit,
    Stop,
    Track,
    Train,
    load_train,
    run,
    run_many,
)
from .network import Network, Route, load_network
from .reasoning import Verdict, check
from .view import draw_diagram, draw_map, save_diagram, write_page, write_windows
from .whatif import compare_windows, what_if

__all__ = [
    "ArgumentError",
    "DataError",
    "Ensemble",
    "Fault",
    "Journey",
    "ManyRuns",
    "Network",
    "Report",
    "Route",
    "RouteError",
    "RouteSimError",
    "Run",
    "Source",
    "SpeedLimit",
    "Stop",
    "TimeError",
    "Track",
    "Train",
    "UnknownNameError",
    "Verdict",
    "Whereabouts",
    "Window",
    "check",
    "compare_windows",
    "draw_diagram",
    "draw_map",
    "list_journeys",
    "load_journey",
    "load_network",
    "load_train",
    "run",
    "run_many",
    "save_diagram",
    "simulate",
    "what_if",
    "write_page",
    "write_windows",
]
