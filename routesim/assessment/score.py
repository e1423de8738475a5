"""An honest score: how well each report is predicted from the others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.assessment.baseline import (
    draw_line,
    find_asked,
    find_last_sighting,
    find_sightings,
    list_face,
    reach_passage,
)
from routesim.certain.problem import take_testimony
from routesim.evidence import (
    DistanceClause,
    DurationClause,
    EventClause,
    HeadingClause,
    NotYetClause,
    OrderClause,
    PresenceClause,
    SpeedClause,
    StandClause,
)
from routesim.journey import check_draws, lay_plan, make_stream, require_journey
from routesim.likely.event_times import EventSampler
from routesim.likely.journey_target import RouteTarget, find_unknowns
from routesim.likely.likelihood import hear_witnesses, list_evidence, list_in_priors
from routesim.likely.routes import compare_routes
from routesim.sampler.mcse import Islands
from routesim.sampler.rounding import STEPS_S, round_band
from routesim.sampler.tempering import Sampler, count_particles
from routesim.units import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from routesim.evidence import Clause
    from routesim.evidence.interpretation import Witness
    from routesim.journey import Journey, KeyTimes, Layout, PlanDraws
    from routesim.likely.likelihood import Likelihood

    Array = NDArray[np.float64]

__all__ = ["Score", "find_crps", "find_interval_score", "is_printed_clock", "score"]

SCORE_DRAWS = 2048
FAMILY_OUT, ROLLING = "family out", "rolling"
CLOCK, ONE_SIDED_CLOCK, WINDOW, HEADING = "clock", "one-sided clock", "window", "heading"
CLOCKS = (CLOCK, ONE_SIDED_CLOCK)
KINDS = (
    CLOCK,
    ONE_SIDED_CLOCK,
    WINDOW,
    "presence",
    "not_yet",
    "order",
    "duration",
    "stand",
    "speed",
    "distance",
    HEADING,
)
"""In the order of the summary."""
ALL_KINDS = "all"
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
POINTS = ("p05", "p25", "p50", "p75", "p95")
ALPHA = 0.1
"""What a 90 % interval leaves out."""
FEW = 20
"""Below so many reports a share is told as a count."""
TIMED = EventClause | PresenceClause | NotYetClause
IN_A_PRIOR = "a prior of the plan rests on it"
OF_THE_LINE = "it tells of the line and not of the train"
ON_ALL_ROUTES = "it fits every route asked for alike"
ALIKE = 1e-9
NOT_SCORABLE = "not scorable"
TIMES = ("known_before", "told", *POINTS, *(f"baseline_{point}" for point in POINTS))
SCORES = ("covered_50", "covered_90", "interval_score_h", "crps_h")
MEANS = ("interval_score_h", "crps_h", "log_probability")
COLUMNS = (
    *("id", "members", "family", "scheme", "known_before", "kind", "heard", "route", "words"),
    *("told", *POINTS, *SCORES, "log_probability", "log_probability_mcse"),
    *("baseline_from", *(f"baseline_{point}" for point in POINTS)),
    *("baseline_covered_50", "baseline_covered_90"),
    *("baseline_interval_score_h", "baseline_crps_h", "baseline_log_probability"),
)
CLOCK_WORDS = re.compile(r"\b\d{1,2}:\d{2}\b|\b\d{1,2}\s*[ap]\.?\s?m\b", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Score:
    """How well reports are predicted from others; made by :func:`score`.

    Parameters
    ----------
    journey_id, route_id
        What was scored, and the route that answers first.
    reports
        A row a report, predicted from all other families: id, members (the ids of those
        that repeat it, its own included), family, scheme, known_before (NaT here), kind,
        heard (from how many reports it was predicted), route, words, told (aware UTC, the
        middle of a clock), ``p05`` ... ``p95`` (aware UTC, of the event told, rounded to
        their Monte Carlo error), covered_50, covered_90, interval_score_h, crps_h,
        log_probability, log_probability_mcse; then baseline_from (the report whose sighting
        it counts from), ``baseline_p05`` ... ``baseline_p95``, baseline_covered_50,
        baseline_covered_90, baseline_interval_score_h, baseline_log_probability.
    rolling
        The same for what came later, predicted from what was known before ``known_before``.
        A report stands once for each such time, so its rows are not independent.
    is_scorable
        Whether clocks of more than one family are there to be predicted.
    why
        Why, or why not, in a sentence.
    unscored
        From the id of each report that constrains something and yet is not predicted to
        the reason.
    """

    journey_id: str
    route_id: str
    draws: int
    seed: int
    reports: pd.DataFrame = field(repr=False)
    rolling: pd.DataFrame = field(repr=False)
    is_scorable: bool
    why: str
    unscored: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row a scheme and kind of report, and one for all kinds.

        Columns: scheme, kind, n (predictions), n_reports (different ones), covered_50,
        covered_90 (``"k of n"`` below 20 different reports, else the share; clocks alone),
        mean_interval_score_h, mean_crps_h, mean_log_probability; the same for the baseline,
        with baseline_n for how many it could predict; and difference_interval_score_h and
        difference_crps_h (less is better) and difference_log_probability (more is better),
        the model less the baseline, over the reports that both predict.

        Where the journey is not scorable by its clocks, their rows say so.
        """
        import pandas as pd  # noqa: PLC0415 (heavy)

        rows = []
        for scheme, frame in ((FAMILY_OUT, self.reports), (ROLLING, self.rolling)):
            for kind in KINDS:
                mine = frame[frame["kind"] == kind]
                if len(mine):
                    withheld = not self.is_scorable and kind in CLOCKS
                    rows.append(_sum_up(scheme, kind, mine, withheld=withheld))
            scored = frame if self.is_scorable else frame[~frame["kind"].isin(CLOCKS)]
            if len(scored):
                rows.append(_sum_up(scheme, ALL_KINDS, scored))
        return pd.DataFrame(rows)


