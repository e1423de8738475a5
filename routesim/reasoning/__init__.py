"""What is certain of the reports, and how they stand against the simulated journeys."""

from routesim.reasoning.bounds import Bounds, CertainPlace, bound_worlds, bounds
from routesim.reasoning.checking import check, judge_reports
from routesim.reasoning.comparison import say_share
from routesim.reasoning.conditioning import condition
from routesim.reasoning.conflicts import Conflict, ConflictList, conflicts, list_conflicts
from routesim.reasoning.places import PlaceShare, list_place_shares
from routesim.reasoning.possibility import Possibility, could
from routesim.reasoning.posterior import LikelyPlace, Posterior, SampleWarning
from routesim.reasoning.precision import STEPS_S, find_step, round_band, round_to
from routesim.reasoning.repairs import Repair
from routesim.reasoning.route_comparison import RouteTrack, compare_routes, track_routes
from routesim.reasoning.scoring import Score, score
from routesim.reasoning.standing import Standing, list_standings
from routesim.reasoning.telling import Step, say_lapse
from routesim.reasoning.testimony import Testimony, take_testimony
from routesim.reasoning.verdicts import VERDICTS, Verdict
from routesim.reasoning.worlds import World, WorldList, list_worlds, worlds
from routesim.reasoning.zones import compare_zones

__all__ = [
    "STEPS_S",
    "VERDICTS",
    "Bounds",
    "CertainPlace",
    "Conflict",
    "ConflictList",
    "LikelyPlace",
    "PlaceShare",
    "Possibility",
    "Posterior",
    "Repair",
    "RouteTrack",
    "SampleWarning",
    "Score",
    "Standing",
    "Step",
    "Testimony",
    "Verdict",
    "World",
    "WorldList",
    "bound_worlds",
    "bounds",
    "check",
    "compare_routes",
    "compare_zones",
    "condition",
    "conflicts",
    "could",
    "find_step",
    "judge_reports",
    "list_conflicts",
    "list_place_shares",
    "list_standings",
    "list_worlds",
    "round_band",
    "round_to",
    "say_lapse",
    "say_share",
    "score",
    "take_testimony",
    "track_routes",
    "worlds",
]
