"""Synthetic journeys whose reports are drawn exactly as the likelihood has it.

For simulation-based calibration: a truth is drawn from the priors of a plan, reports are
drawn of the truth, and the journey is conditioned on them. If priors, reports, likelihood
and sampler belong together, the rank of the truth among the draws is evenly distributed,
for whatever quantity. Nothing of ``routesim.likely`` takes part in drawing the reports.

What is drawn:

- a clock is the true time, moved evenly within its half width and by logistic noise; if
  wrong it lies anywhere in the span, which begins at the start of the journey's day;
- a part of the day is that in which the true time lies, moved by logistic noise and told by
  one of the clocks that may be meant; if wrong it is any part of the day;
- "not yet" or "before" is told of a true time moved by logistic noise; if wrong by a coin;
- a range of a quantity is drawn as a clock is, its span beginning at the range itself;
- a heading leads where the true route leads, or anywhere;
- a place and a window in which the train was between two stations is drawn anywhere, and
  the whole truth with it is kept as often as the report is likely;
- two reports of one family to one event either agree or contradict each other, whatever is
  true. If they agree, they are right together; see :class:`Copies` for how often. If they
  contradict each other, only one of them, at random, was meant to tell of the train;
- reports that take "a similar train" for this one all speak of another train, or none does;
- what was only expected is an empty word as often as the plan has it.

A truth of which a report cannot tell at all, since the route does not pass the place or the
train set out beyond it, is drawn anew if the report is to be right. So the joint
distribution of truth and reports is prior times likelihood, up to one constant.

Not covered: distances, orders of two events, setting out between two places, boarding, one
report of several clauses, readings that a file writes out, a second passage of a station,
and soft ends that lie inside the hard ones.

References
----------
Talts, Betancourt, Simpson, Vehtari, Gelman (2018), Validating Bayesian inference algorithms
with simulation-based calibration, arXiv:1804.06788; Modrak and others (2023),
Simulation-based calibration checking for Bayesian computation: the choice of test
quantities shapes sensitivity, arXiv:2211.02383, for the likelihood as a quantity.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from routesim.certain import build_problem
from routesim.evidence import EventClause, Report, Window, load_words
from routesim.evidence.words import WordsRow
from routesim.journey import Layout, PlanDraws, lay_plan
from routesim.likely import soft_windows as softness
from routesim.likely.agreement import clause_agreement, draw_agreements
from routesim.likely.journey_target import RouteTarget, find_unknowns
from routesim.likely.likelihood import Likelihood, build_likelihood
from routesim.sampler.tempering import Sampler
from tests.support.journeys import load_text, read_reports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import routesim as rs

__all__ = [
    "FAULTS",
    "RANKS",
    "AsOf",
    "Case",
    "Clock",
    "Copies",
    "Expected",
    "Heading",
    "PartOfDay",
    "Quantity",
    "Reporter",
    "Seen",
    "Similar",
    "Single",
    "Truth",
    "build_case_likelihood",
    "rank_many",
    "rank_truth",
]

Array = NDArray[np.float64]
Row = dict[str, Any]

RANKS = 128
"""Ranks that a truth may have: one more than the draws it stands among."""
PARTICLES = 1024
LOG_NINE = float(np.log(9.0))
MINUTE_S, HOUR_S = 60.0, 3600.0
DAY = "2024-05-02"
ZONE = "Asia/Vladivostok"
DAY_START_S = datetime(2024, 5, 1, 14, tzinfo=UTC).timestamp()
"""Midnight at Vladivostok, UTC+10."""
PARTS = ("night", "morning", "afternoon", "evening")
PART_S = 6 * HOUR_S
"""Four parts of the day, of six hours each."""
WORDS = {
    "dayparts": {
        "night": ["00:00", "06:00"],
        "morning": ["06:00", "12:00"],
        "afternoon": ["12:00", "18:00"],
        "evening": ["18:00", "24:00"],
    },
    "soft_minutes": {"clock": 15, "daypart": 20},
}
"""The table of words of the synthetic journeys."""
NARROW = 0.9
LIST_SIDES = draw_agreements.list_sides
COIN = 0.5
TRIES = 100_000


class OutOfTriesError(RuntimeError):
    """No truth was found of which the reports can tell."""


@dataclass(frozen=True, eq=False)
class Truth:
    """One journey, drawn from the priors of a plan."""

    layout: Layout
    scores: Mapping[str, Array]
    plan: PlanDraws
    arrive_s: Array

    @property
    def route_id(self) -> str:
        """The route it took."""
        return self.layout.hypothesis.id

    def find(self, place: str) -> int | None:
        """Return the index of the passage of a place; None if the route has none."""
        visits = self.layout.route.visits.get(place, ())
        return visits[0] if visits else None

    def get_arrival(self, place: str) -> float | None:
        """Return when it arrived, in POSIX seconds; None if it did not."""
        index = self.find(place)
        if index is None or index <= self.plan.origin_index[0]:
            return None
        return float(self.arrive_s[0, index])

    def get_departure(self, place: str) -> float | None:
        """Return when it departed, in POSIX seconds; None if it did not."""
        index, origin = self.find(place), self.plan.origin_index[0]
        if index is None or index < origin or index == self.arrive_s.shape[1] - 1:
            return None
        stood = self.get_dwell(place) if index > origin else 0.0
        return float(self.arrive_s[0, index]) + (stood or 0.0)

    def get_dwell(self, place: str) -> float | None:
        """Return how long it stood as planned, in seconds; None if it did not come there."""
        index = self.find(place)
        if index is None or index <= self.plan.origin_index[0]:
            return None
        for number, stop in enumerate(self.layout.stops):
            if stop.index == index:
                return float(self.plan.dwell_s[0, number])
        return 0.0

    def get_time(self, event: str, place: str) -> float | None:
        """Return when an event happened; None if it did not."""
        return self.get_departure(place) if event == "depart" else self.get_arrival(place)


@dataclass(frozen=True, eq=False)
class Reporter(ABC):
    """Tells a report of a truth, or several that belong together.

    Parameters
    ----------
    id
        Of the report; also that of its family, unless it shares one.
    reliability
        How likely it is right.
    """

    id: str
    reliability: float = 0.95

    @abstractmethod
    def draw_report(self, truth: Truth, rng: np.random.Generator) -> list[Row] | None:
        """Return rows of reports, or None if the truth is to be drawn anew."""

    def make_row(self, clause: Row, **more: Any) -> Row:
        """Return a report of one clause."""
        return {
            "id": self.id,
            "claim": "made up",
            "family": self.id,
            "said": [{"source": "S", "lines": "1"}],
            "reliability": self.reliability,
            "clauses": [clause],
            **more,
        }


@dataclass(frozen=True, eq=False)
class Single(Reporter):
    """Tells one report, right as often as it is reliable."""

    def draw_report(self, truth: Truth, rng: np.random.Generator) -> list[Row] | None:
        """Tell it."""
        right = rng.random() < self.reliability
        clause = self.report_right(truth, rng) if right else self.report_wrong(rng)
        return None if clause is None else [self.make_row(clause)]

    @abstractmethod
    def report_right(self, truth: Truth, rng: np.random.Generator) -> Row | None:
        """Return a clause that is right; None if there is nothing to tell."""

    @abstractmethod
    def report_wrong(self, rng: np.random.Generator) -> Row:
        """Return a clause that knows nothing."""


@dataclass(frozen=True, eq=False)
class Clock(Single):
    """A clock time, told as a window of half a width to either side."""

    event: str = "arrive"
    place: str = ""
    half_min: float = 1.5
    soft_min: float = 4.0
    span_h: float = 48.0

    def report_right(self, truth: Truth, rng: np.random.Generator) -> Row | None:
        """Move the true time evenly within the window and by noise."""
        true_s = truth.get_time(self.event, self.place)
        return None if true_s is None else self.write(self.move(true_s, rng))

    def report_wrong(self, rng: np.random.Generator) -> Row:
        """Take any time of the span."""
        return self.write(self.guess(rng))

    def move(self, true_s: float, rng: np.random.Generator) -> float:
        """Return the clock of a witness who knows the time."""
        even_s = MINUTE_S * rng.uniform(-self.half_min, self.half_min)
        return true_s + even_s + rng.logistic(0.0, MINUTE_S * self.soft_min / LOG_NINE)

    def guess(self, rng: np.random.Generator) -> float:
        """Return the clock of a witness who does not."""
        return DAY_START_S + rng.uniform(0.0, HOUR_S * self.span_h)

    def write(self, clock_s: float) -> Row:
        """Return the clause of a clock."""
        half_s = MINUTE_S * self.half_min
        return {
            "kind": self.event,
            "place": self.place,
            "window": {
                "from": to_time(clock_s - half_s),
                "to": to_time(clock_s + half_s),
                "soft_min": [self.soft_min, self.soft_min],
            },
            "zone": ZONE,
            "zone_known": "printed",
        }


@dataclass(frozen=True, eq=False)
class Expected(Clock):
    """A clock time that was only expected: it came to pass as often as the plan has it."""

    forecast: float = 0.5

    def report_right(self, truth: Truth, rng: np.random.Generator) -> Row | None:
        """Tell of the train if it came to pass; else it might be any time."""
        if rng.random() < self.forecast:
            return super().report_right(truth, rng)
        return self.report_wrong(rng)

    def make_row(self, clause: Row, **more: Any) -> Row:
        """Return a forecast."""
        return super().make_row(clause, forecast=True, **more)


@dataclass(frozen=True, eq=False)
class PartOfDay(Single):
    """A part of the day, by the clock of the place or by that of who printed it."""

    event: str = "arrive"
    place: str = ""
    soft_min: float = 20.0
    face_value: float = 0.6
    lag_s: float = HOUR_S
    """By how much the other clock is behind."""

    def report_right(self, truth: Truth, rng: np.random.Generator) -> Row | None:
        """Move the true time by noise and see in which part of the day it lies."""
        true_s = truth.get_time(self.event, self.place)
        if true_s is None:
            return None
        noisy_s = true_s + rng.logistic(0.0, MINUTE_S * self.soft_min / LOG_NINE)
        if rng.random() >= self.face_value:
            noisy_s -= self.lag_s
        number = int((noisy_s - DAY_START_S) // PART_S)
        # A day before or after has no word: the truth would be drawn anew.
        return self.write(number) if 0 <= number < len(PARTS) else None

    def report_wrong(self, rng: np.random.Generator) -> Row:
        """Take any part of the day."""
        return self.write(int(rng.integers(len(PARTS))))

    def write(self, number: int) -> Row:
        """Return the clause of a part of the day."""
        return {
            "kind": self.event,
            "place": self.place,
            "when": f"{DAY} {PARTS[number]}",
            "zone": ZONE,
            "zone_known": "inferred",
        }


@dataclass(frozen=True, eq=False)
class AsOf(Single):
    """Whether it had arrived as of a clock time: "not yet", or "before"."""

    place: str = ""
    clock: str = "12:00"
    soft_min: float = 15.0

    def report_right(self, truth: Truth, rng: np.random.Generator) -> Row | None:
        """Move the true time by noise and compare it with the clock."""
        true_s = truth.get_arrival(self.place)
        if true_s is None:
            return None
        hour, minute = self.clock.split(":")
        as_of_s = DAY_START_S + HOUR_S * int(hour) + MINUTE_S * int(minute)
        noisy_s = true_s + rng.logistic(0.0, MINUTE_S * self.soft_min / LOG_NINE)
        return self.write(not_yet=bool(noisy_s > as_of_s))

    def report_wrong(self, rng: np.random.Generator) -> Row:
        """Throw a coin."""
        return self.write(not_yet=bool(rng.random() < COIN))

    def write(self, *, not_yet: bool) -> Row:
        """Return the clause."""
        common = {"place": self.place, "zone": ZONE, "zone_known": "printed"}
        if not_yet:
            as_of = f"{DAY} {self.clock}"
            return {"kind": "not_yet", "event": "arrive", "as_of": as_of, **common}
        return {"kind": "arrive", "when": f"before {DAY} {self.clock}", **common}


@dataclass(frozen=True, eq=False)
class Quantity(Single):
    """A range of a quantity: half a width to either side of what is told.

    Parameters
    ----------
    measure
        From a truth and a random stream (which chooses what is meant where that is left
        unsaid) to the quantity, in the unit of the file; None if there is none.
    key
        Under which the clause has its range.
    clause
        All else that stands in it.
    half, span
        In the unit of the file.
    share
        How soft the ends are, as a share of the whole width.
    """

    measure: Callable[[Truth, np.random.Generator], float | None] = lambda _truth, _rng: None
    key: str = ""
    clause: Row = field(default_factory=dict)
    half: float = 1.0
    span: float = 24.0
    share: float = 0.25

    def report_right(self, truth: Truth, rng: np.random.Generator) -> Row | None:
        """Move the true quantity evenly within the range and by noise."""
        true = self.measure(truth, rng)
        if true is None:
            return None
        stated = true + rng.uniform(-self.half, self.half)
        stated += rng.logistic(0.0, self.share * 2.0 * self.half / LOG_NINE)
        return self.write(stated) if stated > self.half else None

    def report_wrong(self, rng: np.random.Generator) -> Row:
        """Take any quantity of the span."""
        return self.write(self.half + self.span * (1.0 - rng.random()))

    def write(self, stated: float) -> Row:
        """Return the clause of a range."""
        return {
            **self.clause,
            self.key: {"low": stated - self.half, "high": stated + self.half},
        }


@dataclass(frozen=True, eq=False)
class Heading(Single):
    """Where it was bound for: a place that only one route leads to."""

    places: Mapping[str, str] = field(default_factory=dict)
    """From a route to its place."""

    def report_right(self, truth: Truth, rng: np.random.Generator) -> Row | None:
        """Tell the place of the true route."""
        del rng
        return {"kind": "heading", "towards": self.places[truth.route_id]}

    def report_wrong(self, rng: np.random.Generator) -> Row:
        """Tell the place of any route."""
        return {"kind": "heading", "towards": str(rng.choice(list(self.places.values())))}


@dataclass(frozen=True, eq=False)
class Seen(Reporter):
    """That it was somewhere between two stations at some time of a window.

    How much there is to tell hangs on how long it was there. So the window is drawn
    anywhere in the span, and the truth is kept as often as the report is likely.
    """

    between: tuple[str, str] = ("", "")
    half_min: float = 30.0
    soft_min: float = 10.0
    span_h: float = 48.0

    def draw_report(self, truth: Truth, rng: np.random.Generator) -> list[Row] | None:
        """Draw a window; keep the truth as often as it agrees."""
        half_s, soft_s = MINUTE_S * self.half_min, MINUTE_S * self.soft_min
        seen_s = DAY_START_S + rng.uniform(0.0, HOUR_S * self.span_h)
        came_s, left_s = (
            truth.get_arrival(self.between[0]),
            truth.get_departure(self.between[1]),
        )
        if truth.find(self.between[1]) == truth.arrive_s.shape[1] - 1:
            left_s = np.inf  # it stays at its destination
        agreement = 0.0
        if came_s is not None and left_s is not None:
            agreement = _rise((seen_s + half_s - came_s) / soft_s) * _rise(
                (left_s - seen_s + half_s) / soft_s
            )
        flat = 2.0 * half_s / (HOUR_S * self.span_h)
        likely = self.reliability * agreement + (1.0 - self.reliability) * flat
        if rng.random() >= likely:
            return None
        window = {
            "from": to_time(seen_s - half_s),
            "to": to_time(seen_s + half_s),
            "soft_min": [self.soft_min, self.soft_min],
        }
        clause = {"kind": "present", "between": list(self.between), "window": window}
        return [self.make_row({**clause, "zone": ZONE, "zone_known": "printed"})]


@dataclass(frozen=True, eq=False)
class Copies(Clock):
    """Two clocks of one family for one event, which agree or contradict each other.

    Where they agree (their windows meet), the likelihood has

        reliability * K(first) * K(second) + (1 - reliability) * width / span.

    As a distribution of two clocks ``(x, y)`` that agree, the right ones have the mass
    ``width ** 2 * P``, with ``P`` the probability that two right clocks agree, and the wrong
    ones ``2 * width ** 2``: ``x`` lies anywhere in the span and ``y`` within a width of it.
    So the odds that they are right are those of the reliability times ``P / 2``. Where they
    contradict each other, either of them is drawn as a single clock would be, and the other
    anywhere beyond a width from it. The span is closed to a ring, so that its ends do not
    matter; the train is never near them.
    """

    agreeing: float = 0.5
    """How often they agree, whatever is true."""

    @cached_property
    def agreement(self) -> float:
        """The probability that two right clocks agree."""
        rng = np.random.default_rng(0)
        even_s = MINUTE_S * rng.uniform(-self.half_min, self.half_min, (2, 10**6))
        noise_s = rng.logistic(0.0, MINUTE_S * self.soft_min / LOG_NINE, (2, 10**6))
        first_s, second_s = even_s + noise_s
        return float(np.mean(np.abs(first_s - second_s) < self.width_s))

    @property
    def width_s(self) -> float:
        """The whole width of a window."""
        return 2.0 * MINUTE_S * self.half_min

    def draw_report(self, truth: Truth, rng: np.random.Generator) -> list[Row] | None:
        """Tell both."""
        true_s = truth.get_time(self.event, self.place)
        if true_s is None:
            return None
        if rng.random() < self.agreeing:
            clocks_s = self._agree(true_s, rng)
        else:
            clocks_s = self._contradict(true_s, rng)
        return [
            self.make_row(self.write(clock_s), id=f"{self.id}{number}")
            for number, clock_s in enumerate(clocks_s, start=1)
        ]

    def _agree(self, true_s: float, rng: np.random.Generator) -> tuple[float, float]:
        odds = self.reliability / (1.0 - self.reliability) * 0.5 * self.agreement
        if rng.random() < odds / (1.0 + odds):
            while True:
                first_s, second_s = self.move(true_s, rng), self.move(true_s, rng)
                if abs(first_s - second_s) < self.width_s:
                    return first_s, second_s
        while True:
            first_s = self.guess(rng)
            second_s = self._wrap(first_s + rng.uniform(-self.width_s, self.width_s))
            if abs(first_s - second_s) < self.width_s:
                return first_s, second_s

    def _contradict(self, true_s: float, rng: np.random.Generator) -> tuple[float, float]:
        right = rng.random() < self.reliability
        meant_s = self.move(true_s, rng) if right else self.guess(rng)
        beyond_s = rng.uniform(self.width_s, HOUR_S * self.span_h - self.width_s)
        other_s = self._wrap(meant_s + beyond_s)
        return (meant_s, other_s) if rng.random() < COIN else (other_s, meant_s)

    def _wrap(self, clock_s: float) -> float:
        return DAY_START_S + (clock_s - DAY_START_S) % (HOUR_S * self.span_h)


@dataclass(frozen=True, eq=False)
class Similar(Reporter):
    """Reports that take a similar train for this one; all of them, or none."""

    reporters: tuple[Single, ...] = ()
    identity: float = 0.7

    def draw_report(self, truth: Truth, rng: np.random.Generator) -> list[Row] | None:
        """Tell all, of this train or of another."""
        same = rng.random() < self.identity
        rows: list[Row] = []
        for reporter in self.reporters:
            clause: Row | None = reporter.report_wrong(rng)
            if same and rng.random() < reporter.reliability:
                clause = reporter.report_right(truth, rng)
            if clause is None:
                return None
            more = {"family": self.id, "identity": "a similar train"}
            rows.append(reporter.make_row(clause, **more))
        return rows


def _rise(x: float) -> float:
    """Return the probability that logistic noise does not reach beyond ``x``."""
    return float(1.0 / (1.0 + 9.0**-x))


def to_time(seconds: float) -> datetime:
    """Return an aware time, to the microsecond."""
    return datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True, eq=False)
class Case:
    """A synthetic journey, with the tellers of its reports.

    Parameters
    ----------
    name, says
        Its name, and what is special about it.
    text
        Its file, without reports.
    reporters
        In any order.
    places
        Whose arrivals are ranked, besides that at the destination.
    watched
        The report whose agreement is ranked, too, and which a fault counts twice.
    moved
        Those that the fault of the zone moves by an hour.
    """

    name: str
    says: str
    text: str
    reporters: tuple[Reporter, ...]
    places: tuple[str, ...]
    watched: str
    moved: tuple[str, ...]

    @cached_property
    def journey(self) -> rs.Journey:
        """The journey without reports."""
        return load_text(self.text, name=self.name)

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        """The plan on each route."""
        return tuple(lay_plan(self.journey, route) for route in self.journey.routes)

    def draw_truth(self, rng: np.random.Generator) -> Truth:
        """Draw a journey from the priors."""
        priors = [layout.hypothesis.prior for layout in self.layouts]
        layout = self.layouts[int(rng.choice(len(priors), p=priors))]
        sizes = {name: size for one in self.layouts for name, size in one.sizes.items()}
        scores = {name: rng.standard_normal((1, size)) for name, size in sizes.items()}
        plan = interpret_scores(layout, scores)
        return Truth(layout, scores, plan, layout.time_passages(plan))

    def draw_reports(self, rng: np.random.Generator) -> tuple[Truth, tuple[Report, ...]]:
        """Draw a journey and the reports of it."""
        for _ in range(TRIES):
            truth = self.draw_truth(rng)
            stated: list[Row] = []
            for reporter in self.reporters:
                rows = reporter.draw_report(truth, rng)
                if rows is None:
                    break
                stated += rows
            else:
                return truth, self.read(stated)
        raise OutOfTriesError(self.name)

    def read(self, stated: Sequence[Row]) -> tuple[Report, ...]:
        """Read rows as a journey's file would be read."""
        reports, faults = read_reports(
            stated,
            book=self.journey.book,
            words=load_words().override(WordsRow.model_validate(WORDS)),
            network=self.journey.network,
            file=self.name,
        )
        if faults:
            raise ValueError(faults)
        return reports


