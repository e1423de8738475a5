"""What is certain, told to a person."""

from __future__ import annotations

from math import ceil, floor, isfinite, isnan
from typing import TYPE_CHECKING, Any

from routesim.cli.output import iterate_rows, print_line, print_table, print_wrapped, say_local
from routesim.evidence import parse_time
from routesim.text.names import format_city
from routesim.text.times import format_local, format_offset, format_utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
    from routesim.certain.positions import CertainPlace
    from routesim.journey import Journey

__all__ = [
    "print_bounds",
    "print_certain",
    "print_conflicts",
    "print_possibility",
    "print_worlds",
    "print_zones",
]

MINUTE_S = 60
IDLE_S = 600
"""What a stretch takes beyond running at the cap is told from so much on."""
MOST_SPEEDS = 5
MOST_WAYS = 3
DOING = {"arrive": "reach", "depart": "leave"}


def print_worlds(
    journey: Journey, found: WorldList, *, route: str | None, as_of: str | None
) -> None:
    """Print a table of worlds."""
    way = f"route {journey.get_hypothesis(route).id}"
    known = f", known by {format_utc(parse_time(as_of))}" if as_of else ""
    print_line(f"{journey.title} - {way}{known}: how the reports can be reconciled.")
    if not found:
        print_line("Nothing reconciles them.")
        return
    shared = [set(_list_readings(world)) for world in found]
    common = [text for text in _list_readings(found[0]) if all(text in s for s in shared)]
    rows = [
        [
            str(world.number),
            "\n".join(_list_dropped(world)) or "nothing",
            _name_families(journey, world.families_dropped) or "-",
            "\n".join(r for r in _list_readings(world) if r not in common)
            or ("-" if common else "all at face value"),
        ]
        for world in found
    ]
    print_table(
        ["world", "holds wrong", "sources let down", "reads otherwise"],
        rows,
        right=[0],
        whole=[0],
    )
    for text in common:
        print_wrapped(f"in each of them: {text}")
    if not found.is_complete:
        print_line(f"There may be others, not milder than these {len(found)}.")
    option = f" --route {route}" if route else ""
    heard = _repeat_options(found[0].testimony, journey)
    print_line(
        f"What each makes certain: routesim bounds {journey.reference}{option}{heard} "
        "--world NUMBER"
    )


def _repeat_options(testimony: Testimony, journey: Journey) -> str:
    """Write the options that another command needs to hear the same reports."""
    told = ""
    if isfinite(testimony.as_of_s):
        told += f" --as-of {format_utc(testimony.as_of_s)}"
    heard = {member for witness in testimony.witnesses for member in witness.members}
    dropped = [
        report.id
        for report in journey.reports
        if report.id not in heard
        and report.known_s <= testimony.as_of_s
        and (report.clauses or any(reading.clauses for reading in report.readings))
    ]
    return told + "".join(f" --drop {report_id}" for report_id in dropped)


def print_bounds(journey: Journey, held: Bounds, *, every: bool, stretches: bool) -> None:
    """Print the bounds of passages, the standing and the speeds that they force."""
    as_of_s = held.testimony.as_of_s
    known = f", known by {format_utc(as_of_s)}" if isfinite(as_of_s) else ""
    print_line(f"{journey.title} - route {held.route_id}{known}: what is certain of it.")
    if not held.worlds:
        print_wrapped(_say_empty(held))
        return
    if not held.testimony.witnesses:
        print_line("No report is heard that tells of it: nothing bounds its times.")
    else:
        ways = "this way" if len(held.worlds) == 1 else "one of these ways"
        print_line(f"It holds if the reports are true in {ways}:")
        _print_ways(held.worlds, indent="  ")
        if len(held.worlds) > 1:
            print_line(
                f"One of them alone: routesim bounds {journey.reference} "
                f"--route {held.route_id}{_repeat_options(held.testimony, journey)} "
                "--world NUMBER"
            )
    _print_points(held, every=every)
    _print_assumptions(held)
    _print_origins(held)
    if stretches:
        _print_stretches(held)
    else:
        _print_standing(held)
    _print_speeds(held, MOST_SPEEDS if stretches else 1)


