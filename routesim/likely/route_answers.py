"""Answers about routes: how likely each one is, and how each report changed that."""

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
"""A route that is likelier than this is decided."""


@dataclass(frozen=True, repr=False, slots=True)
class RouteProbability(Answer):
    """How likely a route is, given the reports.

    Parameters
    ----------
    route, title
        Its id, and its title.
    prior
        Its probability before any report.
    probability, mcse
        Given the reports, and the Monte Carlo standard error of that.
    log_evidence, log_evidence_mcse
        The logarithm of the probability of the reports by that route, and the error of that.
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
        """Return the route and its probability, rounded to its error."""
        return f"<RouteProbability {self.route}: {format_chance(self.probability, self.mcse)}>"


@dataclass(frozen=True, slots=True)
class RouteStep:
    """How likely each route was once a report was known.

    Parameters
    ----------
    reliability
        Of every report.
    step
        How many reports were known.
    known_at
        When the last of them became known, aware UTC; None before any.
    report
        Id of the last of them; empty before any.
    probabilities, errors
        Of each route, and their Monte Carlo standard errors.
    """

    reliability: float
    step: int
    known_at: datetime | None
    report: str
    probabilities: tuple[float, ...]
    errors: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class RouteTrack(Answer):
    """How the probabilities of the routes changed; made by :func:`track_routes`.

    Parameters
    ----------
    steps
        One before any report, then one a report in the order in which they became known, for
        each reliability.
    routes
        Ids of the routes.
    """

    steps: tuple[RouteStep, ...]
    routes: tuple[str, ...]

    def __repr__(self) -> str:
        """Return the routes, and how many steps there are."""
        return f"<RouteTrack of {', '.join(self.routes)}: {len(self.steps)} steps>"

    @property
    def reliabilities(self) -> tuple[float, ...]:
        """The reliabilities that were tried."""
        return tuple(dict.fromkeys(step.reliability for step in self.steps))

    def list_steps(self, reliability: float) -> tuple[RouteStep, ...]:
        """Return the steps with one reliability."""
        return tuple(step for step in self.steps if step.reliability == reliability)

    def find_decisive_report(self, reliability: float) -> tuple[str, str] | None:
        """Return the route and the report from which on it stays above 90 %, or None."""
        steps = self.list_steps(reliability)
        for index, route in enumerate(self.routes):
            chances = [step.probabilities[index] for step in reversed(steps)]
            above = len(list(takewhile(lambda chance: chance > DECISIVE, chances)))
            if above:
                return route, steps[-above].report
        return None

    @property
    def decisive_reports(self) -> dict[float, tuple[str, str] | None]:
        """For each reliability the route that is decided and from which report, or None."""
        return {value: self.find_decisive_report(value) for value in self.reliabilities}

    def until(self, time_s: float) -> RouteTrack:
        """Return the steps of reports that were known by an instant, POSIX seconds."""
        steps = [s for s in self.steps if not s.known_at or s.known_at.timestamp() <= time_s]
        return replace(self, steps=tuple(steps))

    def to_frame(self) -> pd.DataFrame:
        """Return a row a step.

        Columns: reliability, step, known_at (aware UTC), report, the probability of each
        route, and ``mcse ROUTE``, its Monte Carlo standard error.
        """
        rows = [
            head | shares | {f"mcse {route}": error for route, error in errors.items()}
            for head, shares, errors in map(self._split, self.steps)
        ]
        return pd.DataFrame(rows)

    def _split(self, step: RouteStep) -> tuple[dict[str, Any], ...]:
        """Return a step without its shares, the share of each route, and their errors."""
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
    """How likely each route is, in the order of the journey; by :func:`compare_routes`.

    Parameters
    ----------
    journey_id, changes, default
        The journey, what a what-if has changed in it, and its default route.
    as_of_s, dropped, seed
        What was asked: only what was known by then (POSIX seconds, inf for all), without
        these reports.
    track
        How each report moved the routes, if that was asked, too.
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
        """Return the journey and the probability of each route, rounded to its error."""
        chances = ", ".join(f"{route} {text}" for route, text in self.chances.items())
        return f"<RouteComparison {self.journey_id}: {chances}>"

    @property
    def chances(self) -> dict[str, str]:
        """The probability of each route in words, by its id."""
        chances = [one.probability for one in self]
        texts = format_route_chances(chances, [one.mcse for one in self])
        return dict(zip((one.route for one in self), texts, strict=True))

    @property
    def why(self) -> str:
        """Which route is the likeliest, and whether it is likely enough, in words."""
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
        """By when reports had to be known, aware UTC; None for all of them."""
        return to_datetime(self.as_of_s) if isfinite(self.as_of_s) else None

    def _describe(self) -> dict[str, Any]:
        nothing = {"track": None, "tells_from": None}
        return super()._describe() | (self.track.to_dict() if self.track else nothing)
