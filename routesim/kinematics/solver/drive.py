"""Drive a train over the pieces by its forces, from one event to the next.

On each piece one speed rules and the rise under the train is linear. The train pulls with
all it has (or all that its cap allows), holds the ruling speed where it can, and brakes at
its constant rate from where it meets the braking curve of what lies ahead. Every stretch
between two such events is exact: at a constant rate in closed form, under forces by
`routesim.kinematics.solver.series`.

Everything here is written in plain floats and lists, so that numba can compile it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

from routesim.kinematics.solver.series import (
    BY_ACCELERATION,
    BY_CURVE,
    BY_SPEED,
    BY_WAY,
    ORDER,
    evaluate,
    expand,
    find_time,
    first_fall,
)

if TYPE_CHECKING:
    from routesim.kinematics.solver.drive_input import Way
    from routesim.kinematics.solver.forces import Engine
    from routesim.kinematics.solver.series import Coefficients

    Move: TypeAlias = tuple[int, float, float, float, int]

__all__ = [
    "ACCELERATE",
    "BRAKE",
    "COAST",
    "CREEPS",
    "CRUISE",
    "DONE",
    "FULL",
    "STALLED",
    "STAND",
    "TERMS",
    "WIDTH",
    "drive",
]

ACCELERATE, CRUISE, BRAKE, STAND, COAST = 0, 1, 2, 3, 4
STALL = -1

DONE, STALLED, FULL, CREEPS = 0, 1, 2, 3

# The columns of a row of the log: kind, start_m, end_m, start_s, end_s, start_mps, end_mps
# and order; from TERMS on, the coefficients of the speed.
TERMS = 8
WIDTH = TERMS + ORDER + 1

# Relative: a speed so near to a limit or a curve is on it.
NEAR = 1e-12
# In m/s²: an acceleration so small is rounding. It moves a speed by less than 1e-8 m/s
# before the forces are in balance.
STILL_MPS2 = 1e-12
# In m: a cruise that is shorter is left out, and a curve that is nearer is met.
LEAST_M = 1e-8
# By how much a series reaches beyond the guess of when it meets an event.
REACH = 1.3
MOST_MOVES = 100_000


def drive(
    engine: Engine, way: Way, entry_mps: float, arrive_s: Coefficients, log: Any
) -> tuple[int, int, float, float]:
    """Drive over all pieces.

    Parameters
    ----------
    engine, way
        The train, and what lies before it.
    entry_mps
        The speed at the start. If it is above the speed that rules there the train brakes
        at once, so it must not be above what its brakes can bring down in time.
    arrive_s
        Filled with the time of arrival at each edge.
    log
        A float array with a row of `WIDTH` a move, filled as far as it goes; without
        rows nothing is logged.

    Returns
    -------
    status
        ``DONE``, ``STALLED``, ``FULL`` (the log has too few rows) or ``CREEPS`` (there is
        no end to the moves).
    moves, position_m, acceleration_mps2
        The rows filled; where the train is, and its acceleration if it stalled.
    """
    terms = [0.0] * (ORDER + 1)
    speed, time_s, moves, count = entry_mps, 0.0, 0, 0
    last = len(way.edges_m) - 1
    for piece in range(last + 1):
        arrive_s[piece] = time_s
        place = way.edges_m[piece]
        stand_s = way.stands_s[piece]
        if stand_s >= 0.0:
            speed = 0.0
        if stand_s > 0.0:
            stand = (STAND, stand_s, place, 0.0, 0)
            count = _note(log, count, stand, (place, time_s, 0.0), terms)
            time_s += stand_s
        while piece < last and place < way.edges_m[piece + 1]:
            moves += 1
            move = _choose(engine, way, piece, (place, speed), terms)
            if move[0] == STALL:
                return STALLED, count, place, move[1]
            count = _note(log, count, move, (place, time_s, speed), terms)
            if count < 0:
                return FULL, 0, place, 0.0
            if moves > MOST_MOVES * (last + 1):
                return CREEPS, count, place, 0.0
            time_s += move[1]
            place, speed = move[2], move[3]
    return DONE if count >= 0 else FULL, count, way.edges_m[last], 0.0


def _note(
    log: Any, count: int, move: Move, start: tuple[float, float, float], terms: Coefficients
) -> int:
    """Write a move into the log, and count it; -1 where there is no row left for it."""
    if len(log) == 0:
        return count
    if count < 0 or count >= len(log):
        return -1
    row = log[count]
    row[0] = move[0]
    row[1] = start[0]
    row[2] = move[2]
    row[3] = start[1]
    row[4] = start[1] + move[1]
    row[5] = start[2]
    row[6] = move[3]
    row[7] = move[4]
    for k in range(move[4] + 1):
        row[TERMS + k] = terms[k]
    return count + 1


def _choose(
    engine: Engine, way: Way, piece: int, now: tuple[float, float], terms: Coefficients
) -> Move:
    """Find the next move: its kind, how long it takes, where and how fast it ends."""
    place, speed = now
    end_m = way.edges_m[piece + 1]
    ruling = way.speeds_mps[piece]
    ceiling = way.ceilings[piece + 1]
    brakes_from = ceiling + engine.twice_braking * (end_m - place)
    if speed > ruling * (1.0 + NEAR):
        return _brake_to(engine, now, end_m, ruling)
    # Near enough to meet it: what rounding of the place may leave, but less than is left.
    left_m = end_m - place
    near_m = min(LEAST_M, 1e-3 * left_m, max(1e-6 * left_m, 1e-15 * place))
    near = brakes_from * NEAR + engine.twice_braking * near_m
    if speed * speed >= brakes_from - near:
        over = speed * speed - brakes_from
        return _brake_along(now, end_m, ceiling + (over if over > near else 0.0))
    if way.floors_mps[piece] >= 0.0 and speed > 0.0:
        return _coast(engine, way, piece, now, terms)
    return _pull(engine, way, piece, now, terms)


def _brake_to(engine: Engine, now: tuple[float, float], end_m: float, target: float) -> Move:
    """Brake from above the ruling speed down to it, as far as the piece goes."""
    place, speed = now
    way_m = (speed * speed - target * target) / engine.twice_braking
    if way_m < end_m - place:
        return BRAKE, 2.0 * way_m / (speed + target), place + way_m, target, 0
    square = speed * speed - engine.twice_braking * (end_m - place)
    left = math.sqrt(max(square, 0.0))
    return BRAKE, 2.0 * (end_m - place) / (speed + left), end_m, left, 0


def _brake_along(now: tuple[float, float], end_m: float, square: float) -> Move:
    """Brake to the end of the piece, down to a squared speed."""
    place, speed = now
    left = min(math.sqrt(square), speed)
    return BRAKE, 2.0 * (end_m - place) / (speed + left), end_m, left, 0


def _pull(
    engine: Engine, way: Way, piece: int, now: tuple[float, float], terms: Coefficients
) -> Move:
    """Hold the ruling speed where the forces can, else pull with all there is."""
    place, speed = now
    slope = way.slopes_mps2_per_m[piece]
    drag = way.pulls_mps2[piece] + slope * (place - way.edges_m[piece])
    stretch = _line_above(engine, speed)
    rate = _rate(engine, stretch, speed) - drag
    if speed >= way.speeds_mps[piece] * (1.0 - NEAR):
        room_m = rate / slope if slope > 0.0 else math.inf
        if rate >= -STILL_MPS2 and room_m > LEAST_M:
            return _cruise(engine, way, piece, (place, way.speeds_mps[piece]), room_m)
        falling = True
    else:
        falling = rate < -STILL_MPS2 or (rate <= STILL_MPS2 and slope * speed > 0.0)
        if abs(rate) <= STILL_MPS2 and slope == 0.0 and speed > 0.0:
            return _cruise(engine, way, piece, now, math.inf)
    if speed == 0.0 and rate <= STILL_MPS2:
        return STALL, rate, place, speed, 0
    if falling:
        stretch = _line_below(engine, speed)
    low = engine.knots_mps[stretch]
    high = min(engine.knots_mps[stretch + 1], way.speeds_mps[piece])
    motion = (engine.alphas[stretch] - drag, engine.betas[stretch], engine.gamma, -slope)
    cap = engine.cap_mps2
    # On the cap, what follows tells whether the forces are about to exceed it.
    if rate - cap > STILL_MPS2 or (
        rate - cap >= -STILL_MPS2
        and (motion[1] + 2.0 * engine.gamma * speed) * cap - slope * speed > 0.0
    ):
        return _pull_capped(engine, way, piece, now, (motion, high), terms)
    return _run_free(
        engine, way, piece, now, (motion, low, high, cap, falling, ACCELERATE), terms
    )


def _pull_capped(
    engine: Engine,
    way: Way,
    piece: int,
    now: tuple[float, float],
    bounds: tuple[tuple[float, float, float, float], float],
    terms: Coefficients,
) -> Move:
    """Speed up at the cap until the speed, the place, the curve or the forces end it."""
    place, speed = now
    (alpha, beta, gamma, delta), high = bounds
    cap = engine.cap_mps2
    end_m = way.edges_m[piece + 1]
    brakes_from = way.ceilings[piece + 1] + engine.twice_braking * (end_m - place)
    spare = max(alpha + speed * (beta + gamma * speed) - cap, 0.0)
    fall_s = first_fall(
        gamma * cap * cap + 0.5 * delta * cap,
        (beta + 2.0 * gamma * speed) * cap + delta * speed,
        spare,
    )
    high_m = (high * high - speed * speed) / (2.0 * cap)
    curve_m = (brakes_from - speed * speed) / (2.0 * cap + engine.twice_braking)
    fall_m = fall_s * (speed + 0.5 * cap * fall_s)
    terms[0], terms[1] = speed, cap
    way_m = min(high_m, curve_m, fall_m, end_m - place)
    new_speed = high if way_m == high_m else math.sqrt(speed * speed + 2.0 * cap * way_m)
    new_place = end_m if way_m == end_m - place else min(place + way_m, end_m)
    return ACCELERATE, 2.0 * way_m / (speed + new_speed), new_place, new_speed, 1


def _run_free(
    engine: Engine,
    way: Way,
    piece: int,
    now: tuple[float, float],
    rule: tuple[tuple[float, float, float, float], float, float, float, bool, int],
    terms: Coefficients,
) -> Move:
    """Let the forces act, up to the next event or as far as one series holds."""
    place, speed = now
    motion, low, high, cap, falling, kind = rule
    end_m = way.edges_m[piece + 1]
    room_m = end_m - place
    brakes_from = way.ceilings[piece + 1] + engine.twice_braking * room_m
    rate = motion[0] + speed * (motion[1] + speed * motion[2])
    wanted_s = _guess(speed, rate, room_m, low if falling else high)
    order, step_s = expand(terms, motion, speed, wanted_s)
    sign = -1.0 if falling else 1.0
    # Where the speed turns, so that up to there it goes one way.
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
    way_m, new_speed, _ = evaluate(terms, order, step_s)
    if not falling and new_speed >= high:
        step_s = find_time(terms, order, BY_SPEED, (high, 0.0), step_s)
        way_m, _, _ = evaluate(terms, order, step_s)
        new_speed = high
    if falling and new_speed <= low:
        step_s = find_time(terms, order, BY_SPEED, (low, 0.0), step_s)
        way_m, _, _ = evaluate(terms, order, step_s)
        new_speed = low
    if new_speed * new_speed + engine.twice_braking * way_m > brakes_from:
        target = (brakes_from, engine.twice_braking)
        step_s = find_time(terms, order, BY_CURVE, target, step_s)
        way_m, new_speed, _ = evaluate(terms, order, step_s)
    if way_m >= room_m:
        step_s = find_time(terms, order, BY_WAY, (room_m, 0.0), step_s)
        _, new_speed, _ = evaluate(terms, order, step_s)
        way_m = room_m
    new_place = end_m if way_m == room_m else min(place + way_m, end_m)
    return kind, step_s, new_place, max(new_speed, 0.0), order


def _coast(
    engine: Engine, way: Way, piece: int, now: tuple[float, float], terms: Coefficients
) -> Move:
    """Roll without traction, between the floor and the ruling speed."""
    place, speed = now
    slope = way.slopes_mps2_per_m[piece]
    drag = way.pulls_mps2[piece] + slope * (place - way.edges_m[piece])
    alpha = engine.coast_alpha - drag
    rate = alpha + speed * (engine.coast_beta + speed * engine.coast_gamma)
    floor, ruling = way.floors_mps[piece], way.speeds_mps[piece]
    falling = rate < -STILL_MPS2 or (rate <= STILL_MPS2 and slope * speed > 0.0)
    if speed >= ruling * (1.0 - NEAR):
        room_m = rate / slope if slope > 0.0 else math.inf
        if rate >= -STILL_MPS2 and room_m > LEAST_M:
            return _cruise(engine, way, piece, (place, ruling), room_m)
        falling = True
    elif abs(rate) <= STILL_MPS2 and slope == 0.0 and speed > 0.0:
        return _cruise(engine, way, piece, now, math.inf)
    if falling and speed <= floor * (1.0 + NEAR):
        return _hold_floor(engine, way, piece, now, terms)
    motion = (alpha, engine.coast_beta, engine.coast_gamma, -slope)
    return _run_free(
        engine, way, piece, now, (motion, floor, ruling, math.inf, falling, COAST), terms
    )


def _hold_floor(
    engine: Engine, way: Way, piece: int, now: tuple[float, float], terms: Coefficients
) -> Move:
    """Pull just enough to keep the speed at which coasting ends, or all there is."""
    place, speed = now
    slope = way.slopes_mps2_per_m[piece]
    drag = way.pulls_mps2[piece] + slope * (place - way.edges_m[piece])
    rolls = engine.coast_alpha + speed * (engine.coast_beta + speed * engine.coast_gamma) - drag
    power = _rate(engine, _line_above(engine, speed), speed) - drag
    room_m = math.inf
    if slope > 0.0:
        room_m = power / slope
    if slope < 0.0:
        room_m = rolls / slope
    if power < 0.0 or room_m <= LEAST_M:
        return _pull(engine, way, piece, now, terms)
    return _cruise(engine, way, piece, now, room_m)


def _cruise(
    engine: Engine, way: Way, piece: int, now: tuple[float, float], room_m: float
) -> Move:
    """Hold the speed for so long, or until the braking curve or the end of the piece."""
    place, speed = now
    end_m, ceiling = way.edges_m[piece + 1], way.ceilings[piece + 1]
    brake_m = end_m - (speed * speed - ceiling) / engine.twice_braking
    new_place = min(place + room_m, brake_m, end_m)
    return CRUISE, max(new_place - place, 0.0) / speed, max(new_place, place), speed, 0


def _line_above(engine: Engine, speed: float) -> int:
    """Find the line of the traction table for a speed that is about to rise."""
    for index in range(len(engine.alphas)):
        if speed < engine.knots_mps[index + 1]:
            return index
    return len(engine.alphas) - 1


def _line_below(engine: Engine, speed: float) -> int:
    """Find the line of the traction table for a speed that is about to fall."""
    for index in range(len(engine.alphas)):
        if speed <= engine.knots_mps[index + 1]:
            return index
    return len(engine.alphas) - 1


def _rate(engine: Engine, stretch: int, speed: float) -> float:
    """Acceleration with full traction on level, straight track."""
    return engine.alphas[stretch] + speed * (engine.betas[stretch] + speed * engine.gamma)


def _guess(speed: float, rate: float, room_m: float, target: float) -> float:
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
