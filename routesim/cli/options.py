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
"""Longest value that is read as TOML; longer ones are text."""


def _check_as_of(as_of: str | None) -> str | None:
    """Refuse a time that cannot be read, before any work and with the name of its option."""
    if as_of is not None:
        evidence.parse_time(as_of, where="--as-of")
    return as_of


def _check_windows_file(output: str | None) -> str | None:
    """Refuse a file that windows cannot be written to, before any work."""
    if output is not None:
        check_output(Path(output), tuple(view.WINDOW_FORMATS))
    return output


def make_flag(name: str, help_text: str) -> Any:
    """Return an option that is on or off; the help shows no type for it."""
    return typer.Option(name, metavar="", help=help_text)


AsJson = Annotated[bool, make_flag("--json", "Write the result as one JSON document.")]
AsOf = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        callback=_check_as_of,
        help="Use only what was known by TIME (2023-09-12T13:00+09:00).",
    ),
]
Draws = Annotated[int, typer.Option(help="Number of journeys to draw.")]
EachDraws = Annotated[
    int | None,
    typer.Option(
        help="Number of draws, both from the priors and given the reports; by default "
        f"{SIMULATE_DRAWS:,} and {CONDITION_DRAWS:,}.",
    ),
]
EitherDraws = Annotated[
    int | None,
    typer.Option(
        help=f"Number of draws; by default {CONDITION_DRAWS:,} given the reports, "
        f"{SIMULATE_DRAWS:,} with --prior.",
    ),
]
Drop = Annotated[
    list[str] | None,
    typer.Option(metavar="ID", help="Report or clause to leave out; may be repeated."),
]
Seed = Annotated[int, typer.Option(help="Seed of the random numbers.")]
JourneyName = Annotated[
    str,
    typer.Argument(
        metavar="JOURNEY",
        help="Id of a bundled journey (such as 2023-09), or path of a .toml file.",
    ),
]
RouteName = Annotated[
    str | None,
    typer.Option(metavar="ID", help="Route of the journey; by default its default route."),
]
AnyRoute = Annotated[
    str | None,
    typer.Option(metavar="ID", help="The only possible route; by default every route."),
]
Via = Annotated[
    list[str] | None, typer.Option(metavar="STATION", help="Station to pass; may be repeated.")
]
Every = Annotated[
    bool, make_flag("--every", "Show every timing point, not only the main ones.")
]
WorldNumber = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER",
        help="Number of a world in `routesim worlds`; by default all of the best worlds.",
    ),
]
Prior = Annotated[
    bool, make_flag("--prior", "Show the priors alone, without using the reports.")
]
SetPrior = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change a prior for this run, such as trust.reliability=0.8; may be repeated.",
    ),
]
PriorsFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="TOML file with new values for some priors."),
]
WindowsFile = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        callback=_check_windows_file,
        help="Also write the windows to this .csv or .geojson file.",
    ),
]
NetworkFolder = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER", help="Folder of a railway network; by default the bundled one."
    ),
]


def read_speed(text: str) -> float | tuple[float, float]:
    """Read ``50`` or ``50:60`` as km/h; raise an ArgumentError for any other text."""
    low, sign, high = text.partition(":")
    try:
        speeds = (float(low), float(high)) if sign else (float(low), float(low))
    except ValueError:
        fault = Fault("--speed", f"{text!r} cannot be read", "write 50 or 50:60")
        raise ArgumentError(fault) from None
    if speeds[0] > speeds[1]:
        remedy = "give LOW:HIGH with LOW below HIGH, such as 50:60"
        raise ArgumentError(Fault("--speed", f"{text} is no range", remedy))
    return speeds if sign else speeds[0]


def read_settings(texts: list[str] | None) -> dict[str, Any]:
    """Read texts ``KEY=VALUE``; a value that is not TOML is taken as text.

    An ArgumentError names every text without a key or a value, and every repeated key.
    """
    settings: dict[str, Any] = {}
    faults = []
    for text in texts or ():
        key, _, value = (part.strip() for part in text.partition("="))
        if not key:
            remedy = "write --set KEY=VALUE, such as --set trust.reliability=0.8"
            faults.append(Fault("--set", f"{text!r:.80} has no key", remedy))
        elif not value:
            what, remedy = f"{key!r:.80} has no value", f"write --set {key:.80}=VALUE"
            faults.append(Fault("--set", what, remedy))
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
    except (ValueError, RecursionError):  # not TOML, or a number with thousands of digits
        return text
    return document["value"] if len(document) == 1 else text


def split_pair(text: str, *, option: str, example: str) -> tuple[str, str]:
    """Split ``PLACE=VALUE`` at its last sign; raise an ArgumentError if a side is missing."""
    left, sign, right = text.rpartition("=")
    if not (sign and left.strip() and right.strip()):
        raise ArgumentError([Fault(option, f"{text!r} is not a pair", f"write {example}")])
    return left.strip(), right.strip()
