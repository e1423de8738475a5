"""The steps of a certificate: a sum that decides whether times fit together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.cli.output import print_wrapped
from routesim.text.certificates import format_support

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.certain import Step


def print_steps(steps: Iterable[Step]) -> None:
    """Print steps, each with the clauses and assumptions that it depends on."""
    for step in steps:
        support = format_support(step.support)
        print_wrapped(f"{step.text} [{support}]", indent="   ", mark="- ")
