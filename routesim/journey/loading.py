"""Loading a journey from its file, with every fault of the file found."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routesim.answers import get_fields
from routesim.errors import DataError, Fault, UnknownNameError
from routesim.evidence import SourceBook, load_sources, load_words, make_reports
from routesim.evidence.sources import SOURCES_FILE
from routesim.files.read import (
    find_bundled,
    find_geodata,
    list_bundled,
    read_toml,
    validate_record,
)
from routesim.journey.checks import check_plan
from routesim.journey.journey import Journey, JourneyList, RouteHypothesis
from routesim.journey.records import JourneyRow
from routesim.kinematics import find_train
from routesim.network import Network, load_network

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from routesim.journey.records import PlanRow


FOLDER = "journeys"
COUNTED_REPORT = re.compile(r"^([^,]*), reports, number (\d+)")
JOURNEY_KEYS = ("id", "title", "summary", "default_route", "zones", "plan", "train_id=train")
ROUTE_KEYS = ("id", "title", "origin=from_", "destination=to", "via", "prior", "reason")
"""What a journey and a route take from their rows as it is."""
PLACES = {"origins": ("station",), "stops": ("station",), "lengths": ("from_", "to")}
"""The tables of a plan that name stations, and under which keys."""


def list_journeys(network: Network | None = None) -> JourneyList:
    """Load the bundled journeys, in the order of their ids.

    Parameters
    ----------
    network
        The railway they run on; ``None`` for the bundled corridor.

    Examples
    --------
    >>> [journey.id for journey in list_journeys()]
    ['2019-04', '2023-09']
    """
    railway = load_network() if network is None else network
    ids = list_bundled("journey")
    return JourneyList(tuple(load_journey(name, railway) for name in ids))


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
    is_path = not isinstance(journey, str) or journey.endswith(".toml")
    path = Path(journey) if is_path else find_bundled("journey", str(journey))
    document = read_toml(path)
    row, faults = validate_record(JourneyRow, document, path.name)
    if row is None:
        raise DataError([_identify_report(fault, document) for fault in faults])
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
        train = find_train(row.train)
    except UnknownNameError as error:
        raise DataError([*faults, Fault(path.name, str(error))]) from error
    made = Journey(
        **get_fields(row, JOURNEY_KEYS),
        network=railway,
        train=train,
        routes={
            route.id: RouteHypothesis(**get_fields(route, ROUTE_KEYS), network=railway)
            for route in row.routes
        },
        reports=reports,
        book=book,
        reference=row.id if path.parent == find_geodata() / FOLDER else path.name,
    )
    faults += check_plan(made, path.name)
    if faults:
        raise DataError(faults)
    return replace(made, plan=_use_plain_names(made))


def _find_own_folder(path: Path) -> Path | None:
    """Return the geodata folder whose ``journeys`` hold this file, if there is one."""
    own = path.resolve().parent
    folder = own.parent
    return folder if own.name == FOLDER and (folder / SOURCES_FILE).is_file() else None


def _identify_report(fault: Fault, document: Mapping[str, Any]) -> Fault:
    """Put ``report C07`` where a key only counts reports."""
    if found := COUNTED_REPORT.match(fault.where):
        row = document["reports"][int(found[2]) - 1]
        if isinstance(row, dict) and isinstance(row.get("id"), str):
            named = f"{found[1]}, report {row['id'][:40]}{fault.where[found.end() :]}"
            return replace(fault, where=named)
    return fault


def _use_plain_names(journey: Journey) -> PlanRow:
    """Return the plan with the network's plain names instead of its own."""
    plan: dict[str, Any] = {}
    for table, keys in PLACES.items():
        rows = [
            (row, {key: journey.network.find_station(getattr(row, key)).name for key in keys})
            for row in getattr(journey.plan, table)
        ]
        plan[table] = tuple(row.model_copy(update=names) for row, names in rows)
    return journey.plan.model_copy(update=plan)
