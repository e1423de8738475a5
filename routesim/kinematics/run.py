"""One run of a train over a track: when it is where, and how fast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.errors import ArgumentError, Fault
from routesim.kinematics.result import Run
from routesim.kinematics.run_inputs import check_run_inputs, refuse_entry
from routesim.kinematics.solver.drive_run import run_drive, set_up_drive
from routesim.kinematics.solver.supplement_solver import solve_supplements
from routesim.kinematics.solver.walk_result import find_highest_entry, run_walk
from routesim.kinematics.supplements import check_supplements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.kinematics.solver.drive_run import DriveResult
    from routesim.kinematics.solver.pieces import Pieces
    from routesim.kinematics.solver.walk_result import WalkResult
    from routesim.kinematics.supplements import Supplements
    from routesim.kinematics.track import Stop, Track
    from routesim.kinematics.train import Train
    from routesim.kinematics.types import Floats


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
    (`routesim.kinematics.solver.series` explains how that is controlled).

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
        fast to brake for what lies ahead; or if a fixed arrival is too early. The error
        names by how much.
    StallError
        If the train lacks the force to go on; the error names where and how much.

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
    given_mps = (entry_speed_mps, exit_speed_mps)
    kept, ends_mps = check_run_inputs(train, track, stops, given_mps, faults)
    if supplements is not None:
        check_supplements(supplements, train, track, faults)
    if faults:
        raise ArgumentError(faults)
    if ends_mps[0] != 0.0:
        refuse_entry(ends_mps[0], *find_highest_entry(train, track, kept, ends_mps[1]))
    if train.traction is None and supplements is None:
        walked = run_walk(train, track, kept, ends_mps)
        return _make_run(train, track, kept, walked.pieces, walked.arrive_s, walked)
    marks_m = [arrival.position_m for arrival in supplements.arrivals] if supplements else []
    setup = set_up_drive(train, track, kept, ends_mps, marks_m)
    driven = shortest = run_drive(setup)
    if supplements is not None:
        driven = solve_supplements(setup, shortest, supplements)
    arrive_s = [driven.at_edge(edge_m)[0] for edge_m in setup.pieces.edges_m]
    more_s = driven.duration_s - shortest.duration_s
    return _make_run(train, track, kept, setup.pieces, arrive_s, driven, more_s)


def _make_run(
    train: Train,
    track: Track,
    stops: tuple[Stop, ...],
    pieces: Pieces,
    arrive_s: Floats,
    solution: WalkResult | DriveResult,
    supplement_s: float = 0.0,
) -> Run:
    """Return a run by its solution, the stops in the order of travel."""
    halts = [
        (stops[index], float(arrive_s[edge])) for edge, index in sorted(pieces.stops.items())
    ]
    return Run(
        length_m=track.length_m,
        duration_s=solution.duration_s,
        train_length_m=train.length_m,
        supplement_s=supplement_s,
        _halts=tuple((at.position_m, time_s, time_s + at.dwell_s) for at, time_s in halts),
        _solution=solution,
    )
