"""Where a train was, in words: kilometres, sections and probabilities."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from routesim.text.rounding import round_quantity

if TYPE_CHECKING:
    from collections.abc import Sequence


TOLERANCE_KM = 1e-6
ANYWHERE = "nothing: it may be anywhere on the route"
PAST_WORDS = {True: "it had", False: "it had not", None: "it may have, or not"}
"""Whether it had certainly come to a place; None if both are possible."""
MEDIAN_OUTSIDE = (
    "The likely median lies outside what is certain. Certain is what must hold if the reports "
    "of a world are true; what is likely takes each of them as fallible, or knows none of them."
)


def format_likely_km(km: Sequence[float], errors_km: Sequence[float], length_km: float) -> str:
    """Write between which kilometres it likely was, and the median, rounded to their errors.

    ``km`` are the quantiles at 5, 50 and 95 %, ``errors_km`` their Monte Carlo standard
    errors, NaN where not known. Nothing is beyond the end of the route, ``length_km``.

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
    """Write between which kilometres it must have been, rounded outwards.

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
    """Name the stations before and after; one if they are the same.

    Examples
    --------
    >>> format_stations(("Tumangang", "Khasan")), format_stations(("Khasan", "Khasan"))
    ('Tumangang to Khasan', 'Khasan')
    """
    first, last = stations
    return first if first == last else f"{first} to {last}"


def format_section(from_station: str, to_station: str) -> str:
    """Name a section, or the one place where it was.

    Examples
    --------
    >>> format_section("Tumangang", "Khasan"), format_section("Khasan", "Khasan")
    ('Tumangang to Khasan', 'at Khasan')
    """
    stations = format_stations((from_station, to_station))
    return f"at {stations}" if from_station == to_station else stations
