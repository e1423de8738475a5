"""Commands that draw journeys from the priors: simulate, check, whatif."""

from __future__ import annotations

from enum import StrEnum
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routesim.cli.options import (
    CLI_DRAWS,
    AsJson,
    AsOf,
    Draws,
    Every,
    JourneyName,
    NetworkFolder,
    PriorsFile,
    RouteName,
    Seed,
    SetPrior,
    check_as_of,
    open_journey,
    read_speed,
    split_pair,
)
from routesim.cli.output import (
    PERCENTILES,
    iterate_rows,
    make_json_window,
    print_changes,
    print_json,
    print_line,
    print_table,
    say_local,
    show_progress,
)
from routesim.files.write import check_output
from routesim.text.names import format_city

if TYPE_CHECKING:
    import pandas as pd

    from routesim.journey import Ensemble, Journey

__all__ = ["check_reports", "run_what_if", "simulate_journey"]

EXIT_VERDICT = 1
QUANTILES = ("5 %", "50 %", "95 %")


class FailOn(StrEnum):
    """A verdict that makes ``check`` exit with 1."""

    IMPOSSIBLE = "impossible"
    STRAINED = "strained"


def simulate_journey(
    journey: JourneyName,
    route: RouteName = None,
    draws: Draws = CLI_DRAWS,
    seed: Seed = 0,
    every: Every = False,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", help="Also write the windows: .csv, .geojson."),
    ] = None,
    own: SetPrior = None,
    priors: PriorsFile = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Draw journeys from the priors; show the windows at stops."""
    if output is not None:
        check_output(Path(output), (".csv", ".geojson"))
    opened = open_journey(journey, network, priors, own)
    ensemble = _simulate(opened, draws, seed, route)
    if output is not None:
        from routesim.view import write_windows  # noqa: PLC0415 (heavy: not for --help)

        write_windows(ensemble, output)
    if as_json:
        windows = ensemble.windows()
        print_json(
            {
                "journey": ensemble.journey_id,
                "route": ensemble.route_id,
                "changes": opened.changes,
                "draws": ensemble.draws,
                "seed": ensemble.seed,
                "windows": [
                    {
                        "station": row["station"],
                        "visit": row["visit"],
                        "km": row["km"],
                        "arrive": make_json_window(row, "arrive"),
                        "depart": make_json_window(row, "depart"),
                    }
                    for row in iterate_rows(windows)
                ],
                "ess": ensemble.ess,
            }
        )
        return
    print_line(
        f"{opened.title} - route {ensemble.route_id}, {ensemble.draws:,} draws of the priors "
        "(reports stand behind some, none is weighed). Times by the clock of the place."
    )
    print_changes(opened.changes)
    _print_windows(ensemble, every=every)


def check_reports(
    journey: JourneyName,
    route: RouteName = None,
    draws: Draws = CLI_DRAWS,
    seed: Seed = 0,
    fail_on: Annotated[
        FailOn | None,
        typer.Option("--fail-on", help="Exit with 1 on this verdict or a worse one."),
    ] = None,
    as_of: AsOf = None,
    own: SetPrior = None,
    priors: PriorsFile = None,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Hold each report against the others and against the simulated journeys."""
    from routesim.assessment import VERDICTS, check  # noqa: PLC0415 (heavy: not for --help)
    from routesim.text.quantities import format_share  # noqa: PLC0415 (heavy: not for --help)

    check_as_of(as_of)
    opened = open_journey(journey, network, priors, own)
    with show_progress("drawing journeys"):
        table = check(opened, draws=draws, seed=seed, route=route, as_of=as_of)
    rows = list(iterate_rows(table))
    if as_json:
        print_json(
            {
                "journey": opened.id,
                "route": route or opened.default_route,
                "changes": opened.changes,
                "reports": [
                    {
                        "id": row["id"],
                        "verdict": row["verdict"],
                        "margin_s": row["margin_s"],
                        "share": row["share"],
                        "why": row["why"],
                    }
                    for row in rows
                ],
            }
        )
    else:
        print_changes(opened.changes)
        print_table(
            ["report", "verdict", "margin h", "holds in", "why"],
            [
                [
                    r["id"],
                    r["verdict"],
                    _say_hours(r["margin_s"]),
                    "-" if isnan(r["share"]) else format_share(r["share"]),
                    r["why"],
                ]
                for r in rows
            ],
            right=[2, 3],
        )
    if fail_on is not None:
        worst = VERDICTS.index(fail_on.value)
        if any(VERDICTS.index(row["verdict"]) <= worst for row in rows):
            raise typer.Exit(EXIT_VERDICT)


