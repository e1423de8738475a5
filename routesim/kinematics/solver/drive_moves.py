"""The moves of a train that is driven by its forces: brake, pull, coast, cruise.

Each goes to the next event: a speed, a place, the braking curve, or as far as one series
holds. At a constant rate it is solved in closed form, under forces by
`routesim.kinematics.solver.series`. In m, s, m/s and m/s².

Everything here is written in plain floats and lists, so that numba can compile it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

from routesim.kinematics.solver.series import (
    BY_ACCELERATION,
    BY_CURVE,
    BY_DISTANCE,
    BY_SPEED,
    evaluate,
    expand,
    find_time,
    first_fall,
)
from routesim.kinematics.trajectory import ACCELERATE, BRAKE, COAST, CRUISE

if TYPE_CHECKING:
    from routesim.kinematics.solver.drive_path import DrivePath
    from routesim.kinematics.solver.forces import Traction
    from routesim.kinematics.solver.series import Coefficients

    # Where the train is, and how fast.
    State: TypeAlias = tuple[float, float]
    # The kind, how long it takes, where it ends, how fast, and the order of its series.
    Move: TypeAlias = tuple[int, float, float, float, int]


# The kind of a move that cannot be made; its time is the acceleration there.
STALL = -1

# Relative: a speed so near to a limit or a curve is on it.
NEAR = 1e-12
# In m/s²: an acceleration so small is rounding. It moves a speed by less than 1e-8 m/s
# before the forces are in balance.
STILL_MPS2 = 1e-12
# In m: a cruise that is shorter is left out, and a curve that is nearer is met.
LEAST_M = 1e-8
# By how much a series reaches beyond the guess of when it meets an event.
REACH = 1.3


def brake_to(traction: Traction, now: State, end_m: float, target: float) -> Move:
    """Brake from above the ruling speed down to it, as far as the piece goes."""
    place, speed = now
    length_m = (speed * speed - target * target) / traction.twice_braking
    if length_m < end_m - place:
        return BRAKE, 2.0 * length_m / (speed + target), place + length_m, target, 0
    square = speed * speed - traction.twice_braking * (end_m - place)
    left = math.sqrt(max(square, 0.0))
    return BRAKE, 2.0 * (end_m - place) / (speed + left), end_m, left, 0


def brake_along(now: State, end_m: float, square: float) -> Move:
    """Brake to the end of the piece, down to a squared speed."""
    place, speed = now
    left = min(math.sqrt(square), speed)
    return BRAKE, 2.0 * (end_m - place) / (speed + left), end_m, left, 0


def pull(
    traction: Traction, path: DrivePath, piece: int, now: State, terms: Coefficients
) -> Move:
    """Hold the ruling speed where the forces can, else pull with all there is."""
    place, speed = now
    slope = path.slopes_mps2_per_m[piece]
    drag = path.drags_mps2[piece] + slope * (place - path.edges_m[piece])
    line = _find_line(traction, speed, falling=False)
    rate = _full_rate(traction, line, speed) - drag
    if speed >= path.speeds_mps[piece] * (1.0 - NEAR):
        room_m = rate / slope if slope > 0.0 else math.inf
        if rate >= -STILL_MPS2 and room_m > LEAST_M:
            return _cruise(traction, path, piece, (place, path.speeds_mps[piece]), room_m)
        falling = True
    else:
        falling = rate < -STILL_MPS2 or (rate <= STILL_MPS2 and slope * speed > 0.0)
        if abs(rate) <= STILL_MPS2 and slope == 0.0 and speed > 0.0:
            return _cruise(traction, path, piece, now, math.inf)
    if speed == 0.0 and rate <= STILL_MPS2:
        return STALL, rate, place, speed, 0
    if falling:
        line = _find_line(traction, speed, falling=True)
    low = traction.knots_mps[line]
    high = min(traction.knots_mps[line + 1], path.speeds_mps[piece])
    motion = (traction.alphas[line] - drag, traction.betas[line], traction.gamma, -slope)
    cap = traction.cap_mps2
    # At the cap, the derivative shows whether the forces are about to exceed it.
    if rate - cap > STILL_MPS2 or (
        rate - cap >= -STILL_MPS2
        and (motion[1] + 2.0 * traction.gamma * speed) * cap - slope * speed > 0.0
    ):
        return _pull_capped(traction, path, piece, now, (motion, high), terms)
    return _run_free(
        traction, path, piece, now, (motion, low, high, cap, falling, ACCELERATE), terms
    )


def _pull_capped(
    traction: Traction,
    path: DrivePath,
    piece: int,
    now: State,
    bounds: tuple[tuple[float, float, float, float], float],
    terms: Coefficients,
) -> Move:
    """Speed up at the cap until the speed, the place, the curve or the forces end it."""
    place, speed = now
    (alpha, beta, gamma, delta), high = bounds
    cap = traction.cap_mps2
    end_m = path.edges_m[piece + 1]
    brakes_from = path.ceilings[piece + 1] + traction.twice_braking * (end_m - place)
    spare = max(alpha + speed * (beta + gamma * speed) - cap, 0.0)
    fall_s = first_fall(
        gamma * cap * cap + 0.5 * delta * cap,
        (beta + 2.0 * gamma * speed) * cap + delta * speed,
        spare,
    )
    high_m = (high * high - speed * speed) / (2.0 * cap)
    curve_m = (brakes_from - speed * speed) / (2.0 * cap + traction.twice_braking)
    fall_m = fall_s * (speed + 0.5 * cap * fall_s)
    terms[0], terms[1] = speed, cap
    length_m = min(high_m, curve_m, fall_m, end_m - place)
    new_speed = high if length_m == high_m else math.sqrt(speed * speed + 2.0 * cap * length_m)
    new_place = end_m if length_m == end_m - place else min(place + length_m, end_m)
    return ACCELERATE, 2.0 * length_m / (speed + new_speed), new_place, new_speed, 1


def _run_free(
    traction: Traction,
    path: DrivePath,
    piece: int,
    now: State,
    rule: tuple[tuple[float, float, float, float], float, float, float, bool, int],
    terms: Coefficients,
) -> Move:
    """Let the forces act, up to the next event or as far as one series holds."""
    place, speed = now
    motion, low, high, cap, falling, kind = rule
    end_m = path.edges_m[piece + 1]
    room_m = end_m - place
    brakes_from = path.ceilings[piece + 1] + traction.twice_braking * room_m
    rate = motion[0] + speed * (motion[1] + speed * motion[2])
    wanted_s = _guess_time(speed, rate, room_m, low if falling else high)
    order, step_s = expand(terms, motion, speed, wanted_s)
    sign = -1.0 if falling else 1.0
    # Where the speed turns, so that up to there it only rises or only falls.
    for share in (0.5, 1.0):
        _, _, then = evaluate(terms, order, share * step_s)
        if sign * then < -STILL_MPS2:
            step_s = find_time(terms, order, BY_ACCELERATION, (0.0, 0.0), share * step_s)
            break
    if kind == ACCELERATE:
        for share in (0.5, 1.0):
            _, _, then = evaluate(terms, order, share * step_s)
            if then > cap + STILL_MPS2:
                step_s = find_time(terms, order, BY_ACCELERATION, (cap, 0.0), share * step_s)
                break
    length_m, new_speed, _ = evaluate(terms, order, step_s)
    if not falling and new_speed >= high:
        step_s = find_time(terms, order, BY_SPEED, (high, 0.0), step_s)
        length_m, _, _ = evaluate(terms, order, step_s)
        new_speed = high
    if falling and new_speed <= low:
        step_s = find_time(terms, order, BY_SPEED, (low, 0.0), step_s)
        length_m, _, _ = evaluate(terms, order, step_s)
        new_speed = low
    if new_speed * new_speed + traction.twice_braking * length_m > brakes_from:
        target = (brakes_from, traction.twice_braking)
        step_s = find_time(terms, order, BY_CURVE, target, step_s)
        length_m, new_speed, _ = evaluate(terms, order, step_s)
    if length_m >= room_m:
        step_s = find_time(terms, order, BY_DISTANCE, (room_m, 0.0), step_s)
        _, new_speed, _ = evaluate(terms, order, step_s)
        length_m = room_m
    new_place = end_m if length_m == room_m else min(place + length_m, end_m)
    return kind, step_s, new_place, max(new_speed, 0.0), order


def coast(
    traction: Traction, path: DrivePath, piece: int, now: State, terms: Coefficients
) -> Move:
    """Roll without traction, between the floor and the ruling speed."""
    place, speed = now
    slope = path.slopes_mps2_per_m[piece]
    drag = path.drags_mps2[piece] + slope * (place - path.edges_m[piece])
    alpha = traction.coast_alpha - drag
    rate = alpha + speed * (traction.coast_beta + speed * traction.coast_gamma)
    floor, ruling = path.floors_mps[piece], path.speeds_mps[piece]
    falling = rate < -STILL_MPS2 or (rate <= STILL_MPS2 and slope * speed > 0.0)
    if speed >= ruling * (1.0 - NEAR):
        room_m = rate / slope if slope > 0.0 else math.inf
        if rate >= -STILL_MPS2 and room_m > LEAST_M:
            return _cruise(traction, path, piece, (place, ruling), room_m)
        falling = True
    elif abs(rate) <= STILL_MPS2 and slope == 0.0 and speed > 0.0:
        return _cruise(traction, path, piece, now, math.inf)
    if falling and speed <= floor * (1.0 + NEAR):
        return _hold_floor(traction, path, piece, now, terms)
    motion = (alpha, traction.coast_beta, traction.coast_gamma, -slope)
    return _run_free(
        traction, path, piece, now, (motion, floor, ruling, math.inf, falling, COAST), terms
    )


def _hold_floor(
    traction: Traction, path: DrivePath, piece: int, now: State, terms: Coefficients
) -> Move:
    """Pull just enough to keep the speed at which coasting ends, or all there is."""
    place, speed = now
    slope = path.slopes_mps2_per_m[piece]
    drag = path.drags_mps2[piece] + slope * (place - path.edges_m[piece])
    rolls = traction.coast_alpha + speed * (traction.coast_beta + speed * traction.coast_gamma)
    rolls -= drag
    power = _full_rate(traction, _find_line(traction, speed, falling=False), speed) - drag
    room_m = math.inf
    if slope > 0.0:
        room_m = power / slope
    if slope < 0.0:
        room_m = rolls / slope
    if power < 0.0 or room_m <= LEAST_M:
        return pull(traction, path, piece, now, terms)
    return _cruise(traction, path, piece, now, room_m)


def _cruise(traction: Traction, path: DrivePath, piece: int, now: State, room_m: float) -> Move:
    """Hold the speed for so long, or until the braking curve or the end of the piece."""
    place, speed = now
    end_m, ceiling = path.edges_m[piece + 1], path.ceilings[piece + 1]
    brake_m = end_m - (speed * speed - ceiling) / traction.twice_braking
    new_place = min(place + room_m, brake_m, end_m)
    return CRUISE, max(new_place - place, 0.0) / speed, max(new_place, place), speed, 0


def _find_line(traction: Traction, speed: float, falling: bool) -> int:  # noqa: FBT001
    """Find the line of the traction table for a speed that is about to rise or fall."""
    for index in range(len(traction.alphas)):
        knot = traction.knots_mps[index + 1]
        if speed < knot or (falling and speed == knot):
            return index
    return len(traction.alphas) - 1


def _full_rate(traction: Traction, line: int, speed: float) -> float:
    """Acceleration with full traction on level, straight track."""
    return traction.alphas[line] + speed * (traction.betas[line] + speed * traction.gamma)


def _guess_time(speed: float, rate: float, room_m: float, target: float) -> float:
    """Guess, rather late, when a place or a speed is reached."""
    square = speed * speed + 2.0 * rate * room_m
    guess_s = (
        2.0 * room_m / (speed + math.sqrt(max(square, 0.0))) if square >= 0.0 else math.inf
    )
    if rate < 0.0 and square < 0.0:
        guess_s = -2.0 * speed / rate
    if rate != 0.0 and target < math.inf:
        guess_s = min(guess_s, abs((target - speed) / rate))
    return REACH * guess_s
