"""Simulation: random journeys drawn from the priors of a plan."""

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
    """Draw many journeys from the priors, without using any report.

    Each draw takes a random origin, departure, running speed on each line, dwell at each
    planned stop, length of each stretch on which sources disagree, and unplanned standing.
    The train then runs over the route with exact acceleration and braking.

    Parameters
    ----------
    journey : Journey
        The journey, as loaded or as changed by :func:`routesim.what_if` or
        :func:`routesim.set_priors`.
    draws : int, default 20,000
        Number of draws, 1 to 1,000,000.
    seed : int, default 0
        Seed of the random streams, 0 or more. The same journey, draws and seed give the
        same numbers.
    route : str, optional
        Id of a route of the journey. By default its ``default_route``.

    Returns
    -------
    Ensemble
        Times of every draw at every passage of a timing point. ``arrive_s`` and ``departure_s``
        are in POSIX seconds. ``to_frame`` has one row per draw and ``windows`` one per passage,
        both with times in aware UTC. :meth:`Ensemble.to_frame` and :meth:`Ensemble.windows`
        list the columns.

    Raises
    ------
    ArgumentError
        If ``journey`` is not a :class:`Journey`, ``draws`` or ``seed`` is not a whole number in
        its range, or a drawn dwell exceeds 1e9 s.
    UnknownNameError
        If the journey has no such route.

    See Also
    --------
    condition : Draw journeys given the reports.
    what_if : Change some assumptions of a journey.
    run_many : Run one train many times over a track.
    Ensemble.windows : Windows of arrival and departure.

    Notes
    -----
    Each quantity has a random stream of its own. Two runs with one seed differ only by
    what was changed between them.

    Unplanned standing is spread over a given number of halts. Their places are uniform
    over the part of the line that the draw runs over. The time lost in braking for such a
    halt and accelerating from it is part of the standing.

    Examples
    --------
    >>> import routesim as rs
    >>> prior = rs.simulate(rs.load_journey("2019-04"), draws=200, seed=1)
    >>> prior
    <Ensemble 2019-04 by via-ussuriysk: 200 draws>
    >>> prior.arrive_s.shape == (200, len(prior.route.passages))
    True

    A changed journey is simulated in the same way:

    >>> faster = rs.what_if(rs.load_journey("2019-04"), speed_kmh=(50, 60))
    >>> rs.simulate(faster, draws=200, route="direct").changes
    ('running speed 50 to 60 km/h',)
    """
    require_journey(journey)
    check_draws(draws, seed)
    layout = lay_plan(journey, route)
    drawn = _draw_plan(layout, draws, seed)
    return Ensemble(seed=seed, **describe_draws(layout, drawn))


def simulate_routes(
    journey: Journey, *, first: str | None = None, **options: Any
) -> dict[str, Ensemble]:
    """Simulate a journey on every route, starting with ``first`` or the default route.

    Returns the ensembles by route id. The options are those of :func:`simulate`.
    """
    ids = dict.fromkeys([journey.get_hypothesis(first).id, *journey.routes])
    return {route: simulate(journey, route=route, **options) for route in ids}


def describe_draws(layout: Layout, drawn: PlanDraws) -> dict[str, Any]:
    """Run the draws over all passages; return the fields of an ensemble except its seed."""
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
    """Draw each unknown of a plan from its prior, from a random stream of its own."""
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