# ---------------------------------------------------------------- conditioning and ranks


def rank_truth(case: Case, number: int, *, seed: int = 0, fault: str = "") -> dict[str, int]:
    """Draw a truth with its reports, condition on them, and rank the truth.

    Parameters
    ----------
    case
        The synthetic journey.
    number, seed
        Which simulation: the same numbers give the same ranks.
    fault
        One of :data:`FAULTS` that is planted in the answer, or none.

    Returns
    -------
    dict
        From a quantity to the rank of the truth, 0 to ``RANKS - 1``.
    """
    rng = np.random.default_rng([seed, number])
    truth, reports = case.draw_reports(rng)
    with plant(fault):
        likelihood = build_case_likelihood(case, reports, fault)
        target = RouteTarget(case.layouts, likelihood, find_unknowns(likelihood, case.layouts))
        population = Sampler(target, rng, particles=PARTICLES).run()
        kept = np.linspace(0, population.count - 1, RANKS - 1).round().astype(np.intp)
        drawn = _measure_draws(case, target, population.take(kept), rng)
        true = _measure_truth(case, target, truth)
    ranks = {}
    for name, values in drawn.items():
        below = int((values < true[name]).sum())
        ties = int((values == true[name]).sum())
        ranks[name] = below + int(rng.integers(ties + 1))
    return ranks


