"""Reports: their sources, clauses, times, selection and readings.

``reports``, ``records``
    Reports and their readings, made from the records of a journey file.
``sources``
    Sources and families.
``clauses``
    The constraints of reports.
``clocks``, ``words``
    Windows, and the reading of times, durations and time expressions.
``softness``
    Softness of the ends of clauses, and the unit of misses.
``shared_clocks``
    How the clocks of a source are set, and one unknown clock for all its reports.
``selection``
    The choice of the reports used.
``interpretation``
    Distinct reports, and the possible readings of each.
"""

from routesim.evidence.clauses import (
    Clause,
    DistanceClause,
    DurationClause,
    EventClause,
    HeadingClause,
    Moment,
    NotYetClause,
    OrderClause,
    PresenceClause,
    ReportedTime,
    SpeedClause,
    StandClause,
)
from routesim.evidence.clocks import Window, parse_duration, parse_time
from routesim.evidence.records import ReportRow
from routesim.evidence.reports import REPORT_KEYS, Report, make_reports
from routesim.evidence.softness import get_softness, get_tolerance, widen_figure
from routesim.evidence.sources import Source, SourceBook, load_sources
from routesim.evidence.words import WordsRow, load_words

__all__ = [
    "REPORT_KEYS",
    "Clause",
    "DistanceClause",
    "DurationClause",
    "EventClause",
    "HeadingClause",
    "Moment",
    "NotYetClause",
    "OrderClause",
    "PresenceClause",
    "Report",
    "ReportRow",
    "ReportedTime",
    "Source",
    "SourceBook",
    "SpeedClause",
    "StandClause",
    "Window",
    "WordsRow",
    "get_softness",
    "get_tolerance",
    "load_sources",
    "load_words",
    "make_reports",
    "parse_duration",
    "parse_time",
    "widen_figure",
]
