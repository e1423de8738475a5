"""Priors set by the user: a journey with parts of its plan replaced by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routesim.answers import get_fields
from routesim.errors import ArgumentError, DataError, Fault
from routesim.files.read import read_toml, validate_record
from routesim.journey import require_journey
from routesim.journey.checks import check_plan
from routesim.journey.records import FamilyTrustRow, PlanRow, ReportTrustRow, RouteRow
from routesim.whatif.prior_rows import FILE_SAYS, REASON, RowSetter, compose_reason
from routesim.whatif.settings import (
    FAMILIES,
    PLAN_TABLES,
    REPORTS,
    ROUTES,
    TRUST,
    VARIATION,
    Setting,
    get_row_name,
    read_settings,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from routesim.journey import Journey


SUM_TOLERANCE = 1e-9
ROUTE_KEYS = ("id", "title", "from=origin", "to=destination", "via", "prior", REASON)


def set_priors(journey: Journey, settings: Mapping[str, Any] | str | PathLike[str]) -> Journey:
    """Replace some priors of a journey by your own.

    Parameters
    ----------
    journey : Journey
        The journey to start from. It is not changed.
    settings : mapping of str, str or path-like
        Values by dotted key, nested mappings, or the path of a TOML file with the same
        structure. Rows are named; windows of departure are numbered from 1::

            trust.reliability                  trust.families.F9
            departure.1.weight                 origins.Chongjin.weight
            stops.Khasan.dwell_min.p95         speeds.Khasan branch.running_kmh.low
            standing.Pyongra.min_per_100km     lengths.Pyongyang-Khasan.km.high
            variation.slack_spread             variation.range_km
            variation.grain_s                  variation.priority_share
            variation.standing_min_per_100km   variation.halt_min.median
            variation.long_wait_share          variation.long_wait_h
            routes.vladivostok.prior           reports.C23.reliability
            reports.C24.face_value

        A distribution can be replaced in part, by its keys, or as a whole: by a table with
        ``dist``, a number (fixed) or a pair (uniform). Each row can be given a ``reason``.

    Returns
    -------
    Journey
        The changed journey. ``changes`` lists the changes in words. The reasons of the
        changed rows state them, too.

    Raises
    ------
    ArgumentError
        If ``journey`` is not a :class:`Journey`, or ``settings`` is of another type or has
        unknown keys or values out of range. The message lists all faults.
    DataError
        If ``settings`` is a file that cannot be read or has such faults.

    See Also
    --------
    what_if : Change speeds, departure, dwells, the route or the reports.
    simulate : Draw journeys from the changed priors.
    condition : Draw journeys given the reports.

    Notes
    -----
    If the priors of some routes are set, those of the other routes are scaled so that all
    sum to 1. A value that equals the present one is no change. An empty mapping returns
    the journey without changes. ``standing.LINE.halts`` is accepted and has no effect, as in a
    journey file.

    Examples
    --------
    >>> import routesim as rs
    >>> own = {"trust.reliability": 0.8, "speeds.Khasan branch.running_kmh.low": 45}
    >>> rs.set_priors(rs.load_journey("2023-09"), own).changes[0]
    'trust: reliability 0.8'

    A pair replaces a whole distribution:

    >>> own = {"stops.Khasan.dwell_min": (30, 60)}
    >>> rs.set_priors(rs.load_journey("2023-09"), own).changes
    ('dwell at Khasan 30 to 60, all equally likely (min)',)

    Running times that vary over longer distances:

    >>> rs.set_priors(rs.load_journey("2023-09"), {"variation.range_km": 100}).changes
    ('variation: range_km 100',)
    """
    require_journey(journey)
    if isinstance(settings, Mapping):
        file, document = "", settings
    elif isinstance(settings, str | PathLike):
        file, document = Path(settings).name, read_toml(Path(settings))
    else:
        raise ArgumentError(
            Fault(
                "settings",
                f"cannot be {settings!r:.40}",
                "give a mapping, or the path of a file",
            )
        )
    setter = _JourneySetter(journey, RowSetter(file))
    changed = setter.set_all(document)
    if setter.rows.faults:
        raise (DataError if file else ArgumentError)(setter.rows.faults)
    return changed


@dataclass(eq=False)
class _JourneySetter:
    """Setter of values, table by table. ``rows`` collects faults and changes."""

    journey: Journey
    rows: RowSetter

    def set_all(self, document: Mapping[str, Any]) -> Journey:
        """Return the changed journey. If faults were found, it must not be used."""
        settings, faults = read_settings(self.journey, document, self.rows.file)
        self.rows.faults += faults
        given: dict[tuple[str, str], list[Setting]] = {}
        for setting in settings:
            given.setdefault((setting.table, setting.row), []).append(setting)
        journey = self.journey
        for (table, name), mine in given.items():
            if table in PLAN_TABLES:
                journey = self._set_rows(journey, table, name, mine)
            elif table in {TRUST, FAMILIES}:
                journey = self._set_trust(journey, table, name, mine)
            elif table == VARIATION:
                row = self.rows.set_row(table, name, journey.plan.variation, mine)
                journey = _replace_plan(journey, table, row)
            elif table == REPORTS:
                journey = self._set_report(journey, name, mine)
        journey = self._set_routes(
            journey, {name: mine for (table, name), mine in given.items() if table == ROUTES}
        )
        self._check_whole(journey)
        return replace(journey, changes=(*journey.changes, *dict.fromkeys(self.rows.changes)))

    def _check_whole(self, journey: Journey) -> None:
        """Find faults of the whole plan, once its rows have none."""
        if self.rows.faults:
            return
        where = self.rows.file or "settings"
        plan = get_fields(journey.plan, tuple(PlanRow.model_fields))
        _, self.rows.faults = validate_record(PlanRow, plan, where)
        known = check_plan(self.journey, where)
        self.rows.faults += [
            fault for fault in check_plan(journey, where) if fault not in known
        ]

    def _set_rows(
        self, journey: Journey, table: str, name: str, given: Sequence[Setting]
    ) -> Journey:
        rows = tuple(
            self.rows.set_row(table, name, row, given)
            if name == (get_row_name(table, row) or str(number))
            else row
            for number, row in enumerate(getattr(journey.plan, table), start=1)
        )
        return _replace_plan(journey, table, rows)

    def _set_trust(
        self, journey: Journey, table: str, name: str, given: Sequence[Setting]
    ) -> Journey:
        trust = journey.plan.trust
        if table == TRUST:
            return _replace_plan(journey, TRUST, self.rows.set_row(table, name, trust, given))
        others = FamilyTrustRow(
            reliability=trust.reliability, reason="The same as for all families."
        )
        row = self.rows.set_row(table, name, trust.families.get(name, others), given)
        families = {FAMILIES: {**trust.families, name: row}}
        return _replace_plan(journey, TRUST, trust.model_copy(update=families))

    def _set_report(self, journey: Journey, name: str, given: Sequence[Setting]) -> Journey:
        report, trust = journey.get_report(name), journey.plan.trust
        family, own = trust.families.get(report.family, trust), report.face_value
        before = ReportTrustRow(
            reliability=report.reliability or family.reliability,
            face_value=trust.face_value if own is None else own,
            reason=report.note or "-",
        )
        made = self.rows.set_row(REPORTS, name, before, given)
        changed = replace(
            report,
            # A value that is not set keeps following the trust of the plan.
            reliability=made.reliability if _sets(given, "reliability") else report.reliability,
            face_value=made.face_value if _sets(given, "face_value") else own,
            note=made.reason.removesuffix(f"{FILE_SAYS}-").rstrip(),
        )
        reports = tuple(changed if one is report else one for one in journey.reports)
        return replace(journey, reports=reports)

    def _set_routes(self, journey: Journey, given: Mapping[str, Sequence[Setting]]) -> Journey:
        """Set priors of routes; the others share the rest in their present proportion."""
        if not given:
            return journey
        rows = {
            name: RouteRow.model_validate(get_fields(route, ROUTE_KEYS))
            for name, route in journey.routes.items()
        }
        for name, mine in given.items():
            rows[name] = self.rows.set_row(ROUTES, name, rows[name], mine)
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
            remedy = "give at most 1 in total" if rest < 0 else "give 1 in total"
            where = ", ".join(f"{ROUTES}.{name}.prior" for name in fixed)
            self.rows.add_fault(where, f"sums to {taken:g}", remedy)
            return
        for row in others:
            prior = max(rest, 0.0) * row.prior / before if before > 0 else 0.0
            text = f"prior {prior:.4g} instead of {row.prior:g}, scaled"
            reason = compose_reason([text], "", row.reason)
            rows[row.id] = row.model_copy(update={"prior": prior, REASON: reason})


def _replace_plan(journey: Journey, table: str, rows: Any) -> Journey:
    return replace(journey, plan=journey.plan.model_copy(update={table: rows}))


def _sets(given: Sequence[Setting], key: str) -> bool:
    return any(setting.path == (key,) for setting in given)
