"""Running the draws of a plan over a route: when each draw arrives at each passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.arrays import stack_columns
from routesim.journey.plan_draws import KeyTimes
from routesim.journey.standing import add_halts
from routesim.kinematics import Stop, run_many
from routesim.units import km_to_metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routesim.journey.plan_draws import PlanDraws
    from routesim.journey.planned_route import PlannedRoute


def time_passages(
    planned: PlannedRoute, draws: PlanDraws, indices: NDArray[np.intp] | None = None
) -> NDArray[np.float64]:
    """Run the draws over a route; return when they arrive.

    Parameters
    ----------
    planned
        The route with all that the plan places on it.
    draws
        What was drawn.
    indices
        The passages wanted, rising; ``None`` for all.

    Returns
    -------
    ndarray
        POSIX seconds, (draws, passages wanted); NaN before the origin, and at the
        origin the departure.
    """
    if indices is None:
        indices = np.arange(len(planned.route.passages))
    arrive_s = np.full((draws.count, indices.size), np.nan, order="F")
    for origin in np.flatnonzero(np.bincount(draws.origin_index)):
        members = np.flatnonzero(draws.origin_index == origin)
        whole = slice(None) if members.size == draws.count else members
        _run_from(planned, int(origin), whole, draws, indices, arrive_s)
    arrive_s += draws.departure_s[:, None]
    wanted_km = planned.route.passage_km[indices]
    for run in planned.runs:
        if run.name in draws.halt_km:
            add_halts(arrive_s, wanted_km, draws.halt_km[run.name], draws.halt_s[run.name])
        else:
            arrive_s += np.where(
                wanted_km >= run.end_km, draws.standing_s[run.name][:, None], 0.0
            )
    return arrive_s


def time_keys(planned: PlannedRoute, draws: PlanDraws, indices: NDArray[np.intp]) -> KeyTimes:
    """Run the draws and keep their times at a few passages, rising."""
    columns = {int(index): column for column, index in enumerate(indices)}
    return KeyTimes(planned, draws, columns, time_passages(planned, draws, indices))


def _run_from(
    planned: PlannedRoute,
    origin: int,
    members: slice | NDArray[np.intp],
    draws: PlanDraws,
    indices: NDArray[np.intp],
    arrive_s: NDArray[np.float64],
) -> None:
    """Run the draws that depart from one passage; fill their seconds since departure."""
    track, stretches = planned.lay_track(origin)
    start_km = planned.route.passages[origin].km
    ahead = [n for n, stop in enumerate(planned.stops) if stop.index > origin]
    beyond = int(np.searchsorted(indices, origin))
    factors = [
        draws.running_mps[s.line][members]
        / (planned.train.max_speed_mps * draws.get_length_ratio(s.length_prior, members))
        for s in stretches
    ]
    many = run_many(
        planned.train,
        track,
        stops=[
            Stop(km_to_metres(planned.route.passages[planned.stops[n].index].km - start_km))
            for n in ahead
        ],
        at_m=km_to_metres(planned.route.passage_km[indices[beyond:]] - start_km),
        # One column holds for the whole way, which is seen at once.
        speed_factor=factors[0] if len(factors) == 1 else stack_columns(factors),
        dwell_s=draws.dwell_s[members][:, ahead],
        engine="numpy",  # the same bytes whether or not the compiled one is there
    )
    arrive_s[members, beyond:] = many.arrive_s
