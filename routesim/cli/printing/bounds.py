"""Bounds: what is certain of a journey."""

from __future__ import annotations

from math import isfinite, isnan
from typing import TYPE_CHECKING, Any

from routesim.certain.wording import format_assumption
from routesim.cli.documents.records import iterate_rows
from routesim.cli.output import print_line, print_table, print_wrapped
from routesim.cli.printing.worlds import format_known, format_options, print_numbered
from routesim.text.durations import MINUTE_S, format_least_lapse, format_most_lapse
from routesim.text.names import format_city, format_visit
from routesim.text.times import (
    format_earliest,
    format_latest,
    format_local,
    format_offset,
    is_missing,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from routesim.certain import Bounds
    from routesim.journey import Journey

__all__ = ["format_empty", "print_bounds"]

IDLE_S = 600
"""What a stretch takes beyond running at the cap is printed from this on."""
MOST_SPEEDS = 5
VERBS = {"arrive": "reach", "depart": "leave"}


def print_bounds(journey: Journey, bounds: Bounds, *, every: bool, stretches: bool) -> None:
    """Print the bounds of passages, the standing and the speeds that they force."""
    known = format_known(bounds.problem.as_of_s)
    print_line(f"{journey.title} - route {bounds.route_id}{known}: what is certain of it.")
    if not bounds.worlds:
        print_wrapped(format_empty(bounds))
        return
    _print_worlds(journey, bounds)
    _print_points(bounds, every=every)
    _print_assumptions(bounds)
    _print_origins(bounds)
    if stretches:
        _print_stretches(bounds)
    else:
        _print_standing(bounds)
    _print_speeds(bounds, MOST_SPEEDS if stretches else 1)


def format_empty(bounds: Bounds) -> str:
    """Write why no world is left that could bound anything."""
    if not bounds.conflict:
        return f"No way of reconciling the reports leads over route {bounds.route_id}."
    return f"No way of reconciling the reports is left: {', '.join(bounds.conflict)} clash."


def _print_worlds(journey: Journey, bounds: Bounds) -> None:
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
    rows = [
        row
        for index, point in enumerate(iterate_rows(bounds.points))
        if every or index in bounds.key_passages
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
    """Return a row for each bounded event; one for both where their bounds are the same."""
    ends = {event: _list_ends(point, event) for event in VERBS}
    name = format_visit(point["station"], point["visit"])
    verbs = {"arrive": "pass"} if ends["arrive"] == ends["depart"] else VERBS
    for event, verb in verbs.items():
        if any(cell != "-" for cell in ends[event][::2]):
            offset = _format_offset(point, event)
            yield [f"{point['km']:.0f}", name, verb, *ends[event], offset]


def _list_ends(point: Any, event: str) -> list[str]:
    cells = []
    for end, write in (("earliest", format_earliest), ("latest", format_latest)):
        time = point[f"{event}_{end}"]
        by = "" if is_missing(time) else ", ".join(point[f"{event}_{end}_by"])
        cells += [write(time, point["tz"]), by]
    return cells


def _format_offset(point: Any, event: str) -> str:
    times = [point[f"{event}_{end}"] for end in ("earliest", "latest")]
    known = next(time for time in times if not is_missing(time))
    return format_offset(known.timestamp(), [point["tz"]])


def _print_assumptions(bounds: Bounds) -> None:
    points = bounds.points
    columns = [column for column in points.columns if column.endswith("_by")]
    named = {name for column in columns for names in points[column] for name in names}
    case = bounds.solved[0].case
    lines = dict.fromkeys(passage.line for passage in case.line.route.passages)
    for name in bounds.problem.register.assumption_bits:
        if name in named:
            text = format_assumption(bounds.problem, case, name, lines=lines)
            print_wrapped(f"assumed: {text}")


def _print_origins(bounds: Bounds) -> None:
    origins = bounds.origins
    if len(origins) <= 1:
        return
    print_line(
        f"It may have set out from any of {len(origins)} stations, {origins[0]} to "
        f"{origins[-1]}."
    )
    early, late = bounds.departure_s
    zone = bounds.route.passages[0].station.tz
    if isfinite(early) and isfinite(late):
        print_line(
            f"Wherever from, it set out from {format_local(early, zone)} to "
            f"{format_local(late, zone)}, {format_city(zone)} time."
        )


def _print_standing(bounds: Bounds) -> None:
    for row in iterate_rows(bounds.stretches):
        idle_s = row["least_s"] - row["least_running_s"]
        if not idle_s >= (IDLE_S if row["km"] else MINUTE_S):
            continue
        least, by = format_least_lapse(row["least_s"]), ", ".join(row["least_by"])
        most_s = row["most_s"]
        most = (
            ""
            if isnan(most_s)
            else f" and at most {format_most_lapse(most_s)} ({', '.join(row['most_by'])})"
        )
        if not row["km"]:
            print_wrapped(
                f"It stood at {row['from_station']} for at least {least} ({by}){most}."
            )
            continue
        standing, standing_s = "", row["least_standing_s"]
        if standing_s >= MINUTE_S:
            standing = (
                f"; of that it stood for at least {format_least_lapse(standing_s)}, at the "
                f"slowest running speed reported ({', '.join(row['standing_by'])})"
            )
        print_wrapped(
            f"It spent at least {least} ({by}){most} between {row['from_station']} and "
            f"{row['to_station']}, {row['km']:.0f} km{standing}."
        )


def _print_stretches(bounds: Bounds) -> None:
    rows = []
    for row in iterate_rows(bounds.stretches):
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
    speeds = bounds.speeds
    if speeds.empty:
        return
    forced = speeds.dropna(subset=["least_overall_kmh"])
    forced = forced.sort_values("least_overall_kmh", ascending=False, kind="stable")
    last_km = bounds.route.km_of(bounds.origins[-1])
    for row in iterate_rows(forced.head(most)):
        start_km = bounds.route.km_of(row["from_station"])
        came = " if it came from there" if start_km < last_km else ""
        print_wrapped(
            f"From {row['from_station']} to {row['to_station']} ({row['km']:.0f} km) it made "
            f"at least {row['least_overall_kmh']:.0f} km/h, stops included{came} "
            f"({', '.join(row['by'])})."
        )


def _format_least(seconds: float) -> str:
    return "-" if isnan(seconds) or not seconds else format_least_lapse(seconds)


def _format_most(seconds: float) -> str:
    return "-" if isnan(seconds) else format_most_lapse(seconds)
