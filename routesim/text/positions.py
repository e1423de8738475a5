"""Sentences about the position of a train: kilometres and sections."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from routesim.text.names import format_stop
from routesim.text.rounding import round_quantity

if TYPE_CHECKING:
    from collections.abc import Sequence


TOLERANCE_KM = 1e-6
"""Largest rounding error of a position, in kilometres."""
ANYWHERE = "nothing; the train may be anywhere on the route"
PAST_WORDS = {True: "reached", False: "not reached", None: "either is possible"}
"""Whether the train had certainly reached a place; None if both are possible."""
MEDIAN_OUTSIDE = (
    "The likely median lies outside the certain bounds. The bounds hold if the reports of a "
    "world are true. The likely position allows each report to be wrong, or uses no report."
)


def format_likely_km(km: Sequence[float], errors_km: Sequence[float], length_km: float) -> str:
    """Write the likely range of the train's position and its median, rounded to their errors.

    ``km`` are the 5, 50 and 95 % quantiles and ``errors_km`` their Monte Carlo standard errors,
    NaN if unknown. No result lies beyond the end of the route, ``length_km``.

    Examples
    --------
    >>> format_likely_km((852.3, 854.1, 1186.4), (0.2, 0.0, 0.1), 1186.4)
    'km 852 to 1186, median 854'
    >>> format_likely_km((854.0, 854.0, 854.0), (0.0, 0.0, 0.0), 1186.4)
    'km 854'
    """
    rounded = round_quantity(km, errors_km, "km")
    low, middle, high = (f"{min(value, length_km):.0f}" for value in rounded)
    return f"km {low} to {high}, median {middle}" if low != high else f"km {middle}"


def format_certain_km(min_km: float, max_km: float, length_km: float) -> str:
    """Write the certain range of the train's position, rounded outwards to the kilometre.

    Examples
    --------
    >>> format_certain_km(853.6, 857.0, 1186.4), format_certain_km(1094.2, 1186.4, 1186.4)
    ('km 853 to 857', 'km 1094 to 1186')
    >>> format_certain_km(853.6, 853.6, 1186.4)
    'km 854'
    """
    if max_km - min_km < TOLERANCE_KM:
        return f"km {min_km:.0f}"
    start_km = floor(min_km + TOLERANCE_KM)
    end_km = min(ceil(max_km - TOLERANCE_KM), round(length_km))
    return f"km {start_km} to {end_km}"


def format_stations(stations: tuple[str, str]) -> str:
    """Write the stations before and after a position, once if they are the same.

    Examples
    --------
    >>> format_stations(("Tumangang", "Khasan")), format_stations(("Khasan", "Khasan"))
    ('Tumangang to Khasan', 'Khasan')
    >>> format_stations(("Khasan", "9232 km"))
    'Khasan to stop "9232 km"'
    """
    first, last = map(format_stop, stations)
    return first if first == last else f"{first} to {last}"


def format_section(from_station: str, to_station: str) -> str:
    """Write the section of a position, or the station that it is at.

    Examples
    --------
    >>> format_section("Tumangang", "Khasan"), format_section("Khasan", "Khasan")
    ('Tumangang to Khasan', 'at Khasan')
    """
    stations = format_stations((from_station, to_station))
    return f"at {stations}" if from_station == to_station else stations
