"""Setting of values in one row of a plan, and the changes in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from routesim.errors import Fault
from routesim.files.read import validate_record
from routesim.journey import records
from routesim.journey.priors import DISTRIBUTIONS
from routesim.text.times import format_utc
from routesim.whatif.settings import (
    DEPARTURE,
    FAMILIES,
    REPORTS,
    ROUTES,
    TRUST,
    VARIATION,
    Setting,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from routesim.files.records import Record


OWN = "Own prior: "
FILE_SAYS = "The file says: "
REASON = "reason"
NO_EFFECT = " (no effect)"
MOST_KEYS = 2
"""Longest path of a value within a row: a field and a key of its distribution."""


@dataclass(frozen=True, slots=True)
class _RowKind:
    """Fields that can be set in the rows of a table, and the words for them.

    ``units`` has the units of the fields that are distributions.
    """

    record: type[Record]
    words: str
    fields: tuple[str, ...]
    units: Mapping[str, str] = field(default_factory=dict)


KINDS = {
    DEPARTURE: _RowKind(records.DepartureRow, "departure {}", ("from", "to", "weight")),
    "origins": _RowKind(records.OriginRow, "start at {}", ("weight",)),
    "stops": _RowKind(
        records.StopRow, "dwell at {}", ("dwell_min", "routes"), {"dwell_min": "min"}
    ),
    "speeds": _RowKind(
        records.SpeedPriorRow, "running speed on {}", ("running_kmh",), {"running_kmh": "km/h"}
    ),
    "standing": _RowKind(
        records.StandingRow,
        "standing on {}",
        ("min_per_100km", "halts"),
        {"min_per_100km": "min per 100 km"},
    ),
    "lengths": _RowKind(records.LengthPriorRow, "length {}", ("km",), {"km": "km"}),
    VARIATION: _RowKind(
        records.VariationRow,
        "variation:",
        tuple(key for key in records.VariationRow.model_fields if key != REASON),
        {"standing_min_per_100km": "min per 100 km", "halt_min": "min"},
    ),
    TRUST: _RowKind(
        records.TrustRow,
        "trust:",
        tuple(sorted(records.TrustRow.model_fields.keys() - {FAMILIES, REASON})),
    ),
    FAMILIES: _RowKind(records.FamilyTrustRow, "trust in {}:", ("reliability",)),
    ROUTES: _RowKind(records.RouteRow, "route {}:", ("prior",)),
    REPORTS: _RowKind(records.ReportTrustRow, "trust in {}:", ("reliability", "face_value")),
}


@dataclass(eq=False)
class RowSetter:
    """Setter of values in rows that collects faults, and the changes in words.

    ``file`` is the name of the settings file for the faults; it may be empty.
    """

    file: str
    faults: list[Fault] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    def set_row(self, table: str, name: str, row: Any, given: Sequence[Setting]) -> Any:
        """Return a row with the given values and a reason that states the change.

        ``table`` and ``name`` identify the row. If a value is wrong, the row is returned
        unchanged and its faults are collected.
        """
        kind = KINDS[table]
        values = dict(row.model_dump(by_alias=True))
        known = (*kind.fields, REASON)
        parts: dict[str, dict[str, Setting]] = {}
        for setting in given:
            path = setting.path or ("reliability",) if table == FAMILIES else setting.path
            if path[:1] not in {(key,) for key in known} or len(path) > MOST_KEYS:
                self._refuse_key(setting, known)
            elif path[0] in kind.units:
                parts.setdefault(path[0], {})[".".join(path[1:])] = setting
            elif len(path) > 1:
                self.add_fault(setting.where, f"{path[0]} is a single value", "give it no keys")
            else:
                values[path[0]] = setting.value
        for key, mine in parts.items():
            values[key] = self._merge(values[key], mine)
        where = f"{TRUST}.{FAMILIES}" if table == FAMILIES else table
        where = ", ".join(filter(None, [self.file, f"{where}.{name}".rstrip(".")]))
        made, faults = validate_record(kind.record, values, where)
        self.faults += faults
        if made is None:
            return row
        # The reason of a row applies to its only distribution, or to several.
        is_whole = len(kind.units) == 1 and any(
            mine.keys() & {"", "dist"} for mine in parts.values()
        )
        return self._note_change(kind, name, row, made, is_whole=is_whole)

    def add_fault(self, where: str, what: str, remedy: str = "") -> None:
        """Add a fault of a value."""
        self.faults.append(Fault(where, what, remedy))

    def _note_change(
        self, kind: _RowKind, name: str, row: Any, made: Any, *, is_whole: bool
    ) -> Any:
        """Note the changes of a row, in ``changes`` and in its reason."""
        changed = [key for key in kind.fields if _get(made, key) != _get(row, key)]
        if not changed:
            return made
        now = ", ".join(_format_value(kind, made, key) for key in changed)
        self.changes.append(f"{kind.words.format(name)} {now}")
        own = made.reason if made.reason != row.reason else ""
        texts = [
            f"{_format_value(kind, made, key)} instead of {_format_value(kind, row, key)}"
            for key in changed
        ]
        update: dict[str, Any] = {
            REASON: compose_reason(texts, own, "" if is_whole else row.reason)
        }
        if is_whole and isinstance(made, records.SpeedPriorRow):
            update["reports"] = ()  # they were the basis of the former speed
        return made.model_copy(update=update)

    def _merge(self, before: dict[str, Any], parts: Mapping[str, Setting]) -> Any:
        """Return a distribution with some of its values replaced, or a new one."""
        values = {key: setting.value for key, setting in parts.items()}
        if "" in values:
            whole = parts[""]
            if len(parts) > 1:
                self.add_fault(
                    whole.where, "is given both whole and in part", "give one of them"
                )
            return self._read_whole(whole)
        if "dist" in values:
            return values
        known = sorted(DISTRIBUTIONS[before["dist"]].model_fields.keys() - {"dist"})
        for key in values:
            if key not in known:
                what = f"a {before['dist']} distribution has no {key!r:.40}"
                remedy = f"give {' or '.join(known)}, or dist with all its values"
                self.add_fault(parts[key].where, what, remedy)
        return before | {key: value for key, value in values.items() if key in known}

    def _read_whole(self, setting: Setting) -> Any:
        match setting.value:
            case bool():
                pass
            case int() | float() as value:
                return {"dist": "fixed", "value": value}
            case list([low, high]) | tuple([low, high]):
                return {"dist": "uniform", "low": low, "high": high}
        remedy = "give a number, a pair [low, high] or a table with dist"
        self.add_fault(setting.where, f"{setting.value!r:.40} is not a distribution", remedy)
        return {"dist": "fixed", "value": 1.0}

    def _refuse_key(self, setting: Setting, known: Sequence[str]) -> None:
        key = ".".join(setting.path)
        what = f"{key!r:.60} cannot be set" if key else "is a row, not a value"
        near = get_close_matches(key, known, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"set {', '.join(known)}"
        self.add_fault(setting.where, what, remedy)


def compose_reason(texts: Iterable[str], own: str, before: str) -> str:
    """Compose the reason of a changed row.

    ``texts`` are the changes in words and ``own`` the reason given with them, which may be
    empty. ``before`` is the former reason of the row; empty where it no longer applies.
    """
    if before.startswith(OWN):
        usual = records.USUAL_VARIATION if before.endswith(records.USUAL_VARIATION) else ""
        before = before.partition(FILE_SAYS)[2] or usual
    if before and before != records.USUAL_VARIATION:
        before = f"{FILE_SAYS}{before}"
    parts = [f"{OWN}{', '.join(texts)}.", own, before]
    return " ".join(filter(None, parts))


def _get(row: Any, key: str) -> Any:
    return getattr(row, "from_" if key == "from" else key)


def _format_value(kind: _RowKind, row: Any, key: str) -> str:
    """Format a value with its unit, or else with its name."""
    value = _get(row, key)
    if isinstance(value, BaseModel):
        name = f"{key} " if len(kind.units) > 1 else ""
        return f"{name}{value} ({kind.units[key]})"
    if isinstance(value, datetime):
        text = format_utc(value.timestamp())
    elif isinstance(value, tuple):
        text = " and ".join(value)
    elif value is None:
        text = "all" if key == "routes" else "not given"
    else:
        text = f"{value:g}"
    return f"{key} {text}{NO_EFFECT if key in records.UNUSED_STANDING else ''}"
