from .bounds import Bounds, PositionBounds, bound_worlds, bounds
from .conflicts import Conflict, ConflictList, conflicts, list_conflicts
from .could import Possibility, could
from .problem import ReportProblem, build_problem
from .proofs.repairs import Repair
from .proofs.steps import Step
from .worlds import World, WorldList, list_best, list_worlds, worlds
from .zones import ZoneReading, ZoneReadings, compare_zones

__all__ = [
    "Bounds",
    "Conflict",
    "ConflictList",
    "PositionBounds",
    "Possibility",
    "Repair",
    "ReportProblem",
    "Step",
    "World",
    "WorldList",
    "ZoneReading",
    "ZoneReadings",
    "bound_worlds",
    "bounds",
    "build_problem",
    "compare_zones",
    "conflicts",
    "could",
    "list_best",
    "list_conflicts",
    "list_worlds",
    "worlds",
]