def rank_many(
    case: Case, numbers: Sequence[int], *, seed: int = 0, fault: str = ""
) -> dict[str, NDArray[np.int64]]:
    """Rank many truths; return for each quantity an array (simulations,)."""
    rows = [rank_truth(case, number, seed=seed, fault=fault) for number in numbers]
    return {name: np.array([row[name] for row in rows], dtype=np.int64) for name in rows[0]}


def build_case_likelihood(
    case: Case, reports: tuple[Report, ...], fault: str = ""
) -> Likelihood:
    """Put together what the reports say; some faults are planted here."""
    if fault == "zone":
        reports = tuple(_move(r, HOUR_S) if r.id in case.moved else r for r in reports)
    journey = replace(case.journey, reports=reports)
    likelihood = build_likelihood(journey, build_problem(journey).distinct_reports)
    if fault == "twice":
        again = [
            unit
            for unit in likelihood.identity_groups
            if any(
                member.distinct_report.id == case.watched
                for versions in unit.events
                for version in versions
                for member in version.members
            )
        ]
        return replace(likelihood, identity_groups=(*likelihood.identity_groups, *again))
    return likelihood


def _move(report: Report, by_s: float) -> Report:
    """Read the clock of a report in a zone that is behind by so much."""
    (clause,) = report.clauses
    if not isinstance(clause, EventClause):
        raise TypeError(report.id)
    window = clause.time.window
    moved = Window(window.start_s + by_s, window.end_s + by_s)
    return replace(report, clauses=(replace(clause, time=replace(clause.time, window=moved)),))


