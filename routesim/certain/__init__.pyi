from .bounds import Bounds, bound_worlds, bounds
from .conflicts import Conflict, ConflictList, conflicts, list_conflicts
from .could import Possibility, could
from .positions import CertainPlace
from .problem import Testimony, take_testimony
from .repairs import Repair
from .wording import Step
from .worlds import World, WorldList, list_worlds, worlds
from .zones import compare_zones

__all__ = [
    "Bounds",
    "CertainPlace",
    "Conflict",
    "ConflictList",
    "Possibility",
    "Repair",
    "Step",
    "Testimony",
    "World",
    "WorldList",
    "bound_worlds",
    "bounds",
    "compare_zones",
    "conflicts",
    "could",
    "list_conflicts",
    "list_worlds",
    "take_testimony",
    "worlds",
]
