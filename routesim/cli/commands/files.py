"""Commands about files: journeys, new, validate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from routesim import journey as journeys
from routesim.cli import printing
from routesim.cli.exit_codes import EXIT_BAD_INPUT
from routesim.cli.options import AsJson, NetworkFolder, open_network
from routesim.cli.output import print_json, print_line
from routesim.errors import ArgumentError, DataError, Fault, RouteSimError
from routesim.files.read import list_bundled
from routesim.files.write import write_atomically


def show_journeys(as_json: AsJson = False) -> None:
    """List the bundled journeys."""
    bundled = journeys.list_journeys()
    if as_json:
        print_json(bundled.to_dict())
    else:
        printing.print_journeys(bundled)


def write_new(
    name: Annotated[str, typer.Argument(metavar="JOURNEY", help="Id of your journey.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; JOURNEY.toml if left out.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a file that is there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a commented journey file to fill in; it is valid as it stands."""
    text = journeys.make_template(name)
    path = output or Path(f"{name}.toml")
    if path.exists() and not force:
        raise ArgumentError(Fault(str(path), "is there already", "choose another or --force"))
    with write_atomically(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    if as_json:
        print_json({"path": str(path)})
    else:
        print_line(f"{path}: fill it in, then: routesim validate {path}")


def validate_path(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="A journey's file or bundled id, or a geodata folder."
        ),
    ],
    network: NetworkFolder = None,
    as_json: AsJson = False,
) -> None:
    """Check a journey's file, or a folder with all that it holds."""
    faults: list[Fault] = []
    lines: list[str] = []
    try:
        lines = _validate_folder(path) if path.is_dir() else _validate_file(path, network)
    except DataError as error:
        faults = list(error.faults)
    except RouteSimError as error:
        faults = [Fault(path.name, str(error))]
    if as_json:
        print_json({"path": str(path), "valid": not faults, "faults": _list_faults(faults)})
    else:
        for line in lines:
            print_line(line)
    if faults:
        if not as_json:
            raise DataError(faults)
        raise typer.Exit(EXIT_BAD_INPUT)


def _list_faults(faults: list[Fault]) -> list[dict[str, Any]]:
    return [{"where": f.where, "what": f.what, "remedy": f.remedy} for f in faults]


def _validate_file(path: Path, folder: Path | None) -> list[str]:
    name = str(path) if str(path) in list_bundled("journey") else path
    return [f"valid: {journeys.load_journey(name, open_network(folder))!r}"]


def _validate_folder(folder: Path) -> list[str]:
    railway = open_network(folder)
    lines = [f"valid: {railway!r}"]
    faults: list[Fault] = []
    for file in sorted((folder / "journeys").glob("*.toml")):
        try:
            lines.append(f"valid: {journeys.load_journey(file, railway)!r}")
        except DataError as error:
            faults += error.faults
        except RouteSimError as error:
            faults.append(Fault(file.name, str(error)))
    if faults:
        raise DataError(faults)
    return lines
