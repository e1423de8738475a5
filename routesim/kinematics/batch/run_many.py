"""Many runs at once: the same journey with speeds, dwells and rates that vary."""

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
def run_many(  # noqa: PLR0913 - the journey, and one a thing that may vary
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
    """Run a train over a track many times, each draw as exactly as `run` does.

    Parameters
    ----------
    train, track, stops
        As for `run`.
    at_m
        Where times are wanted, (points,), in metres; the positions must not fall, but may
        repeat. None for the stops alone, in the order of travel.
    speed_factor
        A number or (draws,): multiplies every limit and the train's maximum. Or (draws,
        limits), a column for each of the track's limits: the ruling speed is then the
        lowest product of a factor and its limit (or the train's maximum if lower) among
        the limits that hold, and the train's maximum as it is where none does.
    dwell_s
        In seconds: None for the stops' own, (draws,) for the same at every stop, or
        (draws, stops), a column for each stop in the order in which they are given.
    acceleration_mps2, braking_mps2
        In m/s²: None for the train's own, a number, or (draws,). With a traction table
        the acceleration is the most that is used.
    entry_speed_mps, exit_speed_mps
        As for `run`; no factor applies to them.
    quantiles
        None to keep every draw; or (quantiles,) between 0 and 1, to keep only these of
        each time: then no array over draws is made, however many there are.
    engine
        ``"numpy"``; ``"numba"``, which needs the extra ``fast``; or ``"auto"``: numba
        from a million draws on if it is installed (it compiles first, for seconds),
        from a hundred with a traction table. They agree to 1e-9 of a time.

    Returns
    -------
    ManyRuns
        With as many draws as the arrays have, which must agree; with one if all are
        numbers. A draw does not depend on the others.
    ManyQuantiles
        With `quantiles`.

    Raises
    ------
    ArgumentError
        With every fault: those of `run`, a factor or rate that is not greater than zero, a
        dwell that is negative, a shape that does not fit, dwells without stops. Also if in
        some draw the entry is too fast; the error names by how much in the worst.
    StallError
        If in some draw the train lacks the force to go on.

    Notes
    -----
    The working memory is that of some ten thousand draws, whatever their number; besides
    it there is only what is returned.

    Examples
    --------
    >>> from routesim.kinematics import SpeedLimit, Track, Train
    >>> train = Train(acceleration_mps2=0.5, braking_mps2=0.5)
    >>> track = Track(length_m=1000, limits=[SpeedLimit(0, 1000, 12.5)])
    >>> many = run_many(train, track, at_m=[500, 1000], speed_factor=[1.0, 0.8])
    >>> many.arrive_s
    array([[ 52.5, 105. ],
           [ 60. , 120. ]])
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
        faults.append(Fault("quantiles", f"holds {levels.max():g}", "give numbers up to 1"))
    return levels
