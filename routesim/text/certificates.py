"""Sums, exclusions, assumptions and possible resolutions in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text.durations import format_lapse
from routesim.text.names import format_list, format_visit
from routesim.text.times import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


EVENTS = {
    "arrive": "reaching",
    "depart": "leaving",
    "start": "setting out from",
    "ready": "standing ready at",
}
CLOCKS = {
    "before": "before",
    "no_later": "no later than",
    "later_than": "later than",
    "no_earlier": "no earlier than",
}
ASKED = "asked"


def format_event(kind: str, station: str, visit: int = 1) -> str:
    """Write what happens at a place: arrive, depart, start (departing first) or ready.

    Examples
    --------
    >>> format_event("arrive", "Khasan"), format_event("depart", "Baranovsky", 2)
    ('reaching Khasan', 'leaving Baranovsky (2)')
    """
    return f"{EVENTS[kind]} {format_visit(station, visit)}"


def format_step(
    kind: str, events: Sequence[tuple[str, str, int]], seconds: float, *, zone: str = ""
) -> str:
    """Write one line of a sum; the arguments are fields of :class:`routesim.certain.Step`.

    Examples
    --------
    >>> ends = [("start", "Pyongyang", 1), ("arrive", "Khasan", 1)]
    >>> format_step("at_most", ends, 72000)
    'from setting out from Pyongyang to reaching Khasan at most 20 h'
    """
    early, *late = (format_event(*event) for event in events)
    if kind in CLOCKS:
        return f"{early} {CLOCKS[kind]} {format_clock(seconds, zone)}"
    if kind == "order":
        return f"{early} comes no later than {late[0]}"
    return f"from {early} to {late[0]} {kind.replace('_', ' ')} {format_lapse(seconds)}"


def format_run(
    events: Sequence[tuple[str, str, int]],
    seconds: float,
    km: float,
    caps: Sequence[tuple[str, float]],
) -> str:
    """Write the least time that a length takes at the caps of its lines (km/h).

    Examples
    --------
    >>> ends = [("start", "Pyongyang", 1), ("arrive", "Khasan", 1)]
    >>> format_run(ends, 36000, 835.0, [("Pyongui", 80.0), ("Hambuk", 80.0)])
    'from setting out from Pyongyang to reaching Khasan 835 km take at least 10 h at 80 km/h'
    """
    early, late = (format_event(*event) for event in events)
    speeds = " and ".join(f"{kmh:g} km/h on {line}" for line, kmh in caps)
    if len(caps) > 1 and len({kmh for _, kmh in caps}) == 1:
        speeds = f"{caps[0][1]:g} km/h"
    return (
        f"from {early} to {late} {km:,.0f} km take at least {format_lapse(seconds)} at {speeds}"
    )


def format_steps(steps: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Write the steps of a sum in a row, each with what it is based on."""
    return "; ".join(
        f"{text} ({', '.join(support)})" if support else text for text, support in steps
    )


def format_support(names: Sequence[str]) -> str:
    """Write what a step is based on: clauses, assumptions, the question, or the order.

    Examples
    --------
    >>> format_support(["C01", "asked"]), format_support([])
    ('C01, your question', 'the order along the line')
    """
    shown = ["your question" if name == ASKED else name for name in names]
    return ", ".join(shown) or "the order along the line"


def format_exclusion(
    kind: str,
    places: Sequence[str],
    *,
    route: str,
    start: str,
    lengths_km: Sequence[tuple[float, float]] = (),
) -> str:
    """Write why something cannot hold on a route from a start, whatever the times.

    Of a length ``lengths_km`` are the least and most of the line's, then of the reported.

    Examples
    --------
    >>> format_exclusion("before_start", ["Khasan"], route="direct", start="Khasan")
    'the train does no such thing at Khasan: it sets out there'
    """
    between, named = " - ".join(places), " and ".join(dict.fromkeys(places))
    if kind in {"rail", "straight"}:
        own, (low, high) = lengths_km
        length = " to ".join(f"{km:,.1f}" for km in dict.fromkeys(own))
        way = "by rail" if kind == "rail" else "in a straight line"
        return f"{between} {way} is {length} km, not {low:g} to {high:g}"
    reason = "sets out there" if named == start else f"sets out only at {start}"
    return {
        "not_passed": f"route {route} does not pass {named}",
        "before_start": f"the train does no such thing at {named}: it {reason}",
        "start_between": f"the train sets out at {start}, not between {named}",
        "at_end": f"the train ends at {named}",
        "not_ahead": f"route {route} does not lead to {' or '.join(places)}",
        "two_lengths": f"{between} has two lengths",
        "two_speeds": f"{between} has two speeds",
    }[kind]


