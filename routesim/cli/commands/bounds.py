"""Commands for certain times: bounds, could."""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routesim import certain, evidence
from routesim.cli import options
from routesim.cli.commands.conflicts import make_bounds_command, print_numbered, print_steps
from routesim.cli.journeys import open_journey
from routesim.cli.output import (
    print_exact_km,
    print_line,
    print_table,
    print_wrapped,
    show,
    show_progress,
)
from routesim.errors import ArgumentError, Fault
from routesim.text import bounds as words
from routesim.text import terminal
from routesim.text.conflicts import (
    format_nearest_world,
    format_not_found,
    format_possibility,
    format_world,
)
from routesim.text.durations import MINUTE_S, format_least_lapse, format_most_lapse
from routesim.text.names import format_visit
from routesim.text.times import format_earliest, format_latest, format_offset, to_datetime

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routesim.certain.bounds import BoundEnd
    from routesim.journey import Journey


IDLE_S = 600
"""Smallest excess of a least time over the running time at the cap to print, in seconds."""
MOST_SPEEDS = 5
"""Largest number of overall speeds that are printed."""
VERBS = {"arrive": "reach", "depart": "leave"}


def show_bounds(
    journey: options.JourneyName,
    world: options.WorldNumber = None,
    route: options.AnyRoute = None,
    as_of: options.AsOf = None,
    drop: options.Drop = None,
    every: options.Every = False,
    stretches: Annotated[
        bool,
        options.make_flag("--stretches", "Also show times and speeds for each stretch."),
    ] = False,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Show the earliest and latest times that the reports allow."""
    opened = open_journey(journey, network)
    with show_progress():
        bounds = certain.bounds(opened, world=world, as_of=as_of, drop=drop or (), route=route)
    show(as_json, bounds, _print_bounds, every=every, stretches=stretches)


def ask_could(
    journey: options.JourneyName,
    at: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE=TIME", help="At PLACE at TIME, or at some time in T1/T2."),
    ] = None,
    depart: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE=TIME", help="Departure from PLACE at TIME, or in T1/T2."),
    ] = None,
    arrive: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE=TIME", help="Arrival at PLACE at TIME, or in T1/T2."),
    ] = None,
    stand: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE=DUR", help="Standing time at PLACE (Khasan=1h)."),
    ] = None,
    speed: Annotated[
        str | None,
        typer.Option(
            metavar="[LOW:]HIGH",
            help="Highest speed in km/h. LOW is accepted as in `whatif`, and ignored.",
        ),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help="Use only this report; may be repeated. By default all are used.",
        ),
    ] = None,
    alone: Annotated[
        bool,
        options.make_flag(
            "--alone", "Use no reports, only the route, the lengths and the speed caps."
        ),
    ] = False,
    route: options.AnyRoute = None,
    as_of: options.AsOf = None,
    drop: options.Drop = None,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Check whether the train could have been at given places at given times.

    Give --at, --depart, --arrive or --stand; each may be repeated.
    Write a time as 2023-09-12T06:00+10:00, a period as two times T1/T2.
    """
    if alone and given:
        raise ArgumentError([Fault("--alone", "excludes --given", "give one of them")])
    cap = None if speed is None else options.read_speed(speed)
    times: dict[str, Any] = {
        name: _read_times(pairs, f"--{name}")
        for name, pairs in (("at", at), ("depart", depart), ("arrive", arrive))
    }
    durations = _split_pairs(stand, "--stand", "--stand Khasan=1h")
    if not (durations or any(times.values())):
        raise ArgumentError(
            [Fault("--at", "nothing is asked", "give --at, --depart, --arrive or --stand")]
        )
    opened = open_journey(journey, network)
    with show_progress():
        answer = certain.could(
            opened,
            **times,
            stand=durations,
            given=() if alone else given,
            speed_kmh=cap,
            as_of=as_of,
            drop=drop or (),
            route=route,
        )
    show(as_json, answer, _print_possibility, opened)


def _read_times(pairs: Sequence[str] | None, option: str) -> dict[str, str | tuple[str, str]]:
    """Read ``PLACE=TIME`` or ``PLACE=T1/T2``; an error names the option."""
    example = f"{option} Khasan=2023-09-12T06:00+10:00"
    read: dict[str, str | tuple[str, str]] = {}
    for place, text in _split_pairs(pairs, option, example).items():
        first, sign, last = text.partition("/")
        for end in (first, last) if sign else (first,):
            evidence.parse_time(end, where=f"{option} {place}")
        read[place] = (first, last) if sign else first
    return read


def _split_pairs(pairs: Sequence[str] | None, option: str, example: str) -> dict[str, str]:
    split: dict[str, str] = {}
    for text in pairs or ():
        place, value = options.split_pair(text, option=option, example=example)
        if place in split:
            raise ArgumentError([Fault(option, f"{place} is given twice", "give it once")])
        split[place] = value
    return split


def _print_bounds(bounds: certain.Bounds, *, every: bool, stretches: bool) -> None:
    title, as_of_s = bounds.problem.journey.title, bounds.problem.as_of_s
    subject = "earliest and latest times."
    print_line(terminal.format_heading(title, subject, route=bounds.route_id, as_of_s=as_of_s))
    _print_worlds(bounds)
    _print_points(bounds, every=every)
    for text in bounds.assumptions:
        print_wrapped(f"assumed: {text}")
    print_exact_km(bounds.exact_km)
    if len(bounds.origins) > 1:
        print_wrapped(words.format_origins(bounds.origins))
        early_s, late_s = bounds.departure_s
        if isfinite(early_s) and isfinite(late_s):
            zone = bounds.route.passages[0].station.tz
            print_line(words.format_departure(early_s, late_s, zone))
    if stretches:
        _print_stretches(bounds, every=every)
    else:
        _print_standing(bounds)
    _print_speeds(bounds, MOST_SPEEDS if stretches else 1)


def _print_worlds(bounds: certain.Bounds) -> None:
    if not bounds.problem.distinct_reports:
        print_line("No report sets a constraint: nothing bounds its times.")
        return
    is_one = len(bounds.worlds) == 1
    named = "this world" if is_one else "one of these worlds"
    print_line(f"The bounds hold if the reports are true in {named}:")
    print_numbered(bounds.worlds, indent="  ")
    if not bounds.is_complete:
        print_wrapped(words.NOT_CERTAIN)
    if is_one and not bounds.worlds[0].is_best:
        print_line("This world is not one of the best ones.")
    if beyond := [w.number for w in bounds.elsewhere]:
        print_line(words.format_elsewhere(beyond))
    if not is_one or beyond:
        command = make_bounds_command(bounds.problem)
        print_line(f"For one world alone: {command} --world NUMBER")


def _print_points(bounds: certain.Bounds, *, every: bool) -> None:
    indices = range(len(bounds.route.passages)) if every else bounds.key_passages
    rows = [row for index in indices for row in _list_point_rows(bounds, index)]
    if rows:
        print_line("Times are local to each station and rounded outwards to the minute.")
        by = "because of"
        print_table([">|km", "station", "|", "|earliest", by, "|latest", by, "|clock"], rows)


def _list_point_rows(bounds: certain.Bounds, index: int) -> Iterator[list[str]]:
    """List a row for each bounded event, one for both events if their bounds are equal."""
    passage = bounds.route.passages[index]
    name, zone = format_visit(passage.station.name, passage.visit), passage.station.tz
    starts = {one.case.origin for one in bounds.solved}
    if condition := words.format_start_condition(index, starts):
        name = f"{name}, {condition}"
    ends = {
        event: [bounds.get_end(index, event, end) for end in ("earliest", "latest")]
        for event in VERBS
    }
    verbs = {"arrive": "pass"} if ends["arrive"] == ends["depart"] else VERBS
    for event, verb in verbs.items():
        known = [end.seconds for end in ends[event] if end.seconds is not None]
        if known:
            offset = format_offset(known[0], [zone])
            yield [f"{passage.km:.0f}", name, verb, *_list_cells(ends[event], zone), offset]


def _list_cells(ends: Sequence[BoundEnd], zone: str) -> list[str]:
    cells = []
    for end, write in zip(ends, (format_earliest, format_latest), strict=True):
        time = None if end.seconds is None else to_datetime(end.seconds)
        cells += [write(time, zone), ", ".join(end.by)]
    return cells


def _print_standing(bounds: certain.Bounds) -> None:
    for row in bounds.stretches().to_dict("records"):
        idle_s = row["least_s"] - row["least_running_s"]
        if not idle_s >= (IDLE_S if row["km"] else MINUTE_S):
            continue
        ends = row["from_station"], row["to_station"]
        least, most = (row["least_s"], row["least_by"]), (row["most_s"], row["most_by"])
        standing = row["least_standing_s"], row["standing_by"]
        text = words.format_stretch(ends, row["km"], least=least, most=most, standing=standing)
        print_wrapped(text)


def _print_stretches(bounds: certain.Bounds, *, every: bool) -> None:
    print_line("")
    print_line(
        "From arrival at the first place to arrival at the second, and the standing time:"
    )
    by = "because of"
    print_table(
        ["", ">km", ">|at least", by, ">|at most", by, ">|stood at least", ">|stood at most"],
        [
            [
                terminal.format_stretch_name(row["from_station"], row["to_station"], row["km"]),
                f"{row['km']:.0f}" if row["km"] else "",
                terminal.format_bound(row["least_s"] or nan, format_least_lapse),
                ", ".join(row["least_by"]),
                terminal.format_bound(row["most_s"], format_most_lapse),
                ", ".join(row["most_by"]),
                terminal.format_bound(row["least_standing_s"] or nan, format_least_lapse),
                terminal.format_bound(row["most_standing_s"], format_most_lapse),
            ]
            for row in bounds.stretches(every=every).to_dict("records")
        ],
    )


def _print_speeds(bounds: certain.Bounds, most: int) -> None:
    forced = bounds.speeds().dropna(subset=["least_overall_kmh"])
    forced = forced.sort_values("least_overall_kmh", ascending=False, kind="stable")
    for row in forced.head(most).to_dict("records"):
        print_wrapped(
            words.format_forced_speed(
                (row["from_station"], row["to_station"]),
                row["km"],
                row["least_overall_kmh"],
                by=row["by"],
                is_passed=row["is_passed"],
            )
        )


def _print_possibility(answer: certain.Possibility, journey: Journey) -> None:
    why = answer.why
    if answer.margin_s is not None and answer.steps:
        why = format_possibility(
            answer.margin_s,
            possible=answer.possible,
            by_reports=answer.is_by_reports,
            brief=True,
        )
        why = why if answer.is_complete else format_not_found(why)
    print_wrapped(f"{journey.title}, route {answer.route_id}: {why[0].lower()}{why[1:]}")
    if answer.steps:
        print_line("What decides it:")
        print_steps(answer.steps)
    print_exact_km(answer.exact_km)
    world = answer.world
    if world is None or not (world.dropped or world.readings or answer.readings):
        return
    choices = world.dropped, world.versions, (*world.own_readings, *answer.readings)
    if answer.possible:
        print_line("This holds if the reports are true in this world:")
        print_wrapped(format_world(*choices), indent="  ")
    else:
        print_wrapped(format_nearest_world(*choices))
