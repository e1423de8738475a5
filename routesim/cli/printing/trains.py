"""Trains: figures, curves, and a run over a route."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from routesim.cli.output import print_line, print_table
from routesim.text.durations import format_hms
from routesim.units import km_to_metres, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.kinematics import RouteRun, TrainRow, TrainSummary


FIGURES = {
    "length_m": "m",
    "mass_kg": "kg",
    "max_speed_kmh": "km/h",
    "acceleration_mps2": "m/s2",
    "braking_mps2": "m/s2",
    "startup_delay_s": "s",
    "rotating_mass_factor": "",
}
TABLES = ("traction", "resistance")


def print_trains(rows: Iterable[TrainRow]) -> None:
    """Print a table of trains."""
    print_table(
        ["id", "name", "length m", "mass t", "max km/h", "forces"],
        [
            [
                row.id,
                row.name,
                f"{row.length_m.value:g}",
                f"{row.mass_kg.value / 1000:,.0f}",
                f"{row.max_speed_kmh.value:g}",
                "constant rates" if row.traction is None else "traction and resistance",
            ]
            for row in rows
        ],
        right=[2, 3, 4],
    )


def print_train(summary: TrainSummary) -> None:
    """Print the figures and curves of a train, and its run over a route if there is one."""
    _print_figures(summary.row)
    _print_curves(summary)
    if summary.route_run is not None:
        _print_route_run(summary.route_run)


def _print_figures(row: TrainRow) -> None:
    print_line(f"{row.name} ({row.id})")
    rows = []
    for name, unit in FIGURES.items():
        figure = getattr(row, name)
        if figure is None:
            continue
        span = "" if figure.low is None else f"{figure.low:,.10g} to {figure.high:,.10g}"
        rows.append(
            [_format_name(name), f"{figure.value:,.10g}", span, unit, *_list_basis(figure)]
        )
    for name in TABLES:
        table = getattr(row, name)
        if table is not None:
            rows.append([name, "", *_list_forces(table), *_list_basis(table)])
    print_table(["figure", "value", "range", "unit", "basis", "why"], rows, right=[1])


def _format_name(name: str) -> str:
    return (
        name.rpartition("_")[0].replace("_", " ") if FIGURES[name] else name.replace("_", " ")
    )


def _list_forces(table: Any) -> list[str]:
    share = "" if table.low_share is None else f"x {table.low_share:g} to {table.high_share:g}"
    points = getattr(table, "speed_kmh_force_kn", None)
    if points is not None:
        return [share, f"kN, {len(points)} points to {points[-1][0]:g} km/h"]
    return [
        share,
        f"N: {table.a_n:,g} + {table.b_n_s_per_m:g} v + {table.c_n_s2_per_m2:g} v2, v in m/s",
    ]


def _list_basis(row: Any) -> list[str]:
    sources = "; ".join(filter(None, [row.source, ", ".join(row.reports)]))
    return [row.basis, f"{sources}: {row.reason}" if sources else row.reason]


def _print_curves(summary: TrainSummary) -> None:
    up, down = summary.curves["accelerate"], summary.curves["brake"]
    columns = (up.time_s, up.distance_m, down.time_s, down.distance_m)
    print_line("\nOn straight and level track, without the startup delay:")
    print_table(
        ["km/h", "reached in s", "in m", "braked from in s", "in m"],
        [
            [f"{speed_kmh:g}", *map(_format_number, row, (1, 0, 1, 0))]
            for speed_kmh, *row in zip(summary.speeds_kmh, *columns, strict=True)
        ],
        right=[0, 1, 2, 3, 4],
    )


def _format_number(value: float, digits: int) -> str:
    return "not reached" if isnan(value) else f"{value:,.{digits}f}"


def _print_route_run(route_run: RouteRun) -> None:
    route, speed_kmh = route_run.route, route_run.speed_kmh
    limit = "the cap of each line" if speed_kmh is None else f"{speed_kmh:g} km/h"
    print_line(
        f"\n{route.origin} - {route.destination}, {route.length_km:.1f} km, as fast as the "
        f"train and {limit} allow, on level track; no timetable:"
    )
    print_table(
        ["km", "station", "arrive", "depart", "km/h at most", ""],
        _list_points(route_run),
        right=[0, 2, 3, 4],
    )
    print_line(
        f"running {format_hms(route_run.running_s)}, standing "
        f"{format_hms(route_run.standing_s)} (startup delays with it), in all "
        f"{format_hms(route_run.run.duration_s)}: {route_run.running_speed_kmh:.1f} "
        f"km/h running, {route_run.overall_speed_kmh:.1f} overall"
    )


def _list_points(route_run: RouteRun) -> list[list[str]]:
    """Return a row for each end and stop, with the highest speed since the one before."""
    phases = route_run.run.phases
    starts_m, ends_m, speeds_mps = (
        phases[column].to_numpy() for column in ("start_m", "end_m", "end_mps")
    )
    halts = {halt.index: halt for halt in route_run.halts}
    last = len(route_run.route.passages) - 1
    rows, since_m = [], 0.0
    for index in sorted({0, last, *halts}):
        passage, halt = route_run.route.passages[index], halts.get(index)
        arrive_s = float(route_run.arrive_s[index])
        within = (ends_m > since_m) & (starts_m < km_to_metres(passage.km))
        top = f"{mps_to_kmh(float(speeds_mps[within].max())):.1f}" if within.any() else ""
        rows.append(
            [
                f"{passage.km:.1f}",
                passage.station.name,
                format_hms(arrive_s) if index else "",
                format_hms(halt.depart_s if halt else 0.0) if halt or not index else "",
                top if index else "",
                "reverses" if halt and halt.reverses else "",
            ]
        )
        since_m = km_to_metres(passage.km)
    return rows
