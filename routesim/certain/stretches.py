"""Stretches: certain times, standing and speeds between reported places."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise
from math import inf, nan
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import lazy_loader

from routesim.certain.encoding.case_builder import pair_passages
from routesim.certain.support import CAP, LENGTH, POSITIONS
from routesim.constraints.bitsets import is_subset
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
OPEN_LAPSE: dict[str, Any] = {"least_s": nan, "most_s": nan, "least_by": (), "most_by": ()}
SPEED_COLUMNS = (
    "from_station", "from_visit", "to_station", "to_visit", "km", "most_s",
    "least_overall_kmh", "by", "is_passed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SlowestRun:
    """Lower bound of the running speed between two passages, and the clause that states it."""

    first: int
    last: int
    low_mps: float
    clause: str


def measure_stretches(
    solved: Sequence[SolvedCase], route: Route, keys: Sequence[int]
) -> pd.DataFrame:
    """Return the table of :meth:`routesim.Bounds.stretches`.

    ``keys`` has the indices of the passages of reported places, in ascending order.
    """
    slowest = _list_slowest(solved)
    rows = []
    for first, last in pairwise(keys):
        ends = (first, last) if first > 0 else (last,)
        rows += [_measure(solved, route, (first, end), slowest) for end in ends]
    return pd.DataFrame(rows)


def select_bounded(stretches: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with a time that depends on a report, not on assumptions alone."""
    is_bounded = [
        bool({*row["least_by"], *row["most_by"], *row["standing_by"]} - ASSUMED)
        and (row["most_s"] < inf or row["least_s"] > 0)
        for row in stretches.to_dict("records")
    ]
    return stretches[is_bounded].reset_index(drop=True)


def find_forced_speeds(
    solved: Sequence[SolvedCase], route: Route, keys: Sequence[int]
) -> pd.DataFrame:
    """Return the table of :meth:`routesim.Bounds.speeds`.

    ``keys`` has the indices of the passages of reported places, in ascending order.
    """
    last_start = max((one.case.origin for one in solved), default=0)
    rows: list[dict[str, Any]] = []
    for first, last in combinations(keys, 2):
        lapse = _find_lapse(solved, (first, "depart"), (last, "arrive"))
        if lapse is None:
            continue
        low_m, _ = solved[0].case.line.measure_m(first, last)
        most_s = lapse["most_s"]
        row = _name_ends(route, first, last) | {"most_s": most_s, "by": lapse["most_by"]}
        row["least_overall_kmh"] = mps_to_kmh(low_m / most_s) if most_s > 0 else nan
        row["is_passed"] = first >= last_start
        rows.append(row)
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


def _measure(
    solved: Sequence[SolvedCase],
    route: Route,
    ends: tuple[int, int],
    slowest: Sequence[SlowestRun],
) -> dict[str, Any]:
    """Return the row of a stretch, or of a stay if both ends are one passage."""
    first, last = ends
    start = first, "depart" if first == 0 else "arrive"
    end = last, "depart" if first == last else "arrive"
    lapse = _find_lapse(solved, start, end) or OPEN_LAPSE
    row = {
        **_name_ends(route, first, last),
        **lapse,
        "least_standing_s": lapse["least_s"],
        "standing_by": lapse["least_by"],
        "most_standing_s": lapse["most_s"],
        "least_running_s": 0.0,
    }
    if first == last:
        return row
    row |= {"least_standing_s": nan, "standing_by": (), "most_standing_s": nan}
    if not solved:
        return row
    line = solved[0].case.line
    covering = [one for one in slowest if one.first <= first and last <= one.last]
    if covering:
        run = max(covering, key=lambda one: (one.low_mps, one.clause))
        _, high_m = line.measure_m(first, last)
        left = max(lapse["least_s"] - high_m / run.low_mps, 0.0)
        by = (*lapse["least_by"], run.clause, "length")
        row["least_standing_s"] = left
        row["standing_by"] = tuple(dict.fromkeys(by)) if left else ()
    row["least_running_s"] = float(line.least_s[first, last])
    row["most_standing_s"] = lapse["most_s"] - row["least_running_s"]
    return row


def _list_slowest(solved: Sequence[SolvedCase]) -> list[SlowestRun]:
    """Return the lower bounds of the running speed that hold in all worlds."""
    if not solved:
        return []
    problem, line = solved[0].world.problem, solved[0].case.line
    found = []
    for variant in problem.variants:
        clause = variant.clause
        if not isinstance(clause, SpeedClause) or clause.basis != "running":
            continue
        if not all(is_subset(variant.support, one.support) for one in solved):
            continue
        first, last = 0, len(line.route.passages) - 1
        if clause.between is not None:
            pairs = pair_passages(*(line.places.get(place, ()) for place in clause.between))
            if not pairs:
                continue
            # Which visits are meant is not known, so only what all stretches share is bound.
            first, last = max(begin for begin, _ in pairs), min(end for _, end in pairs)
        name = problem.register.list_clauses(variant.support)[0]
        found.append(SlowestRun(first, last, clause.low_mps, name))
    return found


def _find_lapse(
    solved: Sequence[SolvedCase], start: tuple[int, str], end: tuple[int, str]
) -> dict[str, Any] | None:
    """Return the least and greatest lapse in seconds between two events, over all cases.

    An event is the index of a passage, and ``arrive`` or ``depart``. Return None if no case has
    both events.
    """
    most: list[tuple[float, tuple[str, ...]]] = []
    least: list[tuple[float, tuple[str, ...]]] = []
    for one in solved:
        case, system = one.case, one.case.system
        if start[0] < case.origin or start == (case.origin, "arrive"):
            continue
        tail, head = case.node(*start), case.node(*end)
        numbers, matrix = system.select(one.support), system.get_matrix(one.support)
        up = system.reach(tail, numbers, matrix)
        down = system.reach(head, numbers, matrix)
        most.append((float(up.most_s[head]), one.list_holders(up, head)))
        least.append((-float(down.distance_s[tail]), one.list_holders(down, tail)))
    if not most:
        return None
    high, high_by = max(most, key=itemgetter(0))
    low, low_by = min(least, key=itemgetter(0))
    return {
        "least_s": max(low, 0.0) + 0.0,
        "least_by": low_by if low > 0 else (),
        "most_s": high if high < inf else nan,
        "most_by": high_by if high < inf else (),
    }
