"""What is certain of the reports, and how they stand against the simulated journeys."""

from routesim.reasoning.bounds import Bounds, CertainPlace, bound_worlds, bounds
from routesim.reasoning.checking import check, judge_reports
from routesim.reasoning.comparison import say_share
from routesim.reasoning.conflicts import Conflict, ConflictList, conflicts, list_conflicts
from routesim.reasoning.possibility import Possibility, could
from routesim.reasoning.repairs import Repair
from routesim.reasoning.telling import Step, say_lapse
from routesim.reasoning.testimony import Testimony, take_testimony
from routesim.reasoning.verdicts import VERDICTS, Verdict
from routesim.reasoning.worlds import World, WorldList, list_worlds, worlds
from routesim.reasoning.zones import compare_zones

__all__ = [
    "VERDICTS",
    "Bounds",
    "CertainPlace",
    "Conflict",
    "ConflictList",
    "Possibility",
    "Repair",
    "Step",
    "Testimony",
    "Verdict",
    "World",
    "WorldList",
    "bound_worlds",
    "bounds",
    "check",
    "compare_zones",
    "conflicts",
    "could",
    "judge_reports",
    "list_conflicts",
    "list_worlds",
    "say_lapse",
    "say_share",
    "take_testimony",
    "worlds",
]
