"""Commands about what is certain: worlds, bounds, could, conflicts, zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from routesim import certain, evidence
from routesim.cli import printing
from routesim.cli.options import (
    AnyRoute,
    AsJson,
    AsOf,
    Drop,
    Every,
    JourneyName,
    NetworkFolder,
    RouteName,
    WorldNumber,
    check_as_of,
    open_journey,
    read_speed,
    split_pair,
)
from routesim.cli.output import WEIGHING, print_json, show_progress
from routesim.errors import ArgumentError, Fault

if TYPE_CHECKING:
    from collections.abc import Sequence


def list_worlds(
    journey: JourneyName,
    route: RouteName = None,
    as_of: AsOf = None,
    drop: Drop = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the ways in which the reports can be reconciled."""
    check_as_of(as_of)
    opened = open_journey(journey, network)
    with show_progress(WEIGHING):
        found = certain.worlds(opened, as_of=as_of, drop=drop or (), route=route)
    if as_json:
        print_json(found.to_dict())
    else:
        printing.print_worlds(found, route=route)


def show_bounds(
    journey: JourneyName,
    world: WorldNumber = None,
    route: RouteName = None,
    as_of: AsOf = None,
    drop: Drop = None,
    every: Every = False,
    stretches: Annotated[
        bool, typer.Option("--stretches", help="Print times and speeds by stretch, too.")
    ] = False,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Tell the earliest and latest times that the reports allow."""
    check_as_of(as_of)
    opened = open_journey(journey, network)
    with show_progress(WEIGHING):
        bounds = certain.bounds(opened, world=world, as_of=as_of, drop=drop or (), route=route)
    if as_json:
        print_json(bounds.to_dict())
    else:
        printing.print_bounds(bounds, every=every, stretches=stretches)


def ask_could(
    journey: JourneyName,
    at: Annotated[
        list[str] | None,
        typer.Option("--at", metavar="PLACE=TIME", help="There at TIME, or in T1/T2."),
    ] = None,
    depart: Annotated[
        list[str] | None,
        typer.Option("--depart", metavar="PLACE=TIME", help="Leaving it then."),
    ] = None,
    arrive: Annotated[
        list[str] | None,
        typer.Option("--arrive", metavar="PLACE=TIME", help="Reaching it then."),
    ] = None,
    stand: Annotated[
        list[str] | None,
        typer.Option("--stand", metavar="PLACE=DUR", help="Standing so long: Khasan=1h."),
    ] = None,
    speed: Annotated[
        str | None,
        typer.Option("--speed", metavar="[LOW:]HIGH", help="Never faster than HIGH km/h."),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option("--given", metavar="ID", help="Hear only this report; repeat it."),
    ] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Hear no report at all.")] = False,
    route: RouteName = None,
    as_of: AsOf = None,
    drop: Drop = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Ask whether the train could have been at places at times."""
    check_as_of(as_of)
    if alone and given:
        raise ArgumentError([Fault("--alone", "excludes --given", "give one of them")])
    cap = None if speed is None else read_speed(speed)
    times = {
        option: _read_times(pairs, option)
        for option, pairs in (("--at", at), ("--depart", depart), ("--arrive", arrive))
    }
    durations = _split_pairs(stand, "--stand", "--stand Khasan=1h")
    if not (durations or any(times.values())):
        raise ArgumentError(
            [Fault("--at", "nothing is asked", "give --at, --depart, --arrive or --stand")]
        )
    opened = open_journey(journey, network)
    with show_progress(WEIGHING):
        answer = certain.could(
            opened,
            at=times["--at"],
            depart=times["--depart"],
            arrive=times["--arrive"],
            stand=durations,
            given=() if alone else given,
            speed_kmh=cap,
            as_of=as_of,
            drop=drop or (),
            route=route,
        )
    if as_json:
        print_json(answer.to_dict())
    else:
        printing.print_possibility(opened, answer)


def show_conflicts(
    journey: JourneyName,
    route: AnyRoute = None,
    as_of: AsOf = None,
    drop: Drop = None,
    max_size: Annotated[
        int | None, typer.Option("--max-size", min=1, help="Only sets of up to N clauses.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="How many to print; --json has all.")
    ] = 10,
    brief: Annotated[bool, typer.Option("--brief", help="One line a conflict.")] = False,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Tell which reports cannot all be true, by how much, and what would mend it."""
    check_as_of(as_of)
    opened = open_journey(journey, network)
    with show_progress(WEIGHING):
        found = certain.conflicts(
            opened, as_of=as_of, drop=drop or (), route=route, max_size=max_size
        )
    if as_json:
        print_json(found.to_dict())
    else:
        printing.print_conflicts(found, limit=limit, brief=brief)


def show_zones(
    journey: JourneyName,
    route: AnyRoute = None,
    as_of: AsOf = None,
    drop: Drop = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Read each reported clock in each time zone that is plausible."""
    check_as_of(as_of)
    opened = open_journey(journey, network)
    with show_progress(WEIGHING):
        found = certain.compare_zones(opened, as_of=as_of, drop=drop or (), route=route)
    if as_json:
        print_json(found.to_dict())
    else:
        printing.print_zones(found)


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
        place, value = split_pair(text, option=option, example=example)
        if place in split:
            raise ArgumentError([Fault(option, f"{place} is given twice", "give it once")])
        split[place] = value
    return split