def print_certain(held: Bounds, place: CertainPlace) -> None:
    """Print where the train must have been, under its instant."""
    if place.min_km is None or place.max_km is None or place.stations is None:
        print_wrapped(f"certain: nothing. {_say_empty(held)}", indent="  ")
        return
    numbers = ", ".join(str(world.number) for world in held.worlds)
    worlds = f"world{'s' if len(held.worlds) > 1 else ''} {numbers}"
    end_km = round(held.route.length_km)
    if place.min_km <= 0 and place.max_km >= held.route.length_km - 1e-6:
        told = "nothing: it may be anywhere on the route"
    elif place.stations[0] == place.stations[1]:
        told = f"km {place.min_km:.0f}, {place.stations[0]}"
    else:
        told = (
            f"km {floor(place.min_km + 1e-6)} to {min(ceil(place.max_km - 1e-6), end_km)}, "
            f"{' to '.join(place.stations)}"
        )
    print_line(f"  certain: {told} ({worlds})")
    _print_ways(held.worlds[:MOST_WAYS], indent="    ")
    if len(held.worlds) > MOST_WAYS:
        journey = held.testimony.journey
        options = _repeat_options(held.testimony, journey)
        more = f"routesim bounds {journey.reference} --route {held.route_id}{options}"
        print_line(f"    and {len(held.worlds) - MOST_WAYS} more: {more}")


def print_possibility(journey: Journey, answer: Possibility) -> None:
    """Print whether something was possible, and the sum that decides."""
    from routesim.text.durations import format_lapse  # noqa: PLC0415 (heavy: not for --help)

    head = f"{journey.title}, route {answer.route_id}:"
    if answer.margin_s is None or not answer.steps:
        print_wrapped(f"{head} {answer.why[0].lower()}{answer.why[1:]}")
    elif answer.possible:
        print_wrapped(f"{head} possible, with {format_lapse(answer.margin_s)} to spare.")
    else:
        print_wrapped(f"{head} not possible, by {format_lapse(answer.margin_s)}.")
    if answer.steps:
        print_line("What decides:")
        _print_steps(answer.steps)
    world = answer.world
    if world is not None and (world.dropped or world.readings):
        ways = "So it is if the reports are true in this way:"
        if not answer.possible:
            ways = "The way in which the reports come nearest to it:"
        print_line(ways)
        print_wrapped(_describe_world(world), indent="  ")


def print_conflicts(
    testimony: Testimony, found: ConflictList, *, limit: int, brief: bool
) -> None:
    """Print conflicts, a card each or a line each."""
    journey = testimony.journey
    known = _say_known(testimony)
    print_line(f"{journey.title}{known}: {_say_heard(testimony)}")
    if not found:
        print_line(f"No conflict found. {_say_completeness(found)}")
        return
    shown = found[:limit]
    if brief:
        _print_brief(shown)
    else:
        for number, conflict in enumerate(shown, 1):
            print_line("")
            _print_card(conflict, number)
        print_line("")
    count = "1 conflict" if len(found) == 1 else f"{len(found):,} conflicts"
    rest = len(found) - len(shown)
    more = f", {rest:,} of them not shown (--limit {len(found)} shows all)" if rest else ""
    print_line(f"{count}{more}. {_say_completeness(found)}")


def print_zones(journey: Journey, table: pd.DataFrame) -> None:
    """Print each clock in each zone that is plausible."""
    if table.empty:
        print_line(f"{journey.title}: no report that is heard tells a clock.")
        return
    print_line(
        f"{journey.title}: each reported clock in each zone that it may have been read in."
    )
    rows = []
    for row in iterate_rows(table):
        miss, zone = row["miss_s"], row["zone"]
        rows.append(
            [
                row["clause"],
                f"{format_city(zone)} {row['offset']}",
                row["zone_known"],
                say_local(row["from"], zone),
                say_local(row["before"], zone),
                "yes" if row["fits"] else "no",
                "-" if isnan(miss) else _say_against(row["clause"], row["against"], miss),
            ]
        )
    print_table(
        ["report", "clock", "zone is", "from", "before", "fits", "worst clash, with"],
        rows,
        whole=[0, 1, 2, 3, 4, 5],
    )
    print_wrapped(
        "zone is: printed in the report, inferred from it, assumed, or an alternative to "
        "these. fits: some way of reconciling the reports keeps it so read. A clash may hang "
        "on how another report is read; `routesim conflicts` tells."
    )