def score(
    journey: Journey, *, draws: int = SCORE_DRAWS, seed: int = 0, route: str | None = None
) -> Score:
    """Predict each report from those of the other families, and score the predictions.

    Parameters
    ----------
    journey
        The journey.
    draws
        Of each prediction, 1 to 1,000,000.
    seed
        Of the random streams.
    route
        Id of a route; ``None`` for the default one. A report of a place that it does not
        pass is predicted on another route, unless one is asked for by name.

    Returns
    -------
    Score

    Raises
    ------
    ArgumentError
        If ``draws`` or ``seed`` is out of range.
    UnknownNameError
        If the journey names no such route.

    Notes
    -----
    *Family out*: the reports of one family are dropped, all of them, and each is predicted
    from what is left. *Rolling*: for each time at which reports became known, all those
    not known before it are predicted from those that were; before the first of these times
    there are the priors alone.

    A printed clock is scored by whether the 50 and the 90 % interval of the event's time
    hold its middle, by the interval score at 90 % and by the continuous ranked probability
    score [1]_, both in hours. Every report is scored by the logarithm of its probability,
    ``log(mean(reliability * agreement + (1 - reliability) * flat))`` over the draws, as it
    would weigh in :func:`routesim.condition`. Statements of heading take the probabilities
    of the routes, without the reports left out. Copies of a report count once. A report
    that a prior of the plan rests on is not predicted, nor one that no draw differs in;
    ``unscored`` lists them.

    The baseline is distance over 55 km/h from the last sighting in the reports left: the
    middle of the window of the farthest place before the one in question, of several there
    the narrowest; 50 to 60 km/h make its 90 % interval, 52.5 to 57.5 its 50 %. Durations,
    speeds and standing need no sighting: it runs at 55 km/h and never stands. Of headings
    it knows nothing.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery, "Strictly proper scoring rules, prediction, and
       estimation", Journal of the American Statistical Association 102 (2007), 359-378.

    Examples
    --------
    >>> import routesim as rs
    >>> found = rs.score(rs.load_journey("2019-04"))  # doctest: +SKIP
    >>> found.is_scorable  # doctest: +SKIP
    False
    """
    require_journey(journey)
    check_draws(draws, seed)
    bench = _Bench(journey, draws, seed, route)
    is_scorable, why = _judge_clocks(bench.witnesses)
    return Score(
        journey_id=journey.id,
        route_id=bench.routes[0],
        draws=draws,
        seed=seed,
        reports=_make_frame(_leave_out(bench)),
        rolling=_make_frame(_roll(bench)),
        is_scorable=is_scorable,
        why=why,
        unscored=bench.unscored,
    )


def is_printed_clock(clause: Clause) -> bool:
    """Tell whether a clause rests on a printed clock: its words tell hours, not a day-part.

    Examples
    --------
    >>> import routesim as rs
    >>> journey = rs.load_journey("2023-09")
    >>> [is_printed_clock(journey.get_report(r).clauses[0]) for r in ("C15", "C16", "C23")]
    [True, False, True]
    """
    if not isinstance(clause, EventClause | PresenceClause | NotYetClause):
        return False
    return clause.time.is_clock and CLOCK_WORDS.search(clause.time.words) is not None


