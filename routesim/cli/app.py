"""Names of the commands, and the entry point."""

from __future__ import annotations

import sys
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
from routesim.errors import RouteSimError
from routesim.version import __version__

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
            callback=_print_version,
            is_eager=True,
            help="Show the version and exit.",
        ),
    ] = False,
) -> None:
    """Simulate a train's journey and compare it with the reports about it."""


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
        sys.stderr.write(f"routesim: {error}\n")
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
