"""Many runs at once: the same journey with varying speeds, dwells and rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack, overload

import numpy as np

from routesim.errors import ArgumentError, Fault
from routesim.kinematics.argument_checks import check_array
from routesim.kinematics.batch.draws import Batch, check_draws, check_points
from routesim.kinematics.batch.engines import ENGINES, choose_engine
from routesim.kinematics.batch.results import ManyQuantiles, ManyRuns, keep_all, keep_quantiles
from routesim.kinematics.run import check_run_inputs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike

    from routesim.arrays import Array
    from routesim.kinematics.track import Stop, Track
    from routesim.kinematics.train import Train


class _Options(TypedDict, total=False):
    stops: Iterable[Stop]
    at_m: ArrayLike | None
    speed_factor: ArrayLike
    dwell_s: ArrayLike | None
    acceleration_mps2: ArrayLike | None
    braking_mps2: ArrayLike | None
    entry_speed_mps: float
    exit_speed_mps: float
    engine: str


@overload
def run_many(
    train: Train, track: Track, *, quantiles: None = ..., **options: Unpack[_Options]
) -> ManyRuns: ...
@overload
def run_many(
    train: Train, track: Track, *, quantiles: ArrayLike, **options: Unpack[_Options]
) -> ManyQuantiles: ...
def run_many(  # noqa: PLR0913 - the journey, and one argument per varying quantity
    train: Train,
    track: Track,
    *,
    stops: Iterable[Stop] = (),
    at_m: ArrayLike | None = None,
    speed_factor: ArrayLike = 1.0,
    dwell_s: ArrayLike | None = None,
    acceleration_mps2: ArrayLike | None = None,
    braking_mps2: ArrayLike | None = None,
    entry_speed_mps: float = 0.0,
    exit_speed_mps: float = 0.0,
    quantiles: ArrayLike | None = None,
    engine: str = "auto",
) -> ManyRuns | ManyQuantiles:
    """Run a train over a track many times, with varying speeds, dwells and rates.

    Each draw has the accuracy of `run` and does not depend on the other draws.

    Parameters
    ----------
    train : Train
        Train that runs.
    track : Track
        Track on which the head runs from 0 to ``track.length_m``.
    stops : iterable of Stop, default ()
        Stops in any order, as for `run`.
    at_m : array_like, optional
        Positions in m whose times are returned, shape (points,). They must not decrease, but
        may repeat. None for the stops in the order of travel.
    speed_factor : float or array_like, default 1.0
        Factor on the speeds. A number or an array (draws,) multiplies every limit and the
        maximum speed of the train. An array (draws, limits) has one column per limit of the
        track. The ruling speed is then the lowest product of a limit and its factor among
        the limits that hold. A limit above the maximum speed of the train counts as that
        speed. Where no limit holds, the maximum speed holds without a factor.
    dwell_s : array_like, optional
        Dwells in s. An array (draws,) has the same dwell for every stop. An array (draws,
        stops) has one column per stop, in the order of `stops`. None for the dwells of
        `stops`.
    acceleration_mps2 : float or array_like, optional
        Acceleration in m/s²: a number or an array (draws,). With a traction table it is a
        cap, as for `Train`. None for the acceleration of the train.
    braking_mps2 : float or array_like, optional
        Deceleration in m/s²: a number or an array (draws,). None for that of the train.
    entry_speed_mps : float, default 0.0
        Speed of the head at the start of the track in m/s, as for `run`. `speed_factor` does
        not apply to it.
    exit_speed_mps : float, default 0.0
        Highest allowed speed of the head at the end of the track in m/s, as for `run`.
        `speed_factor` does not apply to it.
    quantiles : array_like, optional
        Levels between 0 and 1, shape (quantiles,). Only these quantiles of each time are
        returned. None to return every draw.
    engine : {"auto", "numpy", "numba"}, default "auto"
        Engine of the computation. ``"numba"`` requires the extra ``fast`` and compiles for
        some seconds on first use. ``"auto"`` uses numba, if it is installed, for 1,000,000
        draws or more, and for 100 draws or more with a traction table. Times of the two
        engines differ by less than 1e-9 of their value.

    Returns
    -------
    ManyRuns or ManyQuantiles
        `ManyRuns` with the times of every draw, or `ManyQuantiles` if `quantiles` is given.
        ``arrive_s`` is in seconds from the start, shape (draws, points) or (quantiles, points).
        ``duration_s`` is in seconds, shape (draws,) or (quantiles,). The number of draws is the
        length of the given arrays, or 1 if all are numbers.

    Raises
    ------
    ArgumentError
        If `run` would raise it, a factor or rate is not greater than zero, a dwell is
        negative, an array has a wrong shape, arrays differ in length, a position in `at_m` is
        off the track or below the one before, a level is not between 0 and 1, the engine is
        unknown or not installed, or dwells are given without stops. The error lists all
        faults. Also if the entry is too fast in any draw. The error then states the excess
        of the worst draw.
    StallError
        If the train has too little force to continue in any draw.

    See Also
    --------
    run : A single run, with lookups of position, time and speed.
    simulate : Draw many journeys from the priors of a plan.

    Notes
    -----
    Draws are run in parts of bounded size. Apart from the arguments and the result, the memory
    used does not grow with the number of draws.

    Examples
    --------
    >>> import routesim as rs
    >>> train = rs.Train(acceleration_mps2=0.5, braking_mps2=0.5)
    >>> track = rs.Track(length_m=1000, limits=[rs.SpeedLimit(0, 1000, 12.5)])
    >>> many = rs.run_many(train, track, at_m=[500, 1000], speed_factor=[1.0, 0.8])
    >>> many.arrive_s
    array([[ 52.5, 105. ],
           [ 60. , 120. ]])

    Quantiles of the duration over random speeds:

    >>> import numpy as np
    >>> factors = np.random.default_rng(0).uniform(0.8, 1.0, size=200)
    >>> bands = rs.run_many(train, track, speed_factor=factors, quantiles=[0.05, 0.5, 0.95])
    >>> bands.duration_s.shape
    (3,)
    """
    faults: list[Fault] = []
    given_mps = (entry_speed_mps, exit_speed_mps)
    kept, ends_mps = check_run_inputs(train, track, stops, given_mps, faults)
    varying = {
        "speed_factor": speed_factor,
        "dwell_s": dwell_s,
        "acceleration_mps2": acceleration_mps2,
        "braking_mps2": braking_mps2,
    }
    draws = check_draws(train, track, kept, varying, faults)
    points_m = None if at_m is None else check_points(at_m, track.length_m, faults)
    levels = _check_levels(quantiles, faults)
    if engine not in ENGINES:
        wanted = " or ".join(repr(name) for name in ENGINES)
        faults.append(Fault("engine", f"is {engine!r}", f"give {wanted}"))
    if faults or draws is None:
        raise ArgumentError(faults)
    if points_m is None:
        points_m = np.array(sorted(stop.position_m for stop in kept), dtype=np.float64)
    batch = Batch(train, track, kept, ends_mps, points_m, draws)
    chosen = choose_engine(engine, batch)
    return keep_all(batch, chosen) if levels is None else keep_quantiles(batch, chosen, levels)


def _check_levels(quantiles: ArrayLike | None, faults: list[Fault]) -> Array | None:
    if quantiles is None:
        return None
    levels = check_array("quantiles", quantiles, 0.0, ("", "(quantiles,)"), faults)
    if levels is not None and levels.size and levels.max() > 1.0:
        faults.append(Fault("quantiles", f"contains {levels.max():g}", "give numbers up to 1"))
    return levels
