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
    "Draws",
    "JourneyName",
    "NetworkFolder",
    "RouteName",
    "Seed",
    "open_journey",
    "open_network",
    "split_pair",
]

CLI_DRAWS = 20_000

AsJson = Annotated[bool, typer.Option("--json", help="Write one JSON document.")]
Draws = Annotated[int, typer.Option(help="How many journeys to draw.")]
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
