"""Cases: what the witnesses say of one route from one start, as difference constraints."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, inf, isfinite
from typing import TYPE_CHECKING

from routesim.certain.line_limits import Line, make_matrix
from routesim.constraints.system import ZERO, Constraint, DifferenceSystem
from routesim.evidence import (
    DistanceClause,
    DurationClause,
    EventClause,
    HeadingClause,
    NotYetClause,
    OrderClause,
    PresenceClause,
    SpeedClause,
    StandClause,
)
from routesim.geodesy import measure_distances_m
from routesim.units import km_to_metres, metres_to_km

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from routesim.evidence import Clause, Moment, Window
    from routesim.journey import Journey

__all__ = ["Bits", "Case", "Refusal", "Speaker", "list_places", "make_case"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a set of owners cannot be believed together, whatever the times.

    ``miss_m`` is by how much lengths miss each other, ``miss_mps`` speeds; None where the
    place or the route decides.
    """

    owners: int
    why: str
    miss_m: float | None = None
    miss_mps: float | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """A clause with nothing left unsaid, its owners, and when it was known."""

    clause: Clause
    owners: int
    visit: int
    known_s: float
    forecast: bool


@dataclass(frozen=True, eq=False)
class Case:
    """What the witnesses say if the train took one route from one start."""

    line: Line
    origin: int
    system: DifferenceSystem
    refusals: Mapping[int, Refusal]

    def node(self, passage: int, event: str) -> int:
        """Return the node of arriving at or leaving a passage not before the start."""
        return 1 + 2 * (passage - self.origin) + (event == "depart")

    def locate(self, node: int) -> tuple[int, str]:
        """Return the passage and event (arrive or depart) of a node."""
        return self.origin + (node - 1) // 2, ("arrive", "depart")[(node - 1) % 2]


@dataclass(frozen=True, slots=True)
class Bits:
    """The owners that are assumptions, not clauses."""

    cap: int
    length: int
    positions: int


def make_case(
    journey: Journey,
    line: Line,
    origin: int,
    *,
    speakers: Sequence[Speaker],
    bits: Bits,
) -> Case:
    """Put what the speakers say into constraints for one route and start."""
    emitter = _Emitter(journey, line, origin, bits)
    emitter.speak(speakers)
    free = line.get_least_s(lambda _: False)
    system = DifferenceSystem(
        order=make_matrix(line, origin, free),
        capped=make_matrix(line, origin, line.get_least_s()),
        cap_owners=bits.cap | bits.length,
        constraints=tuple(emitter.constraints),
        refused=tuple(emitter.refusals),
    )
    return Case(line, origin, system, emitter.refusals)


@dataclass(frozen=True, slots=True)
class _Length:
    """What is known of the length of a stretch, and from whom."""

    low_m: float
    high_m: float
    owners: int


