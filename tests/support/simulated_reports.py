"""Synthetic journeys whose reports are drawn from the model of the likelihood.

They are for simulation-based calibration: a truth is drawn from the priors of a plan, reports
are drawn from the truth, and the journey is conditioned on the reports. If priors, reports,
likelihood and sampler are consistent, the rank of the truth among the draws is uniform for any
quantity. Nothing in ``routesim.likely`` is used to draw the reports.

The reports are drawn as follows:

- A clock time is the true time plus a uniform shift within the half width and normal noise.
  If wrong, it is uniform in the span, which begins at the start of the journey's day.
- A part of the day is the part that contains the true time plus normal noise, by one of the
  clocks that may be meant. If wrong, it is any part of the day.
- "Not yet" or "before" is the comparison of a clock time with the true time plus normal
  noise. If wrong, it is decided by a coin.
- A range of a quantity is drawn like a clock time, with a span that begins at the range.
- A heading is the destination of the true route. If wrong, it is that of any route.
- A presence between two stations has a window that is drawn anywhere in the span. The whole
  truth with it is accepted with the likelihood of the report.
- Two reports of one event by one family either agree or conflict, independently of the truth.
  If they agree, both are right or both are wrong; see :class:`Copies` for the probability. If
  they conflict, only one of them, chosen at random, is about the train.
- Reports that take "a similar train" for this one are either all about this train, or all
  about another.
- An event that was only expected comes true with the probability in the plan.

Some reports are impossible for a truth, because its route does not pass the place or the train
departed beyond it. If such a report is to be right, the truth is drawn again. The joint
distribution of truth and reports is therefore prior times likelihood, up to a constant.

Not covered: distances, orders of two events, a departure between two places, boarding, reports
with several clauses, readings given in a file, a second passage of a station, and soft ends
inside the hard ones.

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
from scipy.special import ndtr

from routesim.certain import build_problem
from routesim.evidence import EventClause, Report, Window, load_words
from routesim.evidence.words import WordsRow
from routesim.journey import Layout, PlanDraws, lay_plan
from routesim.likely import soft_windows as softness
from routesim.likely.agreement import clause_agreement, draw_agreements
from routesim.likely.journey_target import RouteTarget, find_unknowns
from routesim.likely.likelihood import Likelihood, build_likelihood
from routesim.likely.report_mixture import ReportMixture
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
"""Number of possible ranks of a truth: one more than the number of draws."""
PARTICLES = 1024
DEVIATIONS = 2.0
"""Softness in standard deviations."""
MINUTE_S, HOUR_S = 60.0, 3600.0
DAY = "2024-05-02"
ZONE = "Asia/Vladivostok"
DAY_START_S = datetime(2024, 5, 1, 14, tzinfo=UTC).timestamp()
"""Midnight in Vladivostok, UTC+10."""
PARTS = ("night", "morning", "afternoon", "evening")
PART_S = 6 * HOUR_S
"""Length of each of the four parts of the day: six hours."""
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
    """No truth was found for which all reports are possible."""


@dataclass(frozen=True, eq=False)
class Truth:
    """A journey drawn from the priors of a plan."""

    layout: Layout
    scores: Mapping[str, Array]
    plan: PlanDraws
    arrive_s: Array

    @property
    def route_id(self) -> str:
        """Id of the route it took."""
        return self.layout.hypothesis.id

    def find(self, place: str) -> int | None:
        """Return the index of the passage of a place; None if the route has none."""
        visits = self.layout.route.visits.get(place, ())
        return visits[0] if visits else None

    def get_arrival(self, place: str) -> float | None:
        """Return its arrival in POSIX seconds; None if it did not arrive there."""
        index = self.find(place)
        if index is None or index <= self.plan.origin_index[0]:
            return None
        return float(self.arrive_s[0, index])

    def get_departure(self, place: str) -> float | None:
        """Return its departure in POSIX seconds; None if it did not depart there."""
        index, origin = self.find(place), self.plan.origin_index[0]
        if index is None or index < origin or index == self.arrive_s.shape[1] - 1:
            return None
        stood = self.get_dwell(place) if index > origin else 0.0
        return float(self.arrive_s[0, index]) + (stood or 0.0)

    def get_dwell(self, place: str) -> float | None:
        """Return its planned dwell in seconds; None if it did not come there."""
        index = self.find(place)
        if index is None or index <= self.plan.origin_index[0]:
            return None
        for number, stop in enumerate(self.layout.stops):
            if stop.index == index:
                return float(self.plan.dwell_s[0, number])
        return 0.0

    def get_time(self, event: str, place: str) -> float | None:
        """Return the time of an event in POSIX seconds; None if it did not happen."""
        return self.get_departure(place) if event == "depart" else self.get_arrival(place)


@dataclass(frozen=True, eq=False)
class Reporter(ABC):
    """Draws a report of a truth, or several that belong together.

    Parameters
    ----------
    id
        Id of the report, and of its family unless it shares one.
    reliability
        The probability that the report is right.
    """

    id: str
    reliability: float = 0.95

    @abstractmethod
    def draw_report(self, truth: Truth, rng: np.random.Generator) -> list[Row] | None:
        """Return rows of reports, or None if the truth must be drawn again."""

    def make_row(self, clause: Row, **more: Any) -> Row:
        """Return the row of a report with one clause."""
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
    """Draws one report, which is right with the probability of its reliability."""

    def draw_report(self, truth: Truth, rng: np.random.Generator) -> list[Row] | None:
        """Return the row of the report."""
        right = rng.random() < self.reliability
        clause = self.report_right(truth, rng) if right else self.report_wrong(rng)
        return None if clause is None else [self.make_row(clause)]

    @abstractmethod
    def report_right(self, truth: Truth, rng: np.random.Generator) -> Row | None:
        """Return a right clause; None if there is none for this truth."""

    @abstractmethod
    def report_wrong(self, rng: np.random.Generator) -> Row:
        """Return a clause that does not depend on the truth."""


@dataclass(frozen=True, eq=False)
class Clock(Single):
    """A clock time, reported as a window with a half-width on each side."""

    event: str = "arrive"
    place: str = ""
    half_min: float = 1.5
    soft_min: float = 4.0
    span_h: float = 48.0

    def report_right(self, truth: Truth, rng: np.random.Generator) -> Row | None:
        """Shift the true time uniformly within the window, and by noise."""
        true_s = truth.get_time(self.event, self.place)
        return None if true_s is None else self.write(self.move(true_s, rng))

    def report_wrong(self, rng: np.random.Generator) -> Row:
        """Draw any time in the span."""
        return self.write(self.guess(rng))

    def move(self, true_s: float, rng: np.random.Generator) -> float:
        """Return the clock time of a source that knows the time."""
        even_s = MINUTE_S * rng.uniform(-self.half_min, self.half_min)
        return true_s + even_s + rng.normal(0.0, MINUTE_S * self.soft_min / DEVIATIONS)

    def guess(self, rng: np.random.Generator) -> float:
        """Return the clock time of a source that does not."""
        return DAY_START_S + rng.uniform(0.0, HOUR_S * self.span_h)

    def write(self, clock_s: float) -> Row:
        """Return the clause of a clock time."""
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
    """The clock time of an expected event, which comes true with a given probability."""

    forecast: float = 0.5

    def report_right(self, truth: Truth, rng: np.random.Generator) -> Row | None:
        """Return the true time with noise if the event came true, else any time."""
        if rng.random() < self.forecast:
            return super().report_right(truth, rng)
        return self.report_wrong(rng)

    def make_row(self, clause: Row, **more: Any) -> Row:
        """Return a forecast."""
        return super().make_row(clause, forecast=True, **more)


@dataclass(frozen=True, eq=False)
class PartOfDay(Single):
    """A part of the day, by the clock of the place or of the publisher."""

    event: str = "arrive"
    place: str = ""
    soft_min: float = 20.0
    face_value: float = 0.6
    lag_s: float = HOUR_S
    """Seconds by which the clock of the publisher is behind."""

    def report_right(self, truth: Truth, rng: np.random.Generator) -> Row | None:
        """Shift the true time by noise and return its part of the day."""
        true_s = truth.get_time(self.event, self.place)
        if true_s is None:
            return None
        noisy_s = true_s + rng.normal(0.0, MINUTE_S * self.soft_min / DEVIATIONS)
        if rng.random() >= self.face_value:
            noisy_s -= self.lag_s
        number = int((noisy_s - DAY_START_S) // PART_S)
        # There is no word for another day: the truth is then drawn again.
        return self.write(number) if 0 <= number < len(PARTS) else None

    def report_wrong(self, rng: np.random.Generator) -> Row:
        """Draw any part of the day."""
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
    """Whether the train had arrived by a clock time: "not yet", or "before"."""

    place: str = ""
    clock: str = "12:00"
    soft_min: float = 15.0

    def report_right(self, truth: Truth, rng: np.random.Generator) -> Row | None:
        """Shift the true time by noise and compare it with the clock time."""
        true_s = truth.get_arrival(self.place)
        if true_s is None:
            return None
        hour, minute = self.clock.split(":")
        as_of_s = DAY_START_S + HOUR_S * int(hour) + MINUTE_S * int(minute)
        noisy_s = true_s + rng.normal(0.0, MINUTE_S * self.soft_min / DEVIATIONS)
        return self.write(not_yet=bool(noisy_s > as_of_s))

    def report_wrong(self, rng: np.random.Generator) -> Row:
        """Decide by a coin."""
        return self.write(not_yet=bool(rng.random() < COIN))

    def write(self, *, not_yet: bool) -> Row:
        """Return the clause of "not yet" or of "before"."""
        common = {"place": self.place, "zone": ZONE, "zone_known": "printed"}
        if not_yet:
            as_of = f"{DAY} {self.clock}"
            return {"kind": "not_yet", "event": "arrive", "as_of": as_of, **common}
        return {"kind": "arrive", "when": f"before {DAY} {self.clock}", **common}


@dataclass(frozen=True, eq=False)
class Quantity(Single):
    """A range of a quantity, with a half-width on each side of the reported value.

    Parameters
    ----------
    measure
        Function that returns the true quantity in the unit of the file, or None if there is
        none. Its random stream chooses what is meant where the report leaves that open.
    key
        Key of the range in the clause.
    clause
        The other fields of the clause.
    half, span
        Half-width of the range and width of the span, in the unit of the file.
    share
        Softness of the ends, as a share of the whole width.
    """

    measure: Callable[[Truth, np.random.Generator], float | None] = lambda _truth, _rng: None
    key: str = ""
    clause: Row = field(default_factory=dict)
    half: float = 1.0
    span: float = 24.0
    share: float = 0.25

    def report_right(self, truth: Truth, rng: np.random.Generator) -> Row | None:
        """Shift the true quantity uniformly within the range, and by noise."""
        true = self.measure(truth, rng)
        if true is None:
            return None
        stated = true + rng.uniform(-self.half, self.half)
        stated += rng.normal(0.0, self.share * 2.0 * self.half / DEVIATIONS)
        return self.write(stated) if stated > self.half else None

    def report_wrong(self, rng: np.random.Generator) -> Row:
        """Draw any quantity in the span."""
        return self.write(self.half + self.span * (1.0 - rng.random()))

    def write(self, stated: float) -> Row:
        """Return the clause of a range."""
        return {
            **self.clause,
            self.key: {"low": stated - self.half, "high": stated + self.half},
        }


@dataclass(frozen=True, eq=False)
class Heading(Single):
    """A heading towards a place that only one route leads to."""

    places: Mapping[str, str] = field(default_factory=dict)
    """The place of each route."""

    def report_right(self, truth: Truth, rng: np.random.Generator) -> Row | None:
        """Return the place of the true route."""
        del rng
        return {"kind": "heading", "towards": self.places[truth.route_id]}

    def report_wrong(self, rng: np.random.Generator) -> Row:
        """Return the place of any route."""
        return {"kind": "heading", "towards": str(rng.choice(list(self.places.values())))}


@dataclass(frozen=True, eq=False)
class Seen(Reporter):
    """Presence between two stations at some time in a window.

    The probability of such a report depends on how long the train was there. The window is
    therefore drawn anywhere in the span, and the truth is accepted with the likelihood of the
    report.
    """

    between: tuple[str, str] = ("", "")
    half_min: float = 30.0
    soft_min: float = 10.0
    span_h: float = 48.0

    def draw_report(self, truth: Truth, rng: np.random.Generator) -> list[Row] | None:
        """Draw a window, and accept the truth with the likelihood of the report."""
        half_s, soft_s = MINUTE_S * self.half_min, MINUTE_S * self.soft_min
        seen_s = DAY_START_S + rng.uniform(0.0, HOUR_S * self.span_h)
        came_s, left_s = (
            truth.get_arrival(self.between[0]),
            truth.get_departure(self.between[1]),
        )
        if truth.find(self.between[1]) == truth.arrive_s.shape[1] - 1:
            left_s = np.inf  # the train stays at its destination
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
    """Two clock times of one event by one family, which agree or conflict.

    If they agree, so that their windows overlap, the likelihood is

        reliability * K(first) * K(second) + (1 - reliability) * width / span.

    As a distribution of two clock times ``(x, y)`` that agree, the right ones have the mass
    ``width ** 2 * P``, where ``P`` is the probability that two right clock times agree. The
    wrong ones have ``2 * width ** 2``: ``x`` is anywhere in the span and ``y`` within a width
    of it. The odds that they are right are therefore those of the reliability times ``P / 2``.
    If they conflict, one of them is drawn like a single clock time, and the other anywhere
    beyond a width from it. The span is closed to a ring to remove the effect of its ends; the
    train is never near them.
    """

    agreeing: float = 0.5
    """Probability that they agree, independently of the truth."""

    @cached_property
    def agreement(self) -> float:
        """The probability that two right clock times agree."""
        rng = np.random.default_rng(0)
        even_s = MINUTE_S * rng.uniform(-self.half_min, self.half_min, (2, 10**6))
        noise_s = rng.normal(0.0, MINUTE_S * self.soft_min / DEVIATIONS, (2, 10**6))
        first_s, second_s = even_s + noise_s
        return float(np.mean(np.abs(first_s - second_s) < self.width_s))

    @property
    def width_s(self) -> float:
        """The whole width of a window."""
        return 2.0 * MINUTE_S * self.half_min

    def draw_report(self, truth: Truth, rng: np.random.Generator) -> list[Row] | None:
        """Return the rows of both reports."""
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
    """Reports of a similar train, which are all about this train or all about another."""

    reporters: tuple[Single, ...] = ()
    identity: float = 0.7

    def draw_report(self, truth: Truth, rng: np.random.Generator) -> list[Row] | None:
        """Return the rows of all reports."""
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
    """Return the probability that normal noise is at most ``x`` softnesses."""
    return float(ndtr(DEVIATIONS * x))


def to_time(seconds: float) -> datetime:
    """Return an aware datetime in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True, eq=False)
