"""Builder of a case: collects the constraints of one route from one start.

Clauses of every kind become bounds and exclusions. A bound limits the time of an event or the
lapse between two events. An exclusion says that a clause cannot hold, whatever the times.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import ceil, floor, inf, isfinite
from typing import TYPE_CHECKING, Any

from routesim.certain.encoding.passing import is_stay
from routesim.constraints.bitsets import NO_BITS, Bits, intersect, remove, unite, unite_all
from routesim.constraints.system import Constraint
from routesim.text.certificates import format_exclusion
from routesim.units import metres_to_km

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.certain.encoding.line_limits import LineLimits
    from routesim.evidence import Clause, Window
    from routesim.journey import Journey


Pair = tuple[int, int]
"""Two passages or two nodes."""


def get_whole_ends(window: Window) -> tuple[float, float]:
    """Return the first and last whole second of a window, infinite if open."""
    low = ceil(window.start_s) if isfinite(window.start_s) else -inf
    high = ceil(window.end_s) - 1 if isfinite(window.end_s) else inf
    return low, high


def pair_in_order(begins: Sequence[int], ends: Sequence[int]) -> list[Pair]:
    """Return the pairs of events along the route, or all pairs if none is in this order.

    Examples
    --------
    >>> pair_in_order([3, 9], [6]), pair_in_order([9], [6])
    ([(3, 6)], [(9, 6)])
    """
    pairs = list(product(begins, ends))
    return [(begin, end) for begin, end in pairs if begin <= end] or pairs


def pair_passages(one: Sequence[int], other: Sequence[int]) -> list[Pair]:
    """Return the stretches between the visits to two places, the earlier passage first.

    Stretches from the first place to the second are meant, if the route has any.

    Examples
    --------
    >>> pair_passages([3, 9], [6]), pair_passages([9], [6])
    ([(3, 6)], [(6, 9)])
    """
    pairs = list(product(one, other))
    ahead = [(first, last) for first, last in pairs if first < last]
    return ahead or [(min(pair), max(pair)) for pair in pairs]


class CaseNodes:
    """Numbering of the events of one route from one start.

    Node 0 is time zero. Each passage from the start on has two nodes: arriving, which includes
    passing and crossing, and departing, which includes boarding.
    """

    line: LineLimits
    origin: int

    def node(self, passage: int, event: str) -> int:
        """Return the node of an event at a passage, which must not lie before the start."""
        return 1 + 2 * (passage - self.origin) + (event in {"depart", "board"})

    def locate(self, node: int) -> tuple[int, str]:
        """Return the index of the passage and the event (arrive or depart) of a node."""
        return self.origin + (node - 1) // 2, ("arrive", "depart")[(node - 1) % 2]

    def name(self, passage: int) -> str:
        """Return the name of the station of a passage."""
        return self.line.route.passages[passage].station.name


@dataclass(frozen=True, slots=True)
class ClauseVariant:
    """A clause in one complete reading, with its support and the time it became known.

    ``visit`` is the number of the visit to its place, from 1; 0 if there is no choice.
    ``known_s`` is in POSIX seconds.
    """

    clause: Clause
    support: Bits
    visit: int
    known_s: float
    forecast: bool


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Reason why a support cannot hold, whatever the times.

    ``kind`` is one of those of :func:`routesim.text.certificates.format_exclusion`. ``route``
    is the id of the route, and ``start`` the name of the station of departure. ``assumed`` has
    the assumptions that it needs. ``lengths_m`` has the least and greatest known length, then
    those of the report. ``miss_m`` and ``miss_mps`` are the amounts by which lengths or speeds
    miss each other; None where place or route decides.
    """

    kind: str
    places: tuple[str, ...]
    route: str
    start: str
    assumed: Bits = NO_BITS
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
    """Least and greatest length between two passages, and the support of this range."""

    low_m: float
    high_m: float
    support: Bits


