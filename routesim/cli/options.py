"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from routesim.errors import ArgumentError, Fault

if TYPE_CHECKING:
    from routesim.journey import Journey
    from routesim.network import Network

__all__ = [
    "AsJson",
    "AsOf",
    "Draws",
    "Drop",
    "JourneyName",
    "NetworkFolder",
    "RouteName",
    "Seed",
    "check_as_of",
    "open_journey",
    "open_network",
    "read_speed",
    "split_pair",
]

CLI_DRAWS = 20_000

AsJson = Annotated[bool, typer.Option("--json", help="Write one JSON document.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="TIME", help="Hear only what was known by then."),
]
Draws = Annotated[int, typer.Option(help="How many journeys to draw.")]
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
NetworkFolder = Annotated[
    Path | None, typer.Option("--network", help="Folder of another railway than the bundled.")
]


def open_network(folder: Path | None) -> Network:
    """Load the bundled network or another."""
    from routesim.network import load_network  # noqa: PLC0415 (heavy: not for --help)

    return load_network(folder)


def open_journey(name: str, folder: Path | None) -> Journey:
    """Load a journey on the bundled network or another."""
    from routesim.journey import load_journey  # noqa: PLC0415 (heavy: not for --help)

    return load_journey(name, open_network(folder))


def check_as_of(as_of: str | None) -> None:
    """Refuse a time that cannot be read before any work, under the name of its option.

    Raises
    ------
    TimeError
        If it has no zone or cannot be read.
    """
    from routesim.evidence import parse_time  # noqa: PLC0415 (kept beside its use)

    if as_of is not None:
        parse_time(as_of, where="--as-of")


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
