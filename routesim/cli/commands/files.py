"""Commands about files: journeys, new, validate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from routesim.cli.options import AsJson, NetworkFolder, open_network
from routesim.cli.output import print_json, print_line, print_table
from routesim.errors import ArgumentError, DataError, Fault, RouteSimError
from routesim.files.write import write_atomically

__all__ = ["list_bundled", "validate_path", "write_new"]

EXIT_BAD_INPUT = 2


def list_bundled(as_json: AsJson = False) -> None:
    """List the bundled journeys."""
    from routesim.journey import list_journeys, load_journey  # noqa: PLC0415 (heavy)

    railway = open_network(None)
    journeys = [load_journey(name, railway) for name in list_journeys()]
    if as_json:
        print_json(
            {
                "journeys": [
                    {
                        "id": journey.id,
                        "title": journey.title,
                        "routes": list(journey.routes),
                        "default_route": journey.default_route,
                        "reports": len(journey.reports),
                    }
                    for journey in journeys
                ]
            }
        )
        return
    print_table(
        ["id", "title", "routes", "reports"],
        [[j.id, j.title, ", ".join(j.routes), str(len(j.reports))] for j in journeys],
        right=[3],
    )


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
    from routesim.journey import make_template  # noqa: PLC0415 (heavy: not for --help)

    text = make_template(name)
    path = output or Path(f"{name}.toml")
    if path.exists() and not force:
        raise ArgumentError([Fault(str(path), "is there already", "choose another or --force")])
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
    told: list[str] = []
    try:
        told = _validate_folder(path) if path.is_dir() else _validate_file(path, network)
    except DataError as error:
        faults = list(error.faults)
    except RouteSimError as error:
        faults = [Fault(path.name, str(error))]
    if as_json:
        print_json({"path": str(path), "valid": not faults, "faults": _list_faults(faults)})
    else:
        for line in told:
            print_line(line)
    if faults:
        if not as_json:
            raise DataError(faults)
        raise typer.Exit(EXIT_BAD_INPUT)


def _list_faults(faults: list[Fault]) -> list[dict[str, Any]]:
    return [{"where": f.where, "what": f.what, "remedy": f.remedy} for f in faults]


def _validate_file(path: Path, folder: Path | None) -> list[str]:
    from routesim.journey import list_journeys, load_journey  # noqa: PLC0415 (heavy: not for --help)

    name = str(path) if str(path) in list_journeys() else path
    return [f"valid: {load_journey(name, open_network(folder))!r}"]


def _validate_folder(folder: Path) -> list[str]:
    from routesim.journey import load_journey  # noqa: PLC0415 (heavy: not for --help)

    railway = open_network(folder)
    told = [f"valid: {railway!r}"]
    faults: list[Fault] = []
    for file in sorted((folder / "journeys").glob("*.toml")):
        try:
            told.append(f"valid: {load_journey(file, railway)!r}")
        except DataError as error:
            faults += error.faults
        except RouteSimError as error:
            faults.append(Fault(file.name, str(error)))
    if faults:
        raise DataError(faults)
    return told
