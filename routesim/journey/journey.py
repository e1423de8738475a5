"""A journey: routes, plan, train and reports, read from one file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routesim.display import show_view
from routesim.errors import ArgumentError, DataError, Fault, UnknownNameError
from routesim.evidence import SourceBook, load_sources, load_words, make_reports
from routesim.files.read import find_geodata, read_toml, validate_record
from routesim.journey.checks import check_plan
from routesim.journey.records import JourneyRow, PlanRow
from routesim.kinematics import load_train
from routesim.network import Network, load_network

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from routesim.evidence import Report
    from routesim.kinematics import Train
    from routesim.network import Route

__all__ = ["Journey", "RouteHypothesis", "list_journeys", "load_journey", "require_journey"]

JOURNEY_FOLDER = "journeys"


@dataclass(frozen=True)
class RouteHypothesis:
    """A way the train may have taken, and how likely it is held before the reports."""

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
class Journey:
    """A journey as its file tells it; made by :func:`load_journey`.

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

    def __repr__(self) -> str:
        """Name it, and count its routes and reports."""
        changed = f", changed: {'; '.join(self.changes)}" if self.changes else ""
        return (
            f"<Journey {self.id!r}: routes {', '.join(self.routes)}; "
            f"reports: {len(self.reports)}{changed}>"
        )

    def _repr_html_(self) -> str:
        return str(show_view("journey", "html", self))

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


def require_journey(journey: object) -> None:
    """Refuse what is no journey, such as its mere id.

    Raises
    ------
    ArgumentError
        Saying how to load one.
    """
    if not isinstance(journey, Journey):
        raise ArgumentError(
            [Fault("journey", f"is {journey!r:.40}", "load it first: rs.load_journey(...)")]
        )


def list_journeys() -> tuple[str, ...]:
    """Return the ids of the bundled journeys."""
    return tuple(sorted(path.stem for path in (find_geodata() / JOURNEY_FOLDER).glob("*.toml")))


def load_journey(
    journey: str | PathLike[str], network: Network | str | PathLike[str] | None = None
) -> Journey:
    """Load a bundled journey by its id, or a file by its path.

    Parameters
    ----------
    journey
        A bundled id (``2023-09``) or a path (anything that ends in ``.toml``).
    network
        The railway it runs on, or its folder; ``None`` for the bundled corridor.

    Returns
    -------
    Journey

    Raises
    ------
    DataError
        With every fault of the file.
    UnknownNameError
        If there is no bundled journey of that id.

    Examples
    --------
    >>> load_journey("2019-04")
    <Journey '2019-04': routes direct, via-ussuriysk; reports: 15>
    """
    path = _find_file(journey)
    document = read_toml(path)
    row, faults = validate_record(JourneyRow, document, path.name)
    if row is None:
        raise DataError([_name_report(fault, document) for fault in faults])
    railway = network if isinstance(network, Network) else load_network(network)
    own = SourceBook(sources=row.sources, families=row.families)
    book = own if own.sources or own.families else load_sources(_find_own_folder(path))
    words = load_words().override(row.words) if row.words else load_words()
    reports, faults = make_reports(
        row.reports,
        book=book,
        words=words,
        find_place=lambda name: railway.find_station(name).name,
        file=path.name,
    )
    try:
        train = load_train(row.train)
    except UnknownNameError as error:
        raise DataError([*faults, Fault(path.name, str(error))]) from error
    made = Journey(
        id=row.id,
        title=row.title,
        summary=row.summary,
        default_route=row.default_route,
        zones=row.zones,
        network=railway,
        train_id=row.train,
        train=train,
        routes={
            route.id: RouteHypothesis(
                id=route.id,
                title=route.title,
                origin=route.from_,
                destination=route.to,
                via=route.via,
                prior=route.prior,
                reason=route.reason,
                network=railway,
            )
            for route in row.routes
        },
        plan=row.plan,
        reports=reports,
        book=book,
        reference=row.id if path.parent == find_geodata() / JOURNEY_FOLDER else path.name,
    )
    faults += check_plan(made, path.name)
    if faults:
        raise DataError(faults)
    return replace(made, plan=_use_plain_names(made))


def _find_file(journey: str | PathLike[str]) -> Path:
    text = str(journey)
    if text.endswith(".toml") or not isinstance(journey, str):
        return Path(journey)
    bundled = find_geodata() / JOURNEY_FOLDER / f"{text}.toml"
    if text not in list_journeys():
        raise UnknownNameError("journey", text, list_journeys())
    return bundled


def _find_own_folder(path: Path) -> Path | None:
    """Return the geodata folder whose ``journeys`` hold this file, if there is one."""
    folder = path.resolve().parent.parent
    own = path.resolve().parent.name == JOURNEY_FOLDER and (folder / "sources.toml").is_file()
    return folder if own else None


def _name_report(fault: Fault, document: Mapping[str, Any]) -> Fault:
    """Say ``report C07`` where a key only counts reports."""
    parts = fault.where.split(", ")
    if len(parts) > 2 and parts[1] == "reports" and parts[2].startswith("number "):  # noqa: PLR2004
        index = int(parts[2].removeprefix("number ")) - 1
        identity = document["reports"][index]
        if isinstance(identity, dict) and isinstance(identity.get("id"), str):
            named = [parts[0], f"report {identity['id'][:40]}", *parts[3:]]
            return replace(fault, where=", ".join(named))
    return fault


def _use_plain_names(journey: Journey) -> PlanRow:
    """Put the network's plain names in the place of the plan's."""

    def find(name: str) -> str:
        return journey.network.find_station(name).name

    plan = journey.plan
    return plan.model_copy(
        update={
            "origins": tuple(
                row.model_copy(update={"station": find(row.station)}) for row in plan.origins
            ),
            "stops": tuple(
                row.model_copy(update={"station": find(row.station)}) for row in plan.stops
            ),
            "lengths": tuple(
                row.model_copy(update={"from_": find(row.from_), "to": find(row.to)})
                for row in plan.lengths
            ),
        }
    )
