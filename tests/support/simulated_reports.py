"""Synthetic journeys whose reports are drawn from the model of the likelihood.

They are for simulation-based calibration: a truth is drawn from the priors of a plan as in
``routesim.simulate``, reports are drawn from the truth, and the journey is conditioned on the
reports. Draws are completed to all passages of their route. If simulation, reports, likelihood,
sampler and completion are consistent, the rank of the truth among the draws is uniform for any
quantity. Nothing in ``routesim.likely`` is used to draw the truth and the reports.

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

Not covered: distances, orders of two events, boarding, reports with several clauses, readings
given in a file, a second passage of a station, and soft ends inside the hard ones.

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
from routesim.journey.plan_draws import RunTimes, keep_times, time_passages
from routesim.journey.simulation import draw_plan
from routesim.likely import soft_windows as softness
from routesim.likely.agreement import clause_agreement, draw_agreements
from routesim.likely.chain.complete import complete_draws
from routesim.likely.journey_target import JourneyTarget
from routesim.likely.likelihood import Likelihood, build_likelihood
from routesim.likely.report_mixture import ReportMixture
from routesim.likely.sequence import sample_journey
from routesim.sampler.target import take_particles
from tests.support.journeys import load_text, read_reports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import routesim as rs
    from routesim.sampler.tempering import Population

__all__ = [
    "FAULTS",
    "RANKS",
    "AsOf",
    "Case",
    "Clock",
    "Copies",
    "Departure",
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
    """A journey drawn from the priors of a plan, with its times at all passages."""

    layout: Layout
    plan: PlanDraws
    times: RunTimes

    @property
    def route_id(self) -> str:
        """Id of the route it took."""
        return self.layout.hypothesis.id

    @property
    def last(self) -> int:
        """Index of the passage of the destination."""
        return len(self.layout.route.passages) - 1

    def find(self, place: str) -> int | None:
        """Return the index of the passage of a place; None if the route has none."""
        visits = self.layout.route.visits.get(place, ())
        return visits[0] if visits else None

    def get_arrival(self, place: str) -> float | None:
        """Return its arrival in POSIX seconds; None if it did not arrive there."""
        index = self.find(place)
        if index is None or index <= self.plan.origin_index[0]:
            return None
        return float(self.times.arrive_s[0, index])

    def get_departure(self, place: str) -> float | None:
        """Return its departure in POSIX seconds; None if it did not depart there."""
        index = self.find(place)
        if index is None or index < self.plan.origin_index[0] or index == self.last:
            return None
        return float(self.times.depart_s[0, index])

    def get_time_stood(self, place: str) -> float | None:
        """Return its time at rest there, planned or not; None if it did not come there."""
        came_s = self.get_arrival(place)
        if came_s is None:
            return None
        left_s = self.get_departure(place)
        return 0.0 if left_s is None else left_s - came_s

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
class Departure(Clock):
    """The clock time of the departure, from an origin somewhere between two stations."""

    between: tuple[str, str] = ("", "")

    def report_right(self, truth: Truth, rng: np.random.Generator) -> Row | None:
        """Shift the time of the departure; None if the origin is elsewhere."""
        ends = [truth.find(place) for place in self.between]
        origin = int(truth.plan.origin_index[0])
        if ends[0] is None or ends[1] is None or not ends[0] <= origin <= ends[1]:
            return None
        return self.write(self.move(float(truth.plan.departure_s[0]), rng))

    def write(self, clock_s: float) -> Row:
        """Return the clause of a departure between two stations."""
        clause = super().write(clock_s)
        del clause["place"]
        return {**clause, "kind": "depart", "between": list(self.between)}


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
        if truth.find(self.between[1]) == truth.last:
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
        Places whose arrivals and departures are ranked, in addition to the destination.
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
        """Draw a journey from the priors, as ``routesim.simulate`` does."""
        priors = [layout.hypothesis.prior for layout in self.layouts]
        layout = self.layouts[int(rng.choice(len(priors), p=priors))]
        plan = draw_plan(layout, 1, draw_seed(rng))
        return Truth(layout, plan, time_passages(layout, plan))

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
        target = JourneyTarget(case.layouts, likelihood)
        population = sample_journey(target, rng, particles=PARTICLES)
        kept = np.linspace(0, population.count - 1, RANKS - 1).round().astype(np.intp)
        drawn = _measure_draws(case, target, population.take(kept), rng)
        true = _measure(case, target, case.layouts.index(truth.layout), truth.plan)
    ranks = {}
    for name, values in drawn.items():
        mine = float(true[name][0]) if name in true else 0.0
        below = int((values < mine).sum())
        ties = int((values == mine).sum())
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


def draw_seed(rng: np.random.Generator) -> int:
    """Draw a seed for streams of their own."""
    return int(rng.integers(2**63))


def _measure_draws(
    case: Case, target: JourneyTarget, population: Population, rng: np.random.Generator
) -> dict[str, Array]:
    """Choose a route for each draw, complete it, and return all quantities that are ranked."""
    weighed = target.weigh_routes(population.terms)
    share = np.exp(weighed - weighed.max(axis=1, keepdims=True))
    steps = np.cumsum(share, axis=1) / share.sum(axis=1, keepdims=True)
    route = (rng.random(population.count)[:, None] > steps).sum(axis=1)
    found: dict[str, Array] = {}
    for number in range(len(case.layouts)):
        members = np.flatnonzero(route == number)
        state = take_particles(population.state, members)
        plan = complete_draws(target.model, state, number, draw_seed(rng))
        for name, values in _measure(case, target, number, plan).items():
            # A quantity that some routes do not have is 0 on them.
            found.setdefault(name, np.zeros(population.count))[members] = values
    _require_same_likelihood(found["log likelihood"], weighed[np.arange(route.size), route])
    return found


def _require_same_likelihood(completed: Array, sampled: Array) -> None:
    """Check that the reports say as much about the complete draws as about the chain."""
    if not np.allclose(completed, sampled, rtol=1e-6, atol=1e-6):
        off = float(np.abs(completed - sampled).max())
        raise ValueError(f"completed draws have another log likelihood, by up to {off:.2g}")


def _measure(
    case: Case, target: JourneyTarget, number: int, plan: PlanDraws
) -> dict[str, Array]:
    """Return the quantities of complete draws on a route that are ranked, (draws,) each."""
    layout = case.layouts[number]
    times = time_passages(layout, plan)
    found = {"departure": plan.departure_s}
    for row in layout.speeds:
        if not row.running_kmh.is_fixed:
            found[f"speed {row.line}"] = plan.running_mps[row.line]
    for prior, name in layout.lengths.items():
        found[name] = plan.length_ratio[prior]
    for column, stop in enumerate(layout.stops):
        found[stop.name] = plan.dwell_s[:, column]
    for place in case.places:
        (index, *_) = layout.route.visits[place]
        found[f"arrive {place}"] = np.nan_to_num(times.arrive_s[:, index])
        found[f"depart {place}"] = np.nan_to_num(times.depart_s[:, index])
    found["arrive at the end"] = times.arrive_s[:, -1]
    found.update(_measure_standing(layout, plan))
    found.update(_measure_delays(case, layout, plan))
    if case.journey.plan.origins:
        found["origin"] = plan.origin_index.astype(np.float64)
    if len(case.layouts) > 1:
        found["route"] = np.full(plan.count, float(number))
    found.update(_judge(case, target, number, (plan, times)))
    return found


def _measure_standing(layout: Layout, plan: PlanDraws) -> dict[str, Array]:
    """Return the unplanned standing beyond the origin, and the sum with the planned."""
    halts, standing = plan.halts, layout.standing
    beyond = halts.slot // 2 > plan.origin_index[halts.draw]
    line = standing.line[halts.slot]

    def add_up(mine: NDArray[np.bool_]) -> Array:
        return np.bincount(halts.draw[mine], halts.seconds[mine], plan.count).astype(float)

    found = {
        f"standing {name}": add_up(beyond & (line == number))
        for number, name in enumerate(standing.lines)
    }
    found["standing in all"] = add_up(beyond) + plan.dwell_s.sum(axis=1)
    if standing.lines:
        found["halts"] = np.bincount(halts.draw[beyond], minlength=plan.count).astype(float)
        found["longest halt"] = np.zeros(plan.count)
        np.maximum.at(found["longest halt"], halts.draw[beyond], halts.seconds[beyond])
    return found


def _measure_delays(case: Case, layout: Layout, plan: PlanDraws) -> dict[str, Array]:
    """Return the running time beyond that at the mean speeds, to some places and the end."""
    if plan.delay_s is None:
        return {}
    sections = np.arange(plan.delay_s.shape[0])[:, None]
    late_s = np.where(sections >= plan.origin_index, plan.delay_s, 0.0)
    found = {
        f"delay to {place}": late_s[: layout.route.visits[place][0]].sum(axis=0)
        for place in case.places
    }
    return {**found, "delay in all": late_s.sum(axis=0)}


def _judge(
    case: Case, target: JourneyTarget, number: int, drawn: tuple[PlanDraws, RunTimes]
) -> dict[str, Array]:
    """Return the log likelihood of all reports, and the agreement of the watched one."""
    layout, likelihood = case.layouts[number], target.likelihood
    indices = np.arange(len(layout.route.passages))
    terms = likelihood.observe(keep_times(layout, drawn[0], indices, drawn[1]))
    found = {"log likelihood": likelihood.weigh(terms) + target.log_priors[number]}
    mixture = ReportMixture(likelihood.identity_groups)
    names = [member.distinct_report.id for member in mixture.members]
    if case.watched in names:
        found[f"agreement of {case.watched}"] = mixture.agree(terms)[names.index(case.watched)]
    return found


FAULTS = {
    "narrow": "windows and their soft ends a tenth too narrow",
    "twice": "one report counted twice",
    "zone": "the zone of some clocks an hour off",
}
