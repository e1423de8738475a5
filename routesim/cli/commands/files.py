"""Commands for files: journeys, new, validate."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routesim import journey as journeys
from routesim import network as networks
from routesim.certain.encoding.passing import list_passes_at_stops
from routesim.cli import options
from routesim.cli.output import (
    EXIT_BAD_INPUT,
    print_exact_km,
    print_json,
    print_line,
    print_table,
    print_wrapped,
    show,
)
from routesim.errors import ArgumentError, DataError, Fault, RouteSimError
from routesim.files.read import list_bundled
from routesim.files.write import write_atomically
from routesim.journey.checks import list_unused_keys
from routesim.journey.lengths import list_exact_km, list_unplanned_lengths
from routesim.text.names import format_list
from routesim.text.quantities import format_count
from routesim.text.routes import format_disputed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


NOTHING_ASSUMED: Mapping[str, Any] = MappingProxyType(
    {"exact_km": (), "disputed_lengths": (), "read_as": (), "unused": ()}
)
"""What ``validate`` lists of a file, by JSON key, where it finds nothing."""


def show_journeys(as_json: options.AsJson = False) -> None:
    """List the bundled journeys."""
    show(as_json, journeys.list_journeys(), _print_journeys)


def write_new(
    name: Annotated[str, typer.Argument(metavar="JOURNEY", help="Id of the new journey.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="File to write; by default JOURNEY.toml."
        ),
    ] = None,
    force: Annotated[bool, options.make_flag("--force", "Replace an existing file.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Write a template for a journey file of your own.

    The template is commented, and it is valid as it is.
    """
    text = journeys.make_template(name)
    path = output or Path(f"{name}.toml")
    if path.exists() and not force:
        raise ArgumentError(
            Fault(str(path), "already exists", "choose another file or --force")
        )
    with write_atomically(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    if as_json:
        print_json({"path": str(path)})
    else:
        print_line(
            f"Wrote {path}. Replace the example values, then run: routesim validate {path}"
        )


def validate_path(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH", help="Journey file, id of a bundled journey, or network folder."
        ),
    ],
    network: options.NetworkFolder = None,
    as_json: options.AsJson = False,
) -> None:
    """Check a journey file, or a network folder with its journeys, and list the faults found.

    A file that cannot be read as records is not checked further. Of valid files, the kilometres
    that are taken as exact are listed, and the lengths on which sources disagree. Reports that
    the train passed a place with a planned stop are listed with how they are read, and keys
    that have no effect are named.
    """
    faults: list[Fault] = []
    valid: list[networks.Network | journeys.Journey] = []
    with _collect_faults(faults, path):
        railway = networks.load_network(path if path.is_dir() else network)
        files: Sequence[Path | str] = [path]
        if path.is_dir():
            valid.append(railway)
            files = sorted((path / "journeys").glob("*.toml"))
        elif str(path) in list_bundled("journey"):
            files = [str(path)]
        for file in files:
            with _collect_faults(faults, Path(file)):
                valid.append(journeys.load_journey(file, railway))
    if as_json:
        listed = [{"where": f.where, "what": f.what, "remedy": f.remedy} for f in faults]
        print_json(
            {
                "path": str(path),
                "valid": not faults,
                "faults": listed,
                **_describe_assumed(valid, path),
            }
        )
        raise typer.Exit(EXIT_BAD_INPUT if faults else 0)
    if faults:
        raise DataError(faults)
    for one in valid:
        print_line(_describe_valid(one, path))
        _print_assumed(one)


def _print_assumed(one: networks.Network | journeys.Journey) -> None:
    assumed = _list_assumed(one)
    print_exact_km(assumed["exact_km"])
    stretches = [
        (d.from_station, d.to_station, d.km, d.low_km, d.high_km)
        for d in assumed["disputed_lengths"]
    ]
    if text := format_disputed(stretches, plan=isinstance(one, journeys.Journey)):
        print_wrapped(text)
    for listed in (*assumed["read_as"], *assumed["unused"]):
        print_wrapped(listed.text)


def _list_assumed(one: networks.Network | journeys.Journey) -> dict[str, Any]:
    """List what is assumed about lengths, how passing a stop is read, and unused keys."""
    if isinstance(one, networks.Network):
        exact, disputed = one.exact_km, one.disputed_lengths
        return {**NOTHING_ASSUMED, "exact_km": exact, "disputed_lengths": disputed}
    return {
        "exact_km": list_exact_km(one, one.routes),
        "disputed_lengths": list_unplanned_lengths(one),
        "read_as": list_passes_at_stops(one),
        "unused": list_unused_keys(one.plan),
    }


def _describe_assumed(
    valid: Sequence[networks.Network | journeys.Journey], path: Path
) -> dict[str, Any]:
    """Describe what is assumed by a file, or by the network of a folder and its journeys."""
    own = _list_assumed(valid[0]) if valid else NOTHING_ASSUMED
    inner = [
        {"id": one.id, **_list_assumed(one)}
        for one in valid
        if isinstance(one, journeys.Journey) and path.is_dir()
    ]
    return {**own, "journeys": inner}


def _describe_valid(one: networks.Network | journeys.Journey, path: Path) -> str:
    if isinstance(one, networks.Network):
        counts = (
            format_count(len(one.stations), "station"),
            format_count(len(one.lines), "line"),
        )
        return f"{path} is valid: network {one.name}, {' and '.join(counts)}."
    routes = f"route{'s' if len(one.routes) > 1 else ''} {format_list(tuple(one.routes))}"
    reports = format_count(len(one.reports), "report")
    return f"{one.reference} is valid: journey {one.id}, {routes}, {reports}."


@contextmanager
def _collect_faults(faults: list[Fault], path: Path) -> Iterator[None]:
    """Collect the faults of a file, so that the other files are checked as well."""
    try:
        yield
    except DataError as error:
        faults += error.faults
    except RouteSimError as error:
        faults.append(Fault(path.name, str(error)))


def _print_journeys(found: Iterable[journeys.Journey]) -> None:
    print_table(
        ["id", "title", "routes", ">reports"],
        [[j.id, j.title, ", ".join(j.routes), str(len(j.reports))] for j in found],
    )
