"""Loading of a journey from its file, with checks that list all faults of the file."""

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
"""Fields of a journey and of a route copied from their rows, as ``field`` or ``field=key``."""
PLACES = {"origins": ("station",), "stops": ("station",), "lengths": ("from_", "to")}
"""Tables of a plan that name stations, with the keys of the names."""


def list_journeys(network: Network | None = None) -> JourneyList:
    """Load all bundled journeys.

    Parameters
    ----------
    network : Network, optional
        The railway network of the journeys. By default the bundled corridor.

    Returns
    -------
    JourneyList
        The journeys, in the order of their ids. ``to_frame`` has the columns ``id``, ``title``,
        ``routes``, ``default_route`` and ``reports`` (number of reports).

    Raises
    ------
    DataError
        If ``network`` lacks stations or lines of a bundled journey.

    See Also
    --------
    load_journey : Load one journey.
    load_network : Load the railway network.

    Examples
    --------
    >>> import routesim as rs
    >>> journeys = rs.list_journeys()
    >>> [journey.id for journey in journeys]
    ['2019-04', '2023-09']
    >>> journeys.to_frame()[["id", "default_route", "reports"]]
            id  default_route  reports
    0  2019-04  via-ussuriysk       15
    1  2023-09    vladivostok       47
    """
    railway = load_network() if network is None else network
    ids = list_bundled("journey")
    return JourneyList(tuple(load_journey(name, railway) for name in ids))


def load_journey(
    journey: str | PathLike[str], network: Network | str | PathLike[str] | None = None
) -> Journey:
    """Load a bundled journey by its id, or a journey file by its path.

    Parameters
    ----------
    journey : str or path-like
        A bundled id, such as ``"2023-09"``, or a path. A text that ends in ``.toml`` is a
        path.
    network : Network, str or path-like, optional
        The railway network, or the path of its folder. By default the bundled corridor.

    Returns
    -------
    Journey
        The journey, checked against the network and its train.

    Raises
    ------
    DataError
        If a file cannot be read or has faults. The message lists all faults of the file.
    UnknownNameError
        If no bundled journey has this id.

    See Also
    --------
    list_journeys : Load all bundled journeys.
    load_network : Load the railway network.
    what_if : Change some assumptions of a journey.
    set_priors : Replace some priors of a journey.

    Notes
    -----
    Sources and families come from the journey file. If it has none and lies in a folder named
    ``journeys``, they come from ``sources.toml`` in the folder above. In all other cases they
    come from the bundled ``sources.toml``.

    Examples
    --------
    >>> import routesim as rs
    >>> rs.load_journey("2019-04")
    <Journey '2019-04': routes direct, via-ussuriysk; reports: 15>
    >>> rs.load_journey("2019-4")
    Traceback (most recent call last):
    ...
    routesim.errors.UnknownNameError: no bundled journey named '2019-4'; did you mean 2019-04?
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
    """Return the folder with ``sources.toml`` above the file's ``journeys`` folder, if any."""
    own = path.resolve().parent
    folder = own.parent
    return folder if own.name == FOLDER and (folder / SOURCES_FILE).is_file() else None


def _identify_report(fault: Fault, document: Mapping[str, Any]) -> Fault:
    """Return a fault with its report named by id instead of by number."""
    if found := COUNTED_REPORT.match(fault.where):
        row = document["reports"][int(found[2]) - 1]
        if isinstance(row, dict) and isinstance(row.get("id"), str):
            named = f"{found[1]}, report {row['id'][:40]}{fault.where[found.end() :]}"
            return replace(fault, where=named)
    return fault


def _use_plain_names(journey: Journey) -> PlanRow:
    """Return the plan with each station under its main name in the network."""
    plan: dict[str, Any] = {}
    for table, keys in PLACES.items():
        rows = [
            (row, {key: journey.network.find_station(getattr(row, key)).name for key in keys})
            for row in getattr(journey.plan, table)
        ]
        plan[table] = tuple(row.model_copy(update=names) for row, names in rows)
    return journey.plan.model_copy(update=plan)
