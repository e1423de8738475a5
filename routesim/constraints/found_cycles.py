"""Negative cycles found by a search, and the sets that it need not examine again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from routesim.constraints.bitsets import Bits, count_shared, unite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.constraints.bitsets import Antichain


MOST_SETS = 100_000
"""Largest number of sets recorded; a single false constraint can contradict every pair of
others."""


@dataclass(frozen=True, slots=True)
class NegativeCycle:
    """An unsatisfiable set: its support, the weight of its cycle, and the constraints on it.

    ``path`` has the indices of the constraints, in the order of the cycle. ``-weight_s`` is the
    total in seconds by which they must be widened. A set that is refused, whatever the times,
    has an empty path and a weight of zero.
    """

    support: Bits
    weight_s: int
    path: tuple[int, ...]


class FoundCycles:
    """The most negative cycle of each set found so far.

    Sets that contain a set in ``known`` are not searched for; each set found is added to
    ``known``. Sets of more than ``max_size`` counted bits are not searched for either; None
    sets no limit. ``is_full`` becomes True when a set beyond ``MOST_SETS`` is found.
    """

    def __init__(self, known: Antichain, *, counted: Bits, max_size: int | None) -> None:
        self.known, self.counted, self.max_size = known, counted, max_size
        self.is_full = False
        self._cycles: dict[Bits, NegativeCycle] = {}

    def is_open(self, support: Bits) -> bool:
        """Return whether a set may still be, or grow into, a new unsatisfiable set.

        A set that was found stays open for more negative cycles of the same support.
        """
        if self.max_size is not None and self.measure(support) > self.max_size:
            return False
        return support in self._cycles or not self.known.holds_subset(support)

    def measure(self, support: Bits) -> int:
        """Return the size of a set: its number of counted bits."""
        return count_shared(support, self.counted)

    def count_remaining(self, support: Bits) -> int | None:
        """Return how many counted bits may still be added to a set; None for any number."""
        return None if self.max_size is None else self.max_size - self.measure(support)

    def record(self, support: Bits, weight_s: int, path: tuple[int, ...]) -> None:
        """Record a negative cycle of an open set, or a more negative one of a recorded set."""
        cycle = self._cycles.get(support)
        if cycle is None:
            self.is_full |= len(self._cycles) == MOST_SETS
            if self.is_full or not self.is_open(support):
                return
            self.known.add(support)
        elif cycle.weight_s <= weight_s:
            return
        self._cycles[support] = NegativeCycle(support, weight_s, path)

    def list_cycles(self, base: Bits) -> Iterator[NegativeCycle]:
        """Iterate over the cycles found, with the bits of ``base`` added to each support."""
        for support, cycle in self._cycles.items():
            yield NegativeCycle(unite(support, base), cycle.weight_s, cycle.path)
