"""Options that several commands share."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from routesim import evidence, view
from routesim.errors import ArgumentError, Fault
from routesim.files.write import check_output
from routesim.journey.draws import CONDITION_DRAWS, SIMULATE_DRAWS

MOST_CHARACTERS = 1000
"""Of a value that is read as TOML."""


def _check_as_of(as_of: str | None) -> str | None:
    """Reject a time that cannot be read before any work, under the name of its option."""
    if as_of is not None:
        evidence.parse_time(as_of, where="--as-of")
    return as_of


def _check_windows_file(output: str | None) -> str | None:
    """Reject a file that windows cannot be written to before any work."""
    if output is not None:
        check_output(Path(output), tuple(view.WINDOW_FORMATS))
    return output


AsJson = Annotated[bool, typer.Option("--json", help="Write one JSON document.")]
AsOf = Annotated[
    str | None,
    typer.Option(
        metavar="TIME", callback=_check_as_of, help="Hear only what was known by then."
    ),
]
Draws = Annotated[int, typer.Option(help="How many journeys to draw.")]
EachDraws = Annotated[
    int | None,
    typer.Option(
        show_default=f"{SIMULATE_DRAWS} from the priors, {CONDITION_DRAWS} given the reports",
        help="How many journeys to draw.",
    ),
]
Drop = Annotated[
    list[str] | None,
    typer.Option(metavar="ID", help="Leave a report or clause out; repeat it."),
]
Seed = Annotated[int, typer.Option(help="Seed of the random streams.")]
JourneyName = Annotated[
    str, typer.Argument(metavar="JOURNEY", help="A bundled id (2023-09) or a .toml file.")
]
RouteName = Annotated[
    str | None, typer.Option(help="Id of a route; the journey's default if left out.")
]
AnyRoute = Annotated[str | None, typer.Option(help="Only this route; all of them if left out.")]
Via = Annotated[list[str] | None, typer.Option(help="A place on the way; repeat it.")]
Every = Annotated[bool, typer.Option("--every", help="Print every timing point.")]
WorldNumber = Annotated[int | None, typer.Option(help="A number that `worlds` lists.")]
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
    Path | None, typer.Option(metavar="FILE", help="Priors of your own, a TOML file.")
]
WindowsFile = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        callback=_check_windows_file,
        help="Also write the windows: .csv, .geojson.",
    ),
]
NetworkFolder = Annotated[
    Path | None, typer.Option(help="Folder of another railway than the bundled.")
]


def read_speed(text: str) -> float | tuple[float, float]:
    """Read ``50`` or ``50:60`` as km/h; an ArgumentError says that it is neither."""
    low, sign, high = text.partition(":")
    try:
        return (float(low), float(high)) if sign else float(low)
    except ValueError:
        fault = Fault("--speed", f"{text!r} cannot be read", "write 50 or 50:60")
        raise ArgumentError(fault) from None


def read_settings(texts: list[str] | None) -> dict[str, Any]:
    """Read ``KEY=VALUE``: a value as TOML writes it; what is none is text.

    An ArgumentError says which sides are missing, and which keys stand twice.
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
    """Split ``PLACE=VALUE``; an ArgumentError says that a side is missing."""
    left, sign, right = text.rpartition("=")
    if not (sign and left.strip() and right.strip()):
        raise ArgumentError([Fault(option, f"{text!r} is not a pair", f"write {example}")])
    return left.strip(), right.strip()
