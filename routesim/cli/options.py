"""Options that several commands share."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routesim import evidence, network, whatif
from routesim import journey as journeys
from routesim.errors import ArgumentError, Fault
from routesim.journey.draws import CONDITION_DRAWS, SIMULATE_DRAWS

if TYPE_CHECKING:
    from routesim.journey import Journey
    from routesim.network import Network


MOST_CHARACTERS = 1000
"""Of a value that is read as TOML."""

AsJson = Annotated[bool, typer.Option("--json", help="Write one JSON document.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="TIME", help="Hear only what was known by then."),
]
Draws = Annotated[int, typer.Option(help="How many journeys to draw.")]
EachDraws = Annotated[
    int | None,
    typer.Option(
        "--draws",
        show_default=f"{SIMULATE_DRAWS} from the priors, {CONDITION_DRAWS} given the reports",
        help="How many journeys to draw.",
    ),
]
Drop = Annotated[
    list[str] | None,
    typer.Option("--drop", metavar="ID", help="Leave a report or clause out; repeat it."),
]
Seed = Annotated[int, typer.Option(help="Seed of the random streams.")]
JourneyName = Annotated[
    str, typer.Argument(metavar="JOURNEY", help="A bundled id (2023-09) or a .toml file.")
]
RouteName = Annotated[
    str | None,
    typer.Option("--route", help="Id of a route; the journey's default if left out."),
]
AnyRoute = Annotated[
    str | None, typer.Option("--route", help="Only this route; all of them if left out.")
]
Every = Annotated[bool, typer.Option("--every", help="Print every timing point.")]
WorldNumber = Annotated[
    int | None, typer.Option("--world", help="A number that `worlds` lists.")
]
Prior = Annotated[bool, typer.Option("--prior", help="From the priors alone, no report heard.")]
SetPrior = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="A prior of your own: trust.reliability=0.8; repeat it.",
    ),
]
PriorsFile = Annotated[
    Path | None,
    typer.Option("--priors", metavar="FILE", help="Priors of your own, a TOML file."),
]
WindowsFile = Annotated[
    str | None,
    typer.Option("--output", "-o", help="Also write the windows: .csv, .geojson."),
]
NetworkFolder = Annotated[
    Path | None, typer.Option("--network", help="Folder of another railway than the bundled.")
]


def open_network(folder: Path | None) -> Network:
    """Load the bundled network or another."""
    return network.load_network(folder)


def open_journey(
    name: str,
    folder: Path | None,
    priors: Path | None = None,
    settings: list[str] | None = None,
) -> Journey:
    """Load a journey on the bundled network or another, with one's own priors.

    The settings override the file of priors.
    """
    values = read_settings(settings)
    journey = journeys.load_journey(name, open_network(folder))
    if priors is not None:
        journey = whatif.set_priors(journey, priors)
    return whatif.set_priors(journey, values) if values else journey


def check_as_of(as_of: str | None) -> None:
    """Reject a time that cannot be read before any work, under the name of its option.

    Raises
    ------
    TimeError
        If it has no zone or cannot be read.
    """
    if as_of is not None:
        evidence.parse_time(as_of, where="--as-of")


def read_speed(text: str) -> float | tuple[float, float]:
    """Read ``50`` or ``50:60`` as km/h.

    Raises
    ------
    ArgumentError
        If it is neither.
    """
    try:
        numbers = [float(part) for part in text.split(":")]
    except ValueError:
        numbers = []
    if len(numbers) == 1:
        return numbers[0]
    if len(numbers) == 2:  # noqa: PLR2004
        return numbers[0], numbers[1]
    raise ArgumentError([Fault("--speed", f"{text!r} cannot be read", "write 50 or 50:60")])


def read_settings(texts: list[str] | None) -> dict[str, Any]:
    """Read ``KEY=VALUE``: a value as TOML writes it; what is none is text.

    Raises
    ------
    ArgumentError
        If a side is missing, or a key stands twice.
    """
    example = "--set stops.Khasan.dwell_min.p95=300"
    settings: dict[str, Any] = {}
    faults = []
    for text in texts or ():
        key, _, value = (part.strip() for part in text.partition("="))
        if not (key and value):
            faults.append(Fault("--set", f"{text!r:.80} is no setting", f"write {example}"))
        elif key in settings:
            faults.append(Fault("--set", f"{key} is given twice", "give it once"))
        settings[key] = _read_value(value)
    if faults:
        raise ArgumentError(faults)
    return settings


def _read_value(text: str) -> Any:
    if len(text) > MOST_CHARACTERS:
        return text
    try:
        document = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):  # no TOML, or a number of thousands of digits
        return text
    return document["value"] if len(document) == 1 else text


def split_pair(text: str, *, option: str, example: str) -> tuple[str, str]:
    """Split ``PLACE=VALUE``.

    Raises
    ------
    ArgumentError
        If a side is missing.
    """
    left, sign, right = text.rpartition("=")
    if not (sign and left.strip() and right.strip()):
        raise ArgumentError([Fault(option, f"{text!r} is not a pair", f"write {example}")])
    return left.strip(), right.strip()
