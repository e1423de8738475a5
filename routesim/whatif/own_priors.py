"""One's own priors: a journey with parts of its plan set by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from difflib import get_close_matches
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from routesim.errors import ArgumentError, DataError, Fault
from routesim.files.read import read_toml, validate_record
from routesim.journey import require_journey
from routesim.journey.checks import check_plan
from routesim.journey.priors import Fixed, LogNormal, Triangular, Uniform
from routesim.journey.records import (
    DepartureRow,
    FamilyTrustRow,
    LengthPriorRow,
    OriginRow,
    PlanRow,
    ReportTrustRow,
    RouteRow,
    SpeedPriorRow,
    StandingRow,
    StopRow,
    TrustRow,
)
from routesim.text.times import format_utc
from routesim.whatif.settings import (
    DEPARTURE,
    FAMILIES,
    PLAN_TABLES,
    REPORTS,
    ROUTES,
    TRUST,
    Setting,
    get_row_name,
    read_settings,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.files.records import Record
    from routesim.journey import Journey, RouteHypothesis

__all__ = ["set_priors"]

OWN = "Own prior: "
FILE_SAYS = "The file says: "
REASON = "reason"
PAIR = 2
SUM_TOLERANCE = 1e-9
DISTRIBUTIONS: dict[str, type[Record]] = {
    "fixed": Fixed,
    "uniform": Uniform,
    "triangular": Triangular,
    "lognormal": LogNormal,
}


@dataclass(frozen=True, slots=True)
class _Kind:
    """What may be set in the rows of a table, and how that is told.

    ``prior`` is the field that is a distribution, in ``unit``; empty without one.
    """

    record: type[Record]
    told: str
    fields: tuple[str, ...]
    prior: str = ""
    unit: str = ""


KINDS = {
    DEPARTURE: _Kind(DepartureRow, "departure {}", ("from", "to", "weight")),
    "origins": _Kind(OriginRow, "start at {}", ("weight",)),
    "stops": _Kind(StopRow, "dwell at {}", ("dwell_min", "routes"), "dwell_min", "min"),
    "speeds": _Kind(
        SpeedPriorRow, "running speed on {}", ("running_kmh",), "running_kmh", "km/h"
    ),
    "standing": _Kind(
        StandingRow,
        "standing on {}",
        ("min_per_100km", "halts"),
        "min_per_100km",
        "min per 100 km",
    ),
    "lengths": _Kind(LengthPriorRow, "length {}", ("km",), "km", "km"),
    TRUST: _Kind(
        TrustRow, "trust:", tuple(sorted(TrustRow.model_fields.keys() - {FAMILIES, REASON}))
    ),
    FAMILIES: _Kind(FamilyTrustRow, "trust in {}:", ("reliability",)),
    ROUTES: _Kind(RouteRow, "route {}:", ("prior",)),
    REPORTS: _Kind(ReportTrustRow, "trust in {}:", ("reliability", "face_value")),
}


def set_priors(journey: Journey, settings: Mapping[str, Any] | str | PathLike[str]) -> Journey:
    """Put one's own priors in the place of those of the journey's file.

    Parameters
    ----------
    journey
        The journey to start from; it is left as it is.
    settings
        From dotted keys to values, or the path of a TOML file of the same structure.
        Rows go by name, windows of departure by number, from 1::

            trust.reliability                  trust.families.F9
            departure.1.weight                 origins.Chongjin.weight
            stops.Khasan.dwell_min.p95         speeds.Khasan branch.running_kmh.low
            standing.Pyongra.min_per_100km     lengths.Pyongyang-Khasan.km.high
            routes.vladivostok.prior           reports.C23.reliability
            reports.C24.face_value

        A distribution is given in part, or whole: as a table with its ``dist``, as one
        number (fixed) or as a pair (flat between). Priors of routes that are not named
        are scaled, so that all sum to 1. A row's ``reason`` may be given beside.

    Returns
    -------
    Journey
        With ``changes`` saying in words what was changed; the reasons of changed rows say
        so, too.

    Raises
    ------
    ArgumentError
        With everything that is wrong with a mapping.
    DataError
        The same for a file.

    Examples
    --------
    >>> import routesim as rs
    >>> own = {"trust.reliability": 0.8, "speeds.Khasan branch.running_kmh.low": 45}
    >>> rs.set_priors(rs.load_journey("2023-09"), own).changes
    ('trust: reliability 0.8', 'running speed on Khasan branch 45 to 70, flat (km/h)')
    """
    require_journey(journey)
    if isinstance(settings, Mapping):
        file, document = "", settings
    elif isinstance(settings, str | PathLike):
        file, document = Path(settings).name, read_toml(Path(settings))
    else:
        raise ArgumentError(
            [Fault("settings", f"is {settings!r:.40}", "give a mapping, or the path of a file")]
        )
    setter = _Setter(journey, file)
    changed = setter.set_all(document)
    if setter.faults:
        raise (DataError if file else ArgumentError)(setter.faults)
    return changed


@dataclass(eq=False)
class _Setter:
    """Sets values row by row, and gathers what is wrong with them."""

    journey: Journey
    file: str
    faults: list[Fault] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    def set_all(self, document: Mapping[str, Any]) -> Journey:
        """Return the changed journey; it means nothing where faults were found."""
        settings, faults = read_settings(self.journey, document, self.file)
        self.faults += faults
        given: dict[tuple[str, str], list[Setting]] = {}
        for setting in settings:
            given.setdefault((setting.table, setting.row), []).append(setting)
        journey = self.journey
        for (table, name), mine in given.items():
            match table:
                case _ if table in PLAN_TABLES:
                    journey = self._set_rows(journey, table, name, mine)
                case "trust" | "families":
                    journey = self._set_trust(journey, table, name, mine)
                case "reports":
                    journey = self._set_report(journey, name, mine)
        journey = self._set_routes(
            journey, {name: mine for (table, name), mine in given.items() if table == ROUTES}
        )
        self._check_whole(journey)
        return replace(journey, changes=(*journey.changes, *dict.fromkeys(self.changes)))

    def _check_whole(self, journey: Journey) -> None:
        """Find what is wrong with the plan as a whole, once its rows are right."""
        if self.faults:
            return
        where = self.file or "settings"
        rows = {name: getattr(journey.plan, name) for name in PlanRow.model_fields}
        _, self.faults = validate_record(PlanRow, rows, where)
        known = check_plan(self.journey, where)
        self.faults += [fault for fault in check_plan(journey, where) if fault not in known]

    def _set_rows(
        self, journey: Journey, table: str, name: str, given: Sequence[Setting]
    ) -> Journey:
        rows = list(getattr(journey.plan, table))
        for index, row in enumerate(rows):
            if name == (get_row_name(table, row) or str(index + 1)):
                rows[index] = self._set_row(table, name, row, given)
        plan = journey.plan.model_copy(update={table: tuple(rows)})
        return replace(journey, plan=plan)

    def _set_trust(
        self, journey: Journey, table: str, name: str, given: Sequence[Setting]
    ) -> Journey:
        trust = journey.plan.trust
        if table == FAMILIES:
            before = trust.families.get(
                name, FamilyTrustRow(reliability=trust.reliability, reason="As all others.")
            )
            families = {**trust.families, name: self._set_row(table, name, before, given)}
            trust = trust.model_copy(update={FAMILIES: families})
        else:
            trust = self._set_row(table, name, trust, given)
        return replace(journey, plan=journey.plan.model_copy(update={TRUST: trust}))

    def _set_report(self, journey: Journey, name: str, given: Sequence[Setting]) -> Journey:
        report = journey.get_report(name)
        family = journey.plan.trust.families.get(report.family, journey.plan.trust)
        trust, own = journey.plan.trust, report.face_value
        before = ReportTrustRow(
            reliability=report.reliability or family.reliability,
            face_value=trust.face_value if own is None else own,
            reason=report.note or "-",
        )
        made = self._set_row(REPORTS, name, before, given)
        changed = replace(
            report,
            # What is not set goes on following the trust of the plan.
            reliability=made.reliability if _sets(given, "reliability") else report.reliability,
            face_value=made.face_value if _sets(given, "face_value") else own,
            note=made.reason.removesuffix(f"{FILE_SAYS}-").rstrip(),
        )
        reports = tuple(changed if one is report else one for one in journey.reports)
        return replace(journey, reports=reports)

    def _set_routes(self, journey: Journey, given: Mapping[str, Sequence[Setting]]) -> Journey:
        """Set priors of routes; those that are not set share what is left as before."""
        if not given:
            return journey
        rows = {name: _make_route_row(route) for name, route in journey.routes.items()}
        for name, mine in given.items():
            rows[name] = self._set_row(ROUTES, name, rows[name], mine)
        fixed = [name for name, mine in given.items() if _sets(mine, "prior")]
        if fixed:
            self._share_rest(rows, fixed)
        routes = {
            name: replace(route, prior=rows[name].prior, reason=rows[name].reason)
            for name, route in journey.routes.items()
        }
        return replace(journey, routes=routes)

    def _share_rest(self, rows: dict[str, RouteRow], fixed: Iterable[str]) -> None:
        taken = sum(rows[name].prior for name in fixed)
        others = [row for name, row in rows.items() if name not in fixed]
        before = sum(row.prior for row in others)
        rest = 1.0 - taken
        if rest < -SUM_TOLERANCE or (rest > SUM_TOLERANCE and not before > 0):
            remedy = "give at most 1 in all" if rest < 0 else "give 1 in all"
            where = ", ".join(f"{ROUTES}.{name}.prior" for name in fixed)
            self._blame(where, f"comes to {taken:g}", remedy)
            return
        for row in others:
            prior = max(rest, 0.0) * row.prior / before if before > 0 else 0.0
            told = f"prior {prior:.4g} in the place of {row.prior:g}, scaled"
            reason = _give_reason([told], "", row.reason)
            rows[row.id] = row.model_copy(update={"prior": prior, REASON: reason})

    def _set_row(self, table: str, name: str, row: Any, given: Sequence[Setting]) -> Any:
        """Return a row with values in the place of its own, and a reason that says so."""
        kind = KINDS[table]
        values = dict(row.model_dump(by_alias=True))
        parts: dict[str, Setting] = {}
        for setting in given:
            path = setting.path or ("reliability",) if table == FAMILIES else setting.path
            if path[:1] not in {(key,) for key in (*kind.fields, REASON)} or len(path) > PAIR:
                self._refuse_key(setting, (*kind.fields, REASON))
            elif path[0] == kind.prior:
                parts[".".join(path[1:])] = setting
            elif len(path) > 1:
                self._blame(setting.where, f"{path[0]} is one value", "give it no keys")
            else:
                values[path[0]] = setting.value
        if parts:
            values[kind.prior] = self._merge(values[kind.prior], parts)
        where = f"{TRUST}.{FAMILIES}" if table == FAMILIES else table
        made, faults = validate_record(
            kind.record, values, self._place(f"{where}.{name}".rstrip("."))
        )
        self.faults += faults
        if made is None:
            return row
        is_whole = bool(parts.keys() & {"", "dist"})
        return self._tell(kind, name, row, made, is_whole=is_whole)

    def _tell(self, kind: _Kind, name: str, row: Any, made: Any, *, is_whole: bool) -> Any:
        """Tell what became of a row, in the changes and in its reason."""
        changed = [key for key in kind.fields if _get(made, key) != _get(row, key)]
        if not changed:
            return made
        now = ", ".join(_say(kind, made, key) for key in changed)
        self.changes.append(f"{kind.told.format(name)} {now}")
        own = made.reason if made.reason != row.reason else ""
        told = [
            f"{_say(kind, made, key)} in the place of {_say(kind, row, key)}" for key in changed
        ]
        update: dict[str, Any] = {
            REASON: _give_reason(told, own, "" if is_whole else row.reason)
        }
        if is_whole and isinstance(made, SpeedPriorRow):
            update["reports"] = ()  # they stood behind what was there before
        return made.model_copy(update=update)

    def _merge(self, before: dict[str, Any], parts: Mapping[str, Setting]) -> Any:
        """Return a distribution with parts in the place of its own, or a whole one."""
        values = {key: setting.value for key, setting in parts.items()}
        if "" in values:
            whole = parts[""]
            if len(parts) > 1:
                self._blame(whole.where, "is given whole and in part", "give one of them")
            return self._read_whole(whole)
        if "dist" in values:
            return values
        known = DISTRIBUTIONS[before["dist"]].model_fields.keys() - {"dist"}
        for key in values.keys() - known:
            self._blame(
                parts[key].where,
                f"a {before['dist']} distribution has no {key!r:.40}",
                f"give {' or '.join(sorted(known))}, or dist and all that it needs",
            )
        return {**before, **{key: values[key] for key in values.keys() & known}}

    def _read_whole(self, setting: Setting) -> Any:
        value = setting.value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return {"dist": "fixed", "value": value}
        if isinstance(value, list | tuple) and len(value) == PAIR:
            return {"dist": "uniform", "low": value[0], "high": value[1]}
        self._blame(
            setting.where,
            f"{value!r:.40} is no distribution",
            "give a number, a pair [low, high] or a table with dist",
        )
        return {"dist": "fixed", "value": 1.0}

    def _refuse_key(self, setting: Setting, known: Sequence[str]) -> None:
        key = ".".join(setting.path)
        what = f"{key!r:.60} cannot be set" if key else "is a row and no value"
        near = get_close_matches(key, known, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"set {', '.join(known)}"
        self._blame(setting.where, what, remedy)

    def _blame(self, where: str, what: str, remedy: str = "") -> None:
        self.faults.append(Fault(where, what, remedy))

    def _place(self, key: str) -> str:
        return f"{self.file}, {key}" if self.file else key


def _sets(given: Sequence[Setting], key: str) -> bool:
    return any(setting.path == (key,) for setting in given)


def _make_route_row(route: RouteHypothesis) -> RouteRow:
    return RouteRow.model_validate(
        {
            "id": route.id,
            "title": route.title,
            "from": route.origin,
            "to": route.destination,
            "via": route.via,
            "prior": route.prior,
            REASON: route.reason,
        }
    )


def _give_reason(told: Iterable[str], own: str, before: str) -> str:
    """Compose the reason of a changed row; what the file said stays where it still holds."""
    if before.startswith(OWN):
        before = before.partition(FILE_SAYS)[2]
    parts = [f"{OWN}{', '.join(told)}.", own, f"{FILE_SAYS}{before}" if before else ""]
    return " ".join(filter(None, parts))


def _get(row: Any, key: str) -> Any:
    return getattr(row, "from_" if key == "from" else key)


def _say(kind: _Kind, row: Any, key: str) -> str:
    """Say a value, with its name or its unit."""
    value = _get(row, key)
    if isinstance(value, BaseModel):
        return f"{value} ({kind.unit})"
    if isinstance(value, datetime):
        told = format_utc(value.timestamp())
    elif isinstance(value, tuple):
        told = " and ".join(value)
    else:
        told = "all" if value is None else f"{value:g}"
    return f"{key} {told}"
