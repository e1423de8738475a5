"""Types that many modules of kinematics share: floats, and arrays of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from routesim.arrays import Array

if TYPE_CHECKING:
    from collections.abc import Sequence


Value: TypeAlias = float | Array
"""A quantity of one run, or of many: a number, or an array over draws."""

Floats: TypeAlias = "Sequence[float] | Array"
