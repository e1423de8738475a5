"""Ends of a clause: the two ends of its window or range, and how to move them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from routesim.evidence.clauses import HeadingClause, OrderClause, ReportedTime
from routesim.evidence.clocks import Window

if TYPE_CHECKING:
    from routesim.evidence.clauses import Clause, Moment


def get_ends(clause: Clause) -> tuple[float, float] | None:
    """Return the ends of the window or range of a clause; None for a heading.

    The ends of a window are in POSIX seconds. Those of a range are in s, m or m/s. An order of
    an event of the train and an outside event has the window of that event.

    Examples
    --------
    >>> from routesim.evidence import DistanceClause
    >>> get_ends(DistanceClause("distance", 3.7e6, 3.9e6, "rail", None))
    (3700000.0, 3900000.0)
    """
    if isinstance(clause, HeadingClause):
        return None
    if clause.time is not None:
        return clause.time.window.start_s, clause.time.window.end_s
    if isinstance(clause, OrderClause):
        return clause.gap_low_s, clause.gap_high_s
    return clause.range


def move_end(clause: Clause, value: float, *, is_least: bool) -> Clause:
    """Return a clause with one end of its window or range moved to a value.

    Examples
    --------
    >>> from routesim.evidence import DistanceClause
    >>> stated = DistanceClause("distance", 3.7e6, 3.9e6, "rail", None)
    >>> move_end(stated, 4e6, is_least=False).range
    (3700000.0, 4000000.0)
    """
    changes: dict[str, Any]
    if isinstance(clause, OrderClause):
        if clause.time is None:
            changes = {"gap_low_s" if is_least else "gap_high_s": value}
        else:
            moments = {"first": clause.first, "then": clause.then}
            changes = {name: _move_moment(m, value, is_least) for name, m in moments.items()}
    elif clause.time is not None:
        changes = {"time": _move_window(clause.time, value, is_least)}
    else:
        unit = clause.unit  # type: ignore[union-attr]
        changes = {f"{'low' if is_least else 'high'}_{unit}": value}
    return replace(clause, **changes)


def _move_moment(moment: Moment, value: float, is_least: bool) -> Moment:  # noqa: FBT001
    if moment.time is None:
        return moment
    return replace(moment, time=_move_window(moment.time, value, is_least))


def _move_window(time: ReportedTime, value: float, is_least: bool) -> ReportedTime:  # noqa: FBT001
    window = time.window
    ends = (value, window.end_s) if is_least else (window.start_s, value)
    return replace(time, window=Window(*ends))
