"""The forces on a train, as coefficients of its acceleration.

The acceleration of a train is

    a = (F(v) - R(v) - m g i) / (m r)

with traction ``F(v)``, resistance ``R(v)``, rise ``i`` under the train, mass ``m`` and the
factor ``r`` for rotating parts. Between two points of the traction table this is
``P + Q v + S v² - g i / r``.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.arrays import Array
    from routesim.kinematics.track import Curve, Gradient, Track
    from routesim.kinematics.train import Train
    from routesim.kinematics.types import Floats


GRAVITY_MPS2 = 9.80665

# Acceleration by the forces of a train without a traction table: so large that the constant
# rate always caps it.
BOUNDLESS_MPS2 = 1e12

# Radius below which the second branch of the curve resistance holds.
NARROW_M = 300.0


class Traction(NamedTuple):
    """The forces of a train divided by its mass.

    The coefficients change at the speeds `knots_mps`, from 0 to infinity. Between two knots
    the traction is a line. `alphas` and `betas` have P in m/s² and Q in 1/s for each line.
    `gamma` is S in 1/m. `coast_alpha`, `coast_beta` and `coast_gamma` are the same without
    traction. `cap_mps2` is the highest acceleration that the driver uses. `twice_braking` is
    twice the braking rate in m/s². `mass_kg` is the mass with the allowance for rotating
    parts, which converts an acceleration to a force.
    """

    knots_mps: Floats
    alphas: Floats
    betas: Floats
    gamma: float
    coast_alpha: float
    coast_beta: float
    coast_gamma: float
    cap_mps2: float
    twice_braking: float
    mass_kg: float


def make_traction(train: Train) -> Traction:
    """Return the coefficients of the forces of a train."""
    mass_kg = train.mass_kg * train.rotating_mass_factor
    davis = train.resistance
    a, b, c = (davis.a_n, davis.b_n_s_per_m, davis.c_n_s2_per_m2) if davis else (0.0, 0.0, 0.0)
    cap_mps2 = math.inf if train.acceleration_mps2 is None else train.acceleration_mps2
    if train.traction is None:
        knots, alphas, betas, gamma = [0.0, math.inf], [BOUNDLESS_MPS2], [0.0], 0.0
    else:
        knots, lines = _join_points(train.traction)
        alphas = [(start_n - a) / mass_kg for start_n, _ in lines]
        betas = [(slope - b) / mass_kg for _, slope in lines]
        gamma = -c / mass_kg
    return Traction(
        knots_mps=knots,
        alphas=alphas,
        betas=betas,
        gamma=gamma,
        coast_alpha=-a / mass_kg,
        coast_beta=-b / mass_kg,
        coast_gamma=-c / mass_kg,
        cap_mps2=cap_mps2,
        twice_braking=2.0 * train.braking_mps2,
        mass_kg=mass_kg,
    )


def curve_resistance(radius_m: float) -> float:
    """Return the resistance of a curve as a dimensionless share of the weight of the train.

    This is Röckl's formula for standard gauge: ``650 / (R - 55)`` N/kN for radii of 300 m or
    more, and ``500 / (R - 30)`` N/kN below. It is used for broad gauge too.

    References
    ----------
    A. von Röckl, 1880; in D. Wende, "Fahrdynamik des Schienenverkehrs", Teubner 2003.

    Examples
    --------
    >>> round(1000 * curve_resistance(705), 6)
    1.0
    """
    permille = 650.0 / (radius_m - 55.0) if radius_m >= NARROW_M else 500.0 / (radius_m - 30.0)
    return permille / 1000.0


def find_grade_breaks(train: Train, track: Track) -> list[float]:
    """Return the head positions at which the mean rise under the train changes its slope."""
    ends_m = {end for part in _parts(train, track) for end in part[:2]}
    breaks_m = {end + carried for end in ends_m for carried in (0.0, train.length_m)}
    return sorted(position for position in breaks_m if 0.0 < position < track.length_m)


def find_drags(
    train: Train, track: Track, edges_m: Sequence[float]
) -> tuple[list[float], list[float]]:
    """Return the loss of acceleration from gradients and curves on each piece.

    The mass is spread evenly over the length of the train. The rise is therefore the mean of
    ``sin(atan(permille / 1000))`` over that length. Between two breaks it is linear in the
    position of the head.

    The edges must include all of `find_grade_breaks`. Returns the loss of acceleration at the
    start of each piece in m/s², and its growth in m/s² per metre.
    """
    count = len(edges_m) - 1
    parts = _parts(train, track)
    if not parts:
        return [0.0] * count, [0.0] * count
    places_m, climbs_m = _sum_climbs(parts)
    heads_m = np.asarray(edges_m)
    rears_m = heads_m - train.length_m
    climbed_m = np.interp(heads_m, places_m, climbs_m) - np.interp(rears_m, places_m, climbs_m)
    factor = GRAVITY_MPS2 / (train.length_m * train.rotating_mass_factor)
    at_edges: Array = factor * climbed_m
    slopes = np.diff(at_edges) / np.diff(heads_m)
    # The slope of a constant rise is zero but for rounding.
    slopes[np.abs(np.diff(at_edges)) <= 1e-12 * np.abs(at_edges).max(initial=0.0)] = 0.0
    return at_edges[:-1].tolist(), slopes.tolist()


def _join_points(
    table: Sequence[tuple[float, float]],
) -> tuple[list[float], list[tuple[float, float]]]:
    """Return the knots of a table, and the intercept and slope of each line between them."""
    knots, lines = [0.0], []
    if table[0][0] > 0.0:
        lines.append((table[0][1], 0.0))
        knots.append(table[0][0])
    for (low_mps, low_n), (high_mps, high_n) in pairwise(table):
        slope = (high_n - low_n) / (high_mps - low_mps)
        lines.append((low_n - slope * low_mps, slope))
        knots.append(high_mps)
    lines.append((table[-1][1], 0.0))
    return [*knots, math.inf], lines


def _parts(train: Train, track: Track) -> list[tuple[float, float, float]]:
    """Return the gradients and curves: start, end, and force divided by weight.

    If no gradient starts before 0, one that starts at 0 is extended backwards by the length
    of the train, so that it lies under the whole train at departure. The same rule holds for
    curves.
    """
    rises = [math.sin(math.atan(part.permille / 1000.0)) for part in track.gradients]
    bends = [curve_resistance(part.radius_m) for part in track.curves]
    kinds: list[tuple[Sequence[Gradient | Curve], list[float]]]
    kinds = [(track.gradients, rises), (track.curves, bends)]
    found = []
    for parts, forces in kinds:
        described = any(part.start_m < 0.0 for part in parts)
        for part, force in zip(parts, forces, strict=True):
            start_m = part.start_m if described or part.start_m > 0.0 else -train.length_m
            found.append((start_m, part.end_m, force))
    return found


def _sum_climbs(parts: Sequence[tuple[float, float, float]]) -> tuple[Array, Array]:
    """Integrate force divided by weight along the track; return places and their integrals."""
    places_m = np.unique([end for part in parts for end in part[:2]])
    steps = np.zeros(places_m.size)
    for start_m, end_m, force in parts:
        steps[np.searchsorted(places_m, start_m)] += force
        steps[np.searchsorted(places_m, end_m)] -= force
    lengths_m = np.diff(places_m)
    climbs_m = np.concatenate([[0.0], np.cumsum(np.cumsum(steps)[:-1] * lengths_m)])
    return places_m, climbs_m
