"""Command for trains: train."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routesim import evidence, kinematics, view
from routesim import network as networks
from routesim.cli import options
from routesim.cli.output import print_line, print_table, show
from routesim.errors import ArgumentError, Fault
from routesim.files.write import make_suffix_fault
from routesim.text import terminal as words
from routesim.text.durations import format_hms
from routesim.units import km_to_metres, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


SUFFIXES = (".svg", ".png")
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


def show_train(
    train: Annotated[
        str | None,
        typer.Argument(
            metavar="TRAIN",
            help="Id of a bundled train (such as special), or path of a .toml file.",
        ),
    ] = None,
    list_all: Annotated[bool, options.make_flag("--list", "List the bundled trains.")] = False,
    route: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help="Also show the running time from A to B."),
    ] = None,
    via: options.Via = None,
    stop: Annotated[
        list[str] | None,
        typer.Option(
            metavar="STATION=DUR", help="Stop at STATION (Khasan=1h); may be repeated."
        ),
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(metavar="KMH", help="Speed limit; by default the cap of each line."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Also draw a chart to this .svg or .png file.",
        ),
    ] = None,
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Show a train's figures, its acceleration and its braking.

    With --route, also show its running time on a route, without a timetable.
    """
    if train is None or list_all:
        if any((route, via, stop, speed, output)):
            remedy = "name one; routesim train --list shows them"
            raise ArgumentError(Fault("TRAIN", "is not given", remedy))
        show(as_json, kinematics.list_trains(), _print_trains)
        return
    _check_options(route, via, stop, speed, output)
    row = kinematics.load_train_row(train)
    route_run = None
    if route is not None:
        path = networks.load_network(network).route(*route, via=via or [])
        route_run = _run(row, path, stop or [], speed)
    if output is not None:
        view.save_diagram(view.draw_train(row.name, row.make_train(), route_run), output)
    show(as_json, kinematics.TrainSummary(row, route_run), _print_train)
    if output is not None and not as_json:
        print_line(str(output))


def _check_options(
    route: tuple[str, str] | None,
    via: list[str] | None,
    stop: list[str] | None,
    speed: float | None,
    output: Path | None,
) -> None:
    faults = []
    needs_route = {"--via": via, "--stop": stop, "--speed": speed is not None}
    if route is None:
        faults += [
            Fault(name, "needs a route", "add --route A B")
            for name, given in needs_route.items()
            if given
        ]
    if speed is not None and not speed > 0:
        faults.append(Fault("--speed", f"cannot be {speed:g}", "give more than 0 km/h"))
    if output is not None and output.suffix.lower() not in SUFFIXES:
        faults.append(make_suffix_fault(output, SUFFIXES))
    if faults:
        raise ArgumentError(faults)


def _run(
    row: kinematics.TrainRow, route: networks.Route, stops: list[str], speed_kmh: float | None
) -> kinematics.RouteRun:
    pairs = [options.split_pair(text, option="--stop", example="Khasan=1h") for text in stops]
    dwells = [
        (station, evidence.parse_duration(text, where="--stop")) for station, text in pairs
    ]
    return kinematics.run_route(row.make_train(), route, speed_kmh=speed_kmh, stops=dwells)


def _print_trains(rows: Iterable[kinematics.TrainRow]) -> None:
    print_table(
        ["id", "name", ">length m", ">mass t", ">max km/h", "forces"],
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
    )


def _print_train(summary: kinematics.TrainSummary) -> None:
    row = summary.row
    print_line(f"{row.name} ({row.id})")
    figures = ((name, getattr(row, name)) for name in (*FIGURES, *TABLES))
    print_table(
        ["figure", ">value", "range", "unit", "basis", "why"],
        [_make_row(name, figure) for name, figure in figures if figure is not None],
    )
    up, down = summary.curves["accelerate"], summary.curves["brake"]
    columns = (up.time_s, up.distance_m, down.time_s, down.distance_m)
    print_line("\nOn straight and level track, without the startup delay:")
    print_table(
        [">km/h", ">reached in s", ">in m", ">stopped from in s", ">in m"],
        [
            [f"{speed_kmh:g}", *map(words.format_reached, row, (1, 0, 1, 0))]
            for speed_kmh, *row in zip(summary.speeds_kmh, *columns, strict=True)
        ],
    )
    if summary.route_run is not None:
        _print_route_run(summary.route_run)


def _make_row(name: str, figure: Any) -> list[str]:
    """Return the cells of a figure or of a force curve."""
    basis = [figure.basis, words.format_basis(figure.source, figure.reports, figure.reason)]
    if name in FIGURES:
        value, span = words.format_figure(figure.value, figure.low, figure.high)
        return [words.format_quantity(name), value, span, FIGURES[name], *basis]
    points = getattr(figure, "speed_kmh_force_kn", None)
    if points is not None:
        force = words.format_points(len(points), points[-1][0])
    else:
        force = words.format_resistance(figure.a_n, figure.b_n_s_per_m, figure.c_n_s2_per_m2)
    return [name, "", words.format_factors(figure.low_share, figure.high_share), force, *basis]


def _print_route_run(route_run: kinematics.RouteRun) -> None:
    route = route_run.route
    ends = route.origin, route.destination
    print_line(f"\n{words.format_run_setting(ends, route.length_km, route_run.speed_kmh)}:")
    heads = [">km", "station", ">arrive", ">depart", ">top km/h", ""]
    print_table(heads, _list_points(route_run))
    lapses_s = route_run.running_s, route_run.standing_s, route_run.run.duration_s
    speeds_kmh = route_run.running_speed_kmh, route_run.overall_speed_kmh
    print_line(words.format_run(lapses_s, speeds_kmh))


def _list_points(route_run: kinematics.RouteRun) -> Iterator[list[str]]:
    """List a row for each end and stop, with the highest speed since the previous one."""
    phases = route_run.run.phases
    starts_m, ends_m, speeds_mps = (
        phases[column].to_numpy() for column in ("start_m", "end_m", "end_mps")
    )
    halts = {halt.index: halt for halt in route_run.halts}
    last = len(route_run.route.passages) - 1
    since_m = 0.0
    for index in sorted({0, last, *halts}):
        passage, halt = route_run.route.passages[index], halts.get(index)
        arrive_s = float(route_run.arrive_s[index])
        within = (ends_m > since_m) & (starts_m < km_to_metres(passage.km))
        top = f"{mps_to_kmh(float(speeds_mps[within].max())):.1f}" if within.any() else ""
        yield [
            f"{passage.km:.1f}",
            passage.station.name,
            format_hms(arrive_s) if index else "",
            format_hms(halt.depart_s if halt else 0.0) if halt or not index else "",
            top if index else "",
            "reverses" if halt and halt.reverses else "",
        ]
        since_m = km_to_metres(passage.km)