def _say_against(clause: str, against: Iterable[str], miss_s: float) -> str:
    from routesim.text.durations import format_lapse  # noqa: PLC0415 (heavy: not for --help)

    others = [name for name in against if name != clause]
    return f"{' + '.join(others) or 'itself'}, by {format_lapse(miss_s)}"


def _say_known(testimony: Testimony) -> str:
    if testimony.as_of_s == float("inf"):
        return ""
    return f", known by {format_utc(testimony.as_of_s)}"


def _say_heard(testimony: Testimony) -> str:
    count = sum(len(witness.members) for witness in testimony.witnesses)
    *others, last = testimony.routes
    routes = f"{', '.join(others)} or {last}" if others else last
    if not count:
        return "no report is heard that tells anything to be checked."
    reports = "1 report" if count == 1 else f"{count} reports"
    return f"{reports} heard that can be checked, route {routes}."


def _say_completeness(found: ConflictList) -> str:
    if found.is_complete:
        return "The list is complete."
    return (
        f"The list is complete for sets of up to {found.complete_to} clauses; larger ones may "
        "be missing."
    )


def _print_brief(shown: Sequence[Conflict]) -> None:
    print_table(
        ["", "cannot all be true", "miss", "only if"],
        [
            [str(number), " + ".join(c.clauses), _say_miss(c) or "-", c.reading or "-"]
            for number, c in enumerate(shown, 1)
        ],
        right=[0],
        whole=[0, 2],
    )


def _print_card(conflict: Conflict, number: int) -> None:
    miss = _say_miss(conflict)
    tail = f": they miss by {miss}" if miss else ": they exclude each other"
    if conflict.miss_s == 1:
        tail = ": they touch without sharing an instant"
    print_wrapped(f"{' + '.join(conflict.clauses)}{tail}", mark=f"{number}. ")
    print_wrapped(f"told by: {_name_families(conflict.testimony.journey, conflict.families)}",
                  indent="   ")  # fmt: skip
    for original, copies in conflict.copies.items():
        print_wrapped(f"repeated by: {', '.join(copies)} (as {original})", indent="   ")
    if conflict.reading:
        print_wrapped(f"only if: {conflict.reading}", indent="   ")
    if conflict.certificate:
        _print_steps(conflict.certificate)
        _print_best_start(conflict)
    else:
        print_wrapped(conflict.why, indent="   ", mark="- ")
    for text in conflict.assumptions:
        print_wrapped(f"assumed: {text}", indent="   ")
    if conflict.repairs:
        print_line("   ways out:")
    for repair in conflict.repairs:
        print_wrapped(repair.text, indent="   ", mark="* ")
    if conflict.variants:
        told = "; ".join(" + ".join(clauses) for clauses in conflict.variants)
        print_wrapped(f"much the same: {told}", indent="   ")


def _print_best_start(conflict: Conflict) -> None:
    """Say from where the sum is shown, where the start is open."""
    is_told = any(choice.kind == "start" and n == 0 for choice, n in conflict.taken)
    if conflict.testimony.is_start_open and not is_told:
        case = conflict.exhibit.case
        start = case.line.route.passages[case.origin].station.name
        print_wrapped(f"so even from {start}, the start that suits them best", indent="   ")


def _say_miss(conflict: Conflict) -> str:
    from routesim.text.durations import format_lapse  # noqa: PLC0415 (heavy: not for --help)

    if conflict.miss_s is not None:
        return format_lapse(conflict.miss_s)
    if conflict.miss_km is not None:
        return f"{conflict.miss_km:,.1f} km"
    return "" if conflict.miss_kmh is None else f"{conflict.miss_kmh:,.1f} km/h"