def format_caps(caps: Iterable[tuple[str, float]]) -> str:
    """Write the caps on speed by line (km/h): ``Khasan branch 100 km/h``."""
    return ", ".join(f"{line} {kmh:g} km/h" for line, kmh in caps)


def format_lengths(disputed: Iterable[tuple[str, str, float, float]]) -> str:
    """Write which lengths are taken, with those that are disputed: least to most kilometres.

    Examples
    --------
    >>> format_lengths([("Tumangang", "Khasan", 2.5, 3.0)])
    'the official kilometres; disputed: Tumangang - Khasan 2.5 to 3 km'
    """
    rows = [f"{start} - {end} {low:g} to {high:g} km" for start, end, low, high in disputed]
    others = f"; disputed: {', '.join(rows)}" if rows else ""
    return f"the official kilometres{others}"


def format_assumption(kind: str, figures: str | None = None) -> str:
    """Write an assumption with its figures, if it has any."""
    if kind == "positions":
        figures = "the coordinates of the stations"
    return f"{kind}: {figures}" if figures else kind


def format_option(owner: str, text: str) -> str:
    """Write which reading is taken of whose report; without an owner it is of the journey.

    Examples
    --------
    >>> format_option("C61", "by rail"), format_option("", "route direct")
    ('C61 read as: by rail', 'route direct')
    """
    return f"{owner} read as: {text}" if owner else text


def format_starts(first: str) -> tuple[str, str]:
    """Write the options of an open start: at the first station of the route, or beyond."""
    return f"it set out at {first}", f"it set out beyond {first}"


def format_repair(
    kind: str,
    names: Sequence[str],
    *,
    kmh: float = 0.0,
    standing: tuple[float, float, str, str] | None = None,
) -> str:
    """Write a possible resolution; the arguments are fields of :class:`routesim.Repair`.

    Examples
    --------
    >>> format_repair("cap", ["Khasan branch", "Trans-Siberian"], kmh=134)
    'it ran at up to 134 km/h on Khasan branch and Trans-Siberian'
    >>> format_repair("drop", ["C48", "the news agency"])
    'C48 is wrong (the news agency)'
    """
    if kind == "cap":
        return f"it ran at up to {kmh} km/h on {format_list(names)}"
    if kind == "drop":
        return f"{names[0]} is wrong ({names[1]})"
    if kind == "identity":
        return f"{names[0]} does not tell of this train: {names[1]}"
    if standing is None:
        return names[0]
    seconds, slowest, start, end = standing
    return (
        f"{names[0]}; it then stood for at least {format_lapse(seconds)} between {start} and "
        f"{end}, if it ran at {slowest:g} km/h or more"
    )


def format_widening(
    clause: str, quantity: str, value: float, limit: float = 0.0, *, is_least: bool = False
) -> str:
    """Write how far a clause would have to be widened; see :class:`routesim.Repair`.

    Examples
    --------
    >>> format_widening("C48", "speed", 49.09, 47.5), format_widening("C01", "end", 21601)
    ('C48 is 49.1 km/h instead of at most 47.5', 'C01 ends 6 h later')
    """
    if quantity == "begin":
        return f"{clause} begins {format_lapse(value)} sooner"
    if quantity == "end":
        return f"{clause} ends {format_lapse(value)} later"
    needed, reported = {
        "lapse": (format_lapse(value), format_lapse(limit)),
        "speed": (f"{value:.1f} km/h", f"{limit:g}"),
        "distance": (f"{value:,.0f} km", f"{limit:,.0f}"),
    }[quantity]
    return f"{clause} is {needed} instead of at {'least' if is_least else 'most'} {reported}"