class CaseBuilder(CaseNodes):
    """Collector of constraints and exclusions for one route from one start."""

    def __init__(
        self, journey: Journey, line: LineLimits, origin: int, bits: Mapping[str, Bits]
    ) -> None:
        self.journey, self.line, self.origin, self.bits = journey, line, origin, bits
        self.last = len(line.route.passages) - 1
        self.constraints: list[Constraint] = []
        self.exclusions: dict[Bits, Exclusion] = {}
        self.lengths: dict[tuple[Pair, ...], list[KnownLength]] = {}
        """Reported lengths, by the stretches that can be meant."""
        self.variant: ClauseVariant
        """The clause to encode; its support is the support of each new constraint."""

    # ------------------------------------------------------------ constraints

    def bound(self, tail: int, head: int, weight_s: float, besides: Bits = NO_BITS) -> None:
        """Require ``t[head] - t[tail] <= weight_s`` if the clause and ``besides`` hold."""
        if isfinite(weight_s):
            support = unite(self.variant.support, besides)
            self.constraints.append(Constraint(tail, head, int(weight_s), support))

    def apart(
        self, first: int, then: int, ends_s: tuple[float, float], besides: Bits = NO_BITS
    ) -> None:
        """Require ``then`` between a least and a greatest lapse after ``first``, in seconds.

        If ``first`` is ``ZERO``, the two ends are times in POSIX seconds.
        """
        low, high = ends_s
        self.bound(then, first, -low, besides)
        self.bound(first, then, high, besides)

    def lapse(
        self, pairs: Sequence[Pair], ends_s: tuple[float, float], besides: Bits = NO_BITS
    ) -> None:
        """Require a least and a greatest lapse between one of several pairs of nodes.

        Which pair is meant is not known, so only what follows from each of them is required:
        the least lapse from the first beginning to the last end, and the greatest from the
        last beginning to the first end.
        """
        low, high = ends_s
        begins, ends = zip(*pairs, strict=True)
        self.bound(max(ends), min(begins), -low, besides)
        self.bound(max(begins), min(ends), high, besides)

    # ------------------------------------------------------------ exclusions

    def exclude(
        self, kind: str, places: Sequence[str], besides: Bits = NO_BITS, **figures: Any
    ) -> None:
        """Record that the clause cannot hold together with ``besides``, by default on its own.

        Assumptions are true in any case, so they are no part of the support. Only the first
        reason for a support is kept. ``figures`` are the lengths and the miss of an
        :class:`Exclusion`.
        """
        assumptions = unite_all(self.bits.values())
        support = unite(self.variant.support, remove(besides, assumptions))
        if support not in self.exclusions:
            where = tuple(places), self.line.route_id, self.name(self.origin)
            assumed = intersect(besides, assumptions)
            self.exclusions[support] = Exclusion(kind, *where, assumed, **figures)

    # ------------------------------------------------------------ windows and passages

    def get_ends(self, window: Window) -> tuple[float, float]:
        """Return the first and last whole second of a window, infinite if open.

        Unless it is a forecast, a clause is about the time before its report became known.
        """
        low, high = get_whole_ends(window)
        if not self.variant.forecast and isfinite(self.variant.known_s):
            high = min(high, floor(self.variant.known_s))
        return low, high

    def find(self, place: str, visit: int = 0) -> int | None:
        """Return the passage of a place at a visit, by default the first; -1 gives the last.

        Return None if the route does not pass the place.
        """
        passages = self.line.places.get(place, ())
        if not passages:
            return None
        if visit < 0:
            return passages[-1]
        return passages[min(max(visit, 1), len(passages)) - 1]

    def find_event(self, place: str, event: str, visit: int) -> int | None:
        """Return the passage of an event; if there is none, exclude the clause, return None."""
        index = self.find(place, visit)
        if index is not None and index + (event in {"depart", "board"}) > self.origin:
            return index
        self.exclude("not_passed" if index is None else "before_start", [place])
        return None

    def find_events(self, place: str, event: str) -> list[int]:
        """Return the nodes of an event at every visit; if there are none, exclude the clause.

        The visits are those from the start on. An event that may be any moment of a stay has
        the nodes of both its ends.
        """
        if self.find_event(place, event, -1) is None:
            return []
        after = event in {"depart", "board"}
        visits = self.line.places[place]
        meant = (index for index in visits if index + after > self.origin)
        return [node for index in meant for node in self.list_nodes(index, event)]

    def list_nodes(self, index: int, event: str) -> tuple[int, ...]:
        """Return the node of an event; those of arriving and departing if it may be a stay."""
        ends = ("arrive", "depart") if is_stay(event, index, self.line.stops) else (event,)
        return tuple(self.node(index, end) for end in ends)

    def list_stretches(self, between: tuple[str, str] | None) -> list[Pair]:
        """Return all passages between which a quantity can be meant, the earlier first.

        By default, those of the whole journey. Empty if the train does not pass both places.
        """
        if between is None:
            return [(self.origin, self.last)]
        one, other = (self.line.places.get(place, ()) for place in between)
        return [pair for pair in pair_passages(one, other) if pair[0] >= self.origin]

    def find_stretches(self, between: tuple[str, str] | None) -> list[Pair]:
        """Return all stretches that can be meant; if there are none, exclude the clause."""
        stretches = self.list_stretches(between)
        if not stretches and between is not None:
            passed = pair_passages(*(self.line.places.get(place, ()) for place in between))
            if passed:
                self.exclude("before_start", [self.name(passed[-1][0])])
            else:
                self.exclude("not_passed", between)
        return stretches

    def find_places(self, between: tuple[str, str] | None) -> tuple[str, str]:
        """Return two places; by default, the origin and the destination."""
        return between or (self.name(self.origin), self.name(self.last))