def _print_steps(steps: Sequence[Step]) -> None:
    for step in steps:
        rests = ", ".join(_name_holders(step.owners)) or "the order along the line"
        print_wrapped(f"{step.text} [{rests}]", indent="   ", mark="- ")


def _name_holders(names: Iterable[str]) -> list[str]:
    return ["your question" if name == "asked" else name for name in names]


def _name_families(journey: Journey, families: Iterable[str]) -> str:
    return ", ".join(journey.families[family].name for family in families)


def _list_dropped(world: World) -> list[str]:
    return [
        f"{name} (its source's other version holds)" if name in world.versions else name
        for name in world.dropped
    ]


def _list_readings(world: World) -> list[str]:
    """List what it reads otherwise; its route is told beside."""
    return [text for text in world.readings if text != f"route {world.route}"]


def _describe_world(world: World) -> str:
    parts = [f"without {', '.join(_list_dropped(world))}"] if world.dropped else []
    return "; ".join([*parts, *_list_readings(world)]) or "everything at face value"


def _print_ways(worlds: Sequence[World], *, indent: str) -> None:
    for world in worlds:
        print_wrapped(_describe_world(world), indent=indent, mark=f"world {world.number}: ")


def _say_empty(held: Bounds) -> str:
    if not held.conflict:
        return f"No way of reconciling the reports leads over route {held.route_id}."
    return f"No way of reconciling the reports is left: {', '.join(held.conflict)} clash."


def _print_points(held: Bounds, *, every: bool) -> None:
    rows = [
        row
        for index, point in enumerate(iterate_rows(held.points))
        if every or index in held.key_passages
        for row in _list_point_rows(point)
    ]
    if not rows:
        return
    print_line("Times by the clock of the place, rounded outwards to the minute.")
    print_table(
        ["km", "station", "", "earliest", "because of", "latest", "because of", "clock"],
        rows,
        right=[0],
        whole=[0, 2, 3, 5, 7],
    )


def _list_point_rows(point: Any) -> Iterator[list[str]]:
    """List a row an event that is bounded; one for both where nothing tells them apart."""
    ends = {event: _tell_ends(point, event) for event in DOING}
    name = point["station"] if point["visit"] == 1 else f"{point['station']} ({point['visit']})"
    events = dict(DOING)
    if ends["arrive"] == ends["depart"]:
        events = {"arrive": "pass"}
    for event, verb in events.items():
        if any(cell != "-" for cell in ends[event][::2]):
            yield [f"{point['km']:.0f}", name, verb, *ends[event], _say_offset(point, event)]


def _tell_ends(point: Any, event: str) -> list[str]:
    cells = []
    for end, turn in (("earliest", floor), ("latest", ceil)):
        value = point[f"{event}_{end}"]
        if value is None or value != value:  # noqa: PLR0124 (NaT is not itself)
            cells += ["-", ""]
            continue
        minute = turn(value.timestamp() / MINUTE_S) * MINUTE_S
        by = ", ".join(point[f"{event}_{end}_by"])
        cells += [format_local(minute, point["tz"]), by]
    return cells


def _say_offset(point: Any, event: str) -> str:
    times = [point[f"{event}_{end}"] for end in ("earliest", "latest")]
    known = next(time for time in times if time == time)  # noqa: PLR0124 (NaT is not itself)
    return format_offset(known.timestamp(), [point["tz"]])


def _print_assumptions(held: Bounds) -> None:
    from routesim.certain.wording import tell_assumption  # noqa: PLC0415 (heavy)

    points = held.points
    columns = [column for column in points.columns if column.endswith("_by")]
    named = {name for column in columns for names in points[column] for name in names}
    case = held.solved[0].case
    lines = dict.fromkeys(passage.line for passage in case.line.route.passages)
    for name in held.testimony.register.assumption_bits:
        if name in named:
            told = tell_assumption(held.testimony, case, name, lines=lines)
            print_wrapped(f"assumed: {told}")


