"""Shared clocks: how the clocks of a source are set, and one unknown clock for all of them.

Each source says how its clocks are set (``Source.clock``), and a printed zone always wins. If
a report has several sources, the first of them whose clocks are not those of the places
decides. If the source names a zone, :mod:`routesim.evidence.reports` reads the clocks in it. If
it has one clock with an unknown zone, this module lists the possible settings of that clock.
They are the options of one choice that all reports of the source share.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING, Any

from routesim.evidence.clauses import OrderClause
from routesim.evidence.clocks import Window, reread_window
from routesim.evidence.sources import ONE_CLOCK, SET_BY_SOURCE
from routesim.text.certificates import format_shared_clock
from routesim.units import hours_to_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from routesim.evidence.clauses import Clause, ReportedTime
    from routesim.evidence.reports import Report
    from routesim.evidence.sources import SourceBook


KNOWN_ZONES = {"printed", SET_BY_SOURCE}
"""Ways in which a zone is known that leave no other zone possible."""
DAYS = (-1, 1)
"""Days by which all clocks may be off: a timetable counts its days from another day."""
HOURS = (-1, 1, -2, 2)
"""Hours by which all clocks may be off: summer time in excess or missing, or that twice.

Larger differences are those of zones. The plausible ones are options of their own.
"""


@dataclass(frozen=True, slots=True)
class ClockSetting:
    """A possible setting of a shared clock.

    ``zone`` is the zone of all clocks; None for the zones in the file. The true times are
    ``days`` and ``hours`` later than those that the clocks show.
    """

    zone: str | None = None
    days: int = 0
    hours: int = 0

    def read(self, time: ReportedTime) -> ReportedTime:
        """Return a time as it is read by the clock."""
        zone = self.zone or time.zone
        moved = reread_window(time.window, (time.zone, zone), days=self.days)
        late_s = hours_to_seconds(self.hours)
        window = Window(moved.start_s + late_s, moved.end_s + late_s)
        return replace(time, window=window, zone=zone)

    def change(self, clause: Clause) -> dict[str, Any]:
        """Return the fields of a clause that change if its times are read by the clock."""
        return change_times(clause, lambda time: self.read(time) if is_open(time) else time)


@dataclass(frozen=True, slots=True)
class SharedClock:
    """The one clock of a source, with its possible settings; the first is that of the file."""

    source: str
    settings: tuple[ClockSetting, ...]

    @property
    def id(self) -> str:
        """Id of the choice between the settings."""
        return f"source:{self.source}:clock"

    @property
    def texts(self) -> tuple[str, ...]:
        """The settings in words."""
        return tuple(
            format_shared_clock(self.source, zone=s.zone, days=s.days, hours=s.hours)
            for s in self.settings
        )


def find_clock_source(clock_id: str) -> str:
    """Return the source of a shared clock, given the id of the choice between its settings.

    Examples
    --------
    >>> find_clock_source(SharedClock("feed", ()).id)
    'feed'
    """
    return clock_id.removeprefix("source:").removesuffix(":clock")


def find_shared_source(report: Report, book: SourceBook) -> str | None:
    """Return the source whose one clock the report shares; None if there is none.

    None also if no time of the report depends on that clock.
    """
    found = book.find_clock(report.sources)
    if found is None or found[1] != ONE_CLOCK:
        return None
    return found[0] if any(map(is_open, _list_report_times(report))) else None


def is_open(time: ReportedTime) -> bool:
    """Return whether a time was read from a clock whose zone is not known."""
    return time.is_clock and time.zone_known not in KNOWN_ZONES


def change_times(
    clause: Clause, change: Callable[[ReportedTime], ReportedTime]
) -> dict[str, Any]:
    """Return the fields of a clause that change if a function changes its times."""

    def apply(time: ReportedTime | None) -> ReportedTime | None:
        return None if time is None else change(time)

    if not isinstance(clause, OrderClause):
        return {"time": apply(clause.time)}
    moments = {"first": clause.first, "then": clause.then}
    return {key: replace(one, time=apply(one.time)) for key, one in moments.items()}


def list_times(clause: Clause) -> list[ReportedTime]:
    """Return the times of a clause; an order of two outside events has two."""
    times = [clause.time]
    if isinstance(clause, OrderClause):
        times = [clause.first.time, clause.then.time]
    return [time for time in times if time is not None]


def list_report_clauses(report: Report) -> Iterator[Clause]:
    """Iterate over the clauses of a report, in all its readings."""
    readings = [reading.clauses for reading in report.readings] or [report.clauses]
    return (clause for clauses in readings for clause in clauses)


def make_shared_clocks(
    reports: Sequence[Report],
    *,
    book: SourceBook,
    place_zones: Mapping[str, Sequence[str]],
    zones: Iterable[str] = (),
) -> dict[str, SharedClock]:
    """Make the shared clocks of the sources of reports, by the id of the source.

    Plausible zones are those of the source, of the families, of the places of its reports
    (``place_zones``, by report id) and of the journey (``zones``), in this order. Settings with
    the same windows are listed once.
    """
    sharing: dict[str, list[Report]] = {}
    for report in reports:
        if (source := find_shared_source(report, book)) is not None:
            sharing.setdefault(source, []).append(report)
    others = tuple(zones)
    clocks = {}
    for source, own in sharing.items():
        given = [book.sources[source].zone, *(book.families[r.family].zone for r in own)]
        places = [zone for report in own for zone in place_zones[report.id]]
        plausible = dict.fromkeys([*given, *places, *others])
        settings = [ClockSetting(), *(ClockSetting(zone) for zone in plausible if zone)]
        # A feed whose times are all moved alike agrees with itself as before.
        if _has_other_times(reports, own):
            settings += [ClockSetting(days=days) for days in DAYS]
            settings += [ClockSetting(hours=hours) for hours in HOURS]
        times = [time for report in own for time in _list_report_times(report) if is_open(time)]
        clocks[source] = SharedClock(source, tuple(_drop_equal(settings, times)))
    return clocks


def _list_report_times(report: Report) -> Iterator[ReportedTime]:
    return (time for clause in list_report_clauses(report) for time in list_times(clause))


def _has_other_times(reports: Iterable[Report], sharing: Iterable[Report]) -> bool:
    """Return whether some time with an end does not depend on the clock of some reports."""
    own = {report.id for report in sharing}
    return any(
        isfinite(time.window.start_s) or isfinite(time.window.end_s)
        for report in reports
        for time in _list_report_times(report)
        if report.id not in own or not is_open(time)
    )


def _drop_equal(
    settings: Iterable[ClockSetting], times: Iterable[ReportedTime]
) -> Iterator[ClockSetting]:
    """Iterate over the settings that differ from all earlier ones in the window of a time."""
    distinct, seen = set(times), set()
    for setting in settings:
        windows = tuple(setting.read(time).window for time in distinct)
        if windows not in seen:
            seen.add(windows)
            yield setting