@contextmanager
def plant(fault: str) -> Iterator[None]:
    """Plant a fault in the kernels of the likelihood while this lasts."""
    if fault != "narrow":
        yield
        return
    with (
        patch.object(draw_agreements, "list_sides", _list_narrowly),
        patch.object(clause_agreement, "find_agreement", _agree_narrowly),
    ):
        yield


def _list_narrowly(clause: Any, visit: int, route: Any) -> Any:
    """List sides whose ends are a tenth too sharp and lie a tenth too near each other."""
    stated = LIST_SIDES(clause, visit, route)
    if stated is None:
        return None
    sides = stated[0]
    ends = [side.end_s for side in sides]
    lost_s = 0.5 * (1.0 - NARROW) * (max(ends) - min(ends)) if len(ends) > 1 else 0.0
    found = tuple(
        replace(side, end_s=side.end_s + side.sign * lost_s, soft_s=NARROW * side.soft_s)
        for side in sides
    )
    return found, stated[1]


def _agree_narrowly(
    value: Array, ends: tuple[float, float], soft: tuple[float, float], *, inside: bool = False
) -> Array:
    """Compare with a range whose width and softness are a tenth too small."""
    low, high = ends
    if np.isfinite(low) and np.isfinite(high):
        lost = 0.5 * (1.0 - NARROW) * (high - low)
        low, high = low + lost, high - lost
    sharper = (NARROW * soft[0], NARROW * soft[1])
    return softness.find_agreement(value, (low, high), sharper, inside=inside)


