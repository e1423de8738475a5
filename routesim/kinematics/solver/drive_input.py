"""What lies before a train that is driven, piece by piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from routesim.kinematics.checks import Floats
    from routesim.kinematics.solver.series import Coefficients

__all__ = ["Way", "fill_ceilings"]


class Way(NamedTuple):
    """What lies before the train, piece by piece.

    Parameters
    ----------
    edges_m
        Where the pieces join.
    speeds_mps
        The speed that rules each piece.
    pulls_mps2, slopes_mps2_per_m
        What gradient and curves take from the acceleration at the start of each piece,
        and how it grows.
    ceilings
        The highest squared speed at each edge, as `fill_ceilings` gives it.
    stands_s
        How long the train stands at each edge; negative where it does not stop.
    floors_mps
        Where the train coasts, the speed below which it does not let itself fall;
        negative where it does not coast.
    """

    edges_m: Floats
    speeds_mps: Floats
    pulls_mps2: Floats
    slopes_mps2_per_m: Floats
    ceilings: Floats
    stands_s: Floats
    floors_mps: Floats


def fill_ceilings(
    way: Way, twice_braking: float, exit_mps: float, ceilings: Coefficients
) -> None:
    """Work out the highest squared speed at each edge, from the end backwards."""
    last = len(way.edges_m) - 1
    ceiling = 0.0 if way.stands_s[last] >= 0.0 else exit_mps * exit_mps
    for edge in range(last, -1, -1):
        if edge < last:
            length_m = way.edges_m[edge + 1] - way.edges_m[edge]
            ceiling += twice_braking * length_m
            ceiling = min(ceiling, way.speeds_mps[edge] * way.speeds_mps[edge])
            if way.stands_s[edge] >= 0.0 and edge > 0:
                ceiling = 0.0
        if edge > 0:
            ceiling = min(ceiling, way.speeds_mps[edge - 1] * way.speeds_mps[edge - 1])
        ceilings[edge] = ceiling
