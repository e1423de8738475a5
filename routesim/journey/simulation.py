"""Simulation: random journeys drawn from the priors of a plan."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.arrays import stack_columns
from routesim.journey.draws import SIMULATE_DRAWS, check_draws, make_stream
from routesim.journey.ensemble import Ensemble
from routesim.journey.journey import require_journey
from routesim.journey.plan_draws import Halts, PlanDraws, describe_times, time_passages
from routesim.journey.plan_layout import (
    HALT,
    ORIGIN,
    PRIORITY,
    Layout,
    choose_by_weight,
    lay_plan,
)
from routesim.journey.variation.laws import draw_slack
from routesim.journey.variation.pace import measure_slack
from routesim.units import MINUTES_PER_HOUR, SECONDS_PER_MINUTE, kmh_to_mps

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from routesim.arrays import Array, Indices
    from routesim.journey.journey import Journey


def simulate(
    journey: Journey,
    *,
    draws: int = SIMULATE_DRAWS,
    seed: int = 0,
    route: str | None = None,
) -> Ensemble:
    """Draw many journeys from the priors, without using any report.

    Each draw takes a random origin, departure, mean running speed on each line, dwell at each
    planned stop, and length of each stretch on which sources disagree. The train runs over the
    route with exact acceleration and braking. Running times vary along the lines, and unplanned
    standing is added at operating points.

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

    Running times vary along a line: the slack of a stretch, which is the time beyond the
    shortest possible one, has an inverse Gaussian distribution around a mean that changes over
    tens of kilometres.

    Unplanned standing is a Poisson number of halts with exponential lengths, and a few long
    waits. They happen at operating points, in proportion to the weights of their classes, and
    count before the arrival or within the stay. The mean over a whole line is that of the
    plan. The time lost in braking for a halt and accelerating from it is part of the standing.

    ``docs/likely.md`` has the parameters and the reasons.

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
    return Ensemble(seed=seed, **describe_draws(layout, draw_plan(layout, draws, seed)))


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
    times = time_passages(layout, drawn)
    return {
        **describe_times(layout, drawn),
        "journey_id": layout.journey.id,
        "route_id": layout.hypothesis.id,
        "changes": layout.journey.changes,
        "zones": layout.journey.zones,
        **times._asdict(),
        "standing_s": _sum_standing(layout, drawn),
    }


def _sum_standing(layout: Layout, drawn: PlanDraws) -> dict[str, Array]:
    """Return the unplanned standing beyond the origin by line, (draws,) each."""
    halts, standing = drawn.halts, layout.standing
    counts = halts.slot // 2 > drawn.origin_index[halts.draw]
    found = {}
    for number, line in enumerate(standing.lines):
        mine = counts & (standing.line[halts.slot] == number)
        summed = np.bincount(halts.draw[mine], halts.seconds[mine], drawn.count)
        found[line] = summed.astype(np.float64)
    return found


def draw_plan(layout: Layout, count: int, seed: int) -> PlanDraws:
    """Draw each unknown of a plan from its prior, from a random stream of its own."""
    stream = partial(make_stream, seed)
    rates = {f"standing {row.line}": row for row in layout.rates}
    values = {
        name: prior.draw(stream(name), count)
        for name, prior in layout.priors.items()
        if name not in rates
    }
    if rates:
        priority = stream(PRIORITY).standard_normal(count)
    for name, row in rates.items():
        z = layout.mix_priority(priority, stream(name).standard_normal(count))
        values[name] = row.min_per_100km.from_z(z)
    origin = np.zeros(count, dtype=np.intp)
    if layout.journey.plan.origins:
        origin = layout.choose_origin(stream(ORIGIN).random(count))
    running_mps = {row.line: kmh_to_mps(values[f"speed {row.line}"]) for row in layout.speeds}
    ratio = layout.find_ratios(values)
    dwells = [SECONDS_PER_MINUTE * values[stop.name] for stop in layout.stops]
    return PlanDraws(
        departure_s=_draw_departure(layout, count, seed),
        origin_index=origin,
        running_mps=running_mps,
        length_ratio=ratio,
        dwell_s=stack_columns(dwells or [np.empty((count, 0))]),
        delay_s=_draw_delays(
            layout, count, seed, measure_slack(layout.pace, running_mps, ratio)
        ),
        halts=draw_halts_along(layout, values, stream),
    )


def _draw_delays(
    layout: Layout, count: int, seed: int, slack_s: Sequence[Array]
) -> Array | None:
    """Draw the running time of each section beyond that at the mean speed."""
    pace = layout.pace
    if not pace.varies:
        return None
    factors = pace.find_factors(pace.draw_field(make_stream(seed, "pace"), count))
    stream = make_stream(seed, "running time")
    delay_s = np.zeros((pace.section_km.size, count))
    for section, (kind, cells) in enumerate(
        zip(pace.section_class, pace.section_cells, strict=True)
    ):
        if kind >= 0:
            each = slack_s[kind]
            mean_s = each * sum(km * factors[cell] for cell, km in cells)
            nominal_s = each * pace.section_km[section]
            delay_s[section] = draw_slack(stream, mean_s, pace.grain_s) - nominal_s
    return delay_s


def draw_halts_along(
    layout: Layout,
    values: Mapping[str, Array],
    stream: Callable[[str], np.random.Generator],
    first: int = 0,
) -> Halts:
    """Draw the unplanned halts and long waits from slot ``first`` on.

    ``values`` has the standing rates, and the mean length of a halt in minutes. ``stream``
    returns the random stream of a name.
    """
    standing = layout.standing
    wait_min = MINUTES_PER_HOUR * layout.journey.plan.variation.long_wait_h
    kept = []
    for number, line in enumerate(standing.lines):
        mine = standing.line == number
        mine[:first] = False
        for name, means, mean_min in (
            ("halts", standing.halts_100km, values[HALT]),
            ("long waits", standing.waits_100km, np.full_like(values[HALT], wait_min)),
        ):
            slots = np.flatnonzero(mine & (means > 0.0))
            if slots.size:
                expected = values[f"standing {line}"] * means[slots].sum() / mean_min
                places = slots, means[slots]
                mean_s = SECONDS_PER_MINUTE * mean_min
                kept.append(_place_halts(stream(f"{name} {line}"), expected, mean_s, places))
    return Halts.join(kept)


def _place_halts(
    stream: np.random.Generator, expected: Array, mean_s: Array, places: tuple[Indices, Array]
) -> Halts:
    """Draw a Poisson number of halts per draw, with exponential lengths.

    ``places`` has the slots and their weights.
    """
    slots, weight = places
    draw = np.repeat(np.arange(expected.size), stream.poisson(expected))
    chosen = choose_by_weight(weight.tolist(), stream.random(draw.size))
    return Halts(draw, slots[chosen], stream.standard_exponential(draw.size) * mean_s[draw])


def _draw_departure(layout: Layout, count: int, seed: int) -> Array:
    rows = layout.journey.plan.departure
    share = make_stream(seed, "departure window").random(count)
    choice = choose_by_weight([row.weight for row in rows], share)
    start = np.array([row.from_.timestamp() for row in rows])[choice]
    end = np.array([row.to.timestamp() for row in rows])[choice]
    return np.asarray(start + make_stream(seed, "departure").random(count) * (end - start))
