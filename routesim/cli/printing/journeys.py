"""The bundled journeys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.cli.output import print_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.journey import Journey


def print_journeys(journeys: Iterable[Journey]) -> None:
    """Print a table of journeys with their routes."""
    print_table(
        ["id", "title", "routes", "reports"],
        [[j.id, j.title, ", ".join(j.routes), str(len(j.reports))] for j in journeys],
        right=[3],
    )
