"""One run of a train over a track: position, time and speed."""

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
    """Run a train over a track as fast as its limits allow.

    With supplements the run takes longer by the time they add.

    Parameters
    ----------
    train : Train
        Train that runs.
    track : Track
        Track on which the head runs from 0 to ``track.length_m``.
    stops : iterable of Stop, default ()
        Stops in any order. The train arrives at a stop at position 0 at time 0. The dwell of
        a stop at the end of the track is part of the duration.
    entry_speed_mps : float, default 0.0
        Speed of the head at the start of the track, in m/s. At 0.0 the train starts from
        rest after its startup delay.
    exit_speed_mps : float, default 0.0
        Highest allowed speed of the head at the end of the track, in m/s. The actual speed is
        lower if a limit or the acceleration of the train does not allow it.
    supplements : Supplements, optional
        Time added to the shortest running time. None adds no time.

    Returns
    -------
    Run
        Position (m), time (s from the start) and speed (m/s) along the run, the times of its
        stops and its phases.

    Raises
    ------
    ArgumentError
        If an argument is of another type, a stop or a fixed arrival is beyond the end of the
        track, two stops are at one position, a speed is negative or not finite, or supplements
        have coasting but the train has no resistance. The error lists all faults. Also if the
        entry speed is above the limit or too high to brake for what is ahead, or if a fixed
        arrival is too early. The error then states by how much.
    StallError
        If the train has too little force to continue. The error states the position and the
        missing force.

    See Also
    --------
    run_many : Run the same train many times with varying speeds, dwells and rates.
    load_train : Load a bundled train.

    Notes
    -----
    A run of a train without a traction table and without supplements is solved in closed
    form. It has no time step, and its only error is rounding. The formulas are derived in
    `routesim.kinematics.solver.profile`.

    All other runs are integrated with power series in time. The relative error of a time is
    below 1e-10. The error control is described in `routesim.kinematics.solver.series`.

    Examples
    --------
    A train that accelerates and brakes at 0.5 m/s² needs 25 s and 156.25 m to reach
    12.5 m/s, and the same to stop. The 687.5 m in between take 55 s.

    >>> import routesim as rs
    >>> train = rs.Train(acceleration_mps2=0.5, braking_mps2=0.5)
    >>> track = rs.Track(length_m=1000, limits=[rs.SpeedLimit(0, 1000, 12.5)])
    >>> run = rs.run(train, track)
    >>> run.duration_s
    105.0
    >>> run.time_at(156.25), run.position_at(25.0), run.speed_at(500.0)
    (25.0, 156.25, 12.5)

    A supplement of 10 percent:

    >>> slower = rs.run(train, track, supplements=rs.Supplements(percent=10))
    >>> round(slower.duration_s, 9)
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
    """Check the stops on a track and the speeds at its ends, and return them.

    Faults are appended to `faults`. A train or track of another type raises at once, because
    nothing else can be checked then.
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
            faults.append(Fault(where, what, "move or drop it"))
        placed.append((stop.position_m, where))
    in_order = sorted(placed, key=lambda stop: stop[0])
    for (before_m, before), (position_m, where) in pairwise(in_order):
        if position_m - before_m <= NEAREST_M:
            what = f"is at {position_m:g} m like {before}"
            faults.append(Fault(where, what, "give one stop with the sum of the dwells"))
    names = ("entry_speed_mps", "exit_speed_mps")
    entry_mps, exit_mps = (
        check_number(name, speed_mps, 0.0, faults)
        for name, speed_mps in zip(names, ends_mps, strict=True)
    )
    return kept, (entry_mps, exit_mps)
