"""The command about trains: figures, curves, and running time on a route."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routesim.cli.options import AsJson, NetworkFolder, open_network, split_pair
from routesim.cli.output import print_json, print_line, print_table
from routesim.errors import ArgumentError, Fault
from routesim.text.durations import format_hms
from routesim.units import (
    km_to_metres,
    kmh_to_mps,
    mps_to_kmh,
    seconds_to_hours,
)

if TYPE_CHECKING:
    from routesim.kinematics import TrainRow
    from routesim.kinematics.curves import SpeedCurve
    from routesim.kinematics.route_run import RouteRun
    from routesim.network import Route

__all__ = ["show_train"]

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
CURVE_STEP_KMH = 10.0
SUFFIXES = (".svg", ".png")


def show_train(
    train: Annotated[
        str | None,
        typer.Argument(metavar="TRAIN", help="A bundled id (special) or a .toml file."),
    ] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the bundled trains.")] = False,
    route: Annotated[
        tuple[str, str] | None,
        typer.Option(metavar="A B", help="Also run the train from A to B."),
    ] = None,
    via: Annotated[
        list[str] | None, typer.Option(help="A place on the way; repeat it.")
    ] = None,
    stop: Annotated[
        list[str] | None,
        typer.Option(metavar="STATION=DUR", help="A stop on the way; repeat it."),
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(metavar="KMH", help="The limit; the cap of each line if left out."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Also draw it: .svg, .png.")
    ] = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Show a train's figures and curves, and its running time on a route."""
    if train is None or list_all:
        _refuse_without_train(route, via, stop, speed, output)
        _list_trains(as_json=as_json)
        return
    _check_options(route, via, stop, speed, output)
    row = _open_train(train)
    passage = None
    if route is not None:
        way = open_network(network).route(*route, via=via or [])
        passage = _run(row, way, stop or [], speed)
    if output is not None:
        _draw(row, passage, output)
    document = _make_document(row, passage, speed)
    if as_json:
        print_json(document)
        return
    _print_figures(row)
    _print_curves(document["curves"])
    if passage is not None:
        _print_passage(passage, speed)
    if output is not None:
        print_line(str(output))


def _refuse_without_train(*options: object) -> None:
    if any(option for option in options):
        raise ArgumentError(
            [Fault("TRAIN", "is not given", "name one; routesim train --list shows them")]
        )


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
            Fault(name, "means nothing without a route", "add --route A B")
            for name, given in needs_route.items()
            if given
        ]
    if speed is not None and not speed > 0:
        faults.append(Fault("--speed", f"is {speed:g}", "give more than 0 km/h"))
    if output is not None and output.suffix.lower() not in SUFFIXES:
        faults.append(
            Fault("--output", f"{output.name!r}", f"end it in {' or '.join(SUFFIXES)}")
        )
    if faults:
        raise ArgumentError(faults)


def _open_train(name: str) -> TrainRow:
    from routesim.kinematics.catalogue import (  # noqa: PLC0415 (heavy: not for --help)
        load_train_row,
        read_train_row,
    )

    return read_train_row(Path(name)) if name.endswith(".toml") else load_train_row(name)


def _list_trains(*, as_json: bool) -> None:
    from routesim.kinematics.catalogue import (  # noqa: PLC0415 (heavy: not for --help)
        list_trains,
        load_train_row,
    )

    rows = [load_train_row(name) for name in list_trains()]
    if as_json:
        print_json({"trains": [{"id": row.id, **_make_figures(row)} for row in rows]})
        return
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


def _run(row: TrainRow, route: Route, stops: list[str], speed_kmh: float | None) -> RouteRun:
    from routesim.evidence import parse_duration  # noqa: PLC0415 (kept beside its use)
    from routesim.kinematics.route_run import run_route  # noqa: PLC0415 (heavy)

    pairs = [split_pair(text, option="--stop", example="Khasan=1h") for text in stops]
    dwells = [(station, parse_duration(text, where="--stop")) for station, text in pairs]
    return run_route(row.make_train(), route, speed_kmh=speed_kmh, stops=dwells)


def _draw(row: TrainRow, passage: RouteRun | None, output: Path) -> None:
    from routesim.view import save_diagram  # noqa: PLC0415 (heavy: not for --help)
    from routesim.view.diagram.train_chart import draw_train  # noqa: PLC0415

    save_diagram(draw_train(row.name, row.make_train(), passage), output)


