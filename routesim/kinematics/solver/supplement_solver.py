"""Drive with supplements and fixed arrivals.

The track is cut into spans at stops and fixed arrivals. For each span, in the order of
travel, one number is found that gives the required running time: the factor on the ruling
speeds, or a measure of how early the train coasts. The running time is continuous and
monotonic in this number, so a bracketing search finds it (Brent's method,
:func:`scipy.optimize.brentq`).
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import lazy_loader

from routesim.errors import ArgumentError, Fault, StallError
from routesim.kinematics.solver.drive_run import run_drive
from routesim.kinematics.trajectory import ACCELERATE, BRAKE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import scipy

    from routesim.kinematics.solver.drive import DrivePath
    from routesim.kinematics.solver.drive_run import DriveResult, DriveSetup
    from routesim.kinematics.supplements import Supplements
else:
    scipy = lazy_loader.load("scipy")


# A delay in s that still counts as on time.
ON_TIME_S = 1e-6
# Relative tolerance of the search.
CLOSE = 1e-13
MOST_TRIES = 200
# Smallest factor on the ruling speeds that the search tries.
SLOWEST = 1e-6
# The train does not coast below this share of the ruling speed.
FLOOR_SHARE = 0.5


class _TimedSpan(NamedTuple):
    """A span from edge `first` to edge `past`; `end` is the edge at the end of its leg."""

    first: int
    past: int
    end: int


class _Pace(NamedTuple):
    """How a span is driven: the factor on its ruling speeds, and where the train coasts."""

    factor: float = 1.0
    coasts_m: tuple[tuple[float, float], ...] = ()


def solve_supplements(
    setup: DriveSetup, shortest: DriveResult, supplements: Supplements
) -> DriveResult:
    """Drive with supplements.

    `setup` must have an edge at each fixed arrival. `shortest` is the drive without
    supplements. If a fixed arrival is too early, an `ArgumentError` states by how much.
    """
    fixed = {
        setup.pieces.edge_of_m[each.position_m]: each.time_s for each in supplements.arrivals
    }
    spans = _cut_spans(setup, fixed)
    due_s = _plan_arrivals(setup, shortest, spans, fixed, supplements)
    clock_s, speed_mps = max(setup.path.stands_s[0], 0.0), setup.ends_mps[0]
    paces: list[tuple[int, int, _Pace]] = []
    for span, arrive_s in zip(spans, due_s, strict=True):
        leg = _cut_rest_of_leg(setup, span, speed_mps)
        size, wanted_s = span.past - span.first, arrive_s - clock_s
        chosen = _find_pace(leg, size, wanted_s, coasting=supplements.coasting)
        place_m = setup.path.edges_m[span.past]
        took_s, speed_mps = run_drive(_apply_paces(leg, [(0, size, chosen)])).at_edge(place_m)
        late_s = took_s - wanted_s
        if span.past in fixed and late_s > ON_TIME_S:
            raise _early_arrival_error(place_m, fixed[span.past], late_s)
        clock_s += took_s + max(setup.path.stands_s[span.past], 0.0)
        paces.append((span.first, span.past, chosen))
    return run_drive(_apply_paces(setup, paces))


def _cut_spans(setup: DriveSetup, fixed: Iterable[int]) -> list[_TimedSpan]:
    legs = setup.pieces.legs
    bounds = sorted({0, *(past for _, past in legs), *fixed})
    return [
        _TimedSpan(first, past, next(end for _, end in legs if end >= past))
        for first, past in pairwise(bounds)
    ]


def _plan_arrivals(
    setup: DriveSetup,
    shortest: DriveResult,
    spans: Sequence[_TimedSpan],
    fixed: dict[int, float],
    supplements: Supplements,
) -> list[float]:
    """Return the planned arrival at the end of each span."""
    stands_s = [max(stand_s, 0.0) for stand_s in setup.path.stands_s]
    edges_m = setup.path.edges_m
    arrive_s = [shortest.at_edge(edge_m)[0] for edge_m in edges_m]
    running_s = [
        arrive_s[each.past] - arrive_s[each.first] - stands_s[each.first] for each in spans
    ]
    due_s: list[float] = []
    clock_s = stands_s[0]
    index = 0
    while index < len(spans):
        group_end = next((k for k in range(index, len(spans)) if spans[k].past in fixed), None)
        if group_end is None:
            each = spans[index]
            length_m = edges_m[each.past] - edges_m[each.first]
            wanted_s = running_s[index] * (1.0 + supplements.percent / 100.0)
            wanted_s += supplements.minutes_per_100_km * 60.0 * length_m / 1e5
            factor, group = wanted_s / running_s[index], range(index, index + 1)
        else:
            group = range(index, group_end + 1)
            stood_s = sum(stands_s[spans[k].past] for k in group[:-1])
            least_s = sum(running_s[k] for k in group)
            edge = spans[group_end].past
            late_s = clock_s + stood_s + least_s - fixed[edge]
            if late_s > ON_TIME_S:
                raise _early_arrival_error(edges_m[edge], fixed[edge], late_s)
            factor = max((least_s - late_s) / least_s, 1.0)
        for k in group:
            clock_s += factor * running_s[k]
            due_s.append(clock_s)
            clock_s += stands_s[spans[k].past]
        index = group[-1] + 1
    return due_s


def _early_arrival_error(position_m: float, time_s: float, late_s: float) -> ArgumentError:
    what = (
        f"the arrival at {position_m:g} m after {time_s:g} s is {late_s:.6g} s too early "
        "for the train"
    )
    return ArgumentError(Fault("supplements.arrivals", what, "make it that much later"))


def _cut_rest_of_leg(setup: DriveSetup, span: _TimedSpan, speed_mps: float) -> DriveSetup:
    """Return the setup from the start of a span to the end of its leg."""
    path, first, end = setup.path, span.first, span.end
    part = path._replace(
        edges_m=path.edges_m[first : end + 1],
        speeds_mps=path.speeds_mps[first:end],
        drags_mps2=path.drags_mps2[first:end],
        slopes_mps2_per_m=path.slopes_mps2_per_m[first:end],
        stands_s=[
            0.0 if edge in (first, end) and path.stands_s[edge] >= 0.0 else -1.0
            for edge in range(first, end + 1)
        ],
        floors_mps=path.floors_mps[first:end],
    )
    entry_mps = 0.0 if part.stands_s[0] >= 0.0 else speed_mps
    return replace(setup, path=part, ends_mps=(entry_mps, setup.ends_mps[1]))


def _find_pace(leg: DriveSetup, size: int, wanted_s: float, *, coasting: bool) -> _Pace:
    """Find the pace at which the first `size` pieces of a leg take the wanted time."""
    place_m = leg.path.edges_m[size]

    def run_at(pace: _Pace) -> DriveResult:
        return run_drive(_apply_paces(leg, [(0, size, pace)]))

    def coast(factor: float, share: float = 1.0) -> _Pace:
        return _Pace(factor, _find_coasts(run_at(_Pace(factor)), place_m, share))

    def coast_less(left: float) -> _Pace:
        return coast(1.0, 1.0 - left)

    def running_time(pace: Callable[[float], _Pace], number: float) -> float:
        try:
            return run_at(pace(number)).at_edge(place_m)[0]
        except StallError:
            return math.inf

    if running_time(_Pace, 1.0) >= wanted_s:
        return _Pace()
    pace: Callable[[float], _Pace] = _Pace
    if coasting:
        pace = coast_less if running_time(coast, 1.0) >= wanted_s else coast
    return pace(_search(lambda number: running_time(pace, number), wanted_s))


def _search(running_time: Callable[[float], float], wanted_s: float) -> float:
    """Find the number, at most 1, at which the running time equals the wanted time.

    The running time falls with the number and is too short at 1. If it jumps past the wanted
    time, because a slower train stalls, the smallest number found above the jump is returned.
    """
    early = 1.0

    def late_by(number: float) -> float:
        nonlocal early
        # A stalled train counts as taking twice the wanted time, so that the search can
        # interpolate.
        late_s = min(running_time(number) - wanted_s, wanted_s)
        if late_s <= CLOSE * wanted_s:
            early = min(early, number)
        return 0.0 if abs(late_s) <= CLOSE * wanted_s else late_s

    low = 0.5
    while late_by(low) < 0.0:
        low *= 0.5
        if low < SLOWEST:
            return early
    scipy.optimize.brentq(late_by, low, early, xtol=CLOSE * low, maxiter=MOST_TRIES, disp=False)
    return early


def _find_coasts(
    driven: DriveResult, end_m: float, share: float
) -> tuple[tuple[float, float], ...]:
    """Return where the train coasts, as starts and ends.

    It coasts over the last `share` of each cruise that ends in braking, and over this braking.
    """
    coasts: list[tuple[float, float]] = []
    since_m = float(driven.log[0, 1])
    braking = False
    for row in driven.log:
        start_m, stop_m = float(row[1]), float(row[2])
        brakes = int(row[0]) == BRAKE
        if brakes and not braking and start_m < end_m and share > 0.0:
            coasts.append((start_m - share * (start_m - since_m), min(stop_m, end_m)))
        elif brakes and coasts:
            coasts[-1] = coasts[-1][0], min(stop_m, end_m)
        if brakes or int(row[0]) == ACCELERATE:
            since_m = stop_m
        braking = brakes
    return tuple(coasts)


def _apply_paces(setup: DriveSetup, paces: Sequence[tuple[int, int, _Pace]]) -> DriveSetup:
    """Lower the speeds of pieces, and cut the pieces where coasting starts and ends."""
    path = setup.path
    speeds = list(path.speeds_mps)
    coasts: list[tuple[float, float]] = []
    for first, past, pace in paces:
        speeds[first:past] = [pace.factor * speed for speed in speeds[first:past]]
        coasts += pace.coasts_m
    path = path._replace(speeds_mps=speeds)
    return replace(setup, path=_cut_coasts(path, coasts) if coasts else path)


def _cut_coasts(path: DrivePath, coasts: Sequence[tuple[float, float]]) -> DrivePath:
    """Cut the pieces where coasting starts and ends, and set the floors where it happens."""
    cuts_m = sorted({end for coast in coasts for end in coast} - set(path.edges_m))
    starts = [
        (piece, place_m)
        for piece, (start_m, end_m) in enumerate(pairwise(path.edges_m))
        for place_m in (start_m, *cuts_m)
        if place_m == start_m or start_m + 1e-6 < place_m < end_m - 1e-6
    ]
    edges_m = [*(place_m for _, place_m in starts), path.edges_m[-1]]
    source = [piece for piece, _ in starts]
    speeds = [path.speeds_mps[piece] for piece in source]
    slopes = [path.slopes_mps2_per_m[piece] for piece in source]
    stands = dict(zip(path.edges_m, path.stands_s, strict=True))
    return path._replace(
        edges_m=edges_m,
        speeds_mps=speeds,
        drags_mps2=[
            path.drags_mps2[piece] + slope * (edge - path.edges_m[piece])
            for piece, slope, edge in zip(source, slopes, edges_m, strict=False)
        ],
        slopes_mps2_per_m=slopes,
        stands_s=[stands.get(edge, -1.0) for edge in edges_m],
        floors_mps=[
            FLOOR_SHARE * speed
            if any(start <= 0.5 * (a + b) <= end for start, end in coasts)
            else -1.0
            for speed, (a, b) in zip(speeds, pairwise(edges_m), strict=True)
        ],
    )