def find_interval_score(low: float, high: float, told: float, alpha: float = ALPHA) -> float:
    """Return the interval score: its width, and 2 / alpha times by how far it misses.

    Examples
    --------
    >>> find_interval_score(2.0, 5.0, 6.0)
    23.0
    """
    miss = max(low - told, 0.0) + max(told - high, 0.0)
    return (high - low) + 2.0 / alpha * miss


def find_crps(values: Array, told: float) -> float:
    """Return the continuous ranked probability score of draws, in their unit.

    ``E|X - y| - E|X - X'| / 2`` over all pairs of draws.

    Examples
    --------
    >>> find_crps(np.array([0.0, 2.0]), 1.0)
    0.5
    """
    ordered = np.sort(values)
    count = ordered.size
    # The sum over pairs i < j of x_j - x_i, each x_i being above i others and below the rest.
    spread = float(((2 * np.arange(count) - count + 1) * ordered).sum()) / count**2
    return float(np.abs(ordered - told).mean()) - spread


def _judge_clocks(witnesses: Iterable[Witness]) -> tuple[bool, str]:
    """Tell whether clocks can be predicted from clocks of others, and why not."""
    clocks = [
        witness
        for witness in witnesses
        if any(is_printed_clock(clause) for clause in list_face(witness))
    ]
    families = sorted({witness.report.family for witness in clocks})
    ids = ", ".join(witness.id for witness in clocks)
    if not clocks:
        return False, "Not scorable by clocks: no report prints one."
    if len(families) == 1:
        return False, (
            f"Not scorable by clocks: all of them ({ids}) are of one family, {families[0]}, "
            "so that none is left to predict another."
        )
    return True, f"Clocks of {len(families)} families ({', '.join(families)}): {ids}."


def _find_kind(witness: Witness) -> str:
    """Return the kind by which a witness is scored."""
    clauses = list_face(witness)
    if any(isinstance(clause, HeadingClause) for clause in clauses):
        return HEADING
    if any(is_printed_clock(clause) for clause in clauses):
        return ONE_SIDED_CLOCK if _find_told_s(witness) is None else CLOCK
    match clauses[0]:
        case EventClause():
            return WINDOW
        case PresenceClause():
            return "presence"
    return clauses[0].kind


def _choose_timed(witness: Witness) -> Clause | None:
    """Return the clause that tells the time of something at one place, a clock first."""
    clauses = list_face(witness)
    ordered = sorted(clauses, key=lambda clause: not is_printed_clock(clause))
    return next((clause for clause in ordered if _name_event(clause) is not None), None)


def _find_told_s(witness: Witness) -> float | None:
    """Return the middle of the clock that a witness printed; None if it has but one end."""
    clause = _choose_timed(witness)
    if clause is None or not is_printed_clock(clause) or isinstance(clause, NotYetClause):
        return None
    window = clause.time.window  # type: ignore[union-attr]  # a printed clock has one
    middle = 0.5 * (window.start_s + window.end_s)
    return float(middle) if np.isfinite(middle) else None


def _name_event(clause: Clause) -> tuple[str, str] | None:
    """Return the event and the one place whose time a clause tells; None if there is none."""
    match clause:
        case EventClause(kind=kind, between=(first, last)) if first == last:
            return kind, first
        case PresenceClause(between=(first, last)) if first == last:
            return "arrive", first
        case NotYetClause():
            return clause.event, clause.place
        case OrderClause(first=first, then=then):
            moments = [m for m in (first, then) if m.place is not None]
            if len(moments) == 1 and moments[0].event and moments[0].place:
                return moments[0].event, moments[0].place
    return None


def _list_places(witness: Witness) -> set[str]:
    """Return the places on the way that a witness names at face value."""
    places: set[str] = set()
    for clause in list_face(witness):
        match clause:
            case EventClause() | PresenceClause():
                places |= set(clause.between)
            case NotYetClause() | StandClause():
                places.add(clause.place)
            case OrderClause():
                places |= {m.place for m in (clause.first, clause.then) if m.place}
            case SpeedClause() | DurationClause() if clause.between:
                places |= set(clause.between)
    return places


