"""Interpretation: the distinct reports, and all readings of their clauses.

A claim that several articles repeat counts once. Two reports are copies, and form one distinct
report, if they are of the same family and have the same clauses in the same readings. Reports
of one family with different clauses about the same event are not copies. They are versions of
that event, which together count once: see :mod:`routesim.likely.report_mixture`.

Exactly one reading of a report holds. The journey file lists some readings. Others follow from
what a report leaves open:

- whether a speed includes the stops
- whether a distance is by rail
- from which event a duration counts
- which of several passages of a place is meant
- in which zone an unlabelled clock was read; the reports of a source with one clock share this
  choice (see :mod:`routesim.evidence.shared_clocks`)
- whether a forecast came true
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass, replace
from itertools import count, product
from typing import TYPE_CHECKING, Any

from routesim.evidence.clocks import reread_window
from routesim.evidence.reports import list_clause_ids
from routesim.evidence.shared_clocks import (
    find_shared_source,
    is_open,
    list_report_clauses,
    list_times,
    make_shared_clocks,
)
from routesim.text.names import format_city
from routesim.text.times import format_offset

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from routesim.evidence.clauses import Clause, ReportedTime
    from routesim.evidence.reports import Report
    from routesim.evidence.shared_clocks import SharedClock
    from routesim.evidence.sources import SourceBook
    from routesim.network import Network, Route


EXPECTED = ("it was only expected", "it happened as expected")
ORDINALS = ("first", "second", "third", "fourth")

ChosenOption = tuple[str, int]
"""The id of a choice, and the index of the option taken, from 0."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A set of options, exactly one of which holds. The first is the one at face value.

    ``report_id`` is empty if the choice is not of a single report: the route, the start, or the
    clock that the reports of a source share.
    """

    id: str
    report_id: str
    kind: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Variant:
    """A clause with nothing left open, and the options taken for it.

    ``visit`` is the number of the passage meant, from 1. It is 0 if there is no choice.
    """

    taken: tuple[ChosenOption, ...]
    clause: Clause
    visit: int = 0


@dataclass(frozen=True, slots=True)
class ReportClause:
    """One clause of a distinct report, in all its variants."""

    id: str
    variants: tuple[Variant, ...]


@dataclass(frozen=True, slots=True)
class DistinctReport:
    """A report together with its copies: same family, same clauses, same readings.

    ``report`` is the first of them. ``members`` has the ids of all, including the first.
    ``known_s`` is the time from which the earliest is known, in POSIX seconds. ``choices``
    distinguish the variants of the clauses.
    """

    report: Report
    members: tuple[str, ...]
    known_s: float
    clauses: tuple[ReportClause, ...]
    choices: tuple[Choice, ...]

    @property
    def id(self) -> str:
        """The id of the first report."""
        return self.report.id

    @property
    def face_clauses(self) -> tuple[Clause, ...]:
        """First variant of each clause: at face value, or in the first reading that has it."""
        return tuple(clause.variants[0].clause for clause in self.clauses)


def interpret_reports(
    reports: Iterable[Report],
    *,
    network: Network,
    book: SourceBook,
    routes: Iterable[Route],
    zones: Iterable[str] = (),
) -> tuple[DistinctReport, ...]:
    """Merge copies into distinct reports, in order, and list the readings of each.

    The first of several copies represents them all. Reports that have no clause in any reading
    are left out. A clock without a printed zone may be read in the zones of its places in
    ``network``, and of its sources and family in ``book``. The clock that the reports of a
    source share may also be set in one of the ``zones`` of the journey. ``routes`` are the
    possible routes of the train, which determine how often it can pass a place.
    """
    ways = tuple(routes)
    copies: dict[Any, list[Report]] = {}
    for report in reports:
        if report.clauses or any(reading.clauses for reading in report.readings):
            key = _find_copy_key(report), find_shared_source(report, book)
            copies.setdefault(key, []).append(report)
    first = [members[0] for members in copies.values()]
    place_zones = {report.id: _list_report_zones(network, report) for report in first}
    clocks = make_shared_clocks(first, book=book, place_zones=place_zones, zones=zones)
    found = []
    for (_, source), members in copies.items():
        clock = None if source is None else clocks[source]
        interpreter = _Interpreter(members[0], network, book, ways, clock)
        found.append(
            DistinctReport(
                report=members[0],
                members=tuple(member.id for member in members),
                known_s=min(member.known_s for member in members),
                clauses=interpreter.list_clauses(),
                choices=tuple(interpreter.choices.values()),
            )
        )
    return tuple(found)


def _find_copy_key(report: Report) -> Any:
    """Return a key that is equal for two reports exactly if they are copies.

    Copies must also share their clock, if it is one clock of a source.
    """
    readings = [reading.clauses for reading in report.readings] or [report.clauses]
    content = tuple(tuple(_strip(clause) for clause in clauses) for clauses in readings)
    return report.family, report.forecast, report.identity, content


def _strip(value: Any) -> Any:
    """Convert a clause to plain values, without its words."""
    if not is_dataclass(value):
        return value
    left_out = {"words", "zone_reason"}
    named = [(f.name, _strip(getattr(value, f.name))) for f in fields(value)]
    return type(value).__name__, tuple(pair for pair in named if pair[0] not in left_out)


@dataclass(eq=False)
class _Interpreter:
    """Lists the variants of a report's clauses, and the choices between them."""

    report: Report
    network: Network
    book: SourceBook
    routes: Sequence[Route]
    clock: SharedClock | None
    choices: dict[str, Choice] = field(default_factory=dict)

    def list_clauses(self) -> tuple[ReportClause, ...]:
        report = self.report
        # "Only expected" carries no constraint, so its variant is left out.
        forecast = (self._offer(report.id, "forecast", EXPECTED, 1),) if report.forecast else ()
        taken, lists = [forecast], [report.clauses]
        if len(report.readings) > 1:
            texts = tuple(reading.says for reading in report.readings)
            options = [self._offer(report.id, "reading", texts, n) for n in range(len(texts))]
            taken = [(*forecast, option) for option in options]
            lists = [reading.clauses for reading in report.readings]
        most = max(len(clauses) for clauses in lists)
        listed = []
        for number, name in enumerate(list_clause_ids(report.id, most)):
            variants = [
                variant
                for base, clauses in zip(taken, lists, strict=True)
                if number < len(clauses)
                for variant in self._vary(name, clauses[number], base)
            ]
            listed.append(ReportClause(name, _merge_common(variants, len(lists))))
        return tuple(listed)

    def _offer(self, name: str, kind: str, options: Sequence[str], number: int) -> ChosenOption:
        """Register a choice if it is new, and return one of its options by number.

        The readings of a report can have clauses about different places. If their zones or
        passages are not the same, each reading has a choice of its own.
        """
        for suffix in count(1):
            key = f"{name}:{kind}" if suffix == 1 else f"{name}:{suffix}:{kind}"
            choice = Choice(key, self.report.id, kind, tuple(options))
            if self.choices.setdefault(key, choice) == choice:
                break
        return key, number

    def _vary(self, name: str, clause: Clause, base: tuple[ChosenOption, ...]) -> list[Variant]:
        axes = []
        if clause.unsaid is not None:
            unsaid, words = clause.unsaid
            options = [(words[value], value) for value in words]
            axes.append(self._make_axis(name, unsaid, unsaid, options))
        if self.clock is not None:
            axes += self._share_clock(clause)
        elif clause.is_sighting and clause.time is not None:
            times = self._read_in_zones(clause.places, clause.time)
            axes += [self._make_axis(name, "zone", "time", times)] if len(times) > 1 else []
        visits = self._count_visits(clause)
        passages = tuple(f"the {ORDINALS[n]} passage" for n in range(visits))
        variants = []
        for combination in product(*axes):
            taken = (*base, *(option for option, _ in combination))
            changes = {key: value for _, change in combination for key, value in change.items()}
            varied = replace(clause, **changes) if changes else clause
            if visits == 1:
                variants.append(Variant(taken, varied))
            else:
                variants += [
                    Variant((*taken, self._offer(name, "visit", passages, n)), varied, n + 1)
                    for n in range(visits)
                ]
        return variants

    def _make_axis(
        self, name: str, kind: str, key: str, options: Sequence[tuple[str, Any]]
    ) -> list[tuple[ChosenOption, dict[str, Any]]]:
        """Return the options of a choice, each with the value that it sets for a field."""
        texts = tuple(text for text, _ in options)
        return [
            (self._offer(name, kind, texts, n), {key: value})
            for n, (_, value) in enumerate(options)
        ]

    def _share_clock(
        self, clause: Clause
    ) -> Iterator[list[tuple[ChosenOption, dict[str, Any]]]]:
        """Yield the options of the shared clock, if the clause depends on it."""
        clock = self.clock
        if (
            clock is None
            or len(clock.settings) == 1
            or not any(map(is_open, list_times(clause)))
        ):
            return
        choice = Choice(clock.id, "", "zone", clock.texts)
        self.choices.setdefault(choice.id, choice)
        yield [
            ((choice.id, number), setting.change(clause))
            for number, setting in enumerate(clock.settings)
        ]

    def _read_in_zones(
        self, places: Sequence[str], time: ReportedTime
    ) -> list[tuple[str, ReportedTime]]:
        """Read a time by each possible clock; empty if it has no clock or a printed zone."""
        if not is_open(time):
            return []
        read = {time.window: time.zone}
        for zone in self._list_zones(places):
            read.setdefault(reread_window(time.window, (time.zone, zone)), zone)
        anchor_s = time.window.end_s if time.window.start is None else time.window.start_s
        return [
            (
                f"by {format_city(zone)}'s clock ({format_offset(anchor_s, [zone])})",
                replace(time, window=window, zone=zone),
            )
            for window, zone in read.items()
        ]

    def _list_zones(self, places: Sequence[str]) -> list[str]:
        """List the zones of the places, of the report's sources and of its family."""
        own = [self.book.sources[source].zone for source in self.report.sources]
        own.append(self.book.families[self.report.family].zone)
        zones = dict.fromkeys([*_list_place_zones(self.network, places), *own])
        return [zone for zone in zones if zone]

    def _count_visits(self, clause: Clause) -> int:
        """Return the largest number of times a route passes the place of a clause."""
        if clause.visit_place is None:
            return 1
        counts = [len(route.visits.get(clause.visit_place, ())) for route in self.routes]
        return min(max([1, *counts]), len(ORDINALS))


