"""Comparing the draws of a quantity with what a report says of it, in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.assessment.verdicts import VERDICTS
from routesim.text.durations import format_duration
from routesim.text.names import format_city
from routesim.text.quantities import format_share
from routesim.text.times import format_local, format_offset
from routesim.units import mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from routesim.evidence import ReportedTime, SpeedClause

__all__ = [
    "RARE_SHARE",
    "Finding",
    "choose_best",
    "compare_bound",
    "compare_quantity",
    "compare_speed",
    "compare_stay",
    "compare_window",
    "rank_finding",
]

BAND = (0.05, 0.95)
RARE_SHARE = 0.05
"""Something that fewer of the draws do at all lies outside their 90 % band."""

ALL_DRAWS = 1.0 - 1e-9


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict on one clause; ``holds`` is true of the draws in which it holds, (draws,)."""

    verdict: str
    margin_s: float | None
    why: str
    holds: NDArray[np.bool_] | None = None
    route: str | None = None


def rank_finding(finding: Finding) -> tuple[int, float]:
    """Order findings from worst to best."""
    margin = finding.margin_s
    return VERDICTS.index(finding.verdict), np.inf if margin is None else margin


def choose_best(findings: Iterable[Finding]) -> Finding:
    """Return the best of several readings of one clause."""
    return max(findings, key=rank_finding)


def compare_window(times_s: NDArray[np.float64], time: ReportedTime, what: str) -> Finding:
    """Compare times of an event with a window."""
    low, high, share = _find_band(times_s)
    if share < RARE_SHARE:
        return _find_rare(what, share)
    window = time.window
    margin = min(window.end_s - low, high - window.start_s)
    holds = (times_s >= window.start_s) & (times_s < window.end_s)
    return _decide(
        margin,
        holds,
        f"{what} {_format_band(low, high, time.zone)} in 90 % of {_format_draws(share)}; "
        f"the report says {_format_window(time)}",
    )


def compare_stay(
    start_s: NDArray[np.float64],
    end_s: NDArray[np.float64],
    time: ReportedTime,
    what: str,
) -> Finding:
    """Compare stays with a window that some instant of the stay must lie in."""
    there = ~(np.isnan(start_s) | np.isnan(end_s))
    share = float(there.mean())
    if share < RARE_SHARE:
        return _find_rare(what, share)
    low = float(np.quantile(start_s[there], BAND[0], method="nearest"))
    high = float(np.quantile(end_s[there], BAND[1], method="nearest"))
    window = time.window
    margin = min(window.end_s - low, high - window.start_s)
    holds = (start_s < window.end_s) & (end_s >= window.start_s)
    return _decide(
        margin,
        holds,
        f"{what} at times within {_format_band(low, high, time.zone)} in 90 % of "
        f"{_format_draws(share)}; the report says {_format_window(time)}",
    )


def compare_bound(
    times_s: NDArray[np.float64],
    *,
    zone: str,
    what: str,
    bound: str,
    after_s: float = -np.inf,
    before_s: float = np.inf,
) -> Finding:
    """Compare times of an event with a bound on one side."""
    low, high, share = _find_band(times_s)
    if share < RARE_SHARE:
        return _find_rare(what, share)
    limit = after_s if np.isfinite(after_s) else before_s
    return _decide(
        min(before_s - low, high - after_s),
        (times_s >= after_s) & (times_s < before_s),
        f"{what} {_format_band(low, high, zone)} in 90 % of {_format_draws(share)}; "
        f"{bound} {_format_time(limit, zone)}",
    )


def compare_quantity(
    values_s: NDArray[np.float64], low_s: float, high_s: float, what: str
) -> Finding:
    """Compare durations with a range."""
    band_low, band_high, share = _find_band(values_s)
    if share < RARE_SHARE:
        return _find_rare(what, share)
    text = f"{format_duration(low_s)} to {format_duration(high_s)}"
    if not np.isfinite(high_s):
        text = f"at least {format_duration(low_s)}"
    return _decide(
        min(high_s - band_low, band_high - low_s),
        (values_s >= low_s) & (values_s <= high_s),
        f"{what} {format_duration(band_low)} to {format_duration(band_high)} in 90 % of "
        f"{_format_draws(share)}; the report says {text}",
    )


def compare_speed(speed_mps: NDArray[np.float64], clause: SpeedClause, name: str) -> Finding:
    """Compare speeds with a range; no time is in question, so there is no margin."""
    low, high, share = _find_band(speed_mps)
    if share < RARE_SHARE:
        return _find_rare(f"The {name}", share)
    holds = (speed_mps >= clause.low_mps) & (speed_mps <= clause.high_mps)
    text = (
        f"The {name} is {mps_to_kmh(low):.0f} to {mps_to_kmh(high):.0f} km/h in 90 % of "
        f"{_format_draws(share)}; the report says {mps_to_kmh(clause.low_mps):g} to "
        f"{mps_to_kmh(clause.high_mps):g}"
    )
    miss_mps = max(low - clause.high_mps, clause.low_mps - high)
    agree = f"It holds in {format_share(float(holds.mean()))} of the draws."
    if miss_mps <= 0:
        return Finding("consistent", None, f"{text}. {agree}", holds)
    missed = f"missed by {mps_to_kmh(miss_mps):.1f} km/h"
    return Finding("strained", None, f"{text}: {missed}. {agree}", holds)


def _find_band(values: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the 90 % band of the values that are there, and their share."""
    there = values[~np.isnan(values)]
    if not there.size:
        return np.nan, np.nan, 0.0
    low, high = np.quantile(there, BAND, method="nearest")
    return float(low), float(high), there.size / values.size


def _decide(margin_s: float, holds: NDArray[np.bool_], text: str) -> Finding:
    margin = None if np.isinf(margin_s) else float(margin_s)
    agree = f"It holds in {format_share(float(holds.mean()))} of the draws."
    if margin_s >= 0:
        return Finding("consistent", margin, f"{text}. {agree}", holds)
    missed = f"missed by {format_duration(-margin_s)}"
    return Finding("strained", margin, f"{text}: {missed}. {agree}", holds)


def _find_rare(what: str, share: float) -> Finding:
    draws = "no draw" if share == 0 else f"{format_share(share)} of the draws only"
    return Finding("strained", None, f"{what} in {draws}.")


def _format_draws(share: float) -> str:
    return "the draws" if share >= ALL_DRAWS else f"those draws ({format_share(share)}) that do"


def _format_time(seconds: float, zone: str) -> str:
    if not np.isfinite(seconds):
        return "any time"
    return f"{format_local(seconds, zone)} ({_format_zone(zone, seconds)})"


def _format_zone(zone: str, seconds: float) -> str:
    """Format a zone with its offset at an instant: ``Pyongyang, UTC+9``."""
    if zone == "UTC":
        return zone
    place = format_city(zone)
    return f"{place}, {format_offset(seconds, [zone])}" if np.isfinite(seconds) else place


def _format_band(low_s: float, high_s: float, zone: str) -> str:
    start = format_local(low_s, zone) if np.isfinite(low_s) else "any time before"
    end = format_local(high_s, zone) if np.isfinite(high_s) else "any time after"
    shown_s = low_s if np.isfinite(low_s) else high_s
    return f"{start} to {end} ({_format_zone(zone, shown_s)})"


def _format_window(time: ReportedTime) -> str:
    window = time.window
    if not np.isfinite(window.start_s):
        return f"before {_format_time(window.end_s, time.zone)}"
    if not np.isfinite(window.end_s):
        return f"after {_format_time(window.start_s, time.zone)}"
    return _format_band(window.start_s, window.end_s, time.zone)
