"""Turns in which the reports along a long route are added, one place after another.

With many reports, that is more efficient than to raise the power of all at once: given the
earlier ones, the time at the next place is known well. The power of a unit of the likelihood
grows from 0 to 1 during its turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.arrays import Array, Indices


STEPS_PER_TURN = 1
"""Smallest number of stages for each turn."""
SAME_TURN = 1e-9
"""Smallest part of a turn that counts."""
FAR_LOG, LOST_SHARE = -8.0, 0.15
"""Log likelihood of a unit that hardly agrees, and share of the particles that must agree."""


@dataclass(frozen=True, eq=False)
class Turns:
    """The turn of each unit, (units,), and the last event of each turn."""

    of_unit: Array
    events: tuple[int, ...]

    def find_powers(self, beta: float) -> Array:
        """Return the power of each unit at the stage ``beta``, (units, 1)."""
        turn = beta * len(self.events)
        return np.clip(turn - self.of_unit, 0.0, 1.0)[:, None]

    def limit(self, beta: float) -> float:
        """Return the end of the part of a turn that comes after ``beta``."""
        steps = STEPS_PER_TURN * len(self.events)
        return min((float(np.floor(beta * steps + SAME_TURN)) + 1.0) / steps, 1.0)

    def find_next(self, beta: float) -> tuple[int, int] | None:
        """Return the last event so far and that of the next turn, if ``beta`` ends a turn."""
        turn = round(beta * len(self.events))
        if beta <= 0.0 or beta >= 1.0 or abs(beta * len(self.events) - turn) > SAME_TURN:
            return None
        return self.events[turn - 1], self.events[turn]

    def find_frontier(self, beta: float) -> int | None:
        """Return the last event on which the likelihood depends so far; None for all."""
        if beta >= 1.0:
            return None
        turn = int(np.ceil(beta * len(self.events) - SAME_TURN)) - 1
        return self.events[max(turn, 0)]

    def is_lost(self, units: Array, beta: float) -> bool:
        """Return whether few particles agree with the units of the present turn.

        ``units`` has the log likelihood of each unit, (units, particles).
        """
        if beta >= 1.0:
            return False
        powers = self.find_powers(beta)
        turn = np.flatnonzero(self.of_unit == self.of_unit[powers[:, 0] > 0.0].max())
        agrees = units[turn] > FAR_LOG * powers[turn]
        return bool((agrees.mean(axis=1) < LOST_SHARE).any())


def order_units(unit_events: Sequence[Indices]) -> Turns:
    """Return the turns of units; a unit comes with the last event on which it depends."""
    lasts = [int(events.max()) if events.size else None for events in unit_events]
    places = sorted({last for last in lasts if last is not None})
    rank = {event: number for number, event in enumerate(places)}
    of_unit = [0.0 if last is None else float(rank[last]) for last in lasts]
    return Turns(np.array(of_unit), tuple(places))
