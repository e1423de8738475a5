"""Conversion of units: km, km/h and hours in files and tables, SI units in computations."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

METRES_PER_KM = 1000.0
SECONDS_PER_MINUTE = 60.0
MINUTES_PER_HOUR = 60.0
SECONDS_PER_HOUR = 3600.0

Quantity = TypeVar("Quantity", float, NDArray[np.float64])


def kmh_to_mps(speed_kmh: Quantity) -> Quantity:
    """Convert km/h to m/s.

    Examples
    --------
    >>> kmh_to_mps(90.0)
    25.0
    """
    return speed_kmh * METRES_PER_KM / SECONDS_PER_HOUR


def mps_to_kmh(speed_mps: Quantity) -> Quantity:
    """Convert m/s to km/h.

    Examples
    --------
    >>> mps_to_kmh(25.0)
    90.0
    """
    return speed_mps * SECONDS_PER_HOUR / METRES_PER_KM


def km_to_metres(length_km: Quantity) -> Quantity:
    """Convert kilometres to metres."""
    return length_km * METRES_PER_KM


def metres_to_km(length_m: Quantity) -> Quantity:
    """Convert metres to kilometres."""
    return length_m / METRES_PER_KM


def hours_to_seconds(duration_h: Quantity) -> Quantity:
    """Convert hours to seconds."""
    return duration_h * SECONDS_PER_HOUR


def minutes_to_seconds(duration_min: Quantity) -> Quantity:
    """Convert minutes to seconds."""
    return duration_min * SECONDS_PER_MINUTE


def seconds_to_hours(duration_s: Quantity) -> Quantity:
    """Convert seconds to hours."""
    return duration_s / SECONDS_PER_HOUR
