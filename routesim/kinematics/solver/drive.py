"""Drive a train over the pieces by its forces, from one event to the next.

On each piece one speed rules and the rise under the train is linear. The train pulls with
all it has (or all that its cap allows), holds the ruling speed where it can, and brakes at
its constant rate from where it meets the braking curve of what lies ahead. Every move
(brake, pull, coast, cruise) goes to the next event exactly: a speed, a place, the braking
curve, or as far as one series holds. At a constant rate it is solved in closed form, under
forces by `routesim.kinematics.solver.series`. In m, s, m/s and m/s².

Everything here is written in plain floats and lists, so that numba can compile it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from routesim.kinematics.solver.series import (
    BY_ACCELERATION,
    BY_CURVE,
    BY_DISTANCE,
    BY_SPEED,
    ORDER,
    evaluate,
    expand,
    find_time,
    first_fall,
)
from routesim.kinematics.trajectory import ACCELERATE, BRAKE, COAST, CRUISE, STAND

if TYPE_CHECKING:
    from routesim.kinematics.solver.forces import Traction
    from routesim.kinematics.solver.series import Coefficients
    from routesim.kinematics.types import Floats

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

# How a drive ends.
DONE, STALLED, FULL, CREEPS = 0, 1, 2, 3

# The columns of a row of the log: kind, start_m, end_m, start_s, end_s, start_mps, end_mps
# and order; from TERMS on, the coefficients of the speed.
TERMS = 8
WIDTH = TERMS + ORDER + 1

MOST_MOVES = 100_000


class DrivePath(NamedTuple):
    """The path before the train, piece by piece.

    The pieces join at `edges_m`. For each, `speeds_mps` is the speed that rules it,
    `drags_mps2` what gradient and curves take from the acceleration at its start,
    `slopes_mps2_per_m` how that grows, and `floors_mps` the speed below which the train does
    not fall where it coasts, negative where it does not coast. For each edge, `ceilings` is
    the highest squared speed, as `fill_ceilings` computes it, and `stands_s` how long the
    train stands, negative where it does not stop.
    """

    edges_m: Floats
    speeds_mps: Floats
    drags_mps2: Floats
    slopes_mps2_per_m: Floats
    ceilings: Floats
    stands_s: Floats
    floors_mps: Floats


def drive(
    traction: Traction, path: DrivePath, entry_mps: float, arrive_s: Coefficients, log: Any
) -> tuple[int, int, float, float]:
    """Drive over all pieces.

    If the speed at the start is above the one that rules there the train brakes at once, so
    it must not be above what its brakes can bring down in time. `arrive_s` is filled with
    the time of arrival at each edge; `log`, a float array with a row of `WIDTH` a move, as
    far as it goes, and without rows not at all.

    Returns how it ends: ``DONE``, ``STALLED``, ``FULL`` (the log has too few rows) or
    ``CREEPS`` (there is no end to the moves); how many rows are filled; where the train is,
    and its acceleration if it stalled.
    """
    terms = [0.0] * (ORDER + 1)
    speed, time_s, moves, count = entry_mps, 0.0, 0, 0
    last = len(path.edges_m) - 1
    for piece in range(last + 1):
        arrive_s[piece] = time_s
        place = path.edges_m[piece]
        stand_s = path.stands_s[piece]
        if stand_s >= 0.0:
            speed = 0.0
        if stand_s > 0.0:
            stand = (STAND, stand_s, place, 0.0, 0)
            count = _log_move(log, count, stand, (place, time_s, 0.0), terms)
            time_s += stand_s
        while piece < last and place < path.edges_m[piece + 1]:
            moves += 1
            move = _choose_move(traction, path, piece, (place, speed), terms)
            if move[0] == STALL:
                return STALLED, count, place, move[1]
            count = _log_move(log, count, move, (place, time_s, speed), terms)
            if count < 0:
                return FULL, 0, place, 0.0
            if moves > MOST_MOVES * (last + 1):
                return CREEPS, count, place, 0.0
            time_s += move[1]
            place, speed = move[2], move[3]
    return DONE if count >= 0 else FULL, count, path.edges_m[last], 0.0


def _log_move(
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


def _choose_move(
    traction: Traction, path: DrivePath, piece: int, now: State, terms: Coefficients
) -> Move:
    """Find the next move: its kind, how long it takes, where and how fast it ends."""
    place, speed = now
    end_m = path.edges_m[piece + 1]
    ruling = path.speeds_mps[piece]
    ceiling = path.ceilings[piece + 1]
    brakes_from = ceiling + traction.twice_braking * (end_m - place)
    if speed > ruling * (1.0 + NEAR):
        return _brake_to(traction, now, end_m, ruling)
    # Near enough to meet it: what rounding of the place may leave, but less than is left.
    left_m = end_m - place
    near_m = min(LEAST_M, 1e-3 * left_m, max(1e-6 * left_m, 1e-15 * place))
    near = brakes_from * NEAR + traction.twice_braking * near_m
    if speed * speed >= brakes_from - near:
        over = speed * speed - brakes_from
        return _brake_along(now, end_m, ceiling + (over if over > near else 0.0))
    if path.floors_mps[piece] >= 0.0 and speed > 0.0:
        return _coast(traction, path, piece, now, terms)
    return _pull(traction, path, piece, now, terms)


def fill_ceilings(
    path: DrivePath, twice_braking: float, exit_mps: float, ceilings: Coefficients
) -> None:
    """Compute the highest squared speed at each edge, from the end backwards."""
    last = len(path.edges_m) - 1
    ceiling = 0.0 if path.stands_s[last] >= 0.0 else exit_mps * exit_mps
    for edge in range(last, -1, -1):
        if edge < last:
            length_m = path.edges_m[edge + 1] - path.edges_m[edge]
            ceiling += twice_braking * length_m
            ceiling = min(ceiling, path.speeds_mps[edge] * path.speeds_mps[edge])
            if path.stands_s[edge] >= 0.0 and edge > 0:
                ceiling = 0.0
        if edge > 0:
            ceiling = min(ceiling, path.speeds_mps[edge - 1] * path.speeds_mps[edge - 1])
        ceilings[edge] = ceiling


def _brake_to(traction: Traction, now: State, end_m: float, target: float) -> Move:
    """Brake from above the ruling speed down to it, as far as the piece goes."""
    place, speed = now
    length_m = (speed * speed - target * target) / traction.twice_braking
    if length_m < end_m - place:
        return BRAKE, 2.0 * length_m / (speed + target), place + length_m, target, 0
    square = speed * speed - traction.twice_braking * (end_m - place)
    left = math.sqrt(max(square, 0.0))
    return BRAKE, 2.0 * (end_m - place) / (speed + left), end_m, left, 0


def _brake_along(now: State, end_m: float, square: float) -> Move:
    """Brake to the end of the piece, down to a squared speed."""
    place, speed = now
    left = min(math.sqrt(square), speed)
    return BRAKE, 2.0 * (end_m - place) / (speed + left), end_m, left, 0


def _pull(
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


def _coast(
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
        return _pull(traction, path, piece, now, terms)
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