def _list_report_zones(network: Network, report: Report) -> list[str]:
    """Return the time zones of the places of the clauses of a report, in all its readings."""
    clauses = list_report_clauses(report)
    return _list_place_zones(network, [place for c in clauses for place in c.places])


def _list_place_zones(network: Network, places: Iterable[str]) -> list[str]:
    """Return the time zones of places. A border has those of both sides."""
    zones: list[str] = []
    for place in dict.fromkeys(places):
        station = network.find_station(place)
        zones.append(station.tz)
        if station.kind == "border":
            ends = [(s.from_station, s.to_station) for s in network.sections]
            zones += [
                network.find_station(other).tz
                for pair in ends
                for here, other in (pair, pair[::-1])
                if here == place
            ]
    return zones


def _merge_common(variants: list[Variant], readings: int) -> tuple[Variant, ...]:
    """Drop the choice of reading from a clause that is the same in every reading."""
    if readings < 2 or len(variants) < 2:  # noqa: PLR2004
        return tuple(variants)
    by_rest: dict[Any, list[Variant]] = {}
    for variant in variants:
        rest = tuple(t for t in variant.taken if not t[0].endswith(":reading"))
        by_rest.setdefault((rest, variant.clause, variant.visit), []).append(variant)
    merged: list[Variant] = []
    for (rest, clause, visit), same in by_rest.items():
        if len(same) == readings:
            merged.append(Variant(rest, clause, visit))
        else:
            merged += same
    return tuple(merged)
