"""Reports: restated claims, each with the clauses that constrain the journey."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from math import inf
from typing import TYPE_CHECKING, Any

from routesim.answers import Answer, get_fields
from routesim.errors import Fault, TimeError, UnknownNameError
from routesim.evidence import clauses as kinds
from routesim.evidence import records as rows
from routesim.evidence.clocks import Window
from routesim.evidence.sources import ONE_CLOCK, SET_BY_SOURCE
from routesim.text.times import to_datetime
from routesim.units import hours_to_seconds, km_to_metres, kmh_to_mps, minutes_to_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from routesim.evidence.sources import SourceBook
    from routesim.evidence.words import WordTable


@dataclass(frozen=True, slots=True)
class Reading:
    """One possible interpretation of a report.

    ``says`` is the interpretation in words. ``clauses`` has the clauses that all readings
    share, followed by those of this reading. It is empty if the reading carries no constraint.
    """

    says: str
    clauses: tuple[kinds.Clause, ...]


TAKEN = ("id", "claim", "family", "forecast", "reliability", "face_value")
"""Fields that a report copies unchanged from its row."""
REPORT_KEYS = (
    *("id", "claim", "family", "sources", "known_at", "forecast", "hedge", "identity"),
    *("readings", "note", "silent", "clauses", "reliability", "face_value"),
)
"""Keys of a report in a JSON document."""


@dataclass(frozen=True, slots=True, repr=False)
class Report(Answer):
    """One restated claim, with its family, its sources and its clauses.

    Reports are made by :func:`routesim.load_journey` and listed in ``Journey.reports``.
    ``Journey.get_report`` returns one by its id.

    Parameters
    ----------
    id : str
        Id of the report, such as ``C06``.
    claim : str
        The restated claim.
    family : str
        Id of the family, the origin of the knowledge. Reports of one family count once per
        event.
    said : tuple of tuple of str
        Where it is published: for each source its id and the lines in it.
    known_s : float
        Time from which it counts as known, in POSIX seconds.
    forecast : bool
        Whether it reports what was expected.
    hedge : str
        The word with which its source qualifies the claim, such as ``likely``; may be empty.
    identity : str
        The doubt or assumption about which train it concerns, such as ``similar train``; empty
        if there is none.
    readings : tuple of Reading
        Its possible interpretations, exactly one of which holds. The one at face value comes
        first. Empty if there is only one.
    note : str
        A note on the claim; may be empty.
    silent : str
        Why the report carries no constraint in any reading; empty if it carries one.
    clauses : tuple of Clause
        Its clauses at face value; may be empty.
    reliability : float, optional
        The probability that it is right. None if the file does not give one.
    face_value : float, optional
        The probability that the reading at face value is meant. None if the file does not give
        one.

    Examples
    --------
    >>> import routesim as rs
    >>> report = rs.load_journey("2023-09").get_report("C01")
    >>> report
    <Report C01: The leader left Pyongyang on his train on Sunday afternoon.>
    >>> report.sources, report.known_at.isoformat()
    (('S0',), '2023-09-12T06:24:00+00:00')
    >>> [(clause.kind, clause.places) for clause in report.clauses]
    [('depart', ('Pyongyang',))]
    """

    id: str
    claim: str
    family: str
    said: tuple[tuple[str, str], ...]
    known_s: float
    forecast: bool
    hedge: str
    identity: str
    readings: tuple[Reading, ...]
    note: str
    silent: str
    clauses: tuple[kinds.Clause, ...]
    reliability: float | None = None
    face_value: float | None = None

    @property
    def known_at(self) -> datetime:
        """The time from which it counts as known, an aware datetime in UTC."""
        return to_datetime(self.known_s)

    @property
    def named_places(self) -> set[str]:
        """Plain names of the places in its clauses at face value; may be empty."""
        return {place for clause in self.clauses for place in clause.named_places}

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the sources that published it."""
        return tuple(source for source, _ in self.said)

    def __repr__(self) -> str:
        """Show its id and its claim."""
        return f"<Report {self.id}: {self.claim}>"

    def _describe(self) -> dict[str, Any]:
        return get_fields(self, REPORT_KEYS) | {
            "readings": [reading.says for reading in self.readings],
            "clauses": [asdict(clause) for clause in self.clauses],
        }


