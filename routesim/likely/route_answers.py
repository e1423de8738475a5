"""Answers about routes: their probabilities, and how each report changed them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import takewhile
from math import isfinite
from typing import TYPE_CHECKING, Any

import lazy_loader

from routesim.answers import Answer, AnswerList
from routesim.text.quantities import format_chance
from routesim.text.routes import format_likeliest, format_route_chances
from routesim.text.times import to_datetime

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd
else:
    pd = lazy_loader.load("pandas")


DECISIVE = 0.9
"""Probability above which a route is decided."""


@dataclass(frozen=True, repr=False, slots=True)
class RouteProbability(Answer):
    """Probability of one route, given the reports.

    Parameters
    ----------
    route : str
        Id of the route.
    title : str
        Title of the route.
    prior : float
        Probability before any report.
    probability : float
        Probability given the reports.
    mcse : float
        Monte Carlo standard error of ``probability``; 0 if this is exact.
    log_evidence : float
        Natural logarithm of the probability of the reports on this route.
    log_evidence_mcse : float
        Monte Carlo standard error of ``log_evidence``.
    """

    route: str
    title: str
    prior: float
    probability: float
    mcse: float
    log_evidence: float
    log_evidence_mcse: float
    json_keys = (
        *("id=route", "prior", "probability", "mcse"),
        *("log_evidence", "log_evidence_mcse"),
    )

    def __repr__(self) -> str:
        """Show the route and its probability, rounded to its error."""
        return f"<RouteProbability {self.route}: {format_chance(self.probability, self.mcse)}>"


@dataclass(frozen=True, slots=True)
class RouteStep:
    """Probabilities of the routes after a report became known.

    Parameters
    ----------
    reliability : float
        Reliability assumed for all reports.
    step : int
        Number of reports known so far.
    known_at : datetime or None
        Time at which the last report became known, aware UTC; None before any report.
    report : str
        Id of the last report; empty before any report.
    probabilities : tuple of float
        Probability of each route.
    errors : tuple of float
        Monte Carlo standard error of each probability.
    """

    reliability: float
    step: int
    known_at: datetime | None
    report: str
    probabilities: tuple[float, ...]
    errors: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class RouteTrack(Answer):
    """Probabilities of the routes, report by report; made by :func:`track_routes`.

    Parameters
    ----------
    steps : tuple of RouteStep
        For each reliability, one step before any report and one per report, in the order in
        which the reports became known.
    routes : tuple of str
        Ids of the routes, in the order of the probabilities in each step.

    Examples
    --------
    >>> import routesim as rs
    >>> track = rs.track_routes(rs.load_journey("2023-09"), reliabilities=(0.8, 0.95))
    >>> track.routes, track.reliabilities
    (('vladivostok', 'vostochny', 'komsomolsk'), (0.8, 0.95))

    No route stays above 90 % with either reliability:

    >>> track.decisive_reports
    {0.8: None, 0.95: None}
    """

    steps: tuple[RouteStep, ...]
    routes: tuple[str, ...]

    def __repr__(self) -> str:
        """Show the routes and the number of steps."""
        return f"<RouteTrack of {', '.join(self.routes)}: {len(self.steps)} steps>"

    @property
    def reliabilities(self) -> tuple[float, ...]:
        """Reliabilities tried, in their order."""
        return tuple(dict.fromkeys(step.reliability for step in self.steps))

    def list_steps(self, reliability: float) -> tuple[RouteStep, ...]:
        """Return the steps with one reliability.

        Parameters
        ----------
        reliability : float
            One of ``reliabilities``.

        Returns
        -------
        tuple of RouteStep
            The steps in their order; empty for a reliability that was not tried.

        Examples
        --------
        >>> import routesim as rs
        >>> track = rs.track_routes(rs.load_journey("2023-09"), reliabilities=(0.8, 0.95))
        >>> [step.report for step in track.list_steps(0.95)][:4]
        ['', 'C06', 'C07', 'C08']
        """
        return tuple(step for step in self.steps if step.reliability == reliability)

    def find_decisive_report(self, reliability: float) -> tuple[str, str] | None:
        """Return the route that is decided, and the report that decided it.

        A route is decided if its probability stays above 90 % up to the last step.

        Parameters
        ----------
        reliability : float
            One of ``reliabilities``.

        Returns
        -------
        tuple of str or None
            Id of the route, and id of the report after which its probability stays above 90 %.
            The second id is empty if this holds before any report. None if no route is decided.

        Examples
        --------
        >>> import routesim as rs
        >>> journey = rs.load_journey("2023-09")
        >>> track = rs.track_routes(journey, reliabilities=(0.95,))
        >>> print(track.find_decisive_report(0.95))
        None
        >>> expected = rs.set_priors(journey, {"routes.vladivostok.prior": 0.9})
        >>> track = rs.track_routes(expected, reliabilities=(0.95,))
        >>> track.find_decisive_report(0.95)
        ('vladivostok', 'C36')
        """
        steps = self.list_steps(reliability)
        for index, route in enumerate(self.routes):
            chances = [step.probabilities[index] for step in reversed(steps)]
            above = len(list(takewhile(lambda chance: chance > DECISIVE, chances)))
            if above:
                return route, steps[-above].report
        return None

    @property
    def decisive_reports(self) -> dict[float, tuple[str, str] | None]:
        """Result of :meth:`find_decisive_report` by reliability."""
        return {value: self.find_decisive_report(value) for value in self.reliabilities}

    def until(self, time_s: float) -> RouteTrack:
        """Return the track without the reports that became known after a given time.

        Parameters
        ----------
        time_s : float
            The time, POSIX seconds.

        Returns
        -------
        RouteTrack
            The steps up to this time. The steps before any report are always included.

        Examples
        --------
        >>> import routesim as rs
        >>> track = rs.track_routes(rs.load_journey("2023-09"), reliabilities=(0.95,))
        >>> early = track.until(1694415600.0)  # 2023-09-11T07:00Z
        >>> [step.report for step in early.steps]
        ['', 'C06', 'C07', 'C08', 'C11', 'C32', 'C35', 'C36']
        """
        steps = [s for s in self.steps if not s.known_at or s.known_at.timestamp() <= time_s]
        return replace(self, steps=tuple(steps))

    def to_frame(self) -> pd.DataFrame:
        """Return a table with one row per step.

        Returns
        -------
        DataFrame
            Columns: ``reliability``, ``step`` (number of reports known), ``known_at`` (aware
            UTC, missing before any report), ``report`` (empty before any report), one column
            per route with its probability, and ``mcse ROUTE`` with the Monte Carlo standard
            error of this probability.

        Examples
        --------
        >>> import routesim as rs
        >>> track = rs.track_routes(rs.load_journey("2023-09"), reliabilities=(0.95,))
        >>> track.to_frame()[["report", *track.routes]].tail(2).round(2)
           report  vladivostok  vostochny  komsomolsk
        28    C62         0.62       0.34        0.04
        29    C20         0.62       0.34        0.04
        """
        rows = [
            head | shares | {f"mcse {route}": error for route, error in errors.items()}
            for head, shares, errors in map(self._split, self.steps)
        ]
        return pd.DataFrame(rows)

    def _split(self, step: RouteStep) -> tuple[dict[str, Any], ...]:
        """Return the head of a step, the probability of each route, and the errors."""
        head = {name: getattr(step, name) for name in RouteStep.__slots__[:4]}
        shares, errors = (
            dict(zip(self.routes, values, strict=True))
            for values in (step.probabilities, step.errors)
        )
        return head, shares, errors

    def _describe(self) -> dict[str, Any]:
        names = ("reliability", "route", "report")
        return {
            "track": [
                head
                | {"report": head["report"] or None, "probabilities": shares, "mcse": errors}
                for head, shares, errors in map(self._split, self.steps)
            ],
            "tells_from": [
                dict(zip(names, (value, *(found or (None, None))), strict=True))
                for value, found in self.decisive_reports.items()
            ],
        }


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class RouteComparison(AnswerList[RouteProbability]):
    """Probabilities of the routes, in the order of the journey file.

    Made by :func:`compare_routes`. It is a sequence of :class:`RouteProbability`. A column
    name, such as ``"probability"``, selects a column of ``to_frame()``.

    Parameters
    ----------
    items : tuple of RouteProbability
        The probabilities, one item per route.
    journey_id : str
        Id of the journey.
    changes : tuple of str
        Changes to the journey in words; empty for an unchanged journey.
    default : str
        Id of the default route.
    as_of_s : float
        Only reports known by this time were used, POSIX seconds; infinite for all.
    dropped : tuple of str
        Ids of the reports left out on request.
    seed : int
        Seed of the random streams.
    track : RouteTrack, optional
        The probabilities report by report; None if they were not computed.

    Examples
    --------
    >>> import routesim as rs
    >>> routes = rs.compare_routes(
    ...     rs.load_journey("2023-09"), as_of="2023-09-11T07:00Z", particles=256
    ... )
    >>> routes
    <RouteComparison 2023-09: vladivostok 77 %, vostochny 11 %, komsomolsk 11 %>
    >>> routes[0].route, routes[0].prior, round(routes[0].probability, 2)
    ('vladivostok', 0.6, 0.77)
    >>> routes.to_frame()[["route", "prior", "mcse"]]
             route  prior  mcse
    0  vladivostok    0.6   0.0
    1    vostochny    0.2   0.0
    2   komsomolsk    0.2   0.0
    """

    journey_id: str
    changes: tuple[str, ...]
    default: str
    as_of_s: float
    dropped: tuple[str, ...]
    seed: int
    track: RouteTrack | None = None
    columns = ("route", *RouteProbability.json_keys[1:])
    json_keys = ("journey=journey_id", "changes", "routes=items", "as_of", "dropped", "seed")

    def __repr__(self) -> str:
        """Show the journey and the probability of each route, rounded to its error."""
        chances = ", ".join(f"{route} {text}" for route, text in self.chances.items())
        return f"<RouteComparison {self.journey_id}: {chances}>"

    @property
    def chances(self) -> dict[str, str]:
        """Probability of each route in words, rounded to its error, by the id of the route."""
        chances = [one.probability for one in self]
        texts = format_route_chances(chances, [one.mcse for one in self])
        return dict(zip((one.route for one in self), texts, strict=True))

    @property
    def why(self) -> str:
        """Statement of the most probable route, and of whether it is decided."""
        best = max(self, key=lambda one: one.probability)
        return format_likeliest(
            {one.route: one.title for one in self},
            self.chances,
            best.route,
            default=self.default,
            decided=best.probability > DECISIVE,
            every=not self.dropped and not isfinite(self.as_of_s),
        )

    @property
    def as_of(self) -> datetime | None:
        """Time by which a report had to be known to be used, aware UTC; None for no limit."""
        return to_datetime(self.as_of_s) if isfinite(self.as_of_s) else None

    def _describe(self) -> dict[str, Any]:
        nothing = {"track": None, "tells_from": None}
        return super()._describe() | (self.track.to_dict() if self.track else nothing)