def _make_document(
    row: TrainRow, passage: RouteRun | None, speed_kmh: float | None
) -> dict[str, Any]:
    from routesim.kinematics.curves import (  # noqa: PLC0415 (heavy: not for --help)
        trace_acceleration,
        trace_braking,
    )

    train = row.make_train()
    top_kmh = row.max_speed_kmh.value
    speeds_kmh = [
        step * CURVE_STEP_KMH
        for step in range(1, int(top_kmh // CURVE_STEP_KMH) + 1)
        if step * CURVE_STEP_KMH < top_kmh
    ]
    speeds_mps = [kmh_to_mps(speed) for speed in speeds_kmh] + [train.max_speed_mps]
    return {
        "train": row.id,
        "figures": _make_figures(row),
        "curves": {
            "accelerate": _make_curve(trace_acceleration(train, speeds_mps)),
            "brake": _make_curve(trace_braking(train, speeds_mps)),
        },
        "route": _make_passage(passage, speed_kmh) if passage is not None else None,
    }


def _make_figures(row: TrainRow) -> dict[str, Any]:
    return row.model_dump(mode="json", exclude={"format", "id"}, exclude_none=True)


def _make_curve(curve: SpeedCurve) -> list[dict[str, float]]:
    return [
        {
            "speed_kmh": round(mps_to_kmh(float(speed_mps)), 6),
            "time_s": float(time_s),
            "distance_m": float(distance_m),
        }
        for speed_mps, time_s, distance_m in zip(
            curve.speed_mps, curve.time_s, curve.distance_m, strict=True
        )
    ]


def _make_passage(passage: RouteRun, speed_kmh: float | None) -> dict[str, Any]:
    route = passage.route
    halts = {halt.index: halt for halt in passage.halts}
    points = []
    for index, (point, arrive_s) in enumerate(
        zip(route.passages, passage.arrive_s, strict=True)
    ):
        halt = halts.get(index)
        points.append(
            {
                "station": point.station.name,
                "visit": point.visit,
                "km": round(point.km, 3),
                "arrive_s": float(arrive_s),
                "depart_s": halt.depart_s if halt else float(arrive_s),
                "stops": halt is not None,
                "reverses": halt.reverses if halt else False,
            }
        )
    return {
        "origin": route.origin,
        "destination": route.destination,
        "length_km": round(route.length_km, 3),
        "limit": "line caps" if speed_kmh is None else "one speed",
        "limit_kmh": speed_kmh,
        "duration_s": passage.run.duration_s,
        "running_s": passage.running_s,
        "standing_s": passage.standing_s,
        "running_speed_kmh": route.length_km / seconds_to_hours(passage.running_s),
        "overall_speed_kmh": route.length_km / seconds_to_hours(passage.run.duration_s),
        "points": points,
    }


def _print_figures(row: TrainRow) -> None:
    print_line(f"{row.name} ({row.id})")
    rows = []
    for name, unit in FIGURES.items():
        figure = getattr(row, name)
        if figure is None:
            continue
        span = "" if figure.low is None else f"{figure.low:,.10g} to {figure.high:,.10g}"
        rows.append([_say(name), f"{figure.value:,.10g}", span, unit, *_say_basis(figure)])
    for name in TABLES:
        table = getattr(row, name)
        if table is not None:
            rows.append([name, "", *_say_table(table), *_say_basis(table)])
    print_table(["figure", "value", "range", "unit", "basis", "why"], rows, right=[1])


def _say(name: str) -> str:
    return (
        name.rpartition("_")[0].replace("_", " ") if FIGURES[name] else name.replace("_", " ")
    )


def _say_table(table: Any) -> list[str]:
    share = "" if table.low_share is None else f"x {table.low_share:g} to {table.high_share:g}"
    points = getattr(table, "speed_kmh_force_kn", None)
    if points is not None:
        return [share, f"kN, {len(points)} points to {points[-1][0]:g} km/h"]
    return [
        share,
        f"N: {table.a_n:,g} + {table.b_n_s_per_m:g} v + {table.c_n_s2_per_m2:g} v2, v in m/s",
    ]


def _say_basis(row: Any) -> list[str]:
    sources = "; ".join(filter(None, [row.source, ", ".join(row.reports)]))
    return [row.basis, f"{sources}: {row.reason}" if sources else row.reason]


def _print_curves(curves: dict[str, list[dict[str, float]]]) -> None:
    print_line("\nOn straight and level track, without the startup delay:")
    print_table(
        ["km/h", "reached in s", "in m", "braked from in s", "in m"],
        [
            [
                f"{up['speed_kmh']:g}",
                _say_number(up["time_s"], 1),
                _say_number(up["distance_m"], 0),
                _say_number(down["time_s"], 1),
                _say_number(down["distance_m"], 0),
            ]
            for up, down in zip(curves["accelerate"], curves["brake"], strict=True)
        ],
        right=[0, 1, 2, 3, 4],
    )


def _say_number(value: float, digits: int) -> str:
    return "not reached" if isnan(value) else f"{value:,.{digits}f}"


def _print_passage(passage: RouteRun, speed_kmh: float | None) -> None:
    route = passage.route
    limit = "the cap of each line" if speed_kmh is None else f"{speed_kmh:g} km/h"
    length_km, duration_s = route.length_km, passage.run.duration_s
    print_line(
        f"\n{route.origin} - {route.destination}, {length_km:.1f} km, as fast as the train and "
        f"{limit} allow, on level track; no timetable:"
    )
    print_table(
        ["km", "station", "arrive", "depart", "km/h at most", ""],
        _list_points(passage),
        right=[0, 2, 3, 4],
    )
    print_line(
        f"running {format_hms(passage.running_s)}, standing "
        f"{format_hms(passage.standing_s)} (startup delays with it), in all "
        f"{format_hms(duration_s)}: {length_km / seconds_to_hours(passage.running_s):.1f} "
        f"km/h running, {length_km / seconds_to_hours(duration_s):.1f} overall"
    )


def _list_points(passage: RouteRun) -> list[list[str]]:
    """Return a row for each end and stop, with the highest speed since the one before."""
    phases = passage.run.phases
    starts_m, ends_m, speeds_mps = (
        phases[column].to_numpy() for column in ("start_m", "end_m", "end_mps")
    )
    halts = {halt.index: halt for halt in passage.halts}
    last = len(passage.route.passages) - 1
    rows, since_m = [], 0.0
    for index in sorted({0, last, *halts}):
        point, halt = passage.route.passages[index], halts.get(index)
        arrive_s = float(passage.arrive_s[index])
        within = (ends_m > since_m) & (starts_m < km_to_metres(point.km))
        top = f"{mps_to_kmh(float(speeds_mps[within].max())):.1f}" if within.any() else ""
        rows.append(
            [
                f"{point.km:.1f}",
                point.station.name,
                format_hms(arrive_s) if index else "",
                format_hms(halt.depart_s if halt else 0.0) if halt or not index else "",
                top if index else "",
                "reverses" if halt and halt.reverses else "",
            ]
        )
        since_m = km_to_metres(point.km)
    return rows
