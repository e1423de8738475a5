"""Builder of a case: gathers the constraints of one route from one start.

The clauses of every kind are written with its few words: no sooner than, no later than, so
far apart, and impossible whatever the times.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, inf, isfinite
from typing import TYPE_CHECKING

from routesim.constraints.system import ZERO, Constraint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from routesim.certain.encoding.line_limits import LineLimits
    from routesim.constraints.bitsets import Bits
    from routesim.evidence import Clause, Window
    from routesim.journey import Journey

__all__ = ["CaseBuilder", "ClauseVariant", "Exclusion", "KnownLength", "number_node"]


def number_node(origin: int, passage: int, event: str) -> int:
    """Return the node of an event at a passage not before the start.

    Two nodes a passage: arriving, which passing and crossing count as, and departing, which
    boarding counts as. Node 0 is the zero of time.
    """
    return 1 + 2 * (passage - origin) + (event in {"depart", "board"})


@dataclass(frozen=True, slots=True)
class ClauseVariant:
    """A clause with nothing left unsaid, the support of it so read, and when it was known.

    ``visit`` is which passage of its place is meant, from 1; 0 where there is no choice.
    """

    clause: Clause
    support: Bits
    visit: int
    known_s: float
    forecast: bool


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why a support cannot hold whatever the times.

    ``miss_m`` is by how much lengths miss each other, ``miss_mps`` speeds; None where the
    place or the route decides.
    """

    support: Bits
    why: str
    miss_m: float | None = None
    miss_mps: float | None = None


@dataclass(frozen=True, slots=True)
class KnownLength:
    """What is known of the length between two passages, and what it is based on."""

    low_m: float
    high_m: float
    support: Bits


class CaseBuilder:
    """Gathers constraints and exclusions for one route from one start."""

    def __init__(
        self, journey: Journey, line: LineLimits, origin: int, bits: Mapping[str, Bits]
    ) -> None:
        self.journey, self.line, self.origin, self.bits = journey, line, origin, bits
        self.last = len(line.route.passages) - 1
        self.constraints: list[Constraint] = []
        self.exclusions: dict[Bits, Exclusion] = {}
        self.lengths: dict[tuple[int, int], list[KnownLength]] = {}
        """The lengths that reports state, by the first and last passage."""

    # ------------------------------------------------------------ constraints

    def node(self, passage: int, event: str) -> int:
        """Return the node of an event at a passage."""
        return number_node(self.origin, passage, event)

    def bound(self, tail: int, head: int, weight_s: float, support: Bits) -> None:
        """Require ``t[head] - t[tail] <= weight_s``."""
        if isfinite(weight_s):
            self.constraints.append(Constraint(tail, head, int(weight_s), support))

    def not_before(self, node: int, low_s: float, support: Bits) -> None:
        """Require an event no sooner than a time."""
        self.bound(node, ZERO, -low_s, support)

    def not_after(self, node: int, high_s: float, support: Bits) -> None:
        """Require an event no later than a time."""
        self.bound(ZERO, node, high_s, support)

    def apart(self, first: int, then: int, ends_s: tuple[float, float], support: Bits) -> None:
        """Require ``then`` between two lapses of time after ``first``."""
        low, high = ends_s
        self.bound(then, first, -low, support)
        self.bound(first, then, high, support)

    # ------------------------------------------------------------ exclusions

    def exclude(self, support: Bits, why: str, **miss: float) -> None:
        """Note that a support cannot hold; the first reason counts."""
        if support not in self.exclusions:
            self.exclusions[support] = Exclusion(support, why, **miss)

    def exclude_place(self, variant: ClauseVariant, place: str) -> None:
        """Note that the route does not pass a place."""
        self.exclude(variant.support, f"route {self.line.route_id} does not pass {place}")

    def exclude_start(self, variant: ClauseVariant, place: str) -> None:
        """Note that the train departs at, or only beyond, a place."""
        start = self.name(self.origin)
        reason = "sets out there" if place == start else f"sets out only at {start}"
        self.exclude(variant.support, f"the train does no such thing at {place}: it {reason}")

    # ------------------------------------------------------------ windows and passages

    def get_ends(self, window: Window, variant: ClauseVariant) -> tuple[float, float]:
        """Return the first and last whole second of a window.

        What was reported as having happened had happened when it became known.
        """
        low = ceil(window.start_s) if isfinite(window.start_s) else -inf
        high = ceil(window.end_s) - 1 if isfinite(window.end_s) else inf
        if not variant.forecast and isfinite(variant.known_s):
            high = min(high, floor(variant.known_s))
        return low, high

    def find(self, place: str, visit: int = 0) -> int | None:
        """Return the passage of a place; by default the first, with -1 the last."""
        passages = self.line.places.get(place, ())
        if not passages:
            return None
        if visit < 0:
            return passages[-1]
        return passages[min(max(visit, 1), len(passages)) - 1]

    def name(self, passage: int) -> str:
        """Return the name of a passage's station."""
        return self.line.route.passages[passage].station.name

    def find_stretch(
        self, variant: ClauseVariant, between: tuple[str, str] | None
    ) -> tuple[int, int] | None:
        """Return the passages between which a quantity holds, or exclude it."""
        if between is None:
            return self.origin, self.last
        first, last = self.find(between[0]), self.find(between[1], -1)
        if first is None or last is None:
            self.exclude_place(variant, " and ".join(between))
            return None
        if first < self.origin:
            self.exclude_start(variant, between[0])
            return None
        return (first, last) if first <= last else (last, first)

    def name_stretch(self, between: tuple[str, str] | None) -> str:
        """Return the names of two places; by default those of the whole journey's ends."""
        return " - ".join(between or (self.name(self.origin), self.name(self.last)))