class _Emitter:
    """Writes clauses as constraints; whatever no time can mend becomes a refusal."""

    def __init__(self, journey: Journey, line: Line, origin: int, bits: Bits) -> None:
        self.journey, self.line, self.origin, self.bits = journey, line, origin, bits
        self.last = len(line.route.passages) - 1
        self.constraints: list[Constraint] = []
        self.refusals: dict[int, Refusal] = {}
        self.lengths: dict[tuple[int, int], list[_Length]] = {}

    def speak(self, speakers: Sequence[Speaker]) -> None:
        for speaker in speakers:
            if isinstance(speaker.clause, DistanceClause):
                self._say_distance(speaker, speaker.clause)
        for speaker in speakers:
            self._say(speaker, speaker.clause)
        speeds = [s for s in speakers if isinstance(s.clause, SpeedClause)]
        for number, one in enumerate(speeds):
            for other in speeds[number + 1 :]:
                self._compare_speeds(one, other)

    def _say(self, speaker: Speaker, clause: Clause) -> None:
        match clause:
            case EventClause():
                self._say_event(speaker, clause)
            case PresenceClause():
                self._say_presence(speaker, clause)
            case NotYetClause():
                self._say_not_yet(speaker, clause)
            case OrderClause():
                self._say_order(speaker, clause)
            case SpeedClause():
                self._say_speed(speaker, clause)
            case DurationClause():
                self.format_hms(speaker, clause)
            case StandClause():
                self._say_stand(speaker, clause)
            case HeadingClause():
                self._say_heading(speaker, clause)

    # ------------------------------------------------------------ nodes and windows

    def _node(self, passage: int, event: str) -> int:
        return 1 + 2 * (passage - self.origin) + (event in {"depart", "board"})

    def _bound(self, tail: int, head: int, weight_s: float, owners: int) -> None:
        if isfinite(weight_s):
            self.constraints.append(Constraint(tail, head, int(weight_s), owners))

    def _not_before(self, node: int, low_s: float, owners: int) -> None:
        self._bound(node, ZERO, -low_s, owners)

    def _not_after(self, node: int, high_s: float, owners: int) -> None:
        self._bound(ZERO, node, high_s, owners)

    def _apart(self, first: int, then: int, ends_s: tuple[float, float], owners: int) -> None:
        """Demand that ``then`` lies between two lapses after ``first``."""
        low, high = ends_s
        self._bound(then, first, -low, owners)
        self._bound(first, then, high, owners)

    def _get_ends(self, window: Window, speaker: Speaker) -> tuple[float, float]:
        """Return the first and last whole second of a window.

        What was told as having happened had happened when it became known.
        """
        low = ceil(window.start_s) if isfinite(window.start_s) else -inf
        high = ceil(window.end_s) - 1 if isfinite(window.end_s) else inf
        if not speaker.forecast and isfinite(speaker.known_s):
            high = min(high, floor(speaker.known_s))
        return low, high

    def _find(self, place: str, visit: int = 0) -> int | None:
        """Return the passage of a place; by default the first, with -1 the last."""
        passages = self.line.places.get(place, ())
        if not passages:
            return None
        if visit < 0:
            return passages[-1]
        return passages[min(max(visit, 1), len(passages)) - 1]

    def _refuse(self, owners: int, why: str, **miss: float) -> None:
        kept = self.refusals.get(owners)
        if kept is None:
            self.refusals[owners] = Refusal(owners, why, **miss)

    def _name(self, passage: int) -> str:
        return self.line.route.passages[passage].station.name

    def _refuse_place(self, speaker: Speaker, place: str) -> None:
        self._refuse(speaker.owners, f"route {self.line.route_id} does not pass {place}")

    def _refuse_start(self, speaker: Speaker, place: str) -> None:
        start = self._name(self.origin)
        told = "sets out there" if place == start else f"sets out only at {start}"
        self._refuse(speaker.owners, f"the train does no such thing at {place}: it {told}")

    # ------------------------------------------------------------ what clauses say

    def _say_event(self, speaker: Speaker, clause: EventClause) -> None:
        first, last = clause.between
        ends = self._get_ends(clause.time.window, speaker)
        if first != last:
            if clause.kind == "depart":
                self._say_start(speaker, clause, ends)
            else:
                self._stay(speaker, clause.between, ends, under_way=False)
            return
        index = self._find(first, speaker.visit)
        if index is None:
            self._refuse_place(speaker, first)
        elif index < self.origin or (
            index == self.origin and clause.kind not in {"depart", "board"}
        ):
            self._refuse_start(speaker, first)
        elif clause.kind == "board":
            self._stay(speaker, clause.between, ends, under_way=False)
        elif clause.kind == "depart" and index == self.last:
            self._refuse(speaker.owners, f"the train ends at {first}")
        else:
            node = self._node(index, clause.kind)
            self._not_before(node, ends[0], speaker.owners)
            self._not_after(node, ends[1], speaker.owners)

    def _say_start(
        self, speaker: Speaker, clause: EventClause, ends: tuple[float, float]
    ) -> None:
        """Say that the train set out somewhere between two places."""
        first, last = (self._find(place) for place in clause.between)
        if first is None or last is None:
            self._refuse_place(speaker, " and ".join(clause.between))
            return
        if not min(first, last) <= self.origin <= max(first, last):
            start = self._name(self.origin)
            places = " and ".join(clause.between)
            self._refuse(speaker.owners, f"the train sets out at {start}, not between {places}")
            return
        node = self._node(self.origin, "depart")
        self._not_before(node, ends[0], speaker.owners)
        self._not_after(node, ends[1], speaker.owners)

    def _say_presence(self, speaker: Speaker, clause: PresenceClause) -> None:
        ends = self._get_ends(clause.time.window, speaker)
        self._stay(speaker, clause.between, ends, under_way=clause.kind == "under_way")

    def _stay(
        self,
        speaker: Speaker,
        between: tuple[str, str],
        ends: tuple[float, float],
        *,
        under_way: bool,
    ) -> None:
        """Say that at some instant the train was at a place, or between two.

        It came no later than the last of these instants and left no sooner than the first.
        Moving to and fro between the two changes neither.
        """
        if between[0] == between[1]:
            first = last = self._find(between[0], speaker.visit)
        else:
            first, last = self._find(between[0]), self._find(between[1], -1)
        if first is None or last is None:
            self._refuse_place(speaker, " and ".join(dict.fromkeys(between)))
            return
        first, last = min(first, last), max(first, last)
        if last < self.origin or (under_way and last == self.origin):
            self._refuse_start(speaker, between[1])
            return
        came, left = ("depart", "arrive") if under_way else ("arrive", "depart")
        if first > self.origin or under_way:
            node = self._node(max(first, self.origin), came)
            self._not_after(node, ends[1], speaker.owners)
        if last < self.last or under_way:
            self._not_before(self._node(last, left), ends[0], speaker.owners)

    def _say_not_yet(self, speaker: Speaker, clause: NotYetClause) -> None:
        index = self._find(clause.place, speaker.visit)
        if index is None or index < self.origin:
            return  # what never happens had not happened
        if index == self.origin and clause.event != "depart":
            return
        node = self._node(index, clause.event)
        self._not_before(node, floor(clause.time.window.start_s) + 1, speaker.owners)

    def _say_order(self, speaker: Speaker, clause: OrderClause) -> None:
        first, then = (self._find_moment(m) for m in (clause.first, clause.then))
        for moment, index in ((clause.first, first), (clause.then, then)):
            if moment.place is None:
                continue
            if index is None:
                self._refuse_place(speaker, moment.place)
                return
            if index < self.origin or (index == self.origin and moment.event != "depart"):
                self._refuse_start(speaker, moment.place)
                return
        gap = (floor(clause.gap_low_s), clause.gap_high_s)
        if first is not None and then is not None:
            nodes = [
                self._node(index, moment.event or "")
                for index, moment in ((first, clause.first), (then, clause.then))
            ]
            self._apart(nodes[0], nodes[1], gap, speaker.owners)
        elif first is not None and clause.then.time is not None:
            node = self._node(first, clause.first.event or "")
            window = clause.then.time.window
            self._not_after(node, ceil(window.end_s) - 1 - gap[0], speaker.owners)
            self._not_before(node, ceil(window.start_s) - gap[1], speaker.owners)
        elif then is not None and clause.first.time is not None:
            node = self._node(then, clause.then.event or "")
            window = clause.first.time.window
            self._not_before(node, ceil(window.start_s) + gap[0], speaker.owners)
            self._not_after(node, ceil(window.end_s) - 1 + gap[1], speaker.owners)

    def _find_moment(self, moment: Moment) -> int | None:
        return None if moment.place is None else self._find(moment.place, -1)

    def _find_stretch(
        self, speaker: Speaker, between: tuple[str, str] | None
    ) -> tuple[int, int] | None:
        """Return the passages between which a quantity is told, or refuse it."""
        if between is None:
            return self.origin, self.last
        first, last = self._find(between[0]), self._find(between[1], -1)
        if first is None or last is None:
            self._refuse_place(speaker, " and ".join(between))
            return None
        if first < self.origin:
            self._refuse_start(speaker, between[0])
            return None
        return (first, last) if first <= last else (last, first)

    def format_hms(self, speaker: Speaker, clause: DurationClause) -> None:
        stretch = self._find_stretch(speaker, clause.between)
        if stretch is None:
            return
        first, last = stretch
        event = clause.from_event or "depart"
        if event != "depart" and first == self.origin:
            self._refuse_start(speaker, self._name(first))
            return
        self._apart(
            self._node(first, event),
            self._node(last, clause.to_event),
            (floor(clause.low_s), ceil(clause.high_s)),
            speaker.owners,
        )

    def _say_stand(self, speaker: Speaker, clause: StandClause) -> None:
        index = self._find(clause.place, speaker.visit)
        if index is None:
            self._refuse_place(speaker, clause.place)
        elif index < self.origin:
            self._refuse_start(speaker, clause.place)
        elif self.origin < index < self.last:
            nodes = self._node(index, "arrive"), self._node(index, "depart")
            self._apart(*nodes, (floor(clause.low_s), ceil(clause.high_s)), speaker.owners)

    def _say_heading(self, speaker: Speaker, clause: HeadingClause) -> None:
        after = 0 if clause.after is None else self._find(clause.after)
        ahead = [
            place
            for place in clause.places
            if (index := self._find(place, -1)) is not None and index >= (after or 0)
        ]
        if not ahead:
            places = " or ".join(clause.places)
            self._refuse(
                speaker.owners, f"route {self.line.route_id} does not lead to {places}"
            )

    # ------------------------------------------------------------ lengths and speeds

    def _say_distance(self, speaker: Speaker, clause: DistanceClause) -> None:
        if clause.measure == "straight":
            self._compare_straight(speaker, clause)
            return
        if clause.between is None:
            first, last = self.origin, self.last
            low, high = self.line.measure_m(first, last)
        else:
            low, high = self._measure_network(clause.between)
            ends = [self._find(clause.between[0]), self._find(clause.between[1], -1)]
            if None in ends:
                ends = [-1, -1]
            first, last = sorted(index for index in ends if index is not None)
        names = self._name_stretch(clause.between)
        self._compare_lengths(speaker, clause, low, high, self.bits.length, f"{names} by rail")
        if first >= self.origin:
            told = self.lengths.setdefault((first, last), [])
            for other in told:
                miss = max(clause.low_m - other.high_m, other.low_m - clause.high_m)
                if miss > 0:
                    self._refuse(
                        speaker.owners | other.owners, f"{names} has two lengths", miss_m=miss
                    )
            told.append(_Length(clause.low_m, clause.high_m, speaker.owners))
            self._stretch_running(speaker, clause, first, last)

    def _stretch_running(
        self, speaker: Speaker, clause: DistanceClause, first: int, last: int
    ) -> None:
        """Demand the time that a way longer than the shortest told takes at the caps."""
        low, _ = self.line.measure_m(first, last)
        if clause.low_m <= low or first == last:
            return
        least = self.line.get_least_s()[first, last]
        fastest = float(self.line.cap_mps[first:last].max())
        more = floor(least + (clause.low_m - low) / fastest)
        owners = speaker.owners | self.bits.cap | self.bits.length
        self._bound(self._node(last, "arrive"), self._node(first, "depart"), -more, owners)

    def _measure_network(self, between: tuple[str, str]) -> tuple[float, float]:
        """Return the shortest and longest rail length between two places, in metres."""
        network, plan = self.journey.network, self.journey.plan
        route = network.route(*between)
        low = high = route.length_km
        for row in plan.lengths:
            if route.passes(row.from_) and route.passes(row.to):
                official = network.route(row.from_, row.to).length_km
                low += row.km.lowest - official
                high += row.km.highest - official
        return km_to_metres(max(low, 0.0)), km_to_metres(high)

    def _compare_straight(self, speaker: Speaker, clause: DistanceClause) -> None:
        places = clause.between or (self._name(self.origin), self._name(self.last))
        ends = [self.journey.network.find_station(name) for name in places]
        chord = float(measure_distances_m(ends[0].lon, ends[0].lat, ends[1].lon, ends[1].lat))
        names = f"{self._name_stretch(clause.between)} in a straight line"
        self._compare_lengths(speaker, clause, chord, chord, self.bits.positions, names)

    def _compare_lengths(
        self,
        speaker: Speaker,
        clause: DistanceClause,
        low_m: float,
        high_m: float,
        basis: int,
        names: str,
    ) -> None:
        miss = max(clause.low_m - high_m, low_m - clause.high_m)
        if miss > 0:
            own = [metres_to_km(end) for end in (low_m, high_m)]
            low, high = metres_to_km(clause.low_m), metres_to_km(clause.high_m)
            told = " to ".join(f"{km:,.1f}" for km in dict.fromkeys(own))
            self._refuse(
                speaker.owners | basis,
                f"{names} is {told} km, not {low:g} to {high:g}",
                miss_m=miss,
            )

    def _name_stretch(self, between: tuple[str, str] | None) -> str:
        return " - ".join(between or (self._name(self.origin), self._name(self.last)))

    def _say_speed(self, speaker: Speaker, clause: SpeedClause) -> None:
        stretch = self._find_stretch(speaker, clause.between)
        if stretch is None or stretch[0] == stretch[1]:
            return
        start, end = self._node(stretch[0], "depart"), self._node(stretch[1], "arrive")
        for length in self._list_lengths(stretch):
            owners = speaker.owners | length.owners
            least = floor(length.low_m / clause.high_mps)
            most = inf
            if clause.basis == "overall" and isfinite(length.high_m):
                most = ceil(length.high_m / clause.low_mps)
            self._apart(start, end, (least, most), owners)

    def _list_lengths(self, stretch: tuple[int, int]) -> list[_Length]:
        low, high = self.line.measure_m(*stretch)
        known = _Length(low, high, self.bits.length)
        return [known, *self.lengths.get(stretch, ())]

    def _compare_speeds(self, one: Speaker, other: Speaker) -> None:
        """Refuse two speeds of one stretch that no train can have together.

        Overall is never above running; two of one kind must share a value.
        """
        first, then = one.clause, other.clause
        assert isinstance(first, SpeedClause) and isinstance(then, SpeedClause)  # noqa: S101, PT018
        if first.between != then.between:
            return
        misses = []
        if first.basis == then.basis:
            misses = [first.low_mps - then.high_mps, then.low_mps - first.high_mps]
        elif first.basis == "overall":
            misses = [first.low_mps - then.high_mps]
        else:
            misses = [then.low_mps - first.high_mps]
        miss = max(misses)
        if miss > 0:
            self._refuse(
                one.owners | other.owners,
                f"{self._name_stretch(first.between)} has two speeds",
                miss_mps=miss,
            )


def list_places(clauses: Iterable[Clause]) -> list[str]:
    """Return the places that clauses speak of, each once."""
    places: list[str] = []
    for clause in clauses:
        between = getattr(clause, "between", None)
        places += between or ()
        places += [place for name in ("place",) if (place := getattr(clause, name, None))]
        if isinstance(clause, OrderClause):
            places += [m.place for m in (clause.first, clause.then) if m.place]
    return list(dict.fromkeys(places))
