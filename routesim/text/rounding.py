"""Rounding of Monte Carlo results to their standard error."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

import lazy_loader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import ArrayLike
else:
    np = lazy_loader.load("numpy")


ROUNDING = 1e-9
"""Relative tolerance when an error is compared with a step."""
NEAREST, MEDIAN = 0.0, 0.5
STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
"""Rounding steps of a time, in seconds; the first that is not below its error is used."""
STEPS_MIN = tuple(step / 60 for step in STEPS_S if step >= 60)  # noqa: PLR2004 (a minute)
LEVELS = (0.05, 0.5, 0.95)
UNITS: Mapping[str, tuple[float, Sequence[float] | None]] = {
    "km": (1.0, None),
    "km/h": (1.0, None),
    "min": (0.0, STEPS_MIN),
}
"""Smallest error and rounding steps of a unit; a smaller error counts as the smallest."""


def find_step(error: float, steps: Sequence[float] | None = STEPS_S) -> float:
    """Return the rounding step of a number: the first that is not below its error.

    ``steps`` are in increasing order, by default those of times in seconds. ``None`` stands for
    1, 2 and 5 times the powers of ten. Without an error (zero, NaN or infinite) the result is
    the first step, or 0 if ``steps`` is ``None``: do not round.

    Examples
    --------
    >>> find_step(0.2), find_step(40.0), find_step(400.0), find_step(0.3, None)
    (1, 60, 600, 0.5)
    """
    known = bool(np.isfinite(error) and error > 0.0)
    if steps is None and not known:
        return 0.0
    if steps is None:
        ten = 10.0 ** float(np.floor(np.log10(error)))
        steps = (ten, 2.0 * ten, 5.0 * ten, 10.0 * ten)
    least = error * (1.0 - ROUNDING) if known else 0.0
    return next((step for step in steps if step >= least), steps[-1])


def round_to(value: float, error: float, steps: Sequence[float] | None = None) -> float:
    """Round a value to the step of its error; see :func:`find_step`.

    Examples
    --------
    >>> round_to(123.456, 0.3), round_to(0.4567, 0.02)
    (123.5, 0.46)
    """
    return _round(value, find_step(error, steps), NEAREST)


def round_band(
    values: ArrayLike,
    errors: ArrayLike,
    levels: ArrayLike,
    steps: Sequence[float] | None = None,
) -> list[float]:
    """Round quantiles to the steps of their errors and keep their order.

    Quantiles below the median are rounded down and those above it up, so a band may become
    wider but never narrower. NaN stays NaN. ``levels`` are the levels of the quantiles in
    increasing order; ``steps`` are those of :func:`find_step`.

    Examples
    --------
    >>> round_band([853.8, 854.0, 854.0], [1.5, 0.1, 0.0], (0.05, 0.5, 0.95))
    [852.0, 854.0, 854.0]
    """
    found = [
        _round(float(value), find_step(float(error), steps), float(np.sign(level - MEDIAN)))
        for value, error, level in zip(
            np.asarray(values), np.asarray(errors), np.asarray(levels), strict=True
        )
    ]
    return [float(value) for value in np.fmax.accumulate(found)]


def round_quantity(values: ArrayLike, errors: ArrayLike, unit: str) -> list[float]:
    """Round the 5, 50 and 95 % points of a quantity as :func:`round_band` does.

    The unit is ``km`` or ``km/h``, which are rounded to whole numbers or coarser, or ``min``,
    which is rounded to ``STEPS_MIN``. NaN is an unknown error and counts as none.

    Examples
    --------
    >>> round_quantity([853.8, 854.2, 857.0], [1.5, 0.1, float("nan")], "km")
    [852.0, 854.0, 857.0]
    >>> round_quantity([44.7, 50.1, 55.1], [0.2, 0.2, 3.0], "km/h")
    [44.0, 50.0, 60.0]
    >>> round_quantity([61.3, 184.0, 723.0], [0.4, 12.0, 20.0], "min")
    [61.0, 180.0, 750.0]
    """
    least, steps = UNITS[unit]
    return round_band(values, np.fmax(errors, least), LEVELS, steps)


def round_times(
    times_s: Sequence[int] | None, errors_s: Sequence[float] | None, levels: ArrayLike
) -> tuple[int, ...] | None:
    """Round the quantiles of a time for a text: :func:`round_band` with ``STEPS_S``.

    The times are in whole POSIX seconds. The result is None without times; without Monte Carlo
    errors the times are not rounded.

    Examples
    --------
    >>> round_times((1000, 2000, 3000), (50.0, 9.0, 400.0), (0.05, 0.5, 0.95))
    (960, 2000, 3000)
    """
    if times_s is None or errors_s is None:
        return None if times_s is None else tuple(times_s)
    return tuple(round(time) for time in round_band(times_s, errors_s, levels, STEPS_S))


def _round(value: float, step: float, direction: float) -> float:
    """Round to a multiple of a step: down (negative direction), nearest (0) or up."""
    if not (np.isfinite(value) and step > 0.0):
        return value
    # A value that is a multiple of the step but for rounding error must not move.
    count = float(np.round(value / step, 9))
    if direction == NEAREST:
        return round(round(count) * step, 12)
    return round((floor(count) if direction < NEAREST else ceil(count)) * step, 12)
