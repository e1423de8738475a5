"""Random reports of a simulated journey, some of them false, and an independent check.

The check shares no code with the package. It writes each clause as inequalities over arrivals
and departures, and decides with scipy's linear programming whether they can all hold.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

import routesim as rs
from routesim.evidence import (
    DurationClause,
    EventClause,
    NotYetClause,
    PresenceClause,
    Report,
    ReportedTime,
    StandClause,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from routesim.evidence import Clause

__all__ = ["ReportedJourney", "judge", "list_truths", "report_journey"]

HOUR_S = 3600
FAMILIES = tuple(f"F{number}" for number in range(1, 19))


@dataclass(frozen=True)
class ReportedJourney:
    """A journey with random reports, its true times, and the ids of the false reports."""

    journey: rs.Journey
    arrive_s: NDArray[np.float64]
    depart_s: NDArray[np.float64]
    planted: tuple[str, ...]


def list_truths(
    journey: rs.Journey, count: int, seed: int
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return arrivals and departures of simulated journeys, in whole seconds."""
    ensemble = rs.simulate(journey, draws=count, seed=seed)
    last = ensemble.arrive_s.shape[1]
    departures = np.column_stack([ensemble.get_departures(i) for i in range(last)])
    truths = []
    for arrive, depart in zip(ensemble.arrive_s, departures, strict=True):
        came = np.round(np.nan_to_num(arrive, nan=depart[0]))
        left = np.round(np.fmax(np.nan_to_num(depart, nan=came[-1]), came))
        truths.append((came, left))
    return truths


def report_journey(
    journey: rs.Journey,
    truth: tuple[NDArray[np.float64], NDArray[np.float64]],
    rng: np.random.Generator,
    *,
    reports: int,
    lies: int = 0,
) -> ReportedJourney:
    """Make reports of a true journey; ``lies`` of them are false, by 1 to 30 hours."""
    arrive, depart = truth
    passages = journey.get_hypothesis().route.passages
    once = [
        i
        for i, p in enumerate(passages)
        if 0 < i < len(passages) - 1
        and sum(other.station.name == p.station.name for other in passages) == 1
    ]
    false = set(rng.choice(reports, size=lies, replace=False).tolist())
    made = []
    for number in range(reports):
        shift = 0.0
        if number in false:
            shift = float(rng.choice([-1, 1]) * rng.integers(1, 30) * HOUR_S)
        clause = _make_clause(journey, arrive, depart, once, rng=rng, shift_s=shift)
        made.append(_make_report(f"R{number:03d}", clause, FAMILIES[number % len(FAMILIES)]))
    reported = replace(journey, reports=tuple(made))
    return ReportedJourney(reported, arrive, depart, tuple(f"R{n:03d}" for n in sorted(false)))


def _make_report(name: str, clause: Clause, family: str) -> Report:
    return Report(
        id=name,
        claim="made up",
        family=family,
        said=(("S0", "1"),),
        known_s=float("inf"),
        forecast=False,
        hedge="",
        identity="",
        readings=(),
        note="",
        silent="",
        clauses=(clause,),
    )


def _make_clause(
    journey: rs.Journey,
    arrive: NDArray[np.float64],
    depart: NDArray[np.float64],
    once: Sequence[int],
    *,
    rng: np.random.Generator,
    shift_s: float,
) -> Clause:
    passages = journey.get_hypothesis().route.passages
    first, then = sorted(rng.choice(once, size=2, replace=False).tolist())
    name, other = passages[first].station.name, passages[then].station.name
    kind = str(
        rng.choice(["event", "event", "event", "present", "not_yet", "duration", "stand"])
    )
    before, after = rng.integers(60, 3 * HOUR_S, size=2)
    if kind == "event":
        event = str(rng.choice(["depart", "arrive", "pass"]))
        true_s = (depart if event == "depart" else arrive)[first] + shift_s
        return EventClause(event, (name, name), _report(true_s - before, true_s + after))
    if kind == "present":
        true_s = rng.integers(int(arrive[first]), int(depart[then]) + 1) + shift_s
        return PresenceClause(
            "present", (name, other), _report(true_s - before, true_s + after)
        )
    if kind == "not_yet":
        as_of = arrive[first] - before + max(shift_s, 0.0)
        return NotYetClause("not_yet", "arrive", name, _report(as_of, as_of + 60))
    if kind == "stand":
        stood = max(depart[first] - arrive[first] + max(shift_s, 0.0), 1.0)
        return StandClause("stand", name, max(stood - before, 0.0), stood + after)
    lapse = max(arrive[then] - depart[first] + shift_s, 1.0)
    ends = max(lapse - before, 1.0), lapse + after
    return DurationClause("duration", *ends, (name, other), "depart", "arrive")


