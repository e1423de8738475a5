"""A score of how well each report is predicted from the others."""

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
"""Schemes of prediction; see :func:`score`."""
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
"""Smallest number of reports for which coverage is a share, not a count."""
NOT_SCORABLE = "not scorable"
MEANS = ("interval_score_h", "crps_h", "log_probability")


@dataclass(frozen=True, eq=False)
class Score(Answer):
    """A score of how well reports are predicted from others; made by :func:`score`.

    Parameters
    ----------
    journey_id : str
        Id of the journey.
    route_id : str
        Id of the route used first.
    draws : int
        Number of draws of each prediction.
    seed : int
        Seed of the random streams.
    reports : DataFrame
        One row per report, predicted from the reports of all other families. The Notes list
        the columns.
    rolling : DataFrame
        The same columns, with each report predicted from those known before ``known_before``.
        A report has one row for each such time, so its rows are not independent.
    clocks : tuple of tuple of str
        Id and family of each predicted report that prints a clock time.
    obstacles : mapping of str to str
        Reason why a report with a constraint is not predicted, by report id: ``prior``,
        ``line`` or ``routes``. ``unscored`` has the reasons in words.
    changes : tuple of str, default ()
        Changes made to the journey, in words.

    Notes
    -----
    The columns of ``reports`` and ``rolling`` are:

    ``id``, ``members``, ``family``
        Id of the report, ids of the report and all its copies, and id of its family.
    ``scheme``, ``known_before``
        ``family out`` or ``rolling``, and for ``rolling`` the time (aware UTC; else NaT).
    ``kind``, ``heard``, ``route``, ``words``
        Kind of report, number of reports that it is predicted from, id of the route (empty
        for a heading), and the words of its clauses.
    ``told``
        Middle of the printed clock time, aware UTC; NaT if it has one side only or none.
    ``p05``, ``p25``, ``p50``, ``p75``, ``p95``
        Quantiles of the predicted time of the event, aware UTC; NaT if the report dates no
        event. Their Monte Carlo standard errors in seconds are ``p05_mcse_s`` ... .
    ``covered_50``, ``covered_90``
        Whether the 50 and 90 % intervals contain the middle of the clock time.
    ``interval_score_h``, ``crps_h``
        Interval score at 90 % and continuous ranked probability score, in hours.
    ``log_probability``, ``log_probability_mcse``
        Logarithm of the probability of the report, and its Monte Carlo standard error.
    ``baseline_from``, ``baseline_p05`` ... ``baseline_log_probability``
        Id of the report whose sighting the baseline starts from, and the same quantiles and
        scores for the baseline.

    Examples
    --------
    >>> import routesim as rs
    >>> journey = rs.load_journey("2023-09")
    >>> others = [r.id for r in journey.reports if r.id not in {"C15", "C23"}]
    >>> found = rs.score(rs.what_if(journey, drop=others), draws=64)
    >>> found.why
    'Clocks of 2 families (F2, F7): C15, C23.'
    >>> found.reports[["id", "family", "kind"]]
        id family             kind
    0  C15     F2  one-sided clock
    1  C23     F7            clock
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
        """Families with a report that prints a clock time, sorted."""
        return tuple(sorted({family for _, family in self.clocks}))

    @property
    def is_scorable(self) -> bool:
        """Whether more than one family prints clock times, so that they can be predicted."""
        return len(self.families) > 1

    @property
    def why(self) -> str:
        """Why clock times can be scored or not, in words."""
        return format_clock_families([clock for clock, _ in self.clocks], self.families)

    @property
    def unscored(self) -> dict[str, str]:
        """Reason in words for each report that is not predicted, by id."""
        return {report: UNSCORED_WORDS[code] for report, code in self.obstacles.items()}

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Mean scores: one row per scheme and kind of report, and one for all kinds.

        Columns: scheme, kind, n (number of predictions), n_reports (number of different
        reports), covered_50, covered_90, mean_interval_score_h, mean_crps_h and
        mean_log_probability. Coverage is for clock times only: ``"k of n"`` below 20 different
        reports, else a share.

        Columns with the prefix ``baseline_`` are the same for the baseline, over the
        ``baseline_n`` reports that it predicts. The columns ``difference_...`` are the mean
        of the model minus the baseline, over the reports that both predict. The model is
        better if the difference is negative for interval_score_h and crps_h, and positive
        for log_probability.

        If clock times cannot be scored, their rows have ``not scorable`` and no means. The
        table is empty without predictions.
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
        """Return the summary.

        Returns
        -------
        DataFrame
            One row per scheme and kind of report, and one for all kinds; see ``summary``.

        Examples
        --------
        >>> import routesim as rs
        >>> journey = rs.load_journey("2023-09")
        >>> others = [r.id for r in journey.reports if r.id not in {"C15", "C23"}]
        >>> found = rs.score(rs.what_if(journey, drop=others), draws=64)
        >>> found.to_frame()[["scheme", "kind", "n", "n_reports"]]
               scheme             kind  n  n_reports
        0  family out            clock  1          1
        1  family out  one-sided clock  1          1
        2  family out              all  2          2
        3     rolling            clock  2          1
        4     rolling  one-sided clock  1          1
        5     rolling              all  3          2
        """
        return self.summary


def score(
    journey: Journey, *, draws: int = CONDITION_DRAWS, seed: int = 0, route: str | None = None
) -> Score:
    """Predict each report from those of other families, and score the predictions.

    Parameters
    ----------
    journey : Journey
        The journey.
    draws : int, default 4,096
        Number of draws of each prediction, 1 to 1,000,000.
    seed : int, default 0
        Seed of the random streams, 0 or more.
    route : str, optional
        Id of the only route to use. By default the default route, and other routes of the
        journey for reports of places that it does not pass.

    Returns
    -------
    Score
        The predictions of single reports and a summary. They are empty for a journey without
        reports. Times in its frames are aware UTC. :class:`Score` lists the columns.

    Raises
    ------
    ArgumentError
        If ``journey`` is not a :class:`Journey`, ``draws`` or ``seed`` is not a whole number in
        its range, or a drawn dwell exceeds 1e9 s.
    UnknownNameError
        If the journey has no such route.

    See Also
    --------
    check : Judge each report by the other reports and by simulated journeys.
    condition : Draw journeys given the reports, as each prediction does.

    Notes
    -----
    There are two schemes. *Family out*: all reports of one family are dropped, and each of
    them is predicted from the remaining reports. *Rolling*: for each time at which reports
    became known, the reports not known before it are predicted from those that were. Before
    the first of these times only the priors are known.

    A printed clock time is scored in three ways: whether the 50 and 90 % intervals of the
    predicted time contain its middle, by the interval score at 90 %, and by the continuous
    ranked probability score [1]_, both in hours. Every report is scored by the logarithm of
    its probability, ``log(mean(reliability * agreement + (1 - reliability) * flat))`` over
    the draws, which is its weight in :func:`routesim.condition`. If its source has one clock
    (``clock = "one"``), the settings of the clock are weighted by their probabilities given the
    remaining reports; the baseline weights them by their priors. Reports of a heading are
    scored by the probabilities of the routes given the remaining reports.

    Copies of a report count once. A report that a prior of the plan is based on is not
    predicted, nor is one whose probability is the same in all draws; ``unscored`` lists them.

    In the baseline the train continues at 55 km/h from its last sighting in the remaining
    reports. This is the report at the farthest place before the predicted one. If there are
    several, the one with the narrowest window is taken. The train is at this place at the
    middle of the window. The 90 % interval comes from 50 and 60 km/h, the 50 % interval from
    52.5 and 57.5 km/h. Durations, speeds and standing need no sighting: the train runs at
    55 km/h and never stands. The baseline does not predict headings.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery, "Strictly proper scoring rules, prediction, and
       estimation", Journal of the American Statistical Association 102 (2007), 359-378.

    Examples
    --------
    Two reports print a clock time, and each is predicted from the other:

    >>> import routesim as rs
    >>> journey = rs.load_journey("2023-09")
    >>> others = [r.id for r in journey.reports if r.id not in {"C15", "C23"}]
    >>> found = rs.score(rs.what_if(journey, drop=others), draws=64)
    >>> found.is_scorable, found.families
    (True, ('F2', 'F7'))
    >>> found.reports["id"].to_list(), found.rolling["id"].to_list()
    (['C15', 'C23'], ['C15', 'C23', 'C23'])
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
    """Predict the reports of each family from those of all other families."""
    head = {"scheme": FAMILY_OUT, "known_before": np.nan}
    for family in dict.fromkeys(report.report.family for report in setup.predicted):
        dropped = [report.id for report in setup.journey.reports if report.family == family]
        remaining = RemainingReports(setup, dropped, family)
        for report in setup.predicted:
            if report.report.family == family:
                yield head | predict_report(remaining, report)


def _predict_rolling(setup: PredictionSetup) -> Iterator[dict[str, Any]]:
    """Predict the reports known at each time or later from those known before it."""
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
    """Return one row of the summary. ``withheld`` leaves out scores that would mislead."""
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
    """Return the coverage of an interval: a share, or a count for few reports."""
    held = frame[name].dropna()
    if not len(held):
        return ""
    if frame.loc[held.index, "id"].nunique() < FEW:
        return f"{int(held.sum())} of {len(held)}"
    return float(held.mean())
