"""One run of a train over a track: when it is where, and how fast."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from routesim.errors import ArgumentError, Fault
from routesim.kinematics.argument_checks import check_items, check_kind, check_number
from routesim.kinematics.result import Run
from routesim.kinematics.solver import profile
from routesim.kinematics.solver.drive_run import run_drive, set_up_drive
from routesim.kinematics.solver.pieces import NEAREST_M
from routesim.kinematics.solver.supplement_solver import solve_supplements
from routesim.kinematics.supplements import check_supplements
from routesim.kinematics.track import Stop, Track
from routesim.kinematics.train import Train

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.kinematics.solver.drive_run import DriveResult
    from routesim.kinematics.supplements import Supplements


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
    profile.check_entry(train, track, kept, ends_mps)
    solution: profile.WalkResult | DriveResult
    arrive_s: Sequence[float]
    more_s = 0.0
    if train.traction is None and supplements is None:
        solution = profile.run_walk(train, track, kept, ends_mps)
        pieces, arrive_s = solution.pieces, solution.arrive_s.tolist()
    else:
        arrivals = supplements.arrivals if supplements else ()
        marks_m = [arrival.position_m for arrival in arrivals]
        setup = set_up_drive(train, track, kept, ends_mps, marks_m)
        solution = shortest = run_drive(setup)
        if supplements is not None:
            solution = solve_supplements(setup, shortest, supplements)
            more_s = solution.duration_s - shortest.duration_s
        pieces = setup.pieces
        arrive_s = [solution.at_edge(edge_m)[0] for edge_m in pieces.edges_m]
    halts = [(kept[index], arrive_s[edge]) for edge, index in sorted(pieces.stops.items())]
    return Run(
        length_m=track.length_m,
        duration_s=solution.duration_s,
        train_length_m=train.length_m,
        supplement_s=more_s,
        _halts=tuple((at.position_m, time_s, time_s + at.dwell_s) for at, time_s in halts),
        _solution=solution,
    )


def check_run_inputs(
    train: Train,
    track: Track,
    stops: Iterable[Stop],
    ends_mps: tuple[float, float],
    faults: list[Fault],
) -> tuple[tuple[Stop, ...], tuple[float, float]]:
    """Note what is wrong with the stops on a track and the speeds at its ends; return them.

    If the train or the track is something else it raises, since nothing more can be checked.
    """
    kept = tuple(stops)
    check_kind("train", train, Train, faults)
    check_kind("track", track, Track, faults)
    if faults:
        raise ArgumentError(faults)
    placed: list[tuple[float, str]] = []
    for where, stop in check_items("stops", kept, Stop, faults):
        if stop.position_m > track.length_m:
            what = (
                f"at {stop.position_m:g} m lies beyond the end of the track "
                f"at {track.length_m:g} m"
            )
            faults.append(Fault(where, what, "shift or drop it"))
        placed.append((stop.position_m, where))
    in_order = sorted(placed, key=lambda stop: stop[0])
    for (before_m, before), (position_m, where) in pairwise(in_order):
        if position_m - before_m <= NEAREST_M:
            what = f"is at {position_m:g} m like {before}"
            faults.append(Fault(where, what, "make them one stop with the sum of the dwells"))
    names = ("entry_speed_mps", "exit_speed_mps")
    entry_mps, exit_mps = (
        check_number(name, speed_mps, 0.0, faults)
        for name, speed_mps in zip(names, ends_mps, strict=True)
    )
    return kept, (entry_mps, exit_mps)
