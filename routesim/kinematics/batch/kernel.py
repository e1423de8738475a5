"""The walk over the pieces for many draws and the counting in bins, as loops for numba.

The formulas are those of `routesim.kinematics.solver.profile` and
`routesim.kinematics.batch.steady`. Only the order of the computation differs.

Draws are processed in blocks whose arrays fit in the first-level cache. The inner loops run
over the draws of a block and have no branches, so that the compiler can vectorise them.
Blocks run in parallel.

An array `lanes` holds one row per intermediate quantity and one column per draw of a block.

This module does not import numba. `routesim.kinematics.batch.compiled` compiles a copy of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routesim.arrays import Array


BLOCK = 256

prange = range
ROOM = 1.0 - 1e-9


class KernelArrays(NamedTuple):
    """Arrays that all draws share.

    `lengths_m` and `speeds_mps` have the length of each piece and its speed for the factor 1.

    With one factor per limit, `covers` lists the limits that hold on each piece, piece by
    piece, and `cover_from` has the index of the first one of each piece. `limits_mps` has the
    speed of each limit, at most `top_mps`, the maximum speed of the train. With one factor for
    all limits, `cover_from` is empty.

    `legs`, (legs, 2), has the first piece of each leg and one past its last. `stops_after` has
    the index of the stop at the end of each leg, and `first_stop` that of the stop at the
    start of the track. Both are -1 where there is no stop.

    `delay_s` is the startup delay, `entry_mps` the speed at the start and `exit_mps` the
    highest speed allowed at the end. `rows` has the row of the result for the arrival at each
    edge, or -1.

    `sums`, `shifts` and `needs` are those of `routesim.kinematics.batch.steady.SteadySums`.
    `sums` has one row per edge in the result, in order, and a last row for the end of the
    track. All three are empty if the sums cannot hold.
    """

    lengths_m: Any
    speeds_mps: Any
    covers: Any
    cover_from: Any
    limits_mps: Any
    top_mps: float
    legs: Any
    stops_after: Any
    first_stop: int
    delay_s: float
    entry_mps: float
    exit_mps: float
    rows: Any
    sums: Any
    shifts: Any
    needs: Any


def run_blocks(
    shared: KernelArrays,
    factors: Array,
    dwells_s: Array,
    up_mps2: Array,
    down_mps2: Array,
    arrive_s: Array,
    duration_s: Array,
) -> None:
    """Run all draws.

    `factors` has shape (draws or 1, limits or 1), `dwells_s` (draws or 1, stops), and the
    rates `up_mps2` and `down_mps2` (draws or 1,). The function fills `arrive_s`, (rows,
    draws), and `duration_s`, (draws,).
    """
    draws = duration_s.shape[0]
    blocks = (draws + BLOCK - 1) // BLOCK
    for block in prange(blocks):
        first = block * BLOCK
        count = min(BLOCK, draws - first)
        lanes = np.empty((9, BLOCK))
        _load(up_mps2, first, count, lanes[0])
        _load(down_mps2, first, count, lanes[1])
        if shared.cover_from.shape[0] == 0:
            _load(factors[:, 0], first, count, lanes[2])
        missed = count
        if shared.sums.shape[0] > 0:
            missed = _check_needs(shared, lanes, count)
        if missed > 0:
            _run_walk(shared, factors, dwells_s, lanes, first, count, arrive_s, duration_s)
        if missed < count:
            _run_steady(
                shared, dwells_s, lanes, first, count, arrive_s, duration_s, missed == 0
            )


def _load(values: Array, first: int, count: int, lane: Array) -> None:
    """Copy the values of a block into a lane, or the only value if all draws share it."""
    if values.shape[0] == 1:
        for i in range(count):
            lane[i] = values[0]
    else:
        for i in range(count):
            lane[i] = values[first + i]


def _check_needs(shared: KernelArrays, lanes: Array, count: int) -> int:
    """Mark in the last lane the draws for which the sums hold; return the number of others."""
    up, down, factor, holds = lanes[0], lanes[1], lanes[2], lanes[8]
    for i in range(count):
        holds[i] = 1.0
    for leg in range(shared.needs.shape[0]):
        need = shared.needs[leg]
        for i in range(count):
            gain = factor[i] * factor[i] / up[i]
            loss = factor[i] * factor[i] / down[i]
            merged = need[4] * gain > 1.0
            up_need = need[2] if merged else need[0]
            down_need = need[3] if merged else need[1]
            holds[i] = holds[i] if up_need * gain + down_need * loss <= ROOM else 0.0
    held = 0.0
    for i in range(count):
        held += holds[i]
    return count - int(held)


def _stand(
    stop: int,
    delay_s: float,
    dwells_s: Array,
    first: int,
    count: int,
    stood: Array,
) -> None:
    """Add the standing time at a stop to the sum of each draw."""
    if stop < 0:
        for i in range(count):
            stood[i] += delay_s
    elif dwells_s.shape[0] == 1:
        for i in range(count):
            stood[i] += dwells_s[0, stop] + delay_s
    else:
        for i in range(count):
            stood[i] += dwells_s[first + i, stop] + delay_s


def _run_steady(
    shared: KernelArrays,
    dwells_s: Array,
    lanes: Array,
    first: int,
    count: int,
    arrive_s: Array,
    duration_s: Array,
    whole: bool,  # noqa: FBT001 - numba has no keyword-only arguments
) -> None:
    """Run the draws of a block for which the sums hold: all draws if `whole`."""
    up, down, factor = lanes[0], lanes[1], lanes[2]
    slow, by_up, by_down, stood = lanes[3], lanes[4], lanes[5], lanes[6]
    for i in range(count):
        slow[i] = 1.0 / factor[i]
        by_up[i] = factor[i] / up[i]
        by_down[i] = factor[i] / down[i]
        stood[i] = 0.0
    last = shared.lengths_m.shape[0]
    if shared.rows[0] >= 0:
        for i in range(count):
            arrive_s[shared.rows[0], first + i] = 0.0
    _stand(shared.first_stop, shared.delay_s, dwells_s, first, count, stood)
    for leg in range(shared.legs.shape[0]):
        past = shared.legs[leg, 1]
        _shift(shared, leg, lanes, count)
        for edge in range(shared.legs[leg, 0] + 1, past + 1):
            row = shared.rows[edge]
            if row >= 0:
                target = arrive_s[row, first : first + count]
                _add_up(shared.sums[row], lanes, target, whole)
        if past < last:
            _stand(shared.stops_after[leg], shared.delay_s, dwells_s, first, count, stood)
    stop = shared.stops_after[shared.legs.shape[0] - 1]
    if stop >= 0:
        _stand(stop, 0.0, dwells_s, first, count, stood)
    _add_up(shared.sums[-1], lanes, duration_s[first : first + count], whole)


def _shift(shared: KernelArrays, leg: int, lanes: Array, count: int) -> None:
    """Add the shift of a leg to the time of draws that do not reach its first limit."""
    up, factor = lanes[0], lanes[2]
    slow, by_up, by_down, stood = lanes[3], lanes[4], lanes[5], lanes[6]
    need = shared.needs[leg]
    if need[4] == 0.0:
        return
    more_s, more_gain, more_loss = (
        shared.shifts[leg, 0],
        shared.shifts[leg, 1],
        shared.shifts[leg, 2],
    )
    for i in range(count):
        gain = factor[i] * factor[i] / up[i]
        shift = more_s * slow[i] + more_gain * by_up[i] + more_loss * by_down[i]
        stood[i] += shift if need[4] * gain > 1.0 else 0.0


def _add_up(
    sums: Array,
    lanes: Array,
    target: Array,
    whole: bool,  # noqa: FBT001
) -> None:
    """Fill the times at one place from its sums."""
    slow, by_up, by_down, stood, holds = lanes[3], lanes[4], lanes[5], lanes[6], lanes[8]
    cruise, gain, loss = sums[0], sums[1], sums[2]
    if whole:
        for i in range(target.shape[0]):
            target[i] = stood[i] + cruise * slow[i] + gain * by_up[i] + loss * by_down[i]
    else:
        for i in range(target.shape[0]):
            if holds[i] > 0.0:
                target[i] = stood[i] + cruise * slow[i] + gain * by_up[i] + loss * by_down[i]


def _rule(
    shared: KernelArrays,
    factors: Array,
    factor: Array,
    piece: int,
    first: int,
    count: int,
    square: Array,
) -> None:
    """Fill the squared ruling speeds of a piece."""
    if shared.cover_from.shape[0] == 0:
        speed = shared.speeds_mps[piece]
        for i in range(count):
            square[i] = (factor[i] * speed) * (factor[i] * speed)
        return
    begin, end = shared.cover_from[piece], shared.cover_from[piece + 1]
    if begin == end:
        for i in range(count):
            square[i] = shared.top_mps * shared.top_mps
    for k in range(begin, end):
        limit = shared.covers[k]
        speed = shared.limits_mps[limit]
        start, step = (0, 0) if factors.shape[0] == 1 else (first, 1)
        for i in range(count):
            held = factors[start + step * i, limit] * speed
            square[i] = held * held if k == begin else min(square[i], held * held)


def _run_walk(
    shared: KernelArrays,
    factors: Array,
    dwells_s: Array,
    lanes: Array,
    first: int,
    count: int,
    arrive_s: Array,
    duration_s: Array,
) -> None:
    """Run a block with the backward pass and the forward walk of each leg."""
    down, factor, stood, latest = lanes[1], lanes[2], lanes[3], lanes[7]
    entry_mps, last = shared.entry_mps, shared.lengths_m.shape[0]
    lanes[3:5, :] = 0.0
    lanes[5, :] = entry_mps * entry_mps
    lanes[6, :] = entry_mps
    lanes[7, :] = 0.0
    if shared.rows[0] >= 0:
        arrive_s[shared.rows[0], first : first + count] = 0.0
    if shared.first_stop >= 0 or entry_mps == 0.0:
        _stand(shared.first_stop, shared.delay_s, dwells_s, first, count, stood)
    longest = np.max(shared.legs[:, 1] - shared.legs[:, 0])
    squares = np.empty((longest, BLOCK))
    ceilings = np.empty((longest + 1, BLOCK))
    for leg in range(shared.legs.shape[0]):
        begin, past = shared.legs[leg, 0], shared.legs[leg, 1]
        for k in range(past - begin):
            _rule(shared, factors, factor, begin + k, first, count, squares[k])
        _fill_ceilings(shared, leg, down, squares, ceilings, count)
        for k in range(past - begin):
            _walk_piece(shared.lengths_m[begin + k], lanes, squares[k], ceilings[k + 1], count)
            row = shared.rows[begin + k + 1]
            if row >= 0 or begin + k + 1 == last:
                _set_clock(entry_mps, lanes, count)
            if row >= 0:
                arrive_s[row, first : first + count] = latest[:count]
        if past < last:
            _stand(shared.stops_after[leg], shared.delay_s, dwells_s, first, count, stood)
    stood[:] = 0.0
    stop = shared.stops_after[shared.legs.shape[0] - 1]
    if stop >= 0:
        _stand(stop, 0.0, dwells_s, first, count, stood)
    duration_s[first : first + count] = latest[:count] + stood[:count]


def _fill_ceilings(
    shared: KernelArrays,
    leg: int,
    down: Array,
    squares: Array,
    ceilings: Array,
    count: int,
) -> None:
    """Compute the highest squared speed at each edge of a leg, from its end backwards."""
    begin, past = shared.legs[leg, 0], shared.legs[leg, 1]
    size = past - begin
    at_end = 0.0 if shared.stops_after[leg] >= 0 else shared.exit_mps * shared.exit_mps
    for i in range(count):
        ceilings[size, i] = min(squares[size - 1, i], at_end)
    for k in range(size - 1, -1, -1):
        twice_m = 2.0 * shared.lengths_m[begin + k]
        here, ahead = ceilings[k], ceilings[k + 1]
        rule, before = squares[k], squares[max(k - 1, 0)]
        for i in range(count):
            here[i] = min(min(ahead[i] + down[i] * twice_m, rule[i]), before[i])  # noqa: PLW3301 - vectors


def _walk_piece(length_m: float, lanes: Array, rule: Array, ceiling: Array, count: int) -> None:
    """Run over one piece: update the squared speed at its end, its root and the speed sum."""
    up, down, speed_sum, enter, enter_mps = lanes[0], lanes[1], lanes[4], lanes[5], lanes[6]
    for i in range(count):
        reach = enter[i] + 2.0 * up[i] * length_m
        leave = min(reach, ceiling[i])
        free = (down[i] * reach + up[i] * leave) / (up[i] + down[i])
        peak = np.sqrt(min(free, rule[i]))
        speed_sum[i] += peak + free / peak - 2.0 * enter_mps[i]
        enter[i] = leave
        enter_mps[i] = np.sqrt(leave)


def _set_clock(entry_mps: float, lanes: Array, count: int) -> None:
    """Convert the speed sum into the time of arrival, which never decreases."""
    up, down, stood, speed_sum, latest = lanes[0], lanes[1], lanes[3], lanes[4], lanes[7]
    enter_mps = lanes[6]
    for i in range(count):
        spread = 0.5 / up[i] + 0.5 / down[i]
        moving = spread * speed_sum[i] + (entry_mps - enter_mps[i]) / down[i]
        latest[i] = max(moving + stood[i], latest[i])


def count_bins(values: Array, lows: Array, scales: Array, counts: NDArray[np.int64]) -> None:
    """Count as `routesim.kinematics.batch.histogram.count_bins` does."""
    top = counts.shape[1] - 1.0
    for row in prange(values.shape[0]):
        low, scale = lows[row], scales[row]
        mine, held = values[row], counts[row]
        for i in range(mine.shape[0]):
            held[int(min(max((mine[i] - low) * scale, 0.0), top))] += 1
