"""The JSON documents of the commands about what is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.cli.documents.records import (
    EVENTS,
    iterate_rows,
    list_records,
    make_json_as_of,
    make_json_time,
)
from routesim.evidence import parse_time
from routesim.text.times import format_utc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from routesim.certain import (
        Bounds,
        Conflict,
        ConflictList,
        Possibility,
        ReportProblem,
        Step,
        World,
        WorldList,
    )
    from routesim.journey import Journey

__all__ = [
    "make_bounds_document",
    "make_conflicts_document",
    "make_could_document",
    "make_worlds_document",
    "make_zones_document",
]


def make_worlds_document(
    journey: Journey, worlds: WorldList, *, route: str | None, as_of: str | None
) -> dict[str, Any]:
    """Return the worlds of a journey; ``route`` is null where all are open."""
    return {
        "journey": journey.id,
        "route": route,
        "as_of": _parse_as_of(as_of),
        "complete": worlds.is_complete,
        "worlds": [
            {**_make_world(world), "versions": world.versions, "why": world.why}
            for world in worlds
        ],
    }


def make_bounds_document(bounds: Bounds) -> dict[str, Any]:
    """Return bounds, with every passage."""
    return {
        "journey": bounds.journey_id,
        "route": bounds.route_id,
        "worlds": [_make_world(world) for world in bounds.worlds],
        "points": [
            {
                "station": row["station"],
                "visit": row["visit"],
                "km": row["km"],
                **{event: _make_ends(row, event) for event in EVENTS},
            }
            for row in iterate_rows(bounds.points)
        ],
        "stretches": list_records(bounds.stretches) if bounds.worlds else [],
        "speeds": list_records(bounds.speeds) if bounds.worlds else [],
        "origins": bounds.origins,
        "conflict": bounds.conflict,
    }


def make_could_document(journey: Journey, answer: Possibility) -> dict[str, Any]:
    """Return whether something was possible."""
    return {
        "journey": journey.id,
        "route": answer.route_id,
        "possible": answer.possible,
        "margin_s": answer.margin_s,
        "why": answer.why,
        "clauses": answer.clauses,
        "world": None if answer.world is None else _make_world(answer.world),
        "steps": _list_steps(answer.steps),
    }


def make_conflicts_document(problem: ReportProblem, conflicts: ConflictList) -> dict[str, Any]:
    """Return all conflicts that were found."""
    return {
        "journey": problem.journey.id,
        "routes": problem.routes,
        "as_of": make_json_as_of(problem.as_of_s),
        "complete": conflicts.is_complete,
        "complete_to": conflicts.complete_to,
        "conflicts": [_make_conflict(conflict) for conflict in conflicts],
    }


def make_zones_document(
    journey: Journey, table: pd.DataFrame, *, as_of: str | None
) -> dict[str, Any]:
    """Return each clock in each zone."""
    return {
        "journey": journey.id,
        "as_of": _parse_as_of(as_of),
        "zones": list_records(table),
    }


def _parse_as_of(as_of: str | None) -> str | None:
    return None if as_of is None else format_utc(parse_time(as_of))


def _make_world(world: World) -> dict[str, Any]:
    return {
        "number": world.number,
        "route": world.route,
        "dropped": world.dropped,
        "families_dropped": world.families_dropped,
        "readings": world.readings,
    }


def _make_ends(row: Any, event: str) -> dict[str, Any]:
    return {
        "earliest": make_json_time(row[f"{event}_earliest"]),
        "latest": make_json_time(row[f"{event}_latest"]),
        "earliest_by": row[f"{event}_earliest_by"],
        "latest_by": row[f"{event}_latest_by"],
    }


def _make_conflict(conflict: Conflict) -> dict[str, Any]:
    return {
        "reports": conflict.reports,
        "clauses": conflict.clauses,
        "copies": conflict.copies,
        "families": conflict.families,
        "assumptions": conflict.assumptions,
        "miss_s": conflict.miss_s,
        "miss_km": conflict.miss_km,
        "miss_kmh": conflict.miss_kmh,
        "reading": conflict.reading,
        "why": conflict.why,
        "certificate": _list_steps(conflict.certificate),
        "repairs": [
            {"kind": r.kind, "text": r.text, "clauses": r.clauses, "seconds": r.seconds}
            for r in conflict.repairs
        ],
        "variants": conflict.variants,
    }


def _list_steps(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [{"text": s.text, "weight_s": s.weight_s, "owners": s.support} for s in steps]
