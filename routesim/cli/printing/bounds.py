"""Bounds: what is certain of a journey."""

from __future__ import annotations

from math import isfinite, isnan
from typing import TYPE_CHECKING

from routesim.cli.output import print_line, print_table, print_wrapped
from routesim.cli.printing.worlds import format_known, format_options, print_numbered
from routesim.text.bounds import (
    format_departure,
    format_forced_speed,
    format_no_world,
    format_origins,
    format_stay,
    format_stretch,
)
from routesim.text.durations import MINUTE_S, format_least_lapse, format_most_lapse
from routesim.text.names import format_visit
from routesim.text.times import format_earliest, format_latest, format_offset, to_datetime

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from routesim.certain import Bounds
    from routesim.certain.bounds import BoundEnd


IDLE_S = 600
"""What a stretch takes beyond running at the cap is printed from this on."""
MOST_SPEEDS = 5
VERBS = {"arrive": "reach", "depart": "leave"}


def print_bounds(bounds: Bounds, *, every: bool, stretches: bool) -> None:
    """Print the bounds of passages, the standing and the speeds that they force."""
    journey = bounds.problem.journey
    known = format_known(bounds.problem.as_of_s)
    print_line(f"{journey.title} - route {bounds.route_id}{known}: what is certain of it.")
    if not bounds.worlds:
        print_wrapped(format_no_world(bounds.route_id, bounds.conflict))
        return
    _print_worlds(bounds)
    _print_points(bounds, every=every)
    for text in bounds.assumptions:
        print_wrapped(f"assumed: {text}")
    _print_origins(bounds)
    if stretches:
        _print_stretches(bounds, every=every)
    else:
        _print_standing(bounds)
    _print_speeds(bounds, MOST_SPEEDS if stretches else 1)


def _print_worlds(bounds: Bounds) -> None:
    journey = bounds.problem.journey
    if not bounds.problem.distinct_reports:
        print_line("No report is heard that tells of it: nothing bounds its times.")
        return
    ways = "this way" if len(bounds.worlds) == 1 else "one of these ways"
    print_line(f"It holds if the reports are true in {ways}:")
    print_numbered(bounds.worlds, indent="  ")
    if len(bounds.worlds) > 1:
        print_line(
            f"One of them alone: routesim bounds {journey.reference} "
            f"--route {bounds.route_id}{format_options(bounds.problem, journey)} "
            "--world NUMBER"
        )


def _print_points(bounds: Bounds, *, every: bool) -> None:
    indices = range(len(bounds.route.passages)) if every else bounds.key_passages
    rows = [row for index in indices for row in _list_point_rows(bounds, index)]
    if not rows:
        return
    print_line("Times by the clock of the place, rounded outwards to the minute.")
    print_table(
        ["km", "station", "", "earliest", "because of", "latest", "because of", "clock"],
        rows,
        right=[0],
        whole=[0, 2, 3, 5, 7],
    )


def _list_point_rows(bounds: Bounds, index: int) -> Iterator[list[str]]:
    """Return a row for each bounded event; one for both where their bounds are the same."""
    passage = bounds.route.passages[index]
    name, zone = format_visit(passage.station.name, passage.visit), passage.station.tz
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


def _print_origins(bounds: Bounds) -> None:
    if len(bounds.origins) <= 1:
        return
    print_line(format_origins(bounds.origins))
    early, late = bounds.departure_s
    if isfinite(early) and isfinite(late):
        print_line(format_departure(early, late, bounds.route.passages[0].station.tz))


def _print_standing(bounds: Bounds) -> None:
    for row in bounds.stretches().to_dict("records"):
        idle_s = row["least_s"] - row["least_running_s"]
        if not idle_s >= (IDLE_S if row["km"] else MINUTE_S):
            continue
        least, most = (row["least_s"], row["least_by"]), (row["most_s"], row["most_by"])
        if not row["km"]:
            print_wrapped(format_stay(row["from_station"], least, most))
            continue
        ends = row["from_station"], row["to_station"]
        standing = row["least_standing_s"], row["standing_by"]
        text = format_stretch(ends, row["km"], least=least, most=most, standing=standing)
        print_wrapped(text)


def _print_stretches(bounds: Bounds, *, every: bool) -> None:
    rows = []
    for row in bounds.stretches(every=every).to_dict("records"):
        stay = not row["km"]
        rows.append(
            [
                f"at {row['from_station']}"
                if stay
                else f"{row['from_station']} - {row['to_station']}",
                "" if stay else f"{row['km']:.0f}",
                _format_least(row["least_s"]),
                ", ".join(row["least_by"]),
                _format_most(row["most_s"]),
                ", ".join(row["most_by"]),
                _format_least(row["least_standing_s"]),
                _format_most(row["most_standing_s"]),
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


def _print_speeds(bounds: Bounds, most: int) -> None:
    forced = bounds.speeds().dropna(subset=["least_overall_kmh"])
    forced = forced.sort_values("least_overall_kmh", ascending=False, kind="stable")
    for row in forced.head(most).to_dict("records"):
        print_wrapped(
            format_forced_speed(
                (row["from_station"], row["to_station"]),
                row["km"],
                row["least_overall_kmh"],
                by=row["by"],
                is_passed=row["is_passed"],
            )
        )


def _format_least(seconds: float) -> str:
    return "-" if isnan(seconds) or not seconds else format_least_lapse(seconds)


def _format_most(seconds: float) -> str:
    return "-" if isnan(seconds) else format_most_lapse(seconds)
