"""Complete draws of a journey from its times at a few passages.

Within a leg, the slack and the standing are split over its sections and slots, given their
sums. Beyond the last cut, everything is drawn from the priors, given the unknowns.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from routesim.arrays import stack_columns
from routesim.journey import PlanDraws, make_stream
from routesim.journey.plan_draws import Halts
from routesim.journey.plan_layout import HALT, PRIORITY, choose_by_weight
from routesim.journey.simulation import draw_halts_along
from routesim.journey.variation.laws import draw_halt_counts, draw_slack, split_slack
from routesim.journey.variation.pace import correlate, measure_slack
from routesim.units import SECONDS_PER_MINUTE, kmh_to_mps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from routesim.arrays import Array, Indices
    from routesim.journey import Layout
    from routesim.likely.chain.model import ChainModel
    from routesim.likely.chain.structure import RouteChain
    from routesim.sampler.target import State


def complete_draws(model: ChainModel, state: State, number: int, seed: int) -> PlanDraws:
    """Return complete draws on a route, given states."""
    route = model.chain.routes[number]
    layout, amounts = route.layout, state["amounts"]
    stream = partial(_make_free_stream, seed)
    values = _find_values(model, state, layout, stream("free unknowns"))
    running_mps = {row.line: kmh_to_mps(values[f"speed {row.line}"]) for row in layout.speeds}
    ratio = layout.find_ratios(values)
    count = amounts.shape[1]
    for name, row in zip(model.chain.dwells, model.rows["dwell"], strict=True):
        values[name] = amounts[row] / SECONDS_PER_MINUTE
    dwells = [SECONDS_PER_MINUTE * values[stop.name] for stop in layout.stops]
    beyond = 2 * int(route.cuts[-1]) + (2 if route.has_stay[-1] else 1)
    later = draw_halts_along(layout, values, stream, beyond)
    return PlanDraws(
        departure_s=model.unknowns.departure.earliest_s + amounts[0],
        origin_index=model.unknowns.find_origins(state["z"], layout),
        running_mps=running_mps,
        length_ratio=ratio,
        dwell_s=stack_columns(dwells or [np.empty((count, 0))]),
        delay_s=_split_runs(
            model, state, route, measure_slack(layout.pace, running_mps, ratio), stream("slack")
        ),
        halts=Halts.join([*_split_halts(model, state, route, values, stream("halts")), later]),
    )


def _make_free_stream(seed: int, name: str) -> np.random.Generator:
    return make_stream(seed, f"given the reports: {name}")


def _find_values(
    model: ChainModel, state: State, layout: Layout, stream: np.random.Generator
) -> dict[str, Array]:
    """Return the values of all unknowns of a plan; those without a row are drawn."""
    z, known = state["z"], model.unknowns
    count = z.shape[1]
    priority = (
        z[known.row[PRIORITY]] if PRIORITY in known.row else stream.standard_normal((count,))
    )
    values = {}
    for name, prior in layout.priors.items():
        if name in known.row:
            values[name] = known.find_value(z, name)
        else:
            own = stream.standard_normal((count,))
            at = layout.mix_priority(priority, own) if name.startswith("standing ") else own
            values[name] = prior.from_z(at)
    return values


def _split_runs(
    model: ChainModel,
    state: State,
    route: RouteChain,
    slack_s: list[Array],
    stream: np.random.Generator,
) -> Array | None:
    """Return the running time of each section beyond that at the mean speed."""
    pace = route.layout.pace
    if not pace.varies:
        return None
    factors = pace.find_factors(_extend_field(state, route, stream))
    means = np.zeros((pace.section_km.size, factors.shape[1]))
    nominal = np.zeros_like(means)
    for section, kind in enumerate(pace.section_class):
        if kind >= 0:
            cells = pace.section_cells[section]
            means[section] = slack_s[kind] * sum(km * factors[cell] for cell, km in cells)
            nominal[section] = slack_s[kind] * pace.section_km[section]
    found = np.zeros_like(means)
    runs, events = route.list_amounts(model.rows["run"])
    for row, event in zip(runs, events, strict=True):
        first, last = route.cuts[event // 2 - 1 : event // 2 + 1]
        sections = [s for s in range(first, last) if pace.section_class[s] >= 0]
        rest, left = state["amounts"][row], means[sections].sum(axis=0)
        for section in sections[:-1]:
            left = np.maximum(left - means[section], 0.0)
            found[section] = split_slack(stream, rest, (means[section], left), pace.grain_s)
            rest = rest - found[section]
        found[sections[-1]] = rest
    for section in range(int(route.cuts[-1]), pace.section_km.size):
        if pace.section_class[section] >= 0:
            found[section] = draw_slack(stream, means[section], pace.grain_s)
    return np.asarray(found - nominal)


def _extend_field(state: State, route: RouteChain, stream: np.random.Generator) -> Array:
    """Return the field in all cells of a route; those beyond the last cut are drawn."""
    pace, known = route.layout.pace, route.cells
    count = state["z"].shape[1]
    held = state["field"][known]
    more = stream.standard_normal((pace.cells - known.size, count))
    return np.concatenate(
        [held, correlate(more, pace.memory, held[-1] if known.size else None)]
    )


def _split_halts(
    model: ChainModel,
    state: State,
    route: RouteChain,
    values: Mapping[str, Array],
    stream: np.random.Generator,
) -> Iterator[Halts]:
    """Yield the halts of each leg and stay up to the last cut, given their sums."""
    standing = route.layout.standing
    for kind, means in (("halts", standing.halts_100km), ("waits", standing.waits_100km)):
        rows, events = route.list_amounts(model.rows[kind])
        for row, event in zip(rows.tolist(), events.tolist(), strict=True):
            cut = int(route.cuts[event // 2])
            slots = np.array([2 * cut + 1])
            if event % 2 == 0:
                held = 2 if route.has_stay[event // 2 - 1] else 1
                slots = np.arange(2 * int(route.cuts[event // 2 - 1]) + held, 2 * cut + 1)
            slots = slots[means[slots] > 0.0]
            total = state["amounts"][row]
            expected = state["expected"][row - model.standing.start]
            mean = SECONDS_PER_MINUTE * values[HALT]
            if kind == "waits":
                mean = np.full_like(total, model.wait_s)
            count = draw_halt_counts(stream, total, expected, mean)
            draw = np.repeat(np.arange(count.size), count)
            parts = stream.standard_exponential(draw.size)
            whole = np.bincount(draw, parts, count.size)
            at = _choose_slots(route, slots, means[slots], draw, values, stream)
            yield Halts(draw, at, parts / whole[draw] * total[draw])


def _choose_slots(
    route: RouteChain,
    slots: Indices,
    means: Array,
    draw: Indices,
    values: Mapping[str, Array],
    stream: np.random.Generator,
) -> Indices:
    """Choose the slot of each halt by its expected number: first the line, then the slot."""
    standing = route.layout.standing
    lines = standing.line[slots]
    numbers = np.unique(lines)
    sums = np.array(
        [values[f"standing {standing.lines[n]}"] * means[lines == n].sum() for n in numbers]
    )
    steps = np.cumsum(sums, axis=0)[:, draw]
    chosen = (stream.random(draw.size) * steps[-1] >= steps[:-1]).sum(axis=0)
    found = np.empty(draw.size, dtype=np.intp)
    share = stream.random(draw.size)
    for order, number in enumerate(numbers):
        mine = chosen == order
        own = slots[lines == number]
        weights = means[lines == number].tolist()
        found[mine] = own[choose_by_weight(weights, share[mine])]
    return found
