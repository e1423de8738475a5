"""An honest score: how well each report is predicted from the others."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import lazy_loader
import numpy as np

from routesim.answers import Answer
from routesim.assessment.predict import PredictionSetup, RemainingReports, predict_report
from routesim.assessment.report_kinds import CLOCKS, KINDS, list_clocks
from routesim.assessment.scoring_rules import POINT_ERRORS, POINTS
from routesim.journey import CONDITION_DRAWS, check_draws, require_journey
from routesim.text.findings import UNSCORED_WORDS, format_clock_families

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import pandas as pd

    from routesim.journey import Journey
else:
    pd = lazy_loader.load("pandas")


FAMILY_OUT, ROLLING = "family out", "rolling"
TIMES = ("known_before", "told", *POINTS, *(f"baseline_{point}" for point in POINTS))
SCORES = ("covered_50", "covered_90", "interval_score_h", "crps_h")
COLUMNS = (
    *("id", "members", "family", "scheme", "known_before", "kind", "heard", "route", "words"),
    *("told", *POINTS, *POINT_ERRORS, *SCORES, "log_probability", "log_probability_mcse"),
    *("baseline_from", *(f"baseline_{point}" for point in POINTS)),
    *("baseline_covered_50", "baseline_covered_90"),
    *("baseline_interval_score_h", "baseline_crps_h", "baseline_log_probability"),
)
ALL_KINDS = "all"
FEW = 20
"""Below so many reports a share is given as a count."""
NOT_SCORABLE = "not scorable"
MEANS = ("interval_score_h", "crps_h", "log_probability")


@dataclass(frozen=True, eq=False)
class Score(Answer):
    """How well reports are predicted from others; made by :func:`score`.

    Parameters
    ----------
    journey_id, route_id
        The journey, and the route that answers first.
    changes
        What was changed in the journey.
    reports
        A row a report, predicted from all other families: id, members (the ids of those
        that repeat it, its own included), family, scheme, known_before (NaT here), kind,
        heard (from how many reports it was predicted), route, words, told (aware UTC, the
        middle of a clock), ``p05`` ... ``p95`` (aware UTC, of the event, each
        with its error), covered_50, covered_90, interval_score_h, crps_h,
        log_probability, log_probability_mcse; then baseline_from (the report whose sighting
        it counts from), ``baseline_p05`` ... ``baseline_p95``, baseline_covered_50,
        baseline_covered_90, baseline_interval_score_h, baseline_log_probability.
    rolling
        The same for what came later, predicted from what was known before ``known_before``.
        A report stands once for each such time, so its rows are not independent.
    clocks
        The reports that print a clock: the id and the family of each.
    obstacles
        From the id of each report that has a constraint and is not predicted to the
        reason: ``prior``, ``line`` or ``routes``.
    """

    journey_id: str
    route_id: str
    draws: int
    seed: int
    reports: pd.DataFrame = field(repr=False)
    rolling: pd.DataFrame = field(repr=False)
    clocks: tuple[tuple[str, str], ...] = field(repr=False)
    obstacles: Mapping[str, str] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    json_keys = (
        *("journey=journey_id", "route=route_id", "changes", "scorable=is_scorable", "why"),
        *("summary", "reports", "rolling", "draws", "seed"),
    )

    @property
    def families(self) -> tuple[str, ...]:
        """The families that report clocks."""
        return tuple(sorted({family for _, family in self.clocks}))

    @property
    def is_scorable(self) -> bool:
        """Whether there are clocks of more than one family to be predicted."""
        return len(self.families) > 1

    @property
    def why(self) -> str:
        """Why it is scorable, or why not, in a sentence."""
        return format_clock_families([clock for clock, _ in self.clocks], self.families)

    @property
    def unscored(self) -> dict[str, str]:
        """From the id of each report that is not predicted to the reason, in words."""
        return {report: UNSCORED_WORDS[code] for report, code in self.obstacles.items()}

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
        rows = []
        for scheme, frame in {FAMILY_OUT: self.reports, ROLLING: self.rolling}.items():
            for kind in dict.fromkeys((*KINDS, *frame["kind"])):
                mine = frame[frame["kind"] == kind]
                if len(mine):
                    withheld = not self.is_scorable and kind in CLOCKS
                    rows.append(_summarize_kind(scheme, kind, mine, withheld=withheld))
            scored = frame if self.is_scorable else frame[~frame["kind"].isin(CLOCKS)]
            if len(scored):
                rows.append(_summarize_kind(scheme, ALL_KINDS, scored))
        return pd.DataFrame(rows)

    def to_frame(self) -> pd.DataFrame:
        """Return the summary."""
        return self.summary


def score(
    journey: Journey, *, draws: int = CONDITION_DRAWS, seed: int = 0, route: str | None = None
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
    setup = PredictionSetup(journey, draws, seed, route)
    return Score(
        journey_id=journey.id,
        route_id=setup.routes[0],
        draws=draws,
        seed=seed,
        reports=_make_frame(_predict_family_out(setup)),
        rolling=_make_frame(_predict_rolling(setup)),
        clocks=list_clocks(setup.predicted),
        obstacles=setup.unscored,
        changes=journey.changes,
    )


def _predict_family_out(setup: PredictionSetup) -> Iterator[dict[str, Any]]:
    """Predict the reports of each family from those of all others."""
    head = {"scheme": FAMILY_OUT, "known_before": np.nan}
    for family in dict.fromkeys(report.report.family for report in setup.predicted):
        dropped = [report.id for report in setup.journey.reports if report.family == family]
        remaining = RemainingReports(setup, dropped, family)
        for report in setup.predicted:
            if report.report.family == family:
                yield head | predict_report(remaining, report)


def _predict_rolling(setup: PredictionSetup) -> Iterator[dict[str, Any]]:
    """Predict what came from each time on from what was known before it."""
    for known_s in sorted({report.known_s for report in setup.predicted}):
        head = {"scheme": ROLLING, "known_before": known_s}
        dropped = [report.id for report in setup.journey.reports if report.known_s >= known_s]
        remaining = RemainingReports(setup, dropped, f"before {known_s:.0f}")
        for report in setup.predicted:
            if report.known_s >= known_s:
                yield head | predict_report(remaining, report)


def _make_frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    for name in TIMES:
        seconds = frame[name].astype("float64").round()
        frame[name] = pd.to_datetime(seconds, unit="s", utc=True)
    for name in COLUMNS:
        if "covered" in name:
            frame[name] = frame[name].astype("boolean")
        elif name.endswith(("_h", "probability", "_mcse", "_mcse_s")):
            frame[name] = frame[name].astype("float64")
    return frame


def _summarize_kind(
    scheme: str, kind: str, frame: pd.DataFrame, *, withheld: bool = False
) -> dict[str, Any]:
    """Return one row of the summary; without scores where they would mislead."""
    row: dict[str, Any] = {"scheme": scheme, "kind": kind, "n": len(frame)}
    row["n_reports"] = frame["id"].nunique()
    shown = () if withheld else MEANS if kind in CLOCKS else MEANS[-1:]
    for who, prefix in (("", ""), ("baseline", "baseline_")):
        if who:
            row["baseline_n"] = int(frame["baseline_log_probability"].notna().sum())
        for level in (50, 90):
            name = f"{prefix}covered_{level}"
            share = "" if kind not in CLOCKS else _format_coverage(frame, name)
            row[name] = NOT_SCORABLE if withheld else share
        for name in MEANS:
            mean = frame[f"{prefix}{name}"].mean() if name in shown else np.nan
            row[f"{prefix}mean_{name}"] = float(mean)
    for name in MEANS:
        gain = (frame[name] - frame[f"baseline_{name}"]).mean()
        row[f"difference_{name}"] = float(gain) if name in shown else np.nan
    return row


def _format_coverage(frame: pd.DataFrame, name: str) -> str | float:
    """Return how often an interval held: as a count where there are few reports."""
    held = frame[name].dropna()
    if not len(held):
        return ""
    if frame.loc[held.index, "id"].nunique() < FEW:
        return f"{int(held.sum())} of {len(held)}"
    return float(held.mean())