def make_reports(
    report_rows: Sequence[rows.ReportRow],
    *,
    book: SourceBook,
    words: WordTable,
    find_place: Callable[[str], str],
    file: str,
) -> tuple[tuple[Report, ...], list[Fault]]:
    """Make reports from the rows of a file; return those without faults, and all faults.

    The rows are validated. Their sources and families must be in ``book``. ``words`` defines
    the time expressions. ``find_place`` returns the plain name of a station for any of its
    names, or raises UnknownNameError. The faults name ``file``.
    """
    reports: list[Report] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    owners = _find_owners(report_rows)
    for row in report_rows:
        maker = _ReportMaker(row, book, words, find_place, f"{file}, report {row.id}")
        report = maker.make()
        if row.id in seen:
            maker.faults.append(Fault(maker.where, "its id appears twice", "make it unique"))
        seen.add(row.id)
        if row.id in owners:  # ids may contain dots
            what = f"its id is that of a clause of report {owners[row.id]}"
            maker.faults.append(Fault(maker.where, what, "rename one of the two reports"))
        faults += maker.faults
        if report is not None and not maker.faults:
            reports.append(report)
    return tuple(reports), faults


def list_clause_ids(report_id: str, most: int) -> list[str]:
    """Return the ids of the clauses of a report that has up to ``most`` in a reading.

    Examples
    --------
    >>> list_clause_ids("C48", 1), list_clause_ids("C49", 2)
    (['C48'], ['C49.1', 'C49.2'])
    """
    return [report_id] if most == 1 else [f"{report_id}.{n + 1}" for n in range(most)]


def _find_owners(report_rows: Sequence[rows.ReportRow]) -> dict[str, str]:
    """Return the id of the report of each clause with an id of its own, by this id."""
    owners: dict[str, str] = {}
    for row in report_rows:
        most = len(row.clauses) + max([0, *(len(reading.clauses) for reading in row.readings)])
        owners |= {c: row.id for c in list_clause_ids(row.id, most) if c != row.id}
    return owners


