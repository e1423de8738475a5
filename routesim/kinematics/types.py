"""Types that many modules of kinematics share: floats, and arrays of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence


FloatArray: TypeAlias = NDArray[np.float64]

Value: TypeAlias = float | FloatArray
"""A quantity of one run, or of many: a number, or an array over draws."""

Floats: TypeAlias = "Sequence[float] | FloatArray"
