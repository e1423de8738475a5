"""Trains and their runs in words."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from routesim.text.durations import format_hms

if TYPE_CHECKING:
    from collections.abc import Sequence


def format_quantity(name: str) -> str:
    """Name a quantity of a train without its unit.

    Examples
    --------
    >>> format_quantity("max_speed_kmh"), format_quantity("rotating_mass_factor")
    ('max speed', 'rotating mass factor')
    """
    words = name.split("_")
    return " ".join(words if words[-1] == "factor" else words[:-1])


def format_figure(value: float, low: float | None, high: float | None) -> tuple[str, str]:
    """Write a figure as exactly as it was given, and its range, empty if none is."""
    return f"{value:,.10g}", "" if low is None else f"{low:,.10g} to {high:,.10g}"


def format_factors(low: float | None, high: float | None) -> str:
    """Write between which factors a curve of forces may lie; empty if none are given."""
    return "" if low is None else f"x {low:g} to {high:g}"


def format_points(count: int, most_kmh: float) -> str:
    """Write how many points a curve of traction has, and up to which speed."""
    return f"kN, {count} points to {most_kmh:g} km/h"


def format_resistance(a_n: float, b_n_s_per_m: float, c_n_s2_per_m2: float) -> str:
    """Write a resistance as a sum of powers of the speed."""
    return f"N: {a_n:,g} + {b_n_s_per_m:g} v + {c_n_s2_per_m2:g} v2, v in m/s"


def format_basis(source: str | None, reports: Sequence[str], reason: str) -> str:
    """Write on which sources and reports a figure is based, and why."""
    sources = "; ".join(filter(None, [source, ", ".join(reports)]))
    return f"{sources}: {reason}" if sources else reason


def format_reached(value: float, digits: int) -> str:
    """Write a time or a distance at which a speed is reached; NaN if it is not."""
    return "not reached" if isnan(value) else f"{value:,.{digits}f}"


def format_run_setting(ends: tuple[str, str], km: float, speed_kmh: float | None) -> str:
    """Write from where to where a train is run, and within which limits."""
    limit = "the cap of each line" if speed_kmh is None else f"{speed_kmh:g} km/h"
    return (
        f"{ends[0]} - {ends[1]}, {km:.1f} km, as fast as the train and {limit} allow, on level "
        "track; no timetable"
    )


def format_run(lapses_s: tuple[float, float, float], speeds_kmh: tuple[float, float]) -> str:
    """Write how long a run takes, running, standing and in all, and how fast it is."""
    running, standing, duration = map(format_hms, lapses_s)
    return (
        f"running {running}, standing {standing} (startup delays with it), in all {duration}: "
        f"{speeds_kmh[0]:.1f} km/h running, {speeds_kmh[1]:.1f} overall"
    )
