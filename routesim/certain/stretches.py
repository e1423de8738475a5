"""Stretches: the times, standing and speeds that are certain between reported places."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import lazy_loader
import numpy as np

from routesim.certain.support import CAP, LENGTH, POSITIONS
from routesim.constraints.bitsets import is_subset
from routesim.constraints.system import FREE_S
from routesim.evidence import SpeedClause
from routesim.units import mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from routesim.certain.schedules import SolvedCase
    from routesim.network import Route
else:
    pd = lazy_loader.load("pandas")


ASSUMED = {CAP, LENGTH, POSITIONS}
SPEED_COLUMNS = (
    "from_station", "from_visit", "to_station", "to_visit", "km", "most_s",
    "least_overall_kmh", "by", "is_passed",
)  # fmt: skip


def measure_stretches(
    solved: Sequence[SolvedCase], route: Route, keys: Sequence[int]
) -> pd.DataFrame:
    """Measure the time between neighbouring reported places, and at each of them.

    Parameters
    ----------
    solved
        The cases of the worlds.
    route
        Their route.
    keys
        The passages of reported places, rising.

    Returns
    -------
    DataFrame
        As :meth:`routesim.Bounds.stretches`.
    """
    slowest = _find_slowest(solved)
    rows = []
    for first, last in pairwise(keys):
        if first > 0:
            rows.append(_measure_stay(solved, route, first))
        rows.append(_measure_run(solved, route, (first, last), slowest))
    return pd.DataFrame(rows)


def select_bounded(stretches: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of stretches whose time a report bounds, and not the line alone."""
    is_bounded = [
        bool({*row["least_by"], *row["most_by"], *row["standing_by"]} - ASSUMED)
        and (row["most_s"] < np.inf or row["least_s"] > 0)
        for row in stretches.to_dict("records")
    ]
    return stretches[is_bounded].reset_index(drop=True)


def find_forced_speeds(
    solved: Sequence[SolvedCase], route: Route, keys: Sequence[int]
) -> pd.DataFrame:
    """Find the overall speed that the times of each pair of reported places force.

    Returns
    -------
    DataFrame
        As :meth:`routesim.Bounds.speeds`.
    """
    last_start = max((one.case.origin for one in solved), default=0)
    rows: list[dict[str, Any]] = []
    for first, last in combinations(keys, 2):
        lapse = _find_lapse(solved, (first, "depart"), (last, "arrive"))
        if lapse is None:
            continue
        low_m, _ = solved[0].case.line.measure_m(first, last)
        most = lapse["most_s"]
        forced = mps_to_kmh(low_m / most) if most and most > 0 else np.nan
        rows.append(
            {
                **_name_ends(route, first, last),
                "most_s": most,
                "least_overall_kmh": forced,
                "by": lapse["most_by"],
                "is_passed": first >= last_start,
            }
        )
    return pd.DataFrame(rows, columns=list(SPEED_COLUMNS))


def _name_ends(route: Route, first: int, last: int) -> dict[str, Any]:
    start, end = route.passages[first], route.passages[last]
    return {
        "from_station": start.station.name,
        "from_visit": start.visit,
        "to_station": end.station.name,
        "to_visit": end.visit,
        "km": end.km - start.km,
    }


def _measure_stay(solved: Sequence[SolvedCase], route: Route, index: int) -> dict[str, Any]:
    """Measure the time at one place: all of it is standing."""
    lapse = _find_lapse(solved, (index, "arrive"), (index, "depart")) or _make_open_lapse()
    return {
        **_name_ends(route, index, index),
        **lapse,
        "least_standing_s": lapse["least_s"],
        "standing_by": lapse["least_by"],
        "most_standing_s": lapse["most_s"],
        "least_running_s": 0.0,
    }


def _measure_run(
    solved: Sequence[SolvedCase],
    route: Route,
    ends: tuple[int, int],
    slowest: tuple[str, float] | None,
) -> dict[str, Any]:
    """Measure the time between two places, and how much of it is standing."""
    first, last = ends
    start = "depart" if first == 0 else "arrive"
    lapse = _find_lapse(solved, (first, start), (last, "arrive")) or _make_open_lapse()
    row = {
        **_name_ends(route, first, last),
        **lapse,
        "least_standing_s": np.nan,
        "standing_by": (),
        "most_standing_s": np.nan,
        "least_running_s": 0.0,
    }
    if not solved:
        return row
    line = solved[0].case.line
    if slowest is not None:
        _, high_m = line.measure_m(first, last)
        left = max(lapse["least_s"] - high_m / slowest[1], 0.0)
        by = (*lapse["least_by"], slowest[0], "length")
        row["least_standing_s"] = left
        row["standing_by"] = tuple(dict.fromkeys(by)) if left else ()
    running = float(line.get_least_s()[first, last])
    row["most_standing_s"] = lapse["most_s"] - running
    row["least_running_s"] = running
    return row


def _find_slowest(solved: Sequence[SolvedCase]) -> tuple[str, float] | None:
    """Return the highest lower end of the running speeds that all worlds keep, by clause."""
    found: list[tuple[float, str]] = []
    for variant in solved[0].world.problem.variants if solved else ():
        clause = variant.clause
        if not isinstance(clause, SpeedClause) or clause.basis != "running":
            continue
        if all(is_subset(variant.support, one.support) for one in solved):
            names = solved[0].world.problem.register.list_clauses(variant.support)
            found.append((clause.low_mps, names[0]))
    return max(found)[::-1] if found else None


def _make_open_lapse() -> dict[str, Any]:
    return {"least_s": np.nan, "most_s": np.nan, "least_by": (), "most_by": ()}


def _find_lapse(
    solved: Sequence[SolvedCase], start: tuple[int, str], end: tuple[int, str]
) -> dict[str, Any] | None:
    """Return the least and most seconds between two events over all cases.

    An event is a passage and arrive or depart.
    """
    least: tuple[float, tuple[str, ...]] | None = None
    most: tuple[float, tuple[str, ...]] | None = None
    for one in solved:
        case, system = one.case, one.case.system
        if start[0] < case.origin or start == (case.origin, "arrive"):
            continue
        tail, head = case.node(*start), case.node(*end)
        numbers, matrix = system.select(one.support), system.get_matrix(one.support)
        up = system.reach(tail, numbers, matrix)
        down = system.reach(head, numbers, matrix)
        high = float(up.distance_s[head])
        low = -float(down.distance_s[tail])
        if most is None or high > most[0]:
            most = high, one.list_holders(up, head)
        if least is None or low < least[0]:
            least = low, one.list_holders(down, tail)
    if least is None or most is None:
        return None
    bounded = most[0] < FREE_S // 2
    return {
        "least_s": max(least[0], 0.0) + 0.0,
        "least_by": least[1] if least[0] > 0 else (),
        "most_s": most[0] if bounded else np.nan,
        "most_by": most[1] if bounded else (),
    }