class Case:
    """A synthetic journey with its reporters.

    Parameters
    ----------
    name, says
        Its name and a description.
    text
        Its file, without reports.
    reporters
        The reporters, in any order.
    places
        Places whose arrivals are ranked, in addition to the destination.
    watched
        Id of the report whose agreement is also ranked, and which the fault "twice" counts
        twice.
    moved
        Ids of the reports that the fault "zone" moves by an hour.
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
        """Draw a journey and its reports."""
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
        """Read rows like those of a journey's file."""
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
        Number of the simulation, and the seed. The same values give the same ranks.
    fault
        Name of the fault to plant, from :data:`FAULTS`; empty for none.

    Returns
    -------
    dict
        Ranks of the truth by quantity, from 0 to ``RANKS - 1``.
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
    """Rank many truths; return an array of shape (simulations,) for each quantity."""
    rows = [rank_truth(case, number, seed=seed, fault=fault) for number in numbers]
    return {name: np.array([row[name] for row in rows], dtype=np.int64) for name in rows[0]}


def build_case_likelihood(
    case: Case, reports: tuple[Report, ...], fault: str = ""
) -> Likelihood:
    """Build the likelihood of the reports; the faults "zone" and "twice" are planted here."""
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
    """Move the window of a report by a number of seconds."""
    (clause,) = report.clauses
    if not isinstance(clause, EventClause):
        raise TypeError(report.id)
    window = clause.time.window
    moved = Window(window.start_s + by_s, window.end_s + by_s)
    return replace(report, clauses=(replace(clause, time=replace(clause.time, window=moved)),))


