"""Zones: what each clock would mean in each zone in which it may have been read."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

import lazy_loader

from routesim.answers import Answer, AnswerList
from routesim.certain.certificates import find_certificate
from routesim.certain.problem import ReportProblem, build_problem
from routesim.certain.worlds import list_mildest
from routesim.constraints.bitsets import NO_BITS, overlaps, remove, unite
from routesim.text.times import format_offset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    import pandas as pd

    from routesim.evidence import Window
    from routesim.evidence.interpretation import ChosenOption, DistinctReport
    from routesim.journey import Journey
else:
    pd = lazy_loader.load("pandas")


@dataclass(frozen=True, slots=True)
class ZoneReading(Answer):
    """One clock, read in one zone.

    Parameters
    ----------
    report, clause
        Ids of what states the clock.
    zone
        In which it is read.
    zone_known
        ``printed``, ``inferred`` or ``assumed``; ``alternative`` for a zone not filed.
    window
        What it then means.
    fits
        Whether a world that drops the fewest families keeps the clause so read.
    miss_s, against, readings
        Of the worst conflict against it: its miss (NaN if there is none), its clauses, and
        the readings that it needs of other reports, in words.
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
        """The offset of the zone from UTC, at that time."""
        window = self.window
        return format_offset(window.start_s if window.start else window.end_s, [self.zone])

    @property
    def reading(self) -> str:
        """The readings that its conflict needs as one text, empty if none is needed."""
        return "; ".join(self.readings)


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ZoneReadings(AnswerList[ZoneReading]):
    """Each clock in each plausible zone; made by :func:`compare_zones`."""

    problem: ReportProblem
    columns = ZoneReading.json_keys
    json_keys = ("journey=problem.journey.id", "as_of=problem.as_of", "zones=items")

    def to_frame(self) -> pd.DataFrame:
        """Return a row a clock and zone; see :class:`ZoneReading`. Windows are half-open."""
        times = dict.fromkeys(("from", "before"), "datetime64[us, UTC]")
        return super().to_frame().astype({"miss_s": "float64", **times})


def compare_zones(
    journey: Journey,
    *,
    as_of: str | datetime | None = None,
    drop: Sequence[str] = (),
    route: str | None = None,
) -> ZoneReadings:
    """Read each clock in each plausible zone, and see whether the other reports allow it.

    Plausible are the zone as filed, that of the place (at a border those of both sides),
    that of the publisher and that of the family. A printed zone is the only one.

    Parameters
    ----------
    journey
        The journey.
    as_of, drop, route
        What is used, and the one route taken as possible; see :func:`routesim.conflicts`.

    Returns
    -------
    ZoneReadings
        In the order of the reports.

    Examples
    --------
    >>> import routesim as rs
    >>> table = rs.compare_zones(rs.load_journey("2023-09")).to_frame()
    >>> table.query("report == 'C15'")[["offset", "zone_known"]].values.tolist()
    [['UTC+9', 'printed']]
    """
    problem = build_problem(journey, as_of=as_of, drop=drop, route=route)
    reports = problem.distinct_reports
    found = tuple(reading for distinct in reports for reading in _read(problem, distinct))
    return ZoneReadings(found, problem=problem)


def _judge(problem: ReportProblem, clause: str, taken: ChosenOption | None) -> dict[str, Any]:
    """Return whether an option fits, and the worst conflict that it is part of."""
    register = problem.register
    bit = register.clause_bits[clause]
    option = NO_BITS if taken is None else register.option_bits[taken]
    others = NO_BITS if taken is None else remove(register.choice_bits[taken[0]], option)
    otherwise = {} if taken is None else dict([taken])
    fits = any(
        clause not in world.dropped and world.is_consistent(otherwise)
        for world in list_mildest(problem)
    )
    misses = []
    for support in problem.conflict_sets:
        if not overlaps(support, bit) or overlaps(support, others):
            continue
        miss_s = find_certificate(problem, unite(support, option)).miss_s
        if miss_s is not None:
            readings = tuple(register.format_options(remove(support, option)))
            misses.append((not readings, float(miss_s), support, readings))
    # A conflict that needs no reading of another report goes before one that does.
    _, miss, support, readings = max(misses, default=(False, nan, NO_BITS, ()))
    against = register.list_clauses(support)
    return {"fits": fits, "miss_s": miss, "against": against, "readings": readings}


def _read(problem: ReportProblem, distinct: DistinctReport) -> Iterator[ZoneReading]:
    for clause in distinct.clauses:
        seen: set[tuple[str, float]] = set()
        for variant in clause.variants:
            time = variant.clause.time if variant.clause.window else None
            if time is None or not time.is_clock or (time.zone, time.window.start_s) in seen:
                continue
            seen.add((time.zone, time.window.start_s))
            zone = next((t for t in variant.taken if t[0].endswith(":zone")), None)
            known = time.zone_known if zone is None or zone[1] == 0 else "alternative"
            yield ZoneReading(
                report=distinct.id,
                clause=clause.id,
                zone=time.zone,
                zone_known=known,
                window=time.window,
                **_judge(problem, clause.id, zone),
            )
