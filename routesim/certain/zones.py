"""Zones: what each clock would mean in each zone in which it may have been read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import lazy_loader

from routesim.certain.certificates import find_certificate
from routesim.certain.problem import ReportProblem, build_problem
from routesim.certain.wording import format_option
from routesim.certain.worlds import list_mildest
from routesim.constraints.bitsets import NO_BITS, overlaps, remove, unite
from routesim.evidence import EventClause, NotYetClause, PresenceClause
from routesim.text.times import format_offset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    import pandas as pd

    from routesim.evidence import ReportedTime
    from routesim.evidence.interpretation import DistinctReport
    from routesim.journey import Journey
else:
    pd = lazy_loader.load("pandas")

__all__ = ["compare_zones"]

COLUMNS = (
    "report", "clause", "zone", "offset", "zone_known", "from", "before", "fits", "miss_s",
    "against", "reading",
)  # fmt: skip


def compare_zones(
    journey: Journey,
    *,
    as_of: str | datetime | None = None,
    drop: Sequence[str] = (),
    route: str | None = None,
) -> pd.DataFrame:
    """Read each clock in each plausible zone, and see whether the other reports allow it.

    Plausible are the zone as filed, that of the place (at a border those of both sides),
    that of the publisher and that of the family. A printed zone is the only one.

    Parameters
    ----------
    journey
        The journey.
    as_of, drop, route
        What is used, and the one route taken as possible; see :func:`routesim.conflicts`.

    Returns
    -------
    DataFrame
        A row a clock and zone: report, clause, zone, offset (of UTC, at that time),
        zone_known (printed, inferred or assumed; ``alternative`` for zones not filed),
        from, before (aware UTC, half-open), fits (whether a world that drops the fewest
        families keeps the clause so read), miss_s (of the worst conflict against it; NaN if
        there is none), against (its clauses), reading (that it needs of other reports; empty
        if none).

    Examples
    --------
    >>> import routesim as rs
    >>> table = rs.compare_zones(rs.load_journey("2023-09"))
    >>> table.query("report == 'C15'")[["offset", "zone_known"]].values.tolist()
    [['UTC+9', 'printed']]
    """
    problem = build_problem(journey, as_of=as_of, drop=drop, route=route)
    judge = _Judge(problem)
    rows = [row for distinct in problem.distinct_reports for row in _list_rows(distinct, judge)]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"miss_s": float})


class _Judge:
    """Judges whether an option fits, by the conflicts and the worlds of a problem."""

    def __init__(self, problem: ReportProblem) -> None:
        self.problem = problem
        self.worlds = list_mildest(problem)

    def weigh(self, clause: str, choice: str | None, number: int) -> dict[str, Any]:
        """Return whether it fits, and the worst conflict that it is part of."""
        register = self.problem.register
        bit = register.clause_bits[clause]
        option = NO_BITS if choice is None else register.option_bits[choice, number]
        others = NO_BITS if choice is None else remove(register.choice_bits[choice], option)
        fits = any(
            clause not in world.dropped
            and world.is_consistent({choice: number} if choice else {})
            for world in self.worlds
        )
        misses = []
        for support in self.problem.conflict_sets:
            if not overlaps(support, bit) or overlaps(support, others):
                continue
            miss_s = find_certificate(self.problem, unite(support, option)).miss_s
            if miss_s is not None:
                readings = tuple(
                    format_option(self.problem, taken)
                    for taken in register.list_taken(remove(support, option))
                )
                misses.append((not readings, miss_s, support, readings))
        # A conflict that needs no reading of another report goes before one that does.
        _, miss, against, readings = max(misses, default=(False, float("nan"), NO_BITS, ()))
        return {
            "fits": fits,
            "miss_s": miss,
            "against": register.list_clauses(against),
            "reading": "; ".join(readings),
        }


def _list_rows(distinct: DistinctReport, judge: _Judge) -> Iterator[dict[str, Any]]:
    for clause in distinct.clauses:
        seen: set[tuple[str, float]] = set()
        for variant in clause.variants:
            if not isinstance(variant.clause, EventClause | PresenceClause | NotYetClause):
                continue
            time = variant.clause.time
            if not time.is_clock or (time.zone, time.window.start_s) in seen:
                continue
            seen.add((time.zone, time.window.start_s))
            zone = next((t for t in variant.taken if t[0].endswith(":zone")), None)
            known = time.zone_known if zone is None or zone[1] == 0 else "alternative"
            yield {
                "report": distinct.id,
                "clause": clause.id,
                **_list_times(time),
                "zone_known": known,
                **judge.weigh(clause.id, *(zone or (None, 0))),
            }


def _list_times(time: ReportedTime) -> dict[str, Any]:
    start, end = time.window.start, time.window.end
    anchor = time.window.start_s if start else time.window.end_s
    return {
        "zone": time.zone,
        "offset": format_offset(anchor, [time.zone]),
        "from": pd.NaT if start is None else pd.Timestamp(start),
        "before": pd.NaT if end is None else pd.Timestamp(end),
    }
