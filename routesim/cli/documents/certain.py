"""The JSON documents of the commands about what is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.cli.output import iterate_rows, make_json_time
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
        Step,
        Testimony,
        World,
        WorldList,
    )
    from routesim.journey import Journey

__all__ = [
    "make_bounds_document",
    "make_certain_record",
    "make_conflict_document",
    "make_could_document",
    "make_worlds_document",
    "make_zones_document",
]


def make_worlds_document(
    journey: Journey, found: WorldList, *, route: str | None, as_of: str | None
) -> dict[str, Any]:
    """Write the worlds of a journey; ``route`` is null where all are open."""
    return {
        "journey": journey.id,
        "route": route,
        "as_of": None if as_of is None else format_utc(parse_time(as_of)),
        "complete": found.is_complete,
        "worlds": [
            {**_make_world(world), "versions": world.versions, "why": world.why}
            for world in found
        ],
    }


def make_bounds_document(held: Bounds) -> dict[str, Any]:
    """Write bounds, every passage of them."""
    return {
        "journey": held.journey_id,
        "route": held.route_id,
        "worlds": [_make_world(world) for world in held.worlds],
        "points": [
            {
                "station": row["station"],
                "visit": row["visit"],
                "km": row["km"],
                "arrive": _make_ends(row, "arrive"),
                "depart": _make_ends(row, "depart"),
            }
            for row in iterate_rows(held.points)
        ],
        "stretches": _list_records(held.stretches) if held.worlds else [],
        "speeds": _list_records(held.speeds) if held.worlds else [],
        "origins": held.origins,
        "conflict": held.conflict,
    }


def make_certain_record(held: Bounds, time: str) -> dict[str, Any]:
    """Write where the train must have been at an instant."""
    place = held.where(time)
    return {
        "min_km": place.min_km,
        "max_km": place.max_km,
        "stations": place.stations,
        "worlds": [world.number for world in held.worlds],
    }


def make_could_document(journey: Journey, answer: Possibility) -> dict[str, Any]:
    """Write whether something was possible."""
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


def make_conflict_document(testimony: Testimony, found: ConflictList) -> dict[str, Any]:
    """Write the conflicts of a testimony, all that were found."""
    all_known = testimony.as_of_s == float("inf")
    return {
        "journey": testimony.journey.id,
        "routes": testimony.routes,
        "as_of": None if all_known else format_utc(testimony.as_of_s),
        "complete": found.is_complete,
        "complete_to": found.complete_to,
        "conflicts": [_make_conflict(conflict) for conflict in found],
    }


def make_zones_document(
    journey: Journey, table: pd.DataFrame, *, as_of: str | None
) -> dict[str, Any]:
    """Write each clock in each zone."""
    return {
        "journey": journey.id,
        "as_of": None if as_of is None else format_utc(parse_time(as_of)),
        "zones": [
            {
                **row.to_dict(),
                "from": make_json_time(row["from"]),
                "before": make_json_time(row["before"]),
            }
            for row in iterate_rows(table)
        ],
    }


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
    return [{"text": s.text, "weight_s": s.weight_s, "owners": s.owners} for s in steps]


def _list_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [row.to_dict() for row in iterate_rows(frame)]
