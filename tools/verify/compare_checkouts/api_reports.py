"""Scripts about the reports: verdicts, conflicts, worlds, bounds, routes and scores."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from .api_format import format_certain_place, format_fields, format_step, get_frame
from .bundled import INSTANTS, JOURNEYS, KNOWN

if TYPE_CHECKING:
    from .api_format import Files

__all__ = [
    "dump_bounds",
    "dump_check",
    "dump_conflicts",
    "dump_could",
    "dump_routes",
    "dump_score",
    "dump_worlds",
    "dump_zones",
]


def dump_routes(rs: Any, journey_id: str) -> Files:
    """Yield the probabilities of the routes, also report by report."""
    journey = rs.load_journey(journey_id)
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        ("all", {}),
        ("as of", {"as_of": KNOWN, "seed": 2}),
        ("drop", {"drop": (JOURNEYS[journey_id].drop,), "reliability": 0.8, "particles": 512}),
    )
    for name, options in asked:
        yield f"routes {name}.csv", get_frame(rs.compare_routes(journey, **options)).to_csv()
    posterior = rs.condition(journey, draws=500)
    routes = rs.compare_routes(journey, posterior=posterior)
    yield "routes posterior.csv", get_frame(routes).to_csv()
    track = rs.track_routes(journey, reliabilities=(0.9,))
    yield "track.csv", get_frame(getattr(track, "rows", track)).to_csv()
    yield "track.txt", format_fields(track, "routes", "reliabilities", "decisive_reports")


def dump_check(rs: Any, journey_id: str) -> Files:
    """Yield the verdicts on the reports."""
    journey = rs.load_journey(journey_id)
    yield "check.csv", get_frame(rs.check(journey, draws=500)).to_csv()
    yield (
        "check as of.csv",
        get_frame(rs.check(journey, draws=500, seed=2, as_of=KNOWN)).to_csv(),
    )


def dump_conflicts(rs: Any, journey_id: str) -> Files:
    """Yield the conflicts with their certificates and repairs."""
    journey = rs.load_journey(journey_id)
    found = rs.conflicts(journey)
    yield "conflicts.csv", found.to_frame().to_csv()
    yield "complete.txt", format_fields(found, "is_complete", "complete_to")
    for number, conflict in enumerate(found):
        yield f"conflict {number}.txt", _format_conflict(conflict)
    for name, options in (
        ("as of", {"as_of": KNOWN}),
        ("route", {"route": JOURNEYS[journey_id].routes[-1]}),
        ("drop", {"drop": (JOURNEYS[journey_id].drop,), "max_size": 2}),
    ):
        yield f"conflicts {name}.csv", rs.conflicts(journey, **options).to_frame().to_csv()


def _format_conflict(conflict: Any) -> str:
    fields = (
        "clauses", "reports", "copies", "families", "variants", "assumptions", "reading",
        "is_at_face_value", "miss_s", "miss_km", "miss_kmh", "why",
    )  # fmt: skip
    parts = [format_fields(conflict, *fields), f"{conflict!r}\n"]
    parts += [
        format_step(step) for step in getattr(conflict, "steps", None) or conflict.certificate
    ]
    parts += [
        format_fields(repair, "kind", "text", "clauses", "seconds")
        for repair in conflict.repairs
    ]
    if conflict.miss_s is not None:
        parts += [conflict.show_without(clause).to_csv() for clause in conflict.clauses]
    return "".join(parts)


def dump_worlds(rs: Any, journey_id: str) -> Files:
    """Yield the worlds, in which the reports are consistent."""
    journey = rs.load_journey(journey_id)
    found = rs.worlds(journey)
    yield "worlds.csv", found.to_frame().to_csv()
    for world in found:
        fields = (
            "number", "dropped", "versions", "families_dropped", "route", "readings", "kept",
            "why",
        )  # fmt: skip
        yield f"world {world.number}.txt", format_fields(world, *fields) + repr(world)
    for name, options in (
        ("as of", {"as_of": KNOWN}),
        ("drop", {"drop": (JOURNEYS[journey_id].drop,)}),
        ("most", {"most": 3}),
    ):
        yield f"worlds {name}.csv", rs.worlds(journey, **options).to_frame().to_csv()


def dump_bounds(rs: Any, journey_id: str) -> Files:
    """Yield the earliest and latest times."""
    journey = rs.load_journey(journey_id)
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        ("all", {}),
        ("world 1", {"world": 1}),
        ("world 2", {"world": rs.worlds(journey)[1]}),
        ("route", {"route": JOURNEYS[journey_id].routes[0]}),
        ("as of", {"as_of": KNOWN, "drop": (JOURNEYS[journey_id].drop,)}),
    )
    for name, options in asked:
        held = rs.bounds(journey, **options)
        yield f"{name} points.csv", get_frame(getattr(held, "points", held)).to_csv()
        yield f"{name} stretches.csv", get_frame(held.stretches).to_csv()
        yield f"{name} speeds.csv", get_frame(held.speeds).to_csv()
        fields = ("journey_id", "route_id", "worlds", "conflict", "origins", "departure_s")
        places = [format_certain_place(held.where(instant)) for instant in INSTANTS]
        yield f"{name}.txt", format_fields(held, *fields) + f"{held!r}\n" + "".join(places)


def dump_could(rs: Any, journey_id: str) -> Files:
    """Yield answers on what was possible."""
    journey = rs.load_journey(journey_id)
    facts = JOURNEYS[journey_id]
    questions: tuple[dict[str, Any], ...] = (
        {"station": "Khasan", "time": facts.instant},
        {"station": "Tumangang", "time": (facts.instant, INSTANTS[-1])},
        {"stand": {"Khasan": "5h"}},
        {"station": "Khasan", "stand": "1h"},
        {"at": {"Khasan": facts.instant}, "given": ()},
        {"at": {"Khasan": facts.instant}, "speed_kmh": 50, "drop": (facts.drop,)},
        {"depart": {"Pyongyang": facts.instant}, "speed_kmh": (40, 60)},
        {"arrive": {"Vladivostok": INSTANTS[-1]}, "route": facts.routes[0]},
        {"stand": {"Khasan": timedelta(hours=1)}, "as_of": KNOWN},
    )
    for number, question in enumerate(questions):
        found = rs.could(journey, **question)
        text = format_fields(
            found, "possible", "margin_s", "clauses", "world", "route_id", "why"
        )
        text += f"{found!r}\n" + "".join(format_step(step) for step in found.steps)
        yield f"could {number}.txt", text


def dump_zones(rs: Any, journey_id: str) -> Files:
    """Yield the reported times in all plausible time zones."""
    journey = rs.load_journey(journey_id)
    yield "zones.csv", get_frame(rs.compare_zones(journey)).to_csv()
    yield "zones as of.csv", get_frame(rs.compare_zones(journey, as_of=KNOWN)).to_csv()


def dump_score(rs: Any, journey_id: str) -> Files:
    """Yield the scores of the predictions."""
    found = rs.score(rs.load_journey(journey_id), draws=200, seed=1)
    for table in ("summary", "reports", "rolling"):
        yield f"{table}.csv", getattr(found, table).to_csv()
    fields = ("journey_id", "route_id", "draws", "seed", "is_scorable", "why", "unscored")
    yield "score.txt", format_fields(found, *fields)
