"""Commands about what is certain: worlds, bounds, could, conflicts, zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from routesim.cli.documents.certain import (
    make_bounds_document,
    make_conflict_document,
    make_could_document,
    make_worlds_document,
    make_zones_document,
)
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
from routesim.cli.output import print_json, show_progress
from routesim.cli.printing.certain import (
    print_bounds,
    print_conflicts,
    print_possibility,
    print_worlds,
    print_zones,
)
from routesim.errors import ArgumentError, Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ask_could", "list_worlds", "show_bounds", "show_conflicts", "show_zones"]

THINKING = "weighing the reports"


def list_worlds(
    journey: JourneyName,
    route: RouteName = None,
    as_of: AsOf = None,
    drop: Drop = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """List the ways in which the reports can be reconciled."""
    from routesim.certain import worlds  # noqa: PLC0415 (heavy: not for --help)

    check_as_of(as_of)
    opened = open_journey(journey, network)
    with show_progress(THINKING):
        found = worlds(opened, as_of=as_of, drop=drop or (), route=route)
    if as_json:
        print_json(
            make_worlds_document(
                opened, found, route=opened.get_hypothesis(route).id, as_of=as_of
            )
        )
    else:
        print_worlds(opened, found, route=route, as_of=as_of)


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
    from routesim.certain import bounds  # noqa: PLC0415 (heavy: not for --help)

    check_as_of(as_of)
    opened = open_journey(journey, network)
    with show_progress(THINKING):
        held = bounds(opened, world=world, as_of=as_of, drop=drop or (), route=route)
    if as_json:
        print_json(make_bounds_document(held))
    else:
        print_bounds(opened, held, every=every, stretches=stretches)


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
    from routesim.certain import could  # noqa: PLC0415 (heavy: not for --help)

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
    with show_progress(THINKING):
        answer = could(
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
        print_json(make_could_document(opened, answer))
    else:
        print_possibility(opened, answer)


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
    from routesim.certain import list_conflicts, take_testimony  # noqa: PLC0415 (heavy)

    check_as_of(as_of)
    opened = open_journey(journey, network)
    with show_progress(THINKING):
        testimony = take_testimony(
            opened, as_of=as_of, drop=drop or (), route=route, max_size=max_size
        )
        found = list_conflicts(testimony)
    if as_json:
        print_json(make_conflict_document(testimony, found))
    else:
        print_conflicts(testimony, found, limit=limit, brief=brief)


def show_zones(
    journey: JourneyName,
    route: AnyRoute = None,
    as_of: AsOf = None,
    drop: Drop = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Read each reported clock in each time zone that is plausible."""
    from routesim.certain import compare_zones  # noqa: PLC0415 (heavy: not for --help)

    check_as_of(as_of)
    opened = open_journey(journey, network)
    with show_progress(THINKING):
        table = compare_zones(opened, as_of=as_of, drop=drop or (), route=route)
    if as_json:
        print_json(make_zones_document(opened, table, as_of=as_of))
    else:
        print_zones(opened, table)


def _read_times(pairs: Sequence[str] | None, option: str) -> dict[str, str | tuple[str, str]]:
    """Read ``PLACE=TIME`` or ``PLACE=T1/T2``; a time at fault is told under its option."""
    from routesim.evidence import parse_time  # noqa: PLC0415 (kept beside its use)

    example = f"{option} Khasan=2023-09-12T06:00+10:00"
    read: dict[str, str | tuple[str, str]] = {}
    for place, text in _split_pairs(pairs, option, example).items():
        first, sign, last = text.partition("/")
        for end in (first, last) if sign else (first,):
            parse_time(end, where=f"{option} {place}")
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