def _measure_truth(case: Case, target: RouteTarget, truth: Truth) -> dict[str, float]:
    reports_used = np.concatenate(
        [
            truth.scores.get(name, np.zeros((1, size)))
            for unknown in target.parts
            for name, size in unknown.parts.items()
        ],
        axis=1,
    )
    route = case.layouts.index(truth.layout)
    measured = _measure(case, truth.layout, truth.plan)
    measured.update({name: scores[:, 0] for name, scores in _list_scores(case, truth.scores)})
    measured.update(
        _judge(case, target, target.observe(target.from_z(reports_used)), np.array([route]))
    )
    return {name: float(values[0]) for name, values in measured.items()}


def _measure_draws(
    case: Case, target: RouteTarget, population: Any, rng: np.random.Generator
) -> dict[str, Array]:
    """Choose a route for each draw, and measure all that is ranked."""
    weighed = target.weigh_routes(population.terms)
    share = np.exp(weighed - weighed.max(axis=1, keepdims=True))
    steps = np.cumsum(share, axis=1) / share.sum(axis=1, keepdims=True)
    route = (rng.random(population.count)[:, None] > steps).sum(axis=1)
    sizes = {name: size for one in case.layouts for name, size in one.sizes.items()}
    scores = {
        name: rng.standard_normal((population.count, size)) for name, size in sizes.items()
    }
    reports_used, first = target.to_z(population.hours), 0
    for unknown in target.parts:
        for name, size in unknown.parts.items():
            scores[name] = reports_used[:, first : first + size]
            first += size
    found: dict[str, Array] = {name: part[:, 0] for name, part in _list_scores(case, scores)}
    for number, layout in enumerate(case.layouts):
        members = np.flatnonzero(route == number)
        plan = interpret_scores(layout, {name: part[members] for name, part in scores.items()})
        for name, values in _measure(case, layout, plan).items():
            found.setdefault(name, np.empty(population.count))[members] = values
    found.update(_judge(case, target, population.terms, route))
    return found


