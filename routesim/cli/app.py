"""Names of the commands, and the entry point."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated

import typer

from routesim.cli.commands import (
    assessment,
    bounds,
    conflicts,
    files,
    likely,
    railway,
    simulation,
    trains,
    views,
    where,
)
from routesim.cli.output import EXIT_BAD_INPUT, EXIT_INTERRUPTED
from routesim.errors import ArgumentError, RouteSimError, TimeError
from routesim.version import __version__

SAME_NAMES = (
    *("arrive", "at", "depart", "draws", "drop", "dwell", "given", "reliability", "seed"),
    *("stand", "world"),
)
OPTION_NAMES = {
    "speed_kmh": "--speed",
    "departure": "--depart",
    **{name: f"--{name}" for name in SAME_NAMES},
}
"""Options of the commands, by the argument that they set."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(asked: bool) -> None:  # noqa: FBT001 (the value of an option)
    if asked:
        sys.stdout.write(f"routesim {__version__}\n")
        raise typer.Exit


@app.callback()
def _take_options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            metavar="",
            callback=_print_version,
            is_eager=True,
            help="Show the version and exit.",
        ),
    ] = False,
) -> None:
    """Simulate a train's journey and compare it with the reports about it."""


def _name_options(error: RouteSimError) -> RouteSimError:
    """Return an error that names options instead of the arguments of a function."""
    if not isinstance(error, ArgumentError | TimeError) or not error.faults:
        return error
    return type(error)(
        replace(fault, where=OPTION_NAMES.get(fault.where, fault.where))
        for fault in error.faults
    )


app.command("journeys")(files.show_journeys)
app.command("stations")(railway.show_stations)
app.command("route")(railway.show_route)
app.command("train")(trains.show_train)
app.command("simulate")(simulation.simulate_journey)
app.command("check")(assessment.check_reports)
app.command("condition")(likely.show_posterior)
app.command("where")(where.show_where)
app.command("routes")(likely.list_routes)
app.command("score")(assessment.score_reports)
app.command("conflicts")(conflicts.show_conflicts)
app.command("worlds")(conflicts.list_worlds)
app.command("bounds")(bounds.show_bounds)
app.command("could")(bounds.ask_could)
app.command("zones")(conflicts.show_zones)
app.command("whatif")(simulation.run_what_if)
app.command("map")(views.write_map_file)
app.command("diagram")(views.write_diagram_file)
app.command("page")(views.write_page_file)
app.command("new")(files.write_new)
app.command("validate")(files.validate_path)


def main() -> None:
    """Run the command line and report bad input in one message, without a traceback."""
    try:
        app()
    except RouteSimError as error:
        sys.stderr.write(f"routesim: {_name_options(error)}\n")
        sys.exit(EXIT_BAD_INPUT)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        sys.stderr.write(f"routesim: {error.filename or ''}: {error.strerror or error}\n")
        sys.exit(EXIT_BAD_INPUT)
    except KeyboardInterrupt:
        sys.stderr.write("routesim: interrupted\n")
        sys.exit(EXIT_INTERRUPTED)
