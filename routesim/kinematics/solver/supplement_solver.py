"""Drive so as to take the time that supplements ask for.

The way is cut into stretches at stops and fixed arrivals. On each, in the order of travel,
one number is sought for which the drive takes its time: the factor on the ruling speeds, or
how early the train coasts. Both times are continuous and grow one way, so a bracket closes
on it (the Illinois form of false position; G. Dahlquist and Å. Björck, "Numerical Methods",
1974, section 6.4).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from routesim.errors import ArgumentError, Fault, StallError
from routesim.kinematics.solver.drive import ACCELERATE, BRAKE
from routesim.kinematics.solver.drive_input import Way
from routesim.kinematics.solver.drive_setup import Driven, Ground, drive_over

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from routesim.kinematics.supplements import Supplements

__all__ = ["pace"]

# A stretch that is late by less is on time.
ON_TIME_S = 1e-6
# The closest that the search comes to a time, as a share of it.
CLOSE = 1e-13
MOST_TRIES = 200
SLOWEST = 1e-6
FLOOR_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class _Stretch:
    """From one stop or fixed arrival to the next, as edges; `end` is that of its leg."""

    first: int
    past: int
    end: int


@dataclass(frozen=True, slots=True)
class _Pace:
    """How a stretch is run: the factor on its speeds, and where it coasts."""

    factor: float = 1.0
    coasts_m: tuple[tuple[float, float], ...] = ()


def pace(ground: Ground, shortest: Driven, supplements: Supplements) -> Driven:
    """Drive over the ground with supplements.

    Parameters
    ----------
    ground
        With an edge at each fixed arrival.
    shortest
        The drive without supplements.
    supplements
        What is to be added.

    Raises
    ------
    ArgumentError
        If a fixed arrival is earlier than the train can be there; it says by how much.
    """
    fixed = {
        ground.pieces.edge_of_m[each.position_m]: each.time_s for each in supplements.arrivals
    }
    stretches = _cut_stretches(ground, fixed)
    due_s = _plan(ground, shortest, stretches, fixed, supplements)
    clock_s, speed_mps = max(ground.way.stands_s[0], 0.0), ground.ends_mps[0]
    paces: list[_Pace] = []
    for stretch, arrive_s in zip(stretches, due_s, strict=True):
        leg = _cut_leg(ground, stretch, speed_mps)
        wanted_s = arrive_s - clock_s
        chosen = _find_pace(leg, stretch.past - stretch.first, wanted_s, supplements.coasting)
        driven = drive_over(_apply(leg, [(0, stretch.past - stretch.first, chosen)]))
        place_m = ground.way.edges_m[stretch.past]
        took_s, speed_mps = driven.at_edge(place_m)
        late_s = took_s - wanted_s
        if stretch.past in fixed and late_s > ON_TIME_S:
            raise _refuse(place_m, fixed[stretch.past], late_s)
        clock_s += took_s + max(ground.way.stands_s[stretch.past], 0.0)
        paces.append(chosen)
    whole = [
        (each.first, each.past, chosen) for each, chosen in zip(stretches, paces, strict=True)
    ]
    return drive_over(_apply(ground, whole))


def _cut_stretches(ground: Ground, fixed: Iterable[int]) -> list[_Stretch]:
    legs = ground.pieces.legs
    bounds = sorted({0, *(past for _, past in legs), *fixed})
    return [
        _Stretch(first, past, next(end for _, end in legs if end >= past))
        for first, past in pairwise(bounds)
    ]


def _plan(
    ground: Ground,
    shortest: Driven,
    stretches: Sequence[_Stretch],
    fixed: dict[int, float],
    supplements: Supplements,
) -> list[float]:
    """Say when the train is due at the end of each stretch."""
    stands_s = [max(stand_s, 0.0) for stand_s in ground.way.stands_s]
    edges_m = ground.way.edges_m
    arrive_s = [shortest.at_edge(edge_m)[0] for edge_m in edges_m]
    running_s = [
        arrive_s[each.past] - arrive_s[each.first] - stands_s[each.first] for each in stretches
    ]
    due_s: list[float] = []
    clock_s = stands_s[0]
    index = 0
    while index < len(stretches):
        group_end = next(
            (k for k in range(index, len(stretches)) if stretches[k].past in fixed), None
        )
        if group_end is None:
            each = stretches[index]
            length_m = edges_m[each.past] - edges_m[each.first]
            wanted_s = running_s[index] * (1.0 + supplements.percent / 100.0)
            wanted_s += supplements.minutes_per_100_km * 60.0 * length_m / 1e5
            factor, group = wanted_s / running_s[index], range(index, index + 1)
        else:
            group = range(index, group_end + 1)
            stood_s = sum(stands_s[stretches[k].past] for k in group[:-1])
            least_s = sum(running_s[k] for k in group)
            edge = stretches[group_end].past
            late_s = clock_s + stood_s + least_s - fixed[edge]
            if late_s > ON_TIME_S:
                raise _refuse(edges_m[edge], fixed[edge], late_s)
            factor = max((least_s - late_s) / least_s, 1.0)
        for k in group:
            clock_s += factor * running_s[k]
            due_s.append(clock_s)
            clock_s += stands_s[stretches[k].past]
        index = group[-1] + 1
    return due_s


def _refuse(position_m: float, time_s: float, late_s: float) -> ArgumentError:
    what = (
        f"the arrival at {position_m:g} m after {time_s:g} s is {late_s:.6g} s earlier than "
        "the train can be there"
    )
    return ArgumentError([Fault("supplements.arrivals", what, "give it that much more time")])


def _cut_leg(ground: Ground, stretch: _Stretch, speed_mps: float) -> Ground:
    """Take what lies between the start of a stretch and the end of its leg."""
    way, first, end = ground.way, stretch.first, stretch.end
    stands_s = [-1.0] * (end - first + 1)
    if way.stands_s[first] >= 0.0:
        stands_s[0] = 0.0
    if way.stands_s[end] >= 0.0:
        stands_s[-1] = 0.0
    part = Way(
        edges_m=way.edges_m[first : end + 1],
        speeds_mps=way.speeds_mps[first:end],
        pulls_mps2=way.pulls_mps2[first:end],
        slopes_mps2_per_m=way.slopes_mps2_per_m[first:end],
        ceilings=[],
        stands_s=stands_s,
        floors_mps=way.floors_mps[first:end],
    )
    entry_mps = 0.0 if stands_s[0] >= 0.0 else speed_mps
    return replace(ground, way=part, ends_mps=(entry_mps, ground.ends_mps[1]))


def _find_pace(leg: Ground, size: int, wanted_s: float, coasting: bool) -> _Pace:  # noqa: FBT001
    """Find how to run the first pieces of a leg so that they take a time."""
    place_m = leg.way.edges_m[size]

    def take(pace: _Pace) -> float:
        try:
            return drive_over(_apply(leg, [(0, size, pace)])).at_edge(place_m)[0]
        except StallError:
            return math.inf

    def coast(factor: float, share: float) -> _Pace:
        driven = drive_over(_apply(leg, [(0, size, _Pace(factor))]))
        return _Pace(factor, _coasts(driven, place_m, share))

    if take(_Pace()) >= wanted_s:
        return _Pace()
    if not coasting:
        return _Pace(_search(lambda factor: take(_Pace(factor)), wanted_s, 1.0))
    if take(coast(1.0, 1.0)) >= wanted_s:
        share = _search(lambda left: take(coast(1.0, 1.0 - left)), wanted_s, 1.0)
        return coast(1.0, 1.0 - share)

    def take_coasting(factor: float) -> float:
        try:
            return take(coast(factor, 1.0))
        except StallError:
            return math.inf

    return coast(_search(take_coasting, wanted_s, 1.0), 1.0)


def _search(take: Callable[[float], float], wanted_s: float, most: float) -> float:
    """Find the number at which a time that falls with it is as wanted.

    At `most` the time is too short. Where it jumps over what is wanted (a slower train
    stalls), the number just before the jump is given.
    """
    high, over = most, take(most) - wanted_s
    low, under = 0.5 * most, math.inf
    while low > SLOWEST and (under := take(low) - wanted_s) < 0.0:
        high, over = low, under
        low *= 0.5
    for _ in range(MOST_TRIES):
        if high - low <= CLOSE * high:
            break
        guess = 0.5 * (low + high)
        if math.isfinite(under) and under > over:
            guess = high - over * (high - low) / (over - under)
            if not low < guess < high:
                guess = 0.5 * (low + high)
        miss = take(guess) - wanted_s
        if abs(miss) <= CLOSE * wanted_s:
            return guess
        if miss < 0.0:
            high, over = guess, miss
            under *= 0.5
        else:
            low, under = guess, miss
            over *= 0.5
    return high


def _coasts(driven: Driven, end_m: float, share: float) -> tuple[tuple[float, float], ...]:
    """Say where the train coasts: before each braking, over a share of the cruise before."""
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


def _apply(ground: Ground, paces: Sequence[tuple[int, int, _Pace]]) -> Ground:
    """Lower the speeds of pieces, and cut them where coasting begins and ends."""
    way = ground.way
    speeds, floors = list(way.speeds_mps), list(way.floors_mps)
    coasts: list[tuple[float, float]] = []
    for first, past, pace_here in paces:
        speeds[first:past] = [pace_here.factor * speed for speed in speeds[first:past]]
        coasts += pace_here.coasts_m
    way = way._replace(speeds_mps=speeds, floors_mps=floors)
    return replace(ground, way=_cut_coasts(way, coasts) if coasts else way)


def _cut_coasts(way: Way, coasts: Sequence[tuple[float, float]]) -> Way:
    """Cut the pieces at the ends of coasting, and set the floor where the train coasts."""
    cuts_m = sorted({end for coast in coasts for end in coast} - set(way.edges_m))
    edges: list[float] = []
    source: list[int] = []
    for piece, (start_m, end_m) in enumerate(pairwise(way.edges_m)):
        inner = [cut_m for cut_m in cuts_m if start_m + 1e-6 < cut_m < end_m - 1e-6]
        edges += [start_m, *inner]
        source += [piece] * (1 + len(inner))
    middles = [0.5 * (a + b) for a, b in pairwise([*edges, way.edges_m[-1]])]
    within = [any(a <= middle <= b for a, b in coasts) for middle in middles]
    speeds = [way.speeds_mps[piece] for piece in source]
    slopes = [way.slopes_mps2_per_m[piece] for piece in source]
    pulls = [
        way.pulls_mps2[piece] + slope * (edge - way.edges_m[piece])
        for piece, slope, edge in zip(source, slopes, edges, strict=True)
    ]
    stands = dict(zip(way.edges_m, way.stands_s, strict=True))
    edges.append(way.edges_m[-1])
    return Way(
        edges_m=edges,
        speeds_mps=speeds,
        pulls_mps2=pulls,
        slopes_mps2_per_m=slopes,
        ceilings=[],
        stands_s=[stands.get(edge, -1.0) for edge in edges],
        floors_mps=[
            FLOOR_SHARE * speed if coasting else -1.0
            for speed, coasting in zip(speeds, within, strict=True)
        ],
    )
