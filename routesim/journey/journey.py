"""A journey: routes, plan, train and reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import lazy_loader

from routesim.answers import Answer, AnswerList, get_fields
from routesim.display import show_view
from routesim.errors import ArgumentError, Fault, UnknownNameError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from routesim.evidence import Report, SourceBook
    from routesim.journey.records import PlanRow
    from routesim.kinematics import Train
    from routesim.network import Network, Route
else:
    pd = lazy_loader.load("pandas")


@dataclass(frozen=True)
class RouteHypothesis:
    """A way the train may have taken, and its probability before any report is used."""

    id: str
    title: str
    origin: str
    destination: str
    via: tuple[str, ...]
    prior: float
    reason: str
    network: Network = field(repr=False, compare=False)

    @cached_property
    def route(self) -> Route:
        """The way over the network."""
        return self.network.route(self.origin, self.destination, via=self.via)


@dataclass(frozen=True, eq=False)
class Journey(Answer):
    """A journey as its file describes it; made by :func:`load_journey`.

    Parameters
    ----------
    routes
        By id, in the order of the file.
    plan
        Every prior: departure, origins, stops, speeds, standing and lengths.
    reports
        In the order of the file.
    reference
        What loads it again: a bundled id, or the name of its file.
    changes
        What a what-if has changed, in words; empty for a journey as filed.
    """

    id: str
    title: str
    summary: str
    default_route: str
    zones: tuple[str, ...]
    network: Network = field(repr=False)
    train_id: str
    train: Train = field(repr=False)
    routes: Mapping[str, RouteHypothesis] = field(repr=False)
    plan: PlanRow = field(repr=False)
    reports: tuple[Report, ...] = field(repr=False)
    book: SourceBook = field(repr=False)
    reference: str
    changes: tuple[str, ...] = ()
    view = "journey"

    def __repr__(self) -> str:
        """Return its id, its routes and the number of its reports."""
        changed = f", changed: {'; '.join(self.changes)}" if self.changes else ""
        return (
            f"<Journey {self.id!r}: routes {', '.join(self.routes)}; "
            f"reports: {len(self.reports)}{changed}>"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return a row a report, a column a key of its ``to_dict``; values as they are."""
        return pd.concat([report.to_frame() for report in self.reports], ignore_index=True)

    def _describe(self) -> dict[str, Any]:
        fields = get_fields(self, JourneyList.columns)
        return fields | {"routes": list(self.routes), "reports": len(self.reports)}

    @property
    def sources(self) -> Mapping[str, Any]:
        """The publications, by id."""
        return self.book.sources

    @property
    def families(self) -> Mapping[str, Any]:
        """Whose knowledge the reports are, by id."""
        return self.book.families

    def get_hypothesis(self, route: str | None = None) -> RouteHypothesis:
        """Return a route by its id; without one the default.

        Raises
        ------
        UnknownNameError
            If the journey names no such route.
        """
        wanted = self.default_route if route is None else route
        if wanted not in self.routes:
            raise UnknownNameError("route", wanted, tuple(self.routes))
        return self.routes[wanted]

    def get_report(self, report_id: str) -> Report:
        """Return a report by its id.

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        for report in self.reports:
            if report.id == report_id:
                return report
        raise UnknownNameError("report", report_id, tuple(r.id for r in self.reports))

    def explore(self) -> Any:
        """Show the journey on a map."""
        return show_view("journey", "explore", self)


@dataclass(frozen=True, eq=False, repr=False)
class JourneyList(AnswerList[Journey]):
    """Journeys; made by :func:`list_journeys`."""

    columns = ("id", "title", "routes", "default_route", "reports")
    json_keys = ("journeys=items",)

    def to_frame(self) -> pd.DataFrame:
        """Return a row a journey: id, title, routes, default_route and reports (how many)."""
        rows = [journey.to_dict() for journey in self]
        return pd.DataFrame(rows, columns=list(self.columns))


def require_journey(journey: object) -> None:
    """Refuse what is no journey, such as its mere id.

    Raises
    ------
    ArgumentError
        Saying how to load one.
    """
    if not isinstance(journey, Journey):
        raise ArgumentError(
            Fault("journey", f"is {journey!r:.40}", "load it first: rs.load_journey(...)")
        )
