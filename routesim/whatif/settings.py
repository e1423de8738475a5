"""Settings of priors: dotted keys, matched with the names of rows in a journey."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from routesim.errors import Fault, UnknownNameError
from routesim.network.stations import fold_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routesim.journey import Journey


TRUST, FAMILIES, DEPARTURE = "trust", "families", "departure"
VARIATION = "variation"
ROUTES, REPORTS = "routes", "reports"
PLAN_TABLES = (DEPARTURE, "origins", "stops", "speeds", "standing", "lengths")
TABLES = (TRUST, *PLAN_TABLES, VARIATION, ROUTES, REPORTS)
ROW_KINDS = {
    FAMILIES: "family",
    DEPARTURE: "window of departure",
    "origins": "start in the plan",
    "stops": "stop in the plan",
    "speeds": "line with a speed in the plan",
    "standing": "line with standing in the plan",
    "lengths": "disputed length in the plan",
    ROUTES: "route",
    REPORTS: "report",
}
NAME_KEYS = {
    **dict.fromkeys(["origins", "stops"], ("station",)),
    **dict.fromkeys(["speeds", "standing"], ("line",)),
    "lengths": ("from_", "to"),
}
"""Keys of a row that make its name, by table of the plan."""
MAX_DEPTH = 6
"""Deepest nesting of tables in settings."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value for one row, such as the row ``Khasan`` of the table ``stops``.

    Windows of departure are numbered from 1. ``trust`` and ``variation`` have one row without a
    name. ``path`` holds the keys within the row. ``where`` is the key as given, for messages.
    """

    table: str
    row: str
    path: tuple[str, ...]
    value: object
    where: str


def get_row_name(table: str, row: Any) -> str:
    """Return the name of a row of the plan; empty for a numbered row."""
    return "-".join(getattr(row, key) for key in NAME_KEYS.get(table, ()))


def read_settings(
    journey: Journey, settings: Mapping[str, Any], file: str
) -> tuple[list[Setting], list[Fault]]:
    """Find the row of a journey for each value, and the faults of the keys.

    The settings are values by dotted key, or nested tables. ``file`` is the name of the
    settings file for the faults; it may be empty.
    """
    found: dict[tuple[str, str, tuple[str, ...]], Setting] = {}
    faults: list[Fault] = []
    for key, value in _flatten(settings, "", 0):
        where = f"{file}, {key}" if file else key
        if isinstance(value, Mapping):
            faults.append(Fault(where, "is nested too deeply"))
            continue
        if key.partition(".")[0] not in TABLES:
            what = "does not start with a table of priors"
            faults.append(Fault(where, what, f"known: {', '.join(TABLES)}"))
            continue
        try:
            place = _find_row(journey, key)
        except UnknownNameError as error:
            faults.append(Fault(where, str(error)))
            continue
        if place in found:
            faults.append(Fault(where, f"is set twice, also as {found[place].where}"))
        found[place] = Setting(*place, value, where)
    return list(found.values()), faults


def _flatten(
    settings: Mapping[str, Any], prefix: str, depth: int
) -> Iterator[tuple[str, object]]:
    for part, value in settings.items():
        key = f"{prefix}{part}"
        if isinstance(value, Mapping) and depth < MAX_DEPTH:
            yield from _flatten(value, f"{key}.", depth + 1)
        else:
            yield key, value


def _find_row(journey: Journey, key: str) -> tuple[str, str, tuple[str, ...]]:
    """Split a key into a table, the name of a row and the path within it.

    A name may contain dots, spaces and hyphens. The longest known name is taken.
    """
    table, _, rest = key.partition(".")
    if table == TRUST:
        head, _, tail = rest.partition(".")
        if head != FAMILIES:
            return TRUST, "", tuple(rest.split("."))
        table, rest = FAMILIES, tail
    if table == VARIATION:
        return VARIATION, "", tuple(rest.split("."))
    known = _list_names(journey, table)
    parts = rest.split(".")
    for count in range(len(parts), 0, -1):
        name = _match(journey, table, ".".join(parts[:count]), known)
        if name is not None:
            return table, name, tuple(parts[count:])
    raise UnknownNameError(ROW_KINDS[table], parts[0], known)


def _list_names(journey: Journey, table: str) -> tuple[str, ...]:
    if table == DEPARTURE:
        return tuple(str(number + 1) for number in range(len(journey.plan.departure)))
    if table in PLAN_TABLES:
        rows = getattr(journey.plan, table)
        return tuple(dict.fromkeys(get_row_name(table, row) for row in rows))
    if table == REPORTS:
        return tuple(report.id for report in journey.reports)
    return tuple(journey.routes if table == ROUTES else journey.families)


def _match(journey: Journey, table: str, text: str, known: Sequence[str]) -> str | None:
    """Return the known name that a text stands for, which may be another name of a station."""
    if text in known:
        return text
    if table not in PLAN_TABLES or table == DEPARTURE:
        return None
    names = [text]
    if table in {"origins", "stops"}:
        names.append(_find_station(journey, text))
    elif table == "lengths":
        cuts = [index for index, sign in enumerate(text) if sign == "-"]
        pairs = [(text[:cut], text[cut + 1 :]) for cut in cuts]
        names += ["-".join(_find_station(journey, end) for end in pair) for pair in pairs]
    folded = {fold_name(name): name for name in known}
    return next((folded[f] for name in names if (f := fold_name(name)) in folded), None)


def _find_station(journey: Journey, name: str) -> str:
    """Return the main name of a station; other texts unchanged."""
    try:
        return journey.network.find_station(name).name
    except UnknownNameError:
        return name