@dataclass(eq=False)
class _ReportMaker:
    """Makes a report from a row and collects its faults."""

    row: rows.ReportRow
    book: SourceBook
    words: WordTable
    find_place: Callable[[str], str]
    where: str
    faults: list[Fault] = field(default_factory=list)

    def make(self) -> Report | None:
        row = self.row
        self._check_names()
        common = self._make_clauses(row.clauses, self.where)
        wheres = [f"{self.where}, reading {i + 1}" for i in range(len(row.readings))]
        added = [
            self._make_clauses(reading.clauses, where)
            for reading, where in zip(row.readings, wheres, strict=True)
        ]
        if self.faults:
            return None
        known_at = row.known_at or min(
            self.book.sources[said.source].known_at for said in row.said
        )
        known_s = known_at.timestamp()
        if not row.forecast:
            for clauses, where in zip((common, *added), (self.where, *wheres), strict=True):
                self._check_known(clauses, known_s, where)
        readings = tuple(
            Reading(reading.says, (*common, *clauses))
            for reading, clauses in zip(row.readings, added, strict=True)
        )
        given = get_fields(row, ("hedge", "identity", "note", "silent"))
        texts: dict[str, Any] = {key: text or "" for key, text in given.items()}
        return Report(
            **get_fields(row, TAKEN),
            **texts,
            said=tuple((said.source, said.lines) for said in row.said),
            known_s=known_s,
            readings=readings,
            clauses=readings[0].clauses if readings else common,
        )

    def _make_clauses(
        self, given: Sequence[rows.ClauseRow], where: str
    ) -> tuple[kinds.Clause, ...]:
        """Make clauses from rows, and store the faults of those that cannot be made."""
        clauses: list[kinds.Clause] = []
        for number, row in enumerate(given, start=1):
            at = where if len(given) == 1 else f"{where}, clause {number}"
            try:
                clauses.append(self._make_clause(row, at))
            except TimeError as error:
                self.faults += error.faults or [Fault(at, str(error))]
            except UnknownNameError as error:
                self.faults.append(Fault(at, str(error)))
        return tuple(clauses)

    def _check_names(self) -> None:
        named = [("family", self.row.family, tuple(self.book.families))]
        sources = tuple(self.book.sources)
        named += [("source", said.source, sources) for said in self.row.said]
        self.faults += [
            Fault(self.where, f"unknown {kind} {name!r}", f"known: {', '.join(known)}")
            for kind, name, known in named
            if name not in known
        ]

    def _check_known(self, clauses: Sequence[kinds.Clause], known_s: float, where: str) -> None:
        self.faults += [
            Fault(
                where,
                f"its time {clause.time.words!r} lies wholly after it was known "
                f"({to_datetime(known_s):%Y-%m-%d %H:%M}Z)",
                "correct the time or known_at, or mark it forecast = true",
            )
            for clause in clauses
            if clause.window and clause.time and clause.window.start_s >= known_s
        ]

    def _make_clause(self, row: rows.ClauseRow, where: str) -> kinds.Clause:
        words = row.words or ""
        match row:
            case rows.EventRow():
                return kinds.EventClause(row.kind, *self._make_sighting(row, where), words)
            case rows.PresenceRow():
                return kinds.PresenceClause(row.kind, *self._make_sighting(row, where), words)
            case rows.NotYetRow():
                place, time = self.find_place(row.place), self._make_time(row, where)
                return kinds.NotYetClause(row.kind, row.event, place, time, words)
            case rows.OrderRow():
                first, then = (self._make_moment(m, where) for m in (row.first, row.then))
                most = inf if row.gap_h.at_most is None else row.gap_h.at_most
                gap_s = hours_to_seconds(row.gap_h.at_least), hours_to_seconds(most)
                return kinds.OrderClause(row.kind, first, then, *gap_s, words)
            case _:
                return self._make_quantity(row, words)

    def _make_quantity(
        self,
        row: rows.SpeedRow
        | rows.DistanceRow
        | rows.DurationRow
        | rows.StandRow
        | rows.HeadingRow
        | rows.VenueRow,
        words: str,
    ) -> kinds.Clause:
        match row:
            case rows.StandRow():
                ends_s = row.minutes.convert(minutes_to_seconds)
                return kinds.StandClause(row.kind, self.find_place(row.place), *ends_s, words)
            case rows.HeadingRow():
                after = self.find_place(row.after) if row.after else None
                return kinds.HeadingClause(
                    row.kind, self._find_places(row.towards), after, words
                )
            case rows.VenueRow():
                return kinds.HeadingClause(row.kind, self._find_places(row.place), None, words)
        between = self._find_pair(row.between) if row.between else None
        match row:
            case rows.SpeedRow():
                ends_mps = row.kmh.convert(kmh_to_mps)
                return kinds.SpeedClause(row.kind, *ends_mps, row.basis, between, words)
            case rows.DistanceRow():
                ends_m = row.km.convert(km_to_metres)
                return kinds.DistanceClause(row.kind, *ends_m, row.measure, between, words)
            case rows.DurationRow():
                ends_s = row.hours.convert(hours_to_seconds)
                events = row.from_event if between else "depart", row.to_event or "arrive"
                return kinds.DurationClause(row.kind, *ends_s, between, *events, words)

    def _make_sighting(
        self, row: rows.EventRow | rows.PresenceRow, where: str
    ) -> tuple[tuple[str, str], kinds.ReportedTime]:
        ends = row.between or (row.place or "", row.place or "")
        return self._find_pair(ends), self._make_time(row, where)

    def _make_moment(self, row: rows.MomentRow, where: str) -> kinds.Moment:
        if row.event is not None and row.place is not None:
            return kinds.Moment(event=row.event, place=self.find_place(row.place))
        return kinds.Moment(what=row.what, time=self._make_time(row, where))

    def _make_time(self, row: rows.TimeRow | rows.NotYetRow, where: str) -> kinds.ReportedTime:
        zone, known, reason = self._find_zone(row)
        when = row.as_of if isinstance(row, rows.NotYetRow) else row.when
        window, soft_s = Window(), (0.0, 0.0)
        if when is not None:
            window = self.words.read_when(when, zone, where=where)
            soft_s = (self.words.soften_when(when),) * 2
        elif not isinstance(row, rows.NotYetRow) and row.window is not None:
            start, end = row.window.from_, row.window.to
            first, last = row.window.soft_min
            soft_s = minutes_to_seconds(first), minutes_to_seconds(last)
            window = Window(
                start.timestamp() if start else -inf, end.timestamp() if end else inf
            )
        return kinds.ReportedTime(
            window,
            row.words or when or "",
            zone,
            known,
            reason,
            is_clock=when is not None,
            soft_s=soft_s,
        )

    def _find_zone(self, row: rows.TimeRow | rows.NotYetRow) -> tuple[str, str, str]:
        """Return the zone of a time, how it is known, and why; a printed zone always wins."""
        known = row.zone_known or "assumed"
        is_clock = isinstance(row, rows.NotYetRow) or row.when is not None
        clock = self.book.find_clock(said.source for said in self.row.said)
        if is_clock and known != "printed" and clock is not None and clock[1] != ONE_CLOCK:
            return clock[1], SET_BY_SOURCE, ""
        return row.zone or "UTC", known, row.zone_reason or ""

    def _find_pair(self, pair: tuple[str, str]) -> tuple[str, str]:
        return self.find_place(pair[0]), self.find_place(pair[1])

    def _find_places(self, places: str | tuple[str, ...]) -> tuple[str, ...]:
        names = (places,) if isinstance(places, str) else places
        return tuple(self.find_place(name) for name in names)