def _report(start_s: float, end_s: float) -> ReportedTime:
    return ReportedTime(Window(start_s, end_s), "made up", "UTC", "printed", "")


def judge(
    journey: rs.Journey,
    clauses: Sequence[Clause],
    *,
    give_s: float = 0.0,
    capped: bool = True,
) -> bool:
    """Return whether clauses can all be true on the default route, by linear programming.

    ``give_s`` loosens every inequality, to distinguish a rounded second from a conflict.
    Without ``capped`` the train may run at any speed.
    """
    from scipy.optimize import linprog
    from scipy.sparse import coo_array

    if not clauses:
        return True
    passages = journey.get_hypothesis().route.passages
    named = {place for clause in clauses for place in clause.places}
    kept = [i for i, p in enumerate(passages) if p.station.name in named]
    count = len(kept)
    epoch = min([c.time.window.start_s for c in clauses if c.time], default=0.0)
    rows: list[tuple[int, int, float]] = []  # t[a] - t[b] <= limit; -1 is the epoch

    def arrive(i: int) -> int:
        return 2 * i

    def depart(i: int) -> int:
        return 2 * i + 1

    least_s = np.concatenate([[0.0], np.cumsum(_list_least_s(journey))])
    for number, i in enumerate(kept):
        rows.append((arrive(number), depart(number), 0.0))
        for earlier, j in enumerate(kept[:number]):
            # The kilometres of both ends are uncertain; those between do not matter.
            slack_s = _get_slack_s(journey, j, j) + _get_slack_s(journey, i - 1, i)
            gap = max(least_s[i] - least_s[j] - slack_s, 0.0) * capped
            rows.append((depart(earlier), arrive(number), -gap))
    where = {passages[i].station.name: number for number, i in enumerate(kept)}
    for clause in clauses:
        rows += _list_rows(clause, where, epoch, arrive=arrive, depart=depart)
    data, at_row, at_column, limits = [], [], [], []
    for number, (a, b, limit) in enumerate(rows):
        for node, sign in ((a, 1.0), (b, -1.0)):
            if node >= 0:
                data.append(sign)
                at_row.append(number)
                at_column.append(node)
        limits.append(limit + give_s)
    matrix = coo_array((data, (at_row, at_column)), shape=(len(rows), 2 * count)).tocsr()
    solved = linprog(np.zeros(2 * count), A_ub=matrix, b_ub=limits, bounds=(None, None))
    return bool(solved.status == 0)


def _list_least_s(journey: rs.Journey) -> list[float]:
    """Return the shortest running time of each section, from its speed cap and length."""
    route = journey.get_hypothesis().route
    ratios = []
    for row in journey.plan.lengths:
        ends = sorted([route.index_of(row.from_), route.index_of(row.to)])
        official_km = journey.network.route(row.from_, row.to).length_km
        ratios.append((*ends, row.km.lowest / official_km))
    least = []
    for i, (one, then) in enumerate(zip(route.passages, route.passages[1:], strict=False)):
        km = then.km - one.km
        for first, last, ratio in ratios:
            if first <= i < last:
                km *= ratio
        least.append(km / one.section.cap_kmh * HOUR_S)
    return least


def _get_slack_s(journey: rs.Journey, section: int, passage: int) -> float:
    """Return the uncertainty of the kilometre of a passage as a time on a section."""
    passages = journey.get_hypothesis().route.passages
    return passages[passage].uncertainty_km / passages[section].section.cap_kmh * HOUR_S


def _list_rows(clause: Clause, where, epoch: float, *, arrive, depart):
    """Return a clause as inequalities between two times each."""
    match clause:
        case EventClause():
            node = (depart if clause.kind == "depart" else arrive)(where[clause.between[0]])
            window = clause.time.window
            return [(node, -1, window.end_s - 1 - epoch), (-1, node, epoch - window.start_s)]
        case PresenceClause():
            window = clause.time.window
            return [
                (arrive(where[clause.between[0]]), -1, window.end_s - 1 - epoch),
                (-1, depart(where[clause.between[1]]), epoch - window.start_s),
            ]
        case NotYetClause():
            node = arrive(where[clause.place])
            return [(-1, node, epoch - clause.time.window.start_s - 1)]
        case StandClause():
            came, left = arrive(where[clause.place]), depart(where[clause.place])
            return [(left, came, clause.high_s), (came, left, -clause.low_s)]
        case DurationClause() if clause.between:
            left, came = depart(where[clause.between[0]]), arrive(where[clause.between[1]])
            return [(came, left, clause.high_s), (left, came, -clause.low_s)]
    raise NotImplementedError(type(clause))
