"""One run of a train over a track: when it is where, and how fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from routesim.errors import ArgumentError, Fault
from routesim.kinematics.result import Run
from routesim.kinematics.solver.drive_setup import drive_over, lay_ground
from routesim.kinematics.solver.phases import Steps, chart_course
from routesim.kinematics.solver.pieces import (
    Pieces,
    check_ends,
    check_journey,
    lay_pieces,
    ruling_speeds,
    stand_times,
)
from routesim.kinematics.solver.profile import (
    FLOATS,
    SPEED_TOLERANCE,
    Rates,
    entry_ceiling,
    walk,
)
from routesim.kinematics.solver.supplement_solver import pace
from routesim.kinematics.supplements import check_supplements

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from routesim.kinematics.checks import FloatArray, Value
    from routesim.kinematics.solver.course import Course
    from routesim.kinematics.solver.profile import Passage, RulingSquares
    from routesim.kinematics.supplements import Supplements
    from routesim.kinematics.track import Stop, Track
    from routesim.kinematics.train import Train

__all__ = ["Run", "run"]


@dataclass(frozen=True, slots=True)
class _Walked:
    """A run at constant rates, as the walk over the pieces found it."""

    pieces: Pieces
    steps: Steps
    train: Train

    def chart(self) -> Course:
        return chart_course(self.pieces, self.steps, self.train)


def run(
    train: Train,
    track: Track,
    *,
    stops: Iterable[Stop] = (),
    entry_speed_mps: float = 0.0,
    exit_speed_mps: float = 0.0,
    supplements: Supplements | None = None,
) -> Run:
    """Run a train over a track as fast as its limits allow, but for supplements.

    At constant rates the run is solved in closed form: no time step, and an error that is
    rounding only; the formulas are derived in `routesim.kinematics.solver.profile`. With a
    traction table it is driven by the forces, with an error below 1e-10 of a time
    (`routesim.kinematics.solver.series` says how that is held).

    Parameters
    ----------
    train, track
        What runs, and on what.
    stops
        Where the head comes to rest, in any order. A stop at the very start is arrived at
        at time 0; the dwell of one at the very end counts to the duration.
    entry_speed_mps
        The speed with which the head enters the track, in m/s. At 0.0 the train starts
        from rest, after its startup delay.
    exit_speed_mps
        The highest speed with which the head may leave the track, in m/s; it leaves more
        slowly where a limit or its acceleration allows no more.
    supplements
        Time added to the shortest running time: `Supplements`.

    Returns
    -------
    Run

    Raises
    ------
    ArgumentError
        With every fault: a stop off the track, two stops in one place, a speed that is
        negative or not finite. Also if the entry is faster than the limit there, or too
        fast to brake for what lies ahead; or if a fixed arrival is too early. It says by
        how much.
    StallError
        If the train has not the force to go on; it says where and how much it lacks.

    Examples
    --------
    A train of 0.5 m/s² either way needs 25 s and 156.25 m to reach 12.5 m/s, and as much
    to stop; the 687.5 m between take 55 s.

    >>> from routesim.kinematics import SpeedLimit, Supplements, Track, Train
    >>> train = Train(acceleration_mps2=0.5, braking_mps2=0.5)
    >>> track = Track(length_m=1000, limits=[SpeedLimit(0, 1000, 12.5)])
    >>> journey = run(train, track)
    >>> journey.duration_s
    105.0
    >>> journey.time_at(156.25), journey.position_at(25.0), journey.speed_at(500.0)
    (25.0, 156.25, 12.5)
    >>> round(run(train, track, supplements=Supplements(percent=10)).duration_s, 9)
    115.5
    """
    faults: list[Fault] = []
    kept = check_journey(train, track, stops, faults)
    ends_mps = check_ends(entry_speed_mps, exit_speed_mps, faults)
    if supplements is not None:
        check_supplements(supplements, train, track, faults)
    if faults:
        raise ArgumentError(faults)
    _check_entry(train, track, kept, ends_mps)
    if train.traction is None and supplements is None:
        return _walk(train, track, kept, ends_mps)
    return _drive(train, track, kept, ends_mps, supplements)


def refuse_entry(entry_mps: float, limit_mps: Value, ceiling_mps: Value) -> None:
    """Raise if a run is entered faster than its limit, or than its brakes, allow.

    Parameters
    ----------
    entry_mps
        The speed at the start.
    limit_mps, ceiling_mps
        As `routesim.kinematics.solver.profile.entry_ceiling` gives them, for one draw or many.

    Raises
    ------
    ArgumentError
        Names the excess of the worst draw, and in how many draws there is one.
    """
    most_mps = float(np.min(ceiling_mps))
    allowed_mps = np.atleast_1d(ceiling_mps) * (1.0 + SPEED_TOLERANCE)
    missed = np.count_nonzero(entry_mps > allowed_mps)
    if not missed:
        return
    excess_mps = entry_mps - most_mps
    if most_mps >= float(np.min(limit_mps)):
        what = f"is {entry_mps:g}, {excess_mps:.3g} m/s above the limit at the start"
    else:
        what = (
            f"is {entry_mps:g}, {excess_mps:.3g} m/s too fast to brake in time "
            "for what lies ahead"
        )
    if allowed_mps.size > 1:
        what += f", in {missed} of {allowed_mps.size} draws"
    raise ArgumentError([Fault("entry_speed_mps", what, f"give {most_mps:.6g} at most")])


def _check_entry(
    train: Train, track: Track, stops: tuple[Stop, ...], ends_mps: tuple[float, float]
) -> None:
    """Raise if the train enters faster than its limit or its brakes allow."""
    if ends_mps[0] == 0.0:
        return
    pieces = lay_pieces(train, track, stops)
    rates = Rates(1.0, train.braking_mps2)
    squares = _rule_pieces(train, track, pieces)
    refuse_entry(ends_mps[0], *entry_ceiling(pieces, squares, rates, ends_mps[1], FLOATS))


def _walk(
    train: Train, track: Track, stops: tuple[Stop, ...], ends_mps: tuple[float, float]
) -> Run:
    """Run at constant rates, by the walk over the pieces."""
    pieces = lay_pieces(train, track, stops)
    rates = Rates(train.steady_acceleration_mps2, train.braking_mps2)
    passages = walk(pieces, _rule_pieces(train, track, pieces), rates, ends_mps, FLOATS)
    stands_s = stand_times(train, pieces, [stop.dwell_s for stop in stops], ends_mps[0])
    steps = _set_clock(pieces, passages, rates, stands_s, ends_mps[0])
    return Run(
        length_m=track.length_m,
        duration_s=float(steps.start_s[-1]),
        train_length_m=train.length_m,
        supplement_s=0.0,
        _halts=_halts(pieces, stops, steps.arrive_s),
        _draft=_Walked(pieces, steps, train),
    )


def _drive(
    train: Train,
    track: Track,
    stops: tuple[Stop, ...],
    ends_mps: tuple[float, float],
    supplements: Supplements | None,
) -> Run:
    """Run by the forces, or with supplements."""
    marks_m = [arrival.position_m for arrival in supplements.arrivals] if supplements else []
    ground = lay_ground(train, track, stops, ends_mps, marks_m)
    driven = shortest = drive_over(ground)
    if supplements is not None:
        driven = pace(ground, shortest, supplements)
    edges_m = ground.pieces.edges_m
    return Run(
        length_m=track.length_m,
        duration_s=driven.duration_s,
        train_length_m=train.length_m,
        supplement_s=driven.duration_s - shortest.duration_s,
        _halts=_halts(ground.pieces, stops, [driven.at_edge(edge_m)[0] for edge_m in edges_m]),
        _draft=driven,
    )


def _halts(
    pieces: Pieces, stops: tuple[Stop, ...], arrive_s: Sequence[float] | FloatArray
) -> tuple[tuple[float, float, float], ...]:
    """Give position, arrival and departure at each stop, in the order of travel."""
    return tuple(
        (stop.position_m, arrival_s, arrival_s + stop.dwell_s)
        for edge, index in sorted(pieces.stops.items())
        for stop, arrival_s in [(stops[index], float(arrive_s[edge]))]
    )


def _rule_pieces(train: Train, track: Track, pieces: Pieces) -> RulingSquares:
    """Give the squared ruling speeds of the pieces, as the walk asks for them."""
    speeds_mps = ruling_speeds(train, track, pieces)
    squares = [speed_mps * speed_mps for speed_mps in speeds_mps]
    return lambda first, past: squares[first:past]


def _set_clock(
    pieces: Pieces,
    passages: Iterable[Passage],
    rates: Rates,
    stands_s: Mapping[int, Value],
    entry_speed_mps: float,
) -> Steps:
    """Collect a walk over the pieces and say when the head is at every edge."""
    peaks, leaves, tallies = map(np.array, zip(*passages, strict=True))
    moving_s = np.zeros(pieces.last_edge + 1)
    moving_s[1:] = rates.moving_s(tallies, entry_speed_mps, leaves)
    stood_s = np.zeros(pieces.last_edge + 2)
    for edge, stand_s in stands_s.items():
        stood_s[edge + 1 :] += stand_s
    return Steps(
        peaks_mps=peaks,
        edges_mps=np.concatenate([[entry_speed_mps], leaves]),
        # Rounding may set the clock back where two edges nearly meet.
        arrive_s=np.maximum.accumulate(moving_s + stood_s[:-1]),
        start_s=np.maximum.accumulate(moving_s + stood_s[1:]),
    )
