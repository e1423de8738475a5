"""Zones: each reported clock, read in each plausible time zone."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

import lazy_loader

from routesim.answers import Answer, AnswerList
from routesim.certain.problem import ReportProblem, build_problem
from routesim.certain.proofs.certificates import find_certificate
from routesim.certain.worlds import list_best
from routesim.constraints.bitsets import NO_BITS, overlaps, remove, unite
from routesim.text.times import format_offset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    import pandas as pd

    from routesim.evidence import Window
    from routesim.evidence.interpretation import ChosenOption, DistinctReport
    from routesim.journey import Journey
    from routesim.network import ExactKm
else:
    pd = lazy_loader.load("pandas")


@dataclass(frozen=True, slots=True)
class ZoneReading(Answer):
    """A reported clock, read in one zone.

    Parameters
    ----------
    report : str
        Id of the report that states the clock.
    clause : str
        Id of the clause with the clock.
    zone : str
        Zone in which the clock is read, such as ``Asia/Seoul``.
    zone_known : str
        How the zone is known: ``printed``, ``inferred`` or ``assumed`` for the zone in the
        journey file, ``source`` for a zone that its source names, ``alternative`` for any other
        zone and for a clock that is off by a day or some hours.
    window : Window
        Window that the clock means in this zone.
    fits : bool
        Whether some best world keeps the clause in this zone.
    miss_s : float
        Miss of the worst conflict with the clause in this zone, in seconds; NaN if there is
        none. A conflict that needs no reading of another report is worse than one that does.
    against : tuple of str
        Ids of the clauses of this conflict.
    readings : tuple of str
        Readings of other reports that this conflict needs, in words.
    """

    report: str
    clause: str
    zone: str
    zone_known: str
    window: Window
    fits: bool
    miss_s: float
    against: tuple[str, ...]
    readings: tuple[str, ...]
    json_keys = (
        "report", "clause", "zone", "offset", "zone_known", "from=window.start",
        "before=window.end", "fits", "miss_s", "against", "reading",
    )  # fmt: skip

    @property
    def offset(self) -> str:
        """Offset of the zone from UTC at the time of the window, such as ``UTC+9``."""
        window = self.window
        return format_offset(window.start_s if window.start else window.end_s, [self.zone])

    @property
    def reading(self) -> str:
        """The ``readings`` as one text; empty if there are none."""
        return "; ".join(self.readings)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ZoneReadings(AnswerList[ZoneReading]):
    """Reported clocks in each of their plausible zones; made by :func:`compare_zones`.

    Parameters
    ----------
    items : tuple of ZoneReading
        The readings, in the order of the reports.
    problem : ReportProblem
        Constraint problem to which the readings belong.
    """

    problem: ReportProblem
    columns = ZoneReading.json_keys
    json_keys = (
        "journey=problem.journey.id", "as_of=problem.as_of", "complete=is_complete",
        "zones=items", "exact_km",
    )  # fmt: skip

    @property
    def is_complete(self) -> bool:
        """Whether all best worlds were found. If not, a zone that does not fit may do so."""
        return list_best(self.problem).is_complete

    @property
    def exact_km(self) -> tuple[ExactKm, ...]:
        """Kilometres of the routes that are taken as exact, by line; may be empty."""
        return self.problem.exact_km

    def to_frame(self) -> pd.DataFrame:
        """Return one row per clock and zone; the columns are those of :class:`ZoneReading`.

        ``from`` and ``before`` are the ends of the half-open window, aware UTC.
        """
        times = dict.fromkeys(("from", "before"), "datetime64[us, UTC]")
        return super().to_frame().astype({"miss_s": "float64", **times})


def compare_zones(
    journey: Journey,
    *,
    as_of: str | datetime | None = None,
    drop: Sequence[str] = (),
    route: str | None = None,
) -> ZoneReadings:
    """Read each clock in each plausible zone, and check it against the other reports.

    Plausible zones are those of the journey file, of the place (at a border, of both sides), of
    the publisher and of the family. A zone that is printed, or that the source names for its
    clocks, is the only plausible one. If a source has one clock, all its clocks are read alike:
    in one zone, or as off by the same days or hours.

    Parameters
    ----------
    journey : Journey
        The journey.
    as_of : str or datetime, optional
        Aware time, such as ``2023-09-11T07:00Z``: only reports known by then are used. By
        default, all.
    drop : sequence of str, default ()
        Ids of reports or clauses to leave out.
    route : str, optional
        Id of the only possible route. By default, all routes of the journey are possible.

    Returns
    -------
    ZoneReadings
        One reading per clock and zone, in the order of the reports; empty if no report states
        a clock. ``to_frame`` has the columns ``report``, ``clause``, ``zone``, ``offset``,
        ``zone_known``, ``from`` and ``before`` (aware UTC), ``fits``, ``miss_s`` (seconds),
        ``against`` and ``reading``.

    Raises
    ------
    ArgumentError
        If ``journey`` is not a journey, or ``drop`` is a single string or has an unknown id.
    TimeError
        If ``as_of`` has no offset, cannot be read or lies outside 1800 to 2200.
    UnknownNameError
        If the journey has no such route.

    See Also
    --------
    conflicts : Find the sets of reports that cannot all be true.
    worlds : List the ways to reconcile the reports, with the zones that they change.

    Examples
    --------
    >>> import routesim as rs
    >>> table = rs.compare_zones(rs.load_journey("2023-09")).to_frame()
    >>> table.query("report == 'C16'")[["zone", "offset", "fits"]].values.tolist()
    [['Asia/Seoul', 'UTC+9', True], ['Asia/Vladivostok', 'UTC+10', True]]
    >>> table.query("report == 'C15'")[["offset", "zone_known"]].values.tolist()
    [['UTC+9', 'printed']]
    """
    problem = build_problem(journey, as_of=as_of, drop=drop, route=route)
    reports = problem.distinct_reports
    found = tuple(reading for distinct in reports for reading in _read(problem, distinct))
    return ZoneReadings(found, problem=problem)


def _judge(problem: ReportProblem, clause: str, taken: ChosenOption | None) -> dict[str, Any]:
    """Return the fields of a reading: whether it fits, and its worst conflict."""
    register = problem.register
    bit = register.clause_bits[clause]
    option = NO_BITS if taken is None else register.option_bits[taken]
    others = NO_BITS if taken is None else remove(register.choice_bits[taken[0]], option)
    otherwise = {} if taken is None else dict([taken])
    fits = any(
        clause not in world.dropped and world.is_consistent(otherwise)
        for world in list_best(problem)
    )
    misses = []
    for support in problem.conflict_sets:
        if not overlaps(support, bit) or overlaps(support, others):
            continue
        miss_s = find_certificate(problem, unite(support, option)).miss_s
        if miss_s is not None:
            readings = tuple(register.format_options(remove(support, option)))
            misses.append((not readings, float(miss_s), support, readings))
    _, miss, support, readings = max(misses, default=(False, nan, NO_BITS, ()))
    against = register.list_clauses(support)
    return {"fits": fits, "miss_s": miss, "against": against, "readings": readings}


def _read(problem: ReportProblem, distinct: DistinctReport) -> Iterator[ZoneReading]:
    choices = problem.register.choices
    for clause in distinct.clauses:
        seen: set[tuple[str, float]] = set()
        for variant in clause.variants:
            time = variant.clause.time if variant.clause.window else None
            if time is None or not time.is_clock or (time.zone, time.window.start_s) in seen:
                continue
            seen.add((time.zone, time.window.start_s))
            zone = next((t for t in variant.taken if choices[t[0]].kind == "zone"), None)
            known = time.zone_known if zone is None or zone[1] == 0 else "alternative"
            yield ZoneReading(
                report=distinct.id,
                clause=clause.id,
                zone=time.zone,
                zone_known=known,
                window=time.window,
                **_judge(problem, clause.id, zone),
            )