class _Bench:
    """A journey whose witnesses are to be predicted."""

    def __init__(self, journey: Journey, draws: int, seed: int, route: str | None) -> None:
        self.journey, self.draws, self.seed = journey, draws, seed
        first = journey.get_hypothesis(route).id
        others = [] if route is not None else [r for r in journey.routes if r != first]
        self.routes = (first, *others)
        self.layouts = {name: lay_plan(journey, name) for name in self.routes}
        heard = take_testimony(journey).witnesses
        self.unscored = {
            member: why
            for witness in heard
            if (why := self._say_unscored(witness)) is not None
            for member in witness.members
        }
        self.witnesses = tuple(w for w in heard if w.id not in self.unscored)

    def _say_unscored(self, witness: Witness) -> str | None:
        """Say why a witness is not predicted; None if it is."""
        if not list_in_priors(self.journey).isdisjoint(witness.members):
            return IN_A_PRIOR
        clauses = list_face(witness)
        if all(isinstance(c, DistanceClause) and c.between is not None for c in clauses):
            return OF_THE_LINE
        if all(isinstance(clause, HeadingClause) for clause in clauses):
            weights = self.weigh_headings(hear_witnesses(self.journey, [witness]))
            if np.ptp(list(weights.values())) < ALIKE:
                return ON_ALL_ROUTES
        return None

    def weigh_headings(self, likelihood: Likelihood) -> dict[str, float]:
        """Return how probable statements of heading are by each route."""
        # They ask for the way alone, which any one draw over it tells.
        lines = {name: draw_line(layout, 0, 0.0) for name, layout in self.layouts.items()}
        return {
            name: float(np.exp(likelihood.weigh(likelihood.observe(line)))[0])
            for name, line in lines.items()
        }

    def choose_route(self, witness: Witness) -> str:
        """Return the first route that passes all that a witness names, else the first."""
        places = _list_places(witness)
        for name, layout in self.layouts.items():
            if all(layout.route.passes(place) for place in places):
                return name
        return self.routes[0]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Draws by one route, from which anything asked of it can be told."""

    layout: Layout
    plan: PlanDraws
    islands: Islands

    def run(self, likelihood: Likelihood) -> KeyTimes:
        """Run the draws over the passages that witnesses ask for."""
        return self.layout.time_keys(self.plan, likelihood.list_passages(self.layout))


class _Others:
    """The reports that are left, and what they make likely by each route."""

    def __init__(self, bench: _Bench, dropped: Sequence[str], label: str) -> None:
        self.bench, self.dropped, self.label = bench, tuple(dropped), label
        left = take_testimony(bench.journey, drop=self.dropped).witnesses
        self.witnesses = list_evidence(bench.journey, left)
        self._drawn: dict[str, _Drawn] = {}

    def draw(self, route: str) -> _Drawn:
        """Draw given the reports that are left, once for each route."""
        if route not in self._drawn:
            self._drawn[route] = self._sample(route)
        return self._drawn[route]

    def _sample(self, route: str) -> _Drawn:
        bench, layout = self.bench, self.bench.layouts[route]
        likelihood = hear_witnesses(bench.journey, self.witnesses)
        target = RouteTarget((layout,), likelihood, find_unknowns(likelihood, (layout,)))
        sampler = Sampler(
            target,
            make_stream(bench.seed, f"score {self.label} {route}"),
            particles=count_particles(bench.draws),
        )
        population = sampler.run()
        if bench.draws > population.count:
            population = sampler.extend(population, bench.draws)
        elif bench.draws < population.count:
            kept = sampler.stream.permutation(population.count)[: bench.draws]
            population = population.take(np.sort(kept))
        stream = make_stream(bench.seed, f"score {self.label} free")
        plan = target.complete(population.hours, layout, stream)
        return _Drawn(layout, plan, Islands(population.island))

    @cached_property
    def shares(self) -> Mapping[str, tuple[float, float]]:
        """How likely each route is, given the reports that are left, and the error of that."""
        bench = self.bench
        if len(bench.routes) == 1:
            return {bench.routes[0]: (1.0, 0.0)}
        if not self.witnesses:
            return {name: (bench.journey.routes[name].prior, 0.0) for name in bench.routes}
        frame = compare_routes(
            bench.journey,
            seed=bench.seed,
            drop=self.dropped,
            particles=count_particles(bench.draws),
        )
        # Each is rounded to its error, so that their sum may be a little off.
        shares = frame["probability"] / frame["probability"].sum()
        told = zip(frame["route"], shares, frame["mcse"], strict=True)
        return {name: (float(share), float(error)) for name, share, error in told}


def _leave_out(bench: _Bench) -> list[dict[str, Any]]:
    """Predict the reports of each family from those of all others."""
    rows = []
    for family in dict.fromkeys(witness.report.family for witness in bench.witnesses):
        dropped = [report.id for report in bench.journey.reports if report.family == family]
        others = _Others(bench, dropped, family)
        rows += [
            {"scheme": FAMILY_OUT, "known_before": np.nan, **_predict(others, witness)}
            for witness in bench.witnesses
            if witness.report.family == family
        ]
    return rows


def _roll(bench: _Bench) -> list[dict[str, Any]]:
    """Predict what came from each time on from what was known before it."""
    rows = []
    for known_s in sorted({witness.known_s for witness in bench.witnesses}):
        dropped = [report.id for report in bench.journey.reports if report.known_s >= known_s]
        others = _Others(bench, dropped, f"before {known_s:.0f}")
        rows += [
            {"scheme": ROLLING, "known_before": known_s, **_predict(others, witness)}
            for witness in bench.witnesses
            if witness.known_s >= known_s
        ]
    return rows


def _predict(others: _Others, witness: Witness) -> dict[str, Any]:
    """Predict one report, by the model and by the baseline."""
    likelihood = hear_witnesses(others.bench.journey, [witness])
    kind = _find_kind(witness)
    route = others.bench.choose_route(witness)
    timed = _choose_timed(witness)
    told_s = _find_told_s(witness)
    row: dict[str, Any] = {
        "id": witness.id,
        "members": witness.members,
        "family": witness.report.family,
        "kind": kind,
        "heard": len(others.witnesses),
        "route": route,
        "words": "; ".join(clause.words or _get_words(clause) for clause in list_face(witness)),
        "told": np.nan if told_s is None else told_s,
    }
    if kind == HEADING:
        return row | {"route": "", "baseline_from": ""} | _weigh_headings(others, likelihood)
    drawn = others.draw(route)
    times = drawn.run(likelihood)
    row |= _weigh(likelihood, times, drawn.islands)
    if timed is not None:
        row |= _tell_times(_list_times(timed, times), drawn.islands, told_s)
    return row | _predict_by_line(others, witness, likelihood, route)


def _get_words(clause: Clause) -> str:
    time = getattr(clause, "time", None)
    return "" if time is None else str(time.words)


def _weigh(likelihood: Likelihood, times: KeyTimes, islands: Islands) -> dict[str, float]:
    """Return the log probability of what witnesses say, with its Monte Carlo error."""
    weights = np.exp(likelihood.weigh(likelihood.observe(times)))
    mean = float(weights.mean())
    error = float(islands.find_error(weights, lambda part: part.mean(keepdims=True))[0])
    return {"log_probability": float(np.log(mean)), "log_probability_mcse": error / mean}


def _weigh_headings(others: _Others, likelihood: Likelihood) -> dict[str, float]:
    """Return the same over all routes, by their probabilities without what is predicted."""
    if all(isinstance(clause, HeadingClause) for clause, _ in likelihood.questions):
        weights = others.bench.weigh_headings(likelihood)
    else:
        runs = {route: others.draw(route).run(likelihood) for route in others.bench.routes}
        weights = {
            route: float(np.exp(likelihood.weigh(likelihood.observe(times))).mean())
            for route, times in runs.items()
        }
    mean = sum(others.shares[route][0] * weight for route, weight in weights.items())
    variance = sum((others.shares[r][1] * weight) ** 2 for r, weight in weights.items())
    return {
        "log_probability": float(np.log(mean)),
        "log_probability_mcse": float(np.sqrt(variance)) / mean,
    }


def _list_times(clause: Clause, times: KeyTimes) -> Array:
    """Return when the event of a clause happened, over all passages of its place."""
    named = _name_event(clause)
    assert named is not None  # noqa: S101 (only such clauses are asked)
    event, place = named
    sampler = EventSampler(times)
    found = [
        sampler.get_times(event, index)
        for index in sampler.list_visits(place)
        if index in times.columns
    ]
    if not found:
        return np.full(times.draws, np.nan)
    if len(found) == 1:
        return found[0]
    # Each passage is as likely meant as another: every draw tells the one that is its turn.
    turn = np.arange(times.draws) % len(found)
    return np.asarray(np.choose(turn, found))


def _tell_times(times_s: Array, islands: Islands, told_s: float | None) -> dict[str, Any]:
    """Return the points of the predicted time of an event, and its scores by a clock."""
    there = times_s[np.isfinite(times_s)]
    if not there.size:
        return {}
    points_s = np.quantile(there, LEVELS)
    errors_s = islands.find_quantile_errors(times_s, np.asarray(LEVELS))
    rounded = round_band(points_s, errors_s, LEVELS, STEPS_S)
    row: dict[str, Any] = dict(zip(POINTS, rounded, strict=True))
    if told_s is None:
        return row
    return row | _score_times(points_s, told_s) | {"crps_h": _find_crps_h(there, told_s)}


def _score_times(points_s: Array, told_s: float) -> dict[str, Any]:
    p05, p25, _, p75, p95 = (float(point) for point in points_s)
    return {
        "covered_50": p25 <= told_s <= p75,
        "covered_90": p05 <= told_s <= p95,
        "interval_score_h": find_interval_score(p05, p95, told_s) / SECONDS_PER_HOUR,
    }


def _find_crps_h(times_s: Array, told_s: float) -> float:
    # Counted from the clock told, so that no digit is lost in POSIX seconds.
    return find_crps(times_s - told_s, 0.0) / SECONDS_PER_HOUR


def _predict_by_line(
    others: _Others, witness: Witness, likelihood: Likelihood, route: str
) -> dict[str, Any]:
    """Predict one report by the baseline; empty where it cannot."""
    layout = others.bench.layouts[route]
    asked = find_asked(witness, layout.route)
    if asked is None:
        if any(isinstance(clause, TIMED) for clause in list_face(witness)):
            return {"baseline_from": ""}
        times = draw_line(layout, 0, 0.0)
        return {"baseline_from": "", **_weigh_line(likelihood, times)}
    sighting = find_last_sighting(find_sightings(others.witnesses, layout.route), asked)
    if sighting is None:
        return {"baseline_from": ""}
    row: dict[str, Any] = {"baseline_from": sighting.report_id}
    points_s = reach_passage(layout.route, sighting, asked)
    row |= {f"baseline_{p}": s for p, s in zip(POINTS, points_s, strict=True)}
    told_s = _find_told_s(witness)
    if told_s is not None:
        scored = _score_times(points_s, told_s)
        row |= {f"baseline_{name}": value for name, value in scored.items()}
        error_h = abs(float(points_s[2]) - told_s) / SECONDS_PER_HOUR
        row["baseline_crps_h"] = error_h
    times = draw_line(layout, sighting.index, sighting.centre_s)
    return row | _weigh_line(likelihood, times)


def _weigh_line(likelihood: Likelihood, times: KeyTimes) -> dict[str, float]:
    weighed = likelihood.weigh(likelihood.observe(times))
    return {"baseline_log_probability": float(weighed[0])}


def _make_frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 (heavy)

    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    for name in TIMES:
        seconds = frame[name].astype("float64").round()
        frame[name] = pd.to_datetime(seconds, unit="s", utc=True)
    for name in COLUMNS:
        if "covered" in name:
            frame[name] = frame[name].astype("boolean")
        elif name.endswith(("_h", "probability", "_mcse")):
            frame[name] = frame[name].astype("float64")
    return frame


def _sum_up(
    scheme: str, kind: str, frame: pd.DataFrame, *, withheld: bool = False
) -> dict[str, Any]:
    """Return one row of the summary; without scores where they would mislead."""
    row: dict[str, Any] = {
        "scheme": scheme,
        "kind": kind,
        "n": len(frame),
        "n_reports": frame["id"].nunique(),
    }
    told_of = () if withheld else MEANS if kind in CLOCKS else MEANS[-1:]
    for who, prefix in (("", ""), ("baseline", "baseline_")):
        if who:
            row["baseline_n"] = int(frame["baseline_log_probability"].notna().sum())
        for level in (50, 90):
            name = f"{prefix}covered_{level}"
            told = "" if kind not in CLOCKS else _tell_share(frame, name)
            row[name] = NOT_SCORABLE if withheld else told
        for name in MEANS:
            mean = frame[f"{prefix}{name}"].mean() if name in told_of else np.nan
            row[f"{prefix}mean_{name}"] = float(mean)
    for name in MEANS:
        gain = (frame[name] - frame[f"baseline_{name}"]).mean()
        row[f"difference_{name}"] = float(gain) if name in told_of else np.nan
    return row


def _tell_share(frame: pd.DataFrame, name: str) -> str | float:
    """Tell how often an interval held: as a count where there are few reports."""
    held = frame[name].dropna()
    if not len(held):
        return ""
    if frame.loc[held.index, "id"].nunique() < FEW:
        return f"{int(held.sum())} of {len(held)}"
    return float(held.mean())
