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
    from routesim.evidence.interpretation import DistinctReport
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

    @property
    def offset(self) -> str:
        """The offset of the zone from UTC, at that time."""
        window = self.window
        return format_offset(window.start_s if window.start else window.end_s, [self.zone])

    def _describe(self) -> dict[str, Any]:
        start, end = self.window.start, self.window.end
        return {
            "report": self.report,
            "clause": self.clause,
            "zone": self.zone,
            "offset": self.offset,
            "zone_known": self.zone_known,
            "from": pd.NaT if start is None else pd.Timestamp(start),
            "before": pd.NaT if end is None else pd.Timestamp(end),
            "fits": self.fits,
            "miss_s": self.miss_s,
            "against": self.against,
            "reading": "; ".join(self.readings),
        }


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class ZoneReadings(AnswerList[ZoneReading]):
    """Each clock in each plausible zone; made by :func:`compare_zones`."""

    problem: ReportProblem
    columns = (
        "report", "clause", "zone", "offset", "zone_known", "from", "before", "fits",
        "miss_s", "against", "reading",
    )  # fmt: skip

    def to_frame(self) -> pd.DataFrame:
        """Return a row a clock and zone; see :class:`ZoneReading`.

        Times are aware UTC, half-open; reading is one text, empty if none is needed.
        """
        rows = [item._describe() for item in self]  # noqa: SLF001 (of its own kind)
        return pd.DataFrame(rows, columns=list(self.columns)).astype({"miss_s": float})

    def _describe(self) -> dict[str, Any]:
        problem = self.problem
        return {"journey": problem.journey.id, "as_of": problem.as_of, "zones": self.items}


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
    judge = _Judge(problem)
    found = [one for distinct in problem.distinct_reports for one in _read(distinct, judge)]
    return ZoneReadings(tuple(found), problem=problem)


class _Judge:
    """Judges whether an option fits, by the conflicts and the worlds of a problem."""

    def __init__(self, problem: ReportProblem) -> None:
        self.problem = problem
        self.worlds = list_mildest(problem)

    def weigh(self, clause: str, choice: str | None, number: int) -> dict[str, Any]:
        """Return whether it fits, and the worst conflict that it is part of."""
        register = self.problem.register
        bit = register.clause_bits[clause]
        option = NO_BITS if choice is None else register.option_bits[choice, number]
        others = NO_BITS if choice is None else remove(register.choice_bits[choice], option)
        fits = any(
            clause not in world.dropped
            and world.is_consistent({choice: number} if choice else {})
            for world in self.worlds
        )
        misses = []
        for support in self.problem.conflict_sets:
            if not overlaps(support, bit) or overlaps(support, others):
                continue
            miss_s = find_certificate(self.problem, unite(support, option)).miss_s
            if miss_s is not None:
                readings = tuple(register.format_options(remove(support, option)))
                misses.append((not readings, miss_s, support, readings))
        # A conflict that needs no reading of another report goes before one that does.
        _, miss, against, readings = max(misses, default=(False, nan, NO_BITS, ()))
        return {
            "fits": fits,
            "miss_s": float(miss),
            "against": register.list_clauses(against),
            "readings": readings,
        }


def _read(distinct: DistinctReport, judge: _Judge) -> Iterator[ZoneReading]:
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
                **judge.weigh(clause.id, *(zone or (None, 0))),
            )
