"""The command line.

Exit codes: 0 done, 1 a verdict as asked for with ``--fail-on``, 2 bad usage or input.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from routesim.cli.commands import certain, drawing, files, likely, railway, running, trains
from routesim.errors import RouteSimError

__all__ = ["app", "main"]

EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130

app = typer.Typer(
    help="Simulate a train's journey and hold it against what was reported about it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _print_version(asked: bool) -> None:  # noqa: FBT001 (the value of an option)
    if asked:
        sys.stdout.write(f"routesim {version('routesim')}\n")
        raise typer.Exit


@app.callback()
def _take_options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Simulate a train's journey and hold it against what was reported about it."""


app.command("journeys")(files.list_bundled)
app.command("stations")(railway.show_stations)
app.command("route")(railway.show_route)
app.command("train")(trains.show_train)
app.command("simulate")(running.simulate_journey)
app.command("check")(running.check_reports)
app.command("condition")(likely.show_posterior)
app.command("where")(likely.show_where)
app.command("routes")(likely.list_routes)
app.command("score")(likely.score_reports)
app.command("conflicts")(certain.show_conflicts)
app.command("worlds")(certain.list_worlds)
app.command("bounds")(certain.show_bounds)
app.command("could")(certain.ask_could)
app.command("zones")(certain.show_zones)
app.command("whatif")(running.run_what_if)
app.command("map")(drawing.write_map_file)
app.command("diagram")(drawing.write_diagram_file)
app.command("page")(drawing.write_page_file)
app.command("new")(files.write_new)
app.command("validate")(files.validate_path)


def main() -> None:
    """Run the command line; bad input ends in one message, never a traceback."""
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
