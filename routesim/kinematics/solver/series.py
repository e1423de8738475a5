"""The motion under forces as a power series in time, and the times of events on it.

Between two knots of the traction table and two breaks of the gradient the acceleration is
``v' = P + Q v + S v² + T s`` with ``s' = v``. This is a polynomial in speed and distance.
The series of ``v`` therefore follows from its first term by the recursion

    (k + 1) v_{k+1} = P [k = 0] + Q v_k + S Σ v_j v_{k-j} + T s_k,    s_{k+1} = v_k / (k + 1)

to any order, without finite differences. A step is as long as its last two terms allow: each
stays below ``TOLERANCE`` of the speed (À. Jorba and M. Zou, "A software package for the
numerical integration of ODEs by means of high-order Taylor methods", Experimental
Mathematics 14 (2005), section 3.2). Within a step, time, distance and speed are computed from
the same polynomial, so that lookups by time and by distance agree.

The code uses plain floats and lists, so that numba can compile it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import MutableSequence

    Coefficients: TypeAlias = MutableSequence[float]


ORDER = 16
TOLERANCE = 1e-13

# Share of the step length allowed by the tolerance. Halving it must not change any time.
STEP_SHARE = 1.0

# A term below this share of the speed is smaller than the rounding error of the speed.
NEGLIGIBLE = 1e-18

BY_SPEED, BY_ACCELERATION, BY_DISTANCE, BY_CURVE = 0, 1, 2, 3
ROOT_STEPS = 100


def expand(
    terms: Coefficients,
    motion: tuple[float, float, float, float],
    speed_mps: float,
    wanted_s: float,
) -> tuple[int, float]:
    """Expand the speed as a power series in time from its current value.

    `motion` has P, Q, S and T of the acceleration. `wanted_s` is the requested length of the
    step. `terms` is filled with the coefficients of the speed, in m/s^(k+1). Returns the
    order of the series and the time up to which it holds, at most `wanted_s`.
    """
    alpha, beta, gamma, delta = motion
    terms[0] = speed_mps
    distance = 0.0
    scale = speed_mps + abs(alpha) * min(wanted_s, 1.0)
    reach = 1.0
    for k in range(ORDER):
        total = beta * terms[k] + delta * distance
        if gamma != 0.0:
            for j in range(k + 1):
                total += gamma * terms[j] * terms[k - j]
        if k == 0:
            total += alpha
        distance = terms[k] / (k + 1)
        terms[k + 1] = total / (k + 1)
        reach *= wanted_s
        if (
            k > 0
            and abs(terms[k + 1]) * reach <= NEGLIGIBLE * scale
            and abs(terms[k]) * reach <= NEGLIGIBLE * scale * wanted_s
        ):
            return k + 1, wanted_s
    step_s = wanted_s
    for k in (ORDER - 1, ORDER):
        size = abs(terms[k])
        if size > 0.0:
            step_s = min(step_s, (TOLERANCE * scale / size) ** (1.0 / k))
    return ORDER, step_s * STEP_SHARE


def evaluate(terms: Coefficients, order: int, time_s: float) -> tuple[float, float, float]:
    """Return distance, speed and acceleration at a time within the step."""
    distance = terms[order] / (order + 1)
    speed = terms[order]
    rate = order * terms[order]
    for k in range(order - 1, -1, -1):
        distance = distance * time_s + terms[k] / (k + 1)
        speed = speed * time_s + terms[k]
        if k > 0:
            rate = rate * time_s + k * terms[k]
    return distance * time_s, speed, rate


def find_time(
    terms: Coefficients, order: int, what: int, target: tuple[float, float], latest_s: float
) -> float:
    """Find the time between 0 and `latest_s` at which a quantity reaches a target.

    The quantity must be on one side of the target at 0 and on the other at `latest_s`.
    `what` selects it: ``BY_SPEED``, ``BY_ACCELERATION``, ``BY_DISTANCE``, or ``BY_CURVE`` for
    ``v² + target[1] s`` with the distance ``s``, which finds where the train meets a braking
    curve. ``target[0]`` is the value to reach. The method is Newton's, in a bracket that is
    halved where Newton's method does not converge.
    """
    early_s, late_s = 0.0, latest_s
    end_value, _ = _miss(terms, order, what, target, latest_s)
    time_s = latest_s
    for _ in range(ROOT_STEPS):
        value, slope = _miss(terms, order, what, target, time_s)
        if value == 0.0:
            return time_s
        if (value > 0.0) == (end_value > 0.0):
            late_s = time_s
        else:
            early_s = time_s
        guess_s = time_s - value / slope if slope != 0.0 else -1.0
        if not early_s < guess_s < late_s:
            guess_s = 0.5 * (early_s + late_s)
        if abs(guess_s - time_s) <= 1e-16 * latest_s or late_s - early_s <= 1e-16 * latest_s:
            return guess_s
        time_s = guess_s
    return time_s


def _miss(
    terms: Coefficients, order: int, what: int, target: tuple[float, float], time_s: float
) -> tuple[float, float]:
    """Return the difference of a quantity from its target, and its derivative in time."""
    distance, speed, rate = evaluate(terms, order, time_s)
    if what == BY_DISTANCE:
        return distance - target[0], speed
    if what == BY_SPEED:
        return speed - target[0], rate
    if what == BY_CURVE:
        return speed * speed + target[1] * distance - target[0], speed * (
            2.0 * rate + target[1]
        )
    jerk = 0.0
    for k in range(order, 1, -1):
        jerk = jerk * time_s + k * (k - 1) * terms[k]
    return rate - target[0], jerk


def first_fall(square: float, slope: float, start: float) -> float:
    """Find the first time at which ``square t² + slope t + start`` falls below zero.

    `start` must not be negative. If it is zero, `slope` must be positive. Returns infinity if
    the value never falls below zero.
    """
    if square == 0.0:
        return -start / slope if slope < 0.0 else math.inf
    root = slope * slope - 4.0 * square * start
    if root < 0.0:
        return math.inf
    # This form avoids cancellation (Numerical Recipes, 3rd edition, section 5.6).
    half = -0.5 * (slope + math.copysign(math.sqrt(root), slope))
    first = half / square
    second = start / half if half != 0.0 else math.inf
    low, high = min(first, second), max(first, second)
    if square > 0.0:
        return low if low > 0.0 else math.inf
    return high if high >= 0.0 else math.inf
