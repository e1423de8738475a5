"""Sentences about how long a train stood and how fast it ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text.durations import MINUTE_S, format_duration
from routesim.text.rounding import round_quantity

if TYPE_CHECKING:
    from collections.abc import Sequence


SAME = 0.1
"""Information gain below which a prior is little changed; chance can produce as much."""
NOTABLE = 0.15
"""Smallest change of the median or width that is shown, as a share of the prior width."""
UNCHANGED = "little changed"
VARIATION_ROWS = (
    "Standard deviation of the slack (running time beyond the shortest), share of its mean",
    "Distance over which the correlation of the slack falls to 1 / e, km",
    "Variance of the running time of a section per second of slack, s",
    "Unplanned standing on lines not listed above whose speed varies, minutes per 100 km",
    "Mean length of an unplanned halt, min",
    "Share of the variance of standing that all lines have in common",
    "Share of unplanned standing in long waits",
    "Mean length of a long wait, h",
)
"""Quantities of the variation of a plan, with their units."""
CHANGE_MEANING = (
    "Change: the share of the prior draws that would have to move to give the draws shown. "
    f"Under {100 * SAME:.0f} % can be chance."
)


def format_standing_place(place: str, kind: str) -> str:
    """Write where the train stood: at a planned stop, on a line, or in several places.

    Examples
    --------
    >>> format_standing_place("Khasan", "stop"), format_standing_place("in all", "sum")
    ('at Khasan', 'in all')
    """
    return {"stop": "at ", "line": "on the line ", "sum": ""}[kind] + place


def format_stood(minutes: Sequence[float], errors_min: Sequence[float]) -> list[str]:
    """Write the 5, 50 and 95 % quantiles of a standing time, rounded to their errors.

    Examples
    --------
    >>> format_stood((61.3, 184.0, 723.0), (0.4, 12.0, 20.0))
    ['1 h 01 min', '3 h', '12 h 30 min']
    """
    rounded = round_quantity(minutes, errors_min, "min")
    return [format_duration(value * MINUTE_S) for value in rounded]


def format_speeds(kmh: Sequence[float], errors_kmh: Sequence[float]) -> list[str]:
    """Write the 5, 50 and 95 % quantiles of a speed, rounded to their errors.

    Examples
    --------
    >>> format_speeds((44.7, 50.1, 55.1), (0.2, 0.2, 0.3))
    ['44 km/h', '50 km/h', '56 km/h']
    """
    return [f"{value:.0f} km/h" for value in round_quantity(kmh, errors_kmh, "km/h")]


def format_change(before: Sequence[float], after: Sequence[float], gain: float) -> str:
    """Write how the reports change a quantity: its median and the width of its band.

    ``before`` and ``after`` are its 5, 50 and 95 % quantiles in the prior and given the
    reports. ``gain`` is the share of the prior draws that would have to move.

    Examples
    --------
    >>> format_change((5.0, 50.0, 95.0), (6.0, 51.0, 96.0), 0.02)
    'little changed'
    >>> format_change((5.0, 50.0, 95.0), (52.5, 75.0, 97.5), 0.5)
    'higher median, 50 % narrower'
    """
    if gain < SAME:
        return UNCHANGED
    low, middle, high = before
    least, median, most = after
    changes = []
    if abs(median - middle) > NOTABLE * (high - low):
        changes.append(f"{'higher' if median > middle else 'lower'} median")
    ratio = (most - least) / (high - low) if high > low else 1.0
    if abs(1.0 - ratio) >= NOTABLE:
        percent = 10 * round(10 * abs(1.0 - ratio))
        changes.append(f"{percent} % {'narrower' if ratio < 1.0 else 'wider'}")
    return ", ".join(changes) or "slightly changed"


def format_correlated(one: str, other: str, correlation: float) -> str:
    """Write that the sum of two standing times is known better than either of them.

    The places are as :func:`format_standing_place` writes them.

    Examples
    --------
    >>> format_correlated("at Khasan", "on the line Hambuk", -0.456)
    'The reports hardly distinguish standing at Khasan from standing on the line Hambuk: the \
longer one is, the shorter the other (rank correlation -0.46).'
    """
    return (
        f"The reports hardly distinguish standing {one} from standing {other}: the longer one "
        f"is, the shorter the other (rank correlation {correlation:.2f})."
    )
