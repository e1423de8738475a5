"""Softness of the ends of a clause: one number per end, for all that compares misses.

``condition`` uses it for the agreement of a value with a window or range
(:mod:`routesim.likely.soft_windows`). ``check`` and the order of conflicts use it as the unit
of misses. There, the unit of an end is not smaller than a minute for times and lapses, and not
smaller than 1 % of the end for distances and speeds, because smaller misses do not matter.

The end of a window has the softness of its reported time. Each end of a range has the same
share of the width, which is a setting of the journey (``range_share``). A range with a single
end has no width. Its end is a figure like any other, so a small miss does not make it wrong:
its softness is the smallest unit of misses. "After" with no least gap has its end at 0, which
is sharp, because it is an order of two events and not a figure. A range whose two ends are
equal is a figure as well. It has this softness too, and is compared as a range of one smallest
unit around it, so that a report of exactly 6 h can be right, and a wrong one can state it.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from routesim.evidence.clauses import (
    DistanceClause,
    DurationClause,
    HeadingClause,
    OrderClause,
    SpeedClause,
    StandClause,
)

if TYPE_CHECKING:
    from routesim.evidence.clauses import Clause


LEAST_TOLERANCE_S = 60.0
"""Smallest unit of misses of times and lapses, in seconds."""
LEAST_TOLERANCE_SHARE = 0.01
"""Smallest unit of misses of distances and speeds, as a share of the end."""

Ends = tuple[float, float]


def get_softness(clause: Clause, range_share: float) -> Ends:
    """Return the softness of the two ends of a clause, in SI units; 0 for a sharp end.

    Parameters
    ----------
    clause
        A clause of any kind. A clause about a reported time has the ends of its window. This
        includes an order of an event of the train and an outside event. Other clauses have the
        ends of their range.
    range_share
        Softness of the ends of a range, as a share of its width. 0 makes all ranges sharp.

    Returns
    -------
    tuple of float
        Softness of the lower and the upper end, in s, m or m/s. An end that a range does not
        have, or a heading, has the softness 0.

    Examples
    --------
    >>> from routesim.evidence import DistanceClause
    >>> get_softness(DistanceClause("distance", 3.7e6, 3.9e6, "rail", None), 0.25)
    (50000.0, 50000.0)
    """
    if clause.time is not None:
        return clause.time.soft_s
    ends = _get_range(clause)
    if ends is None or range_share <= 0.0:
        return 0.0, 0.0
    width = ends[1] - ends[0]
    if isfinite(width) and width > 0.0:
        return range_share * width, range_share * width
    low, high = (
        _get_least(clause, end) if isfinite(end) and end > 0.0 else 0.0 for end in ends
    )
    return low, high


def widen_figure(clause: Clause, ends: Ends, range_share: float) -> Ends:
    """Return the two ends of a range; of a range without width, one smallest unit around it.

    ``ends`` are those of the range of the clause or of the window of its time, in SI units.
    Windows are returned as they are, and ranges too if ``range_share`` is 0.

    Examples
    --------
    >>> from routesim.evidence import DistanceClause
    >>> exact = DistanceClause("distance", 1.0e6, 1.0e6, "rail", None)
    >>> widen_figure(exact, exact.range, 0.25)
    (995000.0, 1005000.0)
    """
    low, high = ends
    if clause.time is not None or low < high or range_share <= 0.0:
        return ends
    half = 0.5 * _get_least(clause, low)
    return low - half, high + half


def get_tolerance(clause: Clause, range_share: float) -> Ends:
    """Return the units in which misses of the two ends of a clause are compared, in SI units.

    They are the softnesses of :func:`get_softness`, but at least a minute for times and lapses,
    and 1 % of the end for distances and speeds. A heading is not missed by an amount, and has
    0.

    Examples
    --------
    >>> from routesim.evidence import DistanceClause
    >>> get_tolerance(DistanceClause("distance", 1.0e6, 1.01e6, "rail", None), 0.25)
    (10000.0, 10100.0)
    """
    if isinstance(clause, HeadingClause):
        return 0.0, 0.0
    soft = get_softness(clause, range_share)
    ends = _get_range(clause) or (0.0, 0.0)
    return (
        max(soft[0], _get_least(clause, ends[0])),
        max(soft[1], _get_least(clause, ends[1])),
    )


def _get_range(clause: Clause) -> Ends | None:
    """Return both ends of a quantity, in SI units; None if the clause has none."""
    if isinstance(clause, OrderClause):
        return clause.gap_low_s, clause.gap_high_s
    if isinstance(clause, SpeedClause | DistanceClause | DurationClause | StandClause):
        return clause.range
    return None


def _get_least(clause: Clause, end: float) -> float:
    """Return the smallest unit of misses of an end, in SI units."""
    if isinstance(clause, SpeedClause | DistanceClause):
        return LEAST_TOLERANCE_SHARE * abs(end)
    return LEAST_TOLERANCE_S
