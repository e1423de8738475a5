"""A journey: its routes, plan, train and reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import lazy_loader

from routesim.answers import Answer, AnswerList, get_fields
from routesim.display import show_view
from routesim.errors import ArgumentError, Fault, UnknownNameError
from routesim.evidence import REPORT_KEYS

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
    """A route that the train may have taken, and its prior probability."""

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
        """The route over the network."""
        return self.network.route(self.origin, self.destination, via=self.via)


@dataclass(frozen=True, eq=False)
class Journey(Answer):
    """A journey as described by its file; made by :func:`load_journey`.

    Parameters
    ----------
    id : str
        Id of the journey.
    title : str
        Title for maps and pages.
    summary : str
        Description of the journey and of the question about it; may be empty.
    default_route : str
        Id of the route that is used if none is named.
    zones : tuple of str
        Time zones in which local times are shown beside UTC.
    network : Network
        The railway network.
    train_id : str
        Id of the bundled train.
    train : Train
        The train.
    routes : mapping of str to RouteHypothesis
        Routes that the train may have taken by id, in the order of the file.
    plan : PlanRow
        All priors: departure, origins, stops, speeds, standing, lengths and trust.
    reports : tuple of Report
        Reports in the order of the file.
    book : SourceBook
        The sources and families of the reports.
    reference : str
        Argument of :func:`load_journey` that loads the journey: a bundled id, or the name
        of its file.
    changes : tuple of str, default ()
        Changes made by :func:`what_if` or :func:`set_priors`, in words. Empty for a journey
        as loaded.

    Examples
    --------
    >>> import routesim as rs
    >>> journey = rs.load_journey("2019-04")
    >>> journey.default_route, len(journey.reports)
    ('via-ussuriysk', 15)
    >>> for route_id, hypothesis in journey.routes.items():
    ...     print(route_id, round(hypothesis.route.length_km, 1), hypothesis.prior)
    direct 1186.4 0.5
    via-ussuriysk 1230.6 0.5
    >>> journey.get_report("C42").clauses[0].kind
    'arrive'
    >>> sorted(journey.to_dict())
    ['default_route', 'id', 'reports', 'routes', 'title']
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
        """Return the id, the routes, the number of reports and the changes."""
        changed = f", changed: {'; '.join(self.changes)}" if self.changes else ""
        return (
            f"<Journey {self.id!r}: routes {', '.join(self.routes)}; "
            f"reports: {len(self.reports)}{changed}>"
        )

    def to_frame(self) -> pd.DataFrame:
        """Tabulate the reports.

        Returns
        -------
        DataFrame
            One row per report, in the order of the file; empty if there are no reports. The
            columns are the keys of :meth:`Report.to_dict`. Times are aware UTC.

        Examples
        --------
        >>> import routesim as rs
        >>> frame = rs.load_journey("2019-04").to_frame()
        >>> frame.shape[0], frame["id"].iloc[0]
        (15, 'C40')
        """
        if not self.reports:
            return pd.DataFrame(columns=list(REPORT_KEYS))
        return pd.concat([report.to_frame() for report in self.reports], ignore_index=True)

    def _describe(self) -> dict[str, Any]:
        fields = get_fields(self, JourneyList.columns)
        return fields | {"routes": list(self.routes), "reports": len(self.reports)}

    @property
    def sources(self) -> Mapping[str, Any]:
        """Sources by id: the publications that the reports come from."""
        return self.book.sources

    @property
    def families(self) -> Mapping[str, Any]:
        """Families by id: the origins of the knowledge in the reports."""
        return self.book.families

    def get_hypothesis(self, route: str | None = None) -> RouteHypothesis:
        """Return a route hypothesis by its id.

        Parameters
        ----------
        route : str, optional
            Id of the route. By default ``default_route``.

        Returns
        -------
        RouteHypothesis
            The route with its prior probability.

        Raises
        ------
        UnknownNameError
            If the journey has no such route.

        Examples
        --------
        >>> import routesim as rs
        >>> hypothesis = rs.load_journey("2019-04").get_hypothesis("direct")
        >>> hypothesis.prior, hypothesis.route.destination
        (0.5, 'Vladivostok')
        """
        wanted = self.default_route if route is None else route
        if wanted not in self.routes:
            raise UnknownNameError("route", wanted, tuple(self.routes))
        return self.routes[wanted]

    def get_report(self, report_id: str) -> Report:
        """Return a report by its id.

        Parameters
        ----------
        report_id : str
            Id of the report.

        Returns
        -------
        Report
            The report.

        Raises
        ------
        UnknownNameError
            If the journey has no such report.

        Examples
        --------
        >>> import routesim as rs
        >>> rs.load_journey("2019-04").get_report("C42").family
        'F12'
        """
        for report in self.reports:
            if report.id == report_id:
                return report
        raise UnknownNameError("report", report_id, tuple(r.id for r in self.reports))

    def explore(self) -> Any:
        """Show the routes and reports of the journey on a map.

        Returns
        -------
        JourneyMap
            An offline map. It shows itself in a notebook, and ``.save(path)`` writes it to
            a file.

        Examples
        --------
        >>> import routesim as rs
        >>> journey_map = rs.load_journey("2019-04").explore()
        >>> len(journey_map.subject.routes)
        2
        """
        return show_view("journey", "explore", self)


@dataclass(frozen=True, eq=False, repr=False)
class JourneyList(AnswerList[Journey]):
    """A list of journeys; made by :func:`list_journeys`."""

    columns = ("id", "title", "routes", "default_route", "reports")
    json_keys = ("journeys=items",)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per journey; ``reports`` is the number of its reports."""
        rows = [journey.to_dict() for journey in self]
        return pd.DataFrame(rows, columns=list(self.columns))


def require_journey(journey: object) -> None:
    """Check that a value is a journey, not its id.

    Raises
    ------
    ArgumentError
        If it is not; the message says how to load one.
    """
    if not isinstance(journey, Journey):
        raise ArgumentError(
            Fault(
                "journey", f"cannot be {journey!r:.40}", "load it first: rs.load_journey(...)"
            )
        )
