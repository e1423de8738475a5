"""Unplanned standing along a route: where it counts, and its mean.

Standing is a process along the operating points of a line. Each point has a weight by its
class (:mod:`routesim.network.operating_points`), and the standing on a stretch depends on the
sum of the weights in it, on nothing else:

- *halts*: a Poisson number with a mean in proportion to the weight, each with an exponential
  length;
- *long waits*: the same, but rare, hours long, and only where a train can be kept.

The sum of the weights fixes the number of halts per line, so that the mean standing over the
whole line is the one in the plan. The law of a leg is therefore the same on every route.

There are two *slots* per passage of a point. Slot ``2 * i`` is before the arrival at passage
``i``: at a bridge, a border or a home signal. Slot ``2 * i + 1`` is within the stay. The points
at which a train leaves a line count before the arrival, so that they belong to this line alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.arrays import Array, Indices
    from routesim.network import Network, Route


@dataclass(frozen=True, eq=False)
class RouteStanding:
    """Mean unplanned standing in each slot of a route; made by :func:`measure_standing`.

    Parameters
    ----------
    lines : tuple of str
        Lines of the route that have a prior of standing.
    line : ndarray of int
        Number of the line of each slot, (slots,); -1 if it has no prior of standing.
    halts_100km, waits_100km : ndarray
        Minutes of halts and of long waits per slot, for a rate of one minute of standing per
        100 km, (slots,).
    """

    lines: tuple[str, ...]
    line: Indices
    halts_100km: Array
    waits_100km: Array


def measure_standing(
    network: Network, route: Route, lines: Iterable[str], *, long_wait_share: float
) -> RouteStanding:
    """Return the standing along a route, on the given lines.

    ``long_wait_share`` is the share of the standing in long waits, where a train can be kept.
    """
    passages = route.passages
    known = [name for name in dict.fromkeys(p.line for p in passages) if name in set(lines)]
    number = {name: n for n, name in enumerate(known)}
    count = len(passages)
    line = np.full(2 * count, -1, dtype=np.intp)
    halts, waits = np.zeros(2 * count), np.zeros(2 * count)
    weighed = {name: network.weigh_line(name) for name in known}
    for index in range(1, count):
        name = passages[index - 1].line
        if name not in number:
            continue
        points = weighed[name]
        place = points.stations.index(passages[index].station.name)
        forward = place > points.stations.index(passages[index - 1].station.name)
        ends_here = place == (len(points.stations) - 1 if forward else 0)
        leaves = ends_here or index == count - 1
        kind, weight = points.classes[place], float(points.weights[place])
        before = 1.0 if ends_here else kind.signal_share
        length_km = float(np.abs(np.diff(points.km)).sum())
        each_100km = weight * length_km / 100.0 / points.find_total(forward=forward)
        slots = slice(2 * index, 2 * index + 2)
        parts = np.array([before, 0.0 if leaves else 1.0 - before])
        line[slots] = number[name]
        waiting = long_wait_share * kind.keeps
        halts[slots] = each_100km * parts * (1.0 - waiting)
        waits[slots] = each_100km * parts * waiting
    return RouteStanding(tuple(known), line, halts, waits)