@contextmanager
def plant(fault: str) -> Iterator[None]:
    """Plant a fault in the kernels of the likelihood within a ``with`` block."""
    if fault != "narrow":
        yield
        return
    with (
        patch.object(draw_agreements, "list_sides", _list_narrowly),
        patch.object(clause_agreement, "find_agreement", _agree_narrowly),
    ):
        yield


def _list_narrowly(clause: Any, visit: int, route: Any, stops: Any = frozenset()) -> Any:
    """List sides whose ends are a tenth too sharp and a tenth too near each other."""
    stated = LIST_SIDES(clause, visit, route, stops)
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
    """Choose a route for each draw, and return all quantities that are ranked."""
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
    """Return the draws of a plan from standard-normal coordinates, each (draws, size)."""
    return layout.assemble({name: layout.read(name, z) for name, z in scores.items()})


def _judge(
    case: Case, target: RouteTarget, terms: Array, route: NDArray[np.intp]
) -> dict[str, Array]:
    """Return the log likelihood of all reports, and the agreement of the watched one."""
    each = np.arange(route.size)
    found = {"log likelihood": target.weigh_routes(terms)[each, route]}
    if len(case.layouts) > 1:
        found["route"] = route.astype(np.float64)
    mine = terms[route, :, each].T
    mixture = ReportMixture(target.likelihood.identity_groups)
    names = [member.distinct_report.id for member in mixture.members]
    found[f"agreement of {case.watched}"] = mixture.agree(mine)[names.index(case.watched)]
    return found


def _list_scores(case: Case, scores: Mapping[str, Array]) -> Iterator[tuple[str, Array]]:
    """List the standard-normal coordinates of scalar parameters, which have the same ranks.

    Halts are left out, because nothing distinguishes them. The arrivals include their effect.
    """
    sizes = {name: size for one in case.layouts for name, size in one.sizes.items()}
    fixed = {f"speed {r.line}" for r in case.journey.plan.speeds if r.running_kmh.is_fixed}
    for name, part in scores.items():
        if sizes[name] == 1 and name not in fixed and name != "origin":
            yield name, part


def _measure(case: Case, layout: Layout, plan: PlanDraws) -> dict[str, Array]:
    """Return the quantities that are ranked in addition to the parameters."""
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
