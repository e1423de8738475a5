"""Comparison of the draws of a quantity with the value that a report states."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.assessment.verdicts import Finding
from routesim.journey import DEFAULT_LEVELS
from routesim.likely.agreement.clause_agreement import get_ends

if TYPE_CHECKING:
    from collections.abc import Mapping

    from routesim.arrays import Array, Flags
    from routesim.evidence import ReportedTime


BAND = DEFAULT_LEVELS[0], DEFAULT_LEVELS[-1]
RARE_SHARE = BAND[0]
"""An event that occurs in a smaller share of the draws is outside their 90 % band."""

Subject = tuple[str, ...]
"""The event or quantity compared, for :func:`routesim.text.clauses.format_subject`."""


def compare_window(times_s: Array, time: ReportedTime, subject: Subject) -> Finding:
    """Compare the times of an event, in POSIX seconds, with a window."""
    stays_s = times_s, times_s
    return _compare_times("window", stays_s, get_ends(time), subject, zone=time.zone)


def compare_stay(start_s: Array, end_s: Array, time: ReportedTime, subject: Subject) -> Finding:
    """Compare stays, from start to end in POSIX seconds, with a window they must overlap."""
    stays_s = start_s, end_s
    return _compare_times("stay", stays_s, get_ends(time), subject, zone=time.zone)


def compare_bound(
    times_s: Array,
    ends_s: tuple[float, float],
    subject: Subject,
    *,
    zone: str,
    bound: tuple[Any, ...],
    latest_s: Array | None = None,
) -> Finding:
    """Compare the times of an event with a bound, both in POSIX seconds.

    ``bound`` is the kind of the bound: ``board`` or ``not_yet``, or else ``before`` or
    ``after`` with the name of an event outside the journey and the smallest gap in seconds.
    With ``latest_s``, the event may be at any time from ``times_s`` to this one.
    """
    kind, end_s = ("window", times_s) if latest_s is None else ("stay", latest_s)
    return _compare_times(kind, (times_s, end_s), ends_s, subject, zone=zone, bound=bound)


def _compare_times(
    kind: str,
    stays_s: tuple[Array, Array],
    ends_s: tuple[float, float],
    subject: Subject,
    **stated: Any,
) -> Finding:
    start_s, end_s = stays_s
    there = ~(np.isnan(start_s) | np.isnan(end_s))
    doing = float(there.mean())
    if doing < RARE_SHARE:
        return _find_rare(subject, doing)
    low = float(np.quantile(start_s[there], BAND[0], method="nearest"))
    high = float(np.quantile(end_s[there], BAND[1], method="nearest"))
    holds = (start_s < ends_s[1]) & (end_s >= ends_s[0])
    fields = {"subject": subject, "doing": doing, **stated}
    return _decide_times(kind, (low, high), ends_s, holds, fields)


def compare_lapse(
    values_s: Array,
    stated_s: tuple[float, float],
    subject: Subject,
    *,
    most_s: Array | None = None,
) -> Finding:
    """Compare durations with a range, both in seconds.

    With ``most_s``, the duration may be anything from ``values_s`` to this.
    """
    most_s = values_s if most_s is None else most_s
    (low, _), doing = measure_band(values_s)
    if doing < RARE_SHARE:
        return _find_rare(subject, doing)
    band = low, measure_band(most_s)[0][1]
    holds = (most_s >= stated_s[0]) & (values_s <= stated_s[1])
    return _decide_times("lapse", band, stated_s, holds, {"subject": subject, "doing": doing})


def compare_speed(speed_mps: Array, stated_mps: tuple[float, float], basis: str) -> Finding:
    """Compare speeds with a range, both in m/s.

    The finding has no margin, as a margin is a time.
    """
    band, doing = measure_band(speed_mps)
    if doing < RARE_SHARE:
        return _find_rare((basis,), doing)
    holds = (speed_mps >= stated_mps[0]) & (speed_mps <= stated_mps[1])
    miss_mps = max(band[0] - stated_mps[1], stated_mps[0] - band[1])
    fields = {"subject": (basis,), "band": band, "stated": stated_mps, "doing": doing}
    return decide("speed", fields | {"miss_mps": miss_mps}, holds, fits=miss_mps <= 0)


def measure_band(values: Array) -> tuple[tuple[float, float], float]:
    """Return the 90 % band of the values without NaN, and their share of all values."""
    there = values[~np.isnan(values)]
    if not there.size:
        return (np.nan, np.nan), 0.0
    low, high = np.quantile(there, BAND, method="nearest")
    return (float(low), float(high)), there.size / values.size


def decide(kind: str, fields: Mapping[str, Any], holds: Flags, *, fits: bool) -> Finding:
    """Return the finding on a clause from the draws in which it holds."""
    share = float(holds.mean())
    verdict = "consistent" if fits else "strained"
    return Finding(verdict, kind, {**fields, "share": share}, holds=holds)


def _decide_times(
    kind: str,
    band: tuple[float, float],
    stated: tuple[float, float],
    holds: Flags,
    fields: dict[str, Any],
) -> Finding:
    """Return the finding on times by the overlap or gap of their band and the stated range."""
    margin_s = float(min(stated[1] - band[0], band[1] - stated[0]))
    fields |= {"band": band, "stated": stated, "miss_s": -margin_s}
    found = decide(kind, fields, holds, fits=margin_s >= 0)
    return found if np.isinf(margin_s) else replace(found, margin_s=margin_s)


def _find_rare(subject: Subject, doing: float) -> Finding:
    return Finding("strained", "rare", {"subject": subject, "doing": doing})