def interpret_scores(layout: Layout, scores: Mapping[str, Array]) -> PlanDraws:
    """Turn standard-normal coordinates of all unknowns, (draws, size), into what is drawn."""
    return layout.assemble({name: layout.read(name, z) for name, z in scores.items()})


def _judge(
    case: Case, target: RouteTarget, terms: Array, route: NDArray[np.intp]
) -> dict[str, Array]:
    """Measure how likely the reports are, all of them and the watched one by itself."""
    each = np.arange(route.size)
    found = {"log likelihood": target.weigh_routes(terms)[each, route]}
    if len(case.layouts) > 1:
        found["route"] = route.astype(np.float64)
    mine = terms[route, :, each].T
    mixture = target.likelihood.mixture
    names = [member.distinct_report.id for member in mixture.members]
    found[f"agreement of {case.watched}"] = mixture.agree(mine)[names.index(case.watched)]
    return found


def _list_scores(case: Case, scores: Mapping[str, Array]) -> Iterator[tuple[str, Array]]:
    """List the scores of single quantities: their ranks are those of the quantities.

    Halts are left out: they are told apart by nothing. What they do is in the arrivals.
    """
    sizes = {name: size for one in case.layouts for name, size in one.sizes.items()}
    fixed = {f"speed {r.line}" for r in case.journey.plan.speeds if r.running_kmh.is_fixed}
    for name, part in scores.items():
        if sizes[name] == 1 and name not in fixed and name != "origin":
            yield name, part


def _measure(case: Case, layout: Layout, plan: PlanDraws) -> dict[str, Array]:
    """Measure what is ranked besides the unknowns themselves."""
    last = len(layout.route.passages) - 1
    found: dict[str, Array] = {}
    arrive_s = layout.time_passages(plan)
    for place in case.places:
        found[f"arrive {place}"] = np.nan_to_num(arrive_s[:, layout.route.visits[place][0]])
    found["arrive at the end"] = arrive_s[:, last]
    stood_s = plan.dwell_s.sum(axis=1)
    for standing_s in plan.standing_s.values():
        stood_s = stood_s + standing_s
    found["standing in all"] = stood_s
    if case.journey.plan.origins:
        found["origin"] = plan.origin_index.astype(np.float64)
    return found


FAULTS = {
    "narrow": "windows and their soft ends a tenth too narrow",
    "twice": "one report counted twice",
    "zone": "the zone of some clocks an hour off",
}