def _print_origins(held: Bounds) -> None:
    origins = held.origins
    if len(origins) > 1:
        print_line(
            f"It may have set out from any of {len(origins)} stations, {origins[0]} to "
            f"{origins[-1]}."
        )
        early, late = held.departure_s
        zone = held.route.passages[0].station.tz
        if isfinite(early) and isfinite(late):
            print_line(
                f"Wherever from, it set out from {format_local(early, zone)} to "
                f"{format_local(late, zone)}, {format_city(zone)} time."
            )


def _print_standing(held: Bounds) -> None:
    for row in iterate_rows(held.stretches):
        idle = row["least_s"] - row["least_running_s"]
        if not idle >= (IDLE_S if row["km"] else MINUTE_S):
            continue
        least, by = _say_down(row["least_s"]), ", ".join(row["least_by"])
        most = row["most_s"]
        upper = (
            "" if isnan(most) else f" and at most {_say_up(most)} ({', '.join(row['most_by'])})"
        )
        if not row["km"]:
            print_wrapped(
                f"It stood at {row['from_station']} for at least {least} ({by}){upper}."
            )
            continue
        standing = ""
        if row["least_standing_s"] >= MINUTE_S:
            standing = (
                f"; of that it stood for at least {_say_down(row['least_standing_s'])}, at the "
                f"slowest running speed reported ({', '.join(row['standing_by'])})"
            )
        print_wrapped(
            f"It spent at least {least} ({by}){upper} between {row['from_station']} and "
            f"{row['to_station']}, {row['km']:.0f} km{standing}."
        )


def _print_stretches(held: Bounds) -> None:
    rows = []
    for row in iterate_rows(held.stretches):
        stay = not row["km"]
        rows.append(
            [
                f"at {row['from_station']}"
                if stay
                else f"{row['from_station']} - {row['to_station']}",
                "" if stay else f"{row['km']:.0f}",
                _say_least(row["least_s"]),
                ", ".join(row["least_by"]),
                _say_most(row["most_s"]),
                ", ".join(row["most_by"]),
                _say_least(row["least_standing_s"]),
                _say_most(row["most_standing_s"]),
            ]
        )
    print_line("")
    print_line("From reaching the one to reaching the other, and how much of it standing:")
    print_table(
        ["", "km", "at least", "because of", "at most", "because of", "stood at least",
         "stood at most"],
        rows,
        right=[1, 2, 4, 6, 7],
        whole=[2, 4, 6, 7],
    )  # fmt: skip


def _print_speeds(held: Bounds, most: int) -> None:
    speeds = held.speeds
    if speeds.empty:
        return
    forced = speeds.dropna(subset=["least_overall_kmh"])
    forced = forced.sort_values("least_overall_kmh", ascending=False, kind="stable")
    late = held.route.km_of(held.origins[-1])
    for row in iterate_rows(forced.head(most)):
        start = held.route.km_of(row["from_station"])
        came = " if it came from there" if start < late else ""
        print_wrapped(
            f"From {row['from_station']} to {row['to_station']} ({row['km']:.0f} km) it made "
            f"at least {row['least_overall_kmh']:.0f} km/h, stops included{came} "
            f"({', '.join(row['by'])})."
        )


def _say_least(seconds: float) -> str:
    return "-" if isnan(seconds) or not seconds else _say_down(seconds)


def _say_most(seconds: float) -> str:
    return "-" if isnan(seconds) else _say_up(seconds)


def _say_down(seconds: float) -> str:
    from routesim.text.durations import format_lapse  # noqa: PLC0415 (heavy: not for --help)

    if seconds < MINUTE_S:
        return format_lapse(floor(seconds))
    return format_lapse(floor(seconds / MINUTE_S) * MINUTE_S)


def _say_up(seconds: float) -> str:
    from routesim.text.durations import format_lapse  # noqa: PLC0415 (heavy: not for --help)

    return format_lapse(ceil(seconds / MINUTE_S) * MINUTE_S)
