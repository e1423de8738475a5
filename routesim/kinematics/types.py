"""Type aliases shared by the modules of kinematics."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from routesim.arrays import Array

if TYPE_CHECKING:
    from collections.abc import Sequence


Value: TypeAlias = float | Array
"""A quantity of one run (a float) or of many runs (an array over draws)."""

Floats: TypeAlias = "Sequence[float] | Array"
"""A sequence of floats, as a list or as an array."""