def run_what_if(
    journey: JourneyName,
    speed: Annotated[
        str | None, typer.Option(metavar="LOW[:HIGH]", help="Running speed in km/h.")
    ] = None,
    depart: Annotated[
        str | None,
        typer.Option(metavar="[PLACE=]TIME", help="Setting out, from the origin or a place."),
    ] = None,
    route: RouteName = None,
    dwell: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE=DUR", help="Standing: Khasan=1h; repeat it."),
    ] = None,
    drop: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Leave a report out; repeat it.")
    ] = None,
    draws: Draws = CLI_DRAWS,
    seed: Seed = 0,
    every: Every = False,
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Change speed, departure, route or dwell; show base and changed windows."""
    from routesim.whatif import compare_windows, what_if  # noqa: PLC0415 (heavy)

    opened = open_journey(journey, network)
    changed = what_if(
        opened,
        speed_kmh=None if speed is None else read_speed(speed),
        departure=None if depart is None else _read_departure(depart),
        dwell=dict(
            split_pair(text, option="--dwell", example="--dwell Khasan=1h")
            for text in dwell or ()
        ),
        route=route,
        drop=drop or (),
    )
    base = _simulate(opened, draws, seed, None)
    other = _simulate(changed, draws, seed, None)
    table = compare_windows(base, other, every=every or as_json)
    if as_json:
        print_json(
            {
                "journey": opened.id,
                "route": other.route_id,
                "base_route": base.route_id,
                "changes": list(changed.changes),
                "windows": [_make_pair(row) for row in iterate_rows(table)],
                "ess": other.ess,
            }
        )
        return
    print_line(f"{opened.title}: {'; '.join(changed.changes) or 'nothing changed'}")
    if drop:
        print_line("Windows come from the priors of the plan: leaving reports out moves none.")
    if base.route_id != other.route_id:
        print_line(f"The base is route {base.route_id}, the change route {other.route_id}.")
    _print_pairs(table)


def _simulate(journey: Journey, draws: int, seed: int, route: str | None) -> Ensemble:
    from routesim.journey import simulate  # noqa: PLC0415 (heavy: not for --help)

    with show_progress(f"drawing {draws:,} journeys"):
        return simulate(journey, draws=draws, seed=seed, route=route)


def _print_windows(ensemble: Ensemble, *, every: bool) -> None:
    rows = []
    for row in iterate_rows(ensemble.windows(every=every)):
        arrive, depart = (make_json_window(row, event) for event in ("arrive", "depart"))
        for event, window in (("arrive", arrive), ("depart", depart)):
            if window["p50"] is None or (event == "depart" and depart == arrive):
                continue
            times = [say_local(row[f"{event}_{p}"], row["tz"]) for p in PERCENTILES]
            share = "" if row["share"] >= 1 else f"{row['share']:.0%}"
            name = row["station"] if row["visit"] == 1 else f"{row['station']} ({row['visit']})"
            rows.append(
                [f"{row['km']:.0f}", name, event, share, *times, format_city(row["tz"])]
            )
    print_table(["km", "station", "", "of draws", *QUANTILES, "clock"], rows, right=[0, 3])


def _print_pairs(table: pd.DataFrame) -> None:
    rows = []
    for row in iterate_rows(table):
        event = "depart" if _lacks_arrival(row) else "arrive"
        zone = row["tz"]
        rows.append(
            [
                row["station"],
                event,
                *(say_local(row[f"base_{event}_{p}"], zone) for p in ("p05", "p50", "p95")),
                *(say_local(row[f"changed_{event}_{p}"], zone) for p in ("p05", "p50", "p95")),
                _say_hours(row["shift_s"]),
                format_city(zone),
            ]
        )
    print_line("Times by the clock of the place; 90 % of the draws lie between 5 % and 95 %.")
    print_table(
        [
            "station",
            "",
            *(f"base {quantile}" for quantile in QUANTILES),
            *(f"changed {quantile}" for quantile in QUANTILES),
            "shift h",
            "clock",
        ],
        rows,
        right=[8],
    )


def _make_pair(row: Any) -> dict[str, Any]:
    return {
        "station": row["station"],
        "visit": row["visit"],
        "base": {e: make_json_window(row, e, "base_") for e in ("arrive", "depart")},
        "changed": {e: make_json_window(row, e, "changed_") for e in ("arrive", "depart")},
        "shift_s": row["shift_s"],
    }


def _lacks_arrival(row: Any) -> bool:
    """Tell whether the train sets out here in one of the two."""
    return any(
        make_json_window(row, "arrive", side)["p50"] is None for side in ("base_", "changed_")
    )


def _say_hours(seconds: float) -> str:
    return "-" if isnan(seconds) else f"{seconds / 3600.0:+.1f}"


def _read_departure(text: str) -> str | dict[str, str]:
    if "=" in text:
        place, time = split_pair(
            text, option="--depart", example="--depart Khasan=2019-04-24T11:40+10:00"
        )
        return {place: time}
    return text
