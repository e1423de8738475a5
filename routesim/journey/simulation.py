"""Simulation: draw many journeys from the priors of a plan."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.journey.draws import SIMULATE_DRAWS, check_draws, make_stream
from routesim.journey.ensemble import Ensemble
from routesim.journey.journey import require_journey
from routesim.journey.plan_draws import describe_times, time_passages
from routesim.journey.plan_layout import DEPARTURE, ORIGIN, Layout, choose_by_weight, lay_plan

if TYPE_CHECKING:
    from routesim.arrays import Array
    from routesim.journey.journey import Journey
    from routesim.journey.plan_draws import PlanDraws


def simulate(
    journey: Journey,
    *,
    draws: int = SIMULATE_DRAWS,
    seed: int = 0,
    route: str | None = None,
) -> Ensemble:
    """Draw many journeys from the priors alone; no report is used.

    Each draw takes an origin, a departure, a running speed for each line, a dwell for
    each planned stop, a length where sources disagree and unplanned standing, and runs
    the train over the route with exact acceleration and braking.

    Parameters
    ----------
    journey
        The journey, or a changed one from :func:`routesim.what_if`.
    draws
        How many, 1 to 1,000,000.
    seed
        Of the random streams. The same journey, draws and seed give the same numbers.
    route
        Id of a route of the journey; ``None`` for its default.

    Returns
    -------
    Ensemble
        Arrival and departure of every draw at every passage of a timing point.

    Raises
    ------
    ArgumentError
        If ``draws`` or ``seed`` is out of range.
    UnknownNameError
        If the journey names no such route.

    Notes
    -----
    Standing is spread over a given number of halts at places drawn evenly over the part
    of the line that the draw runs over. The seconds lost in braking for and accelerating
    from such a halt are part of the standing.

    Examples
    --------
    >>> import routesim as rs
    >>> prior = rs.simulate(rs.load_journey("2019-04"), draws=1000)
    >>> prior.route_id, prior.draws
    ('via-ussuriysk', 1000)
    """
    require_journey(journey)
    check_draws(draws, seed)
    layout = lay_plan(journey, route)
    drawn = _draw_plan(layout, draws, seed)
    return Ensemble(seed=seed, **describe_draws(layout, drawn))


def simulate_routes(
    journey: Journey, *, first: str | None = None, **options: Any
) -> dict[str, Ensemble]:
    """Draw journeys over every route: ``first`` or the default one, then the others.

    By such draws reports are judged; the options are those of :func:`simulate`.
    """
    ids = dict.fromkeys([journey.get_hypothesis(first).id, *journey.routes])
    return {route: simulate(journey, route=route, **options) for route in ids}


def describe_draws(layout: Layout, drawn: PlanDraws) -> dict[str, Any]:
    """Run the draws over every passage; return the fields of an ensemble but its seed."""
    standing_s: dict[str, Array] = {}
    for run in layout.runs:
        line = run.row.line
        standing_s[line] = standing_s.get(line, 0.0) + drawn.standing_s[run.name]
    return {
        **describe_times(layout, drawn),
        "journey_id": layout.journey.id,
        "route_id": layout.hypothesis.id,
        "changes": layout.journey.changes,
        "zones": layout.journey.zones,
        "arrive_s": time_passages(layout, drawn),
        "standing_s": standing_s,
    }


def _draw_plan(layout: Layout, count: int, seed: int) -> PlanDraws:
    """Draw every unknown of a plan from its prior, each from a stream of its own."""
    stream = partial(make_stream, seed)
    values = {name: prior.draw(stream(name), count) for name, prior in layout.priors.items()}
    values[DEPARTURE] = _draw_departure(layout, count, seed)
    if layout.journey.plan.origins:
        chosen = layout.choose_origin(stream(ORIGIN).random(count))
        values[ORIGIN] = chosen.astype(np.float64)
    for run in layout.runs:
        halts = stream(run.halts_name)
        shape = (count, run.row.halts)
        values[run.halts_name] = np.column_stack(
            [halts.random(shape), -np.log1p(-halts.random(shape))]
        )
    return layout.assemble(values)


def _draw_departure(layout: Layout, count: int, seed: int) -> Array:
    rows = layout.journey.plan.departure
    share = make_stream(seed, "departure window").random(count)
    choice = choose_by_weight([row.weight for row in rows], share)
    start = np.array([row.from_.timestamp() for row in rows])[choice]
    end = np.array([row.to.timestamp() for row in rows])[choice]
    return np.asarray(start + make_stream(seed, "departure").random(count) * (end - start))
