"""Builder of a case: gathers the constraints of one route from one start.

The clauses of every kind are written with its few words: so far apart (from each other or from
the zero of time), and impossible whatever the times.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, inf, isfinite
from typing import TYPE_CHECKING, Any

from routesim.constraints.bitsets import NO_BITS, Bits, unite
from routesim.constraints.system import Constraint
from routesim.text.certificates import format_exclusion
from routesim.units import metres_to_km

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.certain.encoding.line_limits import LineLimits
    from routesim.evidence import Clause, Window
    from routesim.journey import Journey


class CaseNodes:
    """The numbers of the events of one route from one start.

    Two nodes a passage from the start on: arriving, which passing and crossing count as, and
    departing, which boarding counts as. Node 0 is the zero of time.
    """

    line: LineLimits
    origin: int

    def node(self, passage: int, event: str) -> int:
        """Return the node of an event at a passage not before the start."""
        return 1 + 2 * (passage - self.origin) + (event in {"depart", "board"})

    def locate(self, node: int) -> tuple[int, str]:
        """Return the passage and event (arrive or depart) of a node."""
        return self.origin + (node - 1) // 2, ("arrive", "depart")[(node - 1) % 2]

    def name(self, passage: int) -> str:
        """Return the name of a passage's station."""
        return self.line.route.passages[passage].station.name


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
    """Why a support cannot hold whatever the times: ``kind`` says what excludes it.

    It is that of :func:`routesim.text.certificates.format_exclusion`. The train departs from
    ``start`` on a route, by its id. ``lengths_m`` are of a length the least and most of the
    line's, then of the reported one; ``miss_m`` and ``miss_mps`` by how much lengths or
    speeds miss each other, None where place or route decides.
    """

    kind: str
    places: tuple[str, ...]
    route: str
    start: str
    lengths_m: tuple[tuple[float, float], ...] = ()
    miss_m: float | None = None
    miss_mps: float | None = None

    @property
    def why(self) -> str:
        """The reason in words."""
        return format_exclusion(
            self.kind,
            self.places,
            route=self.route,
            start=self.start,
            lengths_km=[(metres_to_km(a), metres_to_km(b)) for a, b in self.lengths_m],
        )


@dataclass(frozen=True, slots=True)
class KnownLength:
    """What is known of the length between two passages, and what it is based on."""

    low_m: float
    high_m: float
    support: Bits


class CaseBuilder(CaseNodes):
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
        self.variant: ClauseVariant
        """The clause that is written: with its support holds what is required."""

    # ------------------------------------------------------------ constraints

    def bound(self, tail: int, head: int, weight_s: float, besides: Bits = NO_BITS) -> None:
        """Require ``t[head] - t[tail] <= weight_s`` of the clause, if ``besides`` holds too."""
        if isfinite(weight_s):
            support = unite(self.variant.support, besides)
            self.constraints.append(Constraint(tail, head, int(weight_s), support))

    def apart(
        self, first: int, then: int, ends_s: tuple[float, float], besides: Bits = NO_BITS
    ) -> None:
        """Require ``then`` between two lapses after ``first``: of ``ZERO`` they are times."""
        low, high = ends_s
        self.bound(then, first, -low, besides)
        self.bound(first, then, high, besides)

    # ------------------------------------------------------------ exclusions

    def exclude(
        self, kind: str, places: Sequence[str], besides: Bits = NO_BITS, **figures: Any
    ) -> None:
        """Note that the clause cannot hold, or not with ``besides``; the first reason counts.

        ``figures`` are the lengths and the miss of an :class:`Exclusion`.
        """
        support = unite(self.variant.support, besides)
        if support not in self.exclusions:
            where = tuple(places), self.line.route_id, self.name(self.origin)
            self.exclusions[support] = Exclusion(kind, *where, **figures)

    # ------------------------------------------------------------ windows and passages

    def get_ends(self, window: Window) -> tuple[float, float]:
        """Return the first and last whole second of a window.

        What was reported as having happened had happened when it became known.
        """
        low = ceil(window.start_s) if isfinite(window.start_s) else -inf
        high = ceil(window.end_s) - 1 if isfinite(window.end_s) else inf
        if not self.variant.forecast and isfinite(self.variant.known_s):
            high = min(high, floor(self.variant.known_s))
        return low, high

    def find(self, place: str, visit: int = 0) -> int | None:
        """Return the passage of a place; by default the first, with -1 the last."""
        passages = self.line.places.get(place, ())
        if not passages:
            return None
        if visit < 0:
            return passages[-1]
        return passages[min(max(visit, 1), len(passages)) - 1]

    def find_event(self, place: str, event: str, visit: int) -> int | None:
        """Return the passage of an event, or exclude what the line does not have."""
        index = self.find(place, visit)
        if index is not None and index + (event in {"depart", "board"}) > self.origin:
            return index
        self.exclude("not_passed" if index is None else "before_start", [place])
        return None

    def find_stretch(self, between: tuple[str, str] | None) -> tuple[int, int] | None:
        """Return the passages between which a quantity holds, or exclude it."""
        if between is None:
            return self.origin, self.last
        first, last = self.find(between[0]), self.find(between[1], -1)
        if first is None or last is None:
            self.exclude("not_passed", between)
            return None
        if first < self.origin:
            self.exclude("before_start", between[:1])
            return None
        return (first, last) if first <= last else (last, first)

    def find_places(self, between: tuple[str, str] | None) -> tuple[str, str]:
        """Return two places; by default the whole journey's ends."""
        return between or (self.name(self.origin), self.name(self.last))
