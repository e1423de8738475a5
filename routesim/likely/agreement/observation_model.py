"""Agreement of values with the range or the window of a clause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routesim.likely.soft_windows import find_agreement

if TYPE_CHECKING:
    from routesim.evidence import ReportedTime
    from routesim.journey import Journey


Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ObservationModel:
    """How values of a draw are compared with what clauses state.

    Parameters
    ----------
    journey
        The journey; its plan has how soft the ends of ranges are.
    inside
        Whether soft ends lie inside the hard ones.
    """

    journey: Journey
    inside: bool = False

    def compare_range(self, values: Array, low: float, high: float) -> Array:
        """Return the logarithm of the agreement of quantities with a range, (draws,).

        The ends of a range are soft by a share of its width; with one end only it is sharp.
        """
        range_share = self.journey.plan.trust.range_share
        soft = range_share * (high - low) if np.isfinite(high - low) else 0.0
        return find_agreement(values, (low, high), (soft, soft), inside=self.inside)

    def compare_window(self, times_s: Array, time: ReportedTime) -> Array:
        """Return the logarithm of the agreement of times with a window, (draws,)."""
        return find_agreement(times_s, get_ends(time), time.soft_s, inside=self.inside)


def get_ends(time: ReportedTime) -> tuple[float, float]:
    """Return the two ends of a window, POSIX seconds; infinite where it is open."""
    return time.window.start_s, time.window.end_s
