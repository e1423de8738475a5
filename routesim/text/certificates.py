"""Sentences about the steps, assumptions and possible resolutions of conflicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.text.durations import format_exact_lapse, format_lapse, format_least_lapse
from routesim.text.names import format_city, format_list, format_stop, format_visit
from routesim.text.quantities import format_count
from routesim.text.times import format_clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


EVENTS = {
    "arrive": "arrival at",
    "depart": "departure from",
    "start": "departure from",
    "ready": "standing ready at",
}
"""Events as nouns. ``start`` and ``ready`` are the departure and arrival of the origin."""
CLOCKS = {
    "before": "before",
    "no_later": "no later than",
    "later_than": "later than",
    "no_earlier": "no earlier than",
}
"""Relations of an event to a time, by the kind of step."""
ASSUMPTIONS = {
    "speed cap": "speed caps",
    "length": "official lengths",
    "positions": "the coordinates of the stations",
}
"""Assumptions in words, by their name in a support."""
ASKED = "asked"
"""Support of a step that comes from the question, not from a report."""


def format_event(kind: str, station: str, visit: int = 1) -> str:
    """Name an event at a station; ``kind`` is a key of ``EVENTS``.

    Examples
    --------
    >>> format_event("arrive", "Khasan"), format_event("depart", "Baranovsky", 2)
    ('arrival at Khasan', 'departure from Baranovsky (2)')
    """
    return f"{EVENTS[kind]} {format_visit(format_stop(station), visit)}"


def format_step(
    kind: str, events: Sequence[tuple[str, str, int]], seconds: float, *, zone: str = ""
) -> str:
    """Write one step of a sum from the fields of a :class:`routesim.certain.Step`.

    Examples
    --------
    >>> ends = [("start", "Pyongyang", 1), ("arrive", "Khasan", 1)]
    >>> format_step("at_most", ends, 72000)
    'departure from Pyongyang to arrival at Khasan takes at most 20 h'
    """
    early, *late = (format_event(*event) for event in events)
    if kind in CLOCKS:
        return f"{early} {CLOCKS[kind]} {format_clock(seconds, zone)}"
    if kind == "order":
        return f"{early} comes no later than {late[0]}"
    return f"{early} to {late[0]} takes {kind.replace('_', ' ')} {format_lapse(seconds)}"


def format_run(
    events: Sequence[tuple[str, str, int]],
    seconds: float,
    km: float,
    caps: Sequence[tuple[str, float]],
) -> str:
    """Write the shortest time for a distance at the speed caps of its lines, in km/h.

    Examples
    --------
    >>> ends = [("start", "Pyongyang", 1), ("arrive", "Khasan", 1)]
    >>> format_run(ends, 36000, 835.0, [("Pyongui", 80.0), ("Hambuk", 80.0)])
    'departure from Pyongyang to arrival at Khasan, 835 km, takes at least 10 h at 80 km/h'
    """
    early, late = (format_event(*event) for event in events)
    speeds = " and ".join(f"{kmh:g} km/h on {line}" for line, kmh in caps)
    if len(caps) > 1 and len({kmh for _, kmh in caps}) == 1:
        speeds = f"{caps[0][1]:g} km/h"
    return (
        f"{early} to {late}, {km:,.0f} km, takes at least {format_lapse(seconds)} at {speeds}"
    )


def format_steps(steps: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Write the steps of a sum as one list, each with its support in parentheses."""
    return "; ".join(
        f"{text} ({', '.join(support)})" if support else text for text, support in steps
    )


def format_support(names: Sequence[str]) -> str:
    """Write the support of a step: clauses, assumptions, the question or the order.

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
    """Write why a clause cannot hold on a route from a given origin, at any time.

    ``kind`` is the kind of a :class:`~routesim.certain.encoding.case_builder.Exclusion`.
    ``lengths_km`` are needed for a length only: the smallest and largest on the line, then
    the smallest and largest reported.

    Examples
    --------
    >>> format_exclusion("before_start", ["Khasan"], route="direct", start="Khasan")
    'the train starts at Khasan, so the event cannot occur there'
    """
    between, named = " - ".join(places), " and ".join(dict.fromkeys(places))
    if kind in {"rail", "straight"}:
        own, (low, high) = lengths_km
        length = " to ".join(f"{km:,.1f}" for km in dict.fromkeys(own))
        way = "by rail" if kind == "rail" else "in a straight line"
        return f"{between} {way} is {length} km, not {low:,g} to {high:,g} km"
    where = "there" if named == start else f"at {named}"
    return {
        "not_passed": f"route {route} {format_route_lack('not_passed', places)}",
        "before_start": f"the train starts at {start}, so the event cannot occur {where}",
        "start_between": f"the train starts at {start}, not between {named}",
        "at_end": f"the train ends its journey at {named}",
        "not_ahead": f"route {route} {format_route_lack('not_ahead', places)}",
        "out_of_order": f"the times of {named} contradict this order",
        "two_lengths": f"{between} has two lengths",
        "two_speeds": f"{between} has two speeds",
    }[kind]


def format_route_lack(kind: str, places: Sequence[str]) -> str:
    """Write what a route lacks: ``not_passed`` or ``not_ahead``.

    Examples
    --------
    >>> format_route_lack("not_ahead", ["Ussuriysk", "Ledyanaya"])
    'does not lead to Ussuriysk or Ledyanaya'
    """
    if kind == "not_passed":
        return f"does not pass {' and '.join(dict.fromkeys(places))}"
    return f"does not lead to {' or '.join(places)}"


def format_needed_route(clauses: Sequence[str], route: str, lack: str, against: str) -> str:
    """Write that clauses hold on one route only, and what this route lacks for another clause.

    Examples
    --------
    >>> format_needed_route(["C34"], "a", "does not lead to Ussuriysk", "C24")
    'C34 needs route a, which does not lead to Ussuriysk (C24).'
    """
    needs = "needs" if len(clauses) == 1 else "need"
    return f"{format_list(clauses)} {needs} route {route}, which {lack} ({against})."


def format_caps(caps: Iterable[tuple[str, float]]) -> str:
    """Write the speed cap of each line: ``Khasan branch 100 km/h``."""
    return ", ".join(f"{line} {kmh:g} km/h" for line, kmh in caps)


def format_lengths(disputed: Iterable[tuple[str, str, float, float]]) -> str:
    """Write the range of each disputed length.

    Examples
    --------
    >>> format_lengths([("Tumangang", "Khasan", 2.5, 3.0)])
    'Tumangang - Khasan 2.5 to 3 km'
    """
    return ", ".join(
        f"{start} - {end} {low:g} to {high:g} km" for start, end, low, high in disputed
    )


def format_assumption(kind: str, figures: str = "") -> str:
    """Write an assumption, with its figures if it has any.

    Examples
    --------
    >>> format_assumption("speed cap", "Khasan branch 100 km/h")
    'speed caps (Khasan branch 100 km/h)'
    >>> format_assumption("length"), format_assumption("positions")
    ('official lengths', 'the coordinates of the stations')
    """
    text = ASSUMPTIONS[kind]
    if kind == "length" and figures:
        text += ", or the least restrictive one where sources disagree"
    return f"{text} ({figures})" if figures else text


def format_identity(reports: Sequence[str], identity: str) -> str:
    """Write that reports are assumed to be about the train, and the reason.

    Examples
    --------
    >>> format_identity(["C12", "C15"], "similar train")
    'C12 and C15 are about this train (similar train)'
    """
    verb = "is" if len(reports) == 1 else "are"
    return f"{format_list(reports)} {verb} about this train ({identity})"


def format_option(report: str, text: str) -> str:
    """Write a chosen reading of a report, or an option of the journey if ``report`` is empty.

    Examples
    --------
    >>> format_option("C61", "by rail"), format_option("", "route direct")
    ('C61 is read as: by rail', 'route direct')
    """
    return f"{report} is read as: {text}" if report else text


def format_shared_clock(
    source: str, *, zone: str | None = None, days: int = 0, hours: int = 0
) -> str:
    """Write a setting of the one clock of a source.

    ``zone`` is the zone of all its clocks, None for those in the file. The true times are
    ``days`` and ``hours`` later than those that the clocks show.

    Examples
    --------
    >>> format_shared_clock("feed", zone="America/Toronto")
    "all clocks of feed are Toronto's"
    >>> format_shared_clock("feed", days=-1), format_shared_clock("feed", hours=2)
    ('all times of feed are 1 day earlier than stated', 'all times of feed are 2 h later than \
stated')
    >>> format_shared_clock("feed")
    'all clocks of feed are read in the zones of the file'
    """
    if zone is not None:
        return f"all clocks of {source} are {format_city(zone)}'s"
    if not days and not hours:
        return f"all clocks of {source} are read in the zones of the file"
    lapse = format_count(abs(days), "day") if days else f"{abs(hours)} h"
    side = "later" if days + hours > 0 else "earlier"
    return f"all times of {source} are {lapse} {side} than stated"


def format_route_choice(route: str) -> str:
    """Write the option that the train took a route."""
    return f"the train took route {route}"


def format_reading(options: Sequence[str]) -> str:
    """Join the readings, route and origin that a conflict needs; empty if it needs none.

    Examples
    --------
    >>> format_reading(["the train took route a", "C61 is read as: by rail"])
    'the train took route a, and C61 is read as: by rail'
    """
    return ", and ".join(options)


def format_starts(first: str) -> tuple[str, str]:
    """Write the two options for an open origin: the first station of the route, or a later one.

    Examples
    --------
    >>> format_starts("Pyongyang")
    ('the train started at Pyongyang', 'the train started beyond Pyongyang')
    """
    return f"the train started at {first}", f"the train started beyond {first}"


def format_repair(
    kind: str,
    names: Sequence[str],
    *,
    kmh: float = 0.0,
    standing: tuple[float, float, str, str] | None = None,
) -> str:
    """Write a possible resolution from the fields of a :class:`routesim.Repair`.

    Examples
    --------
    >>> format_repair("cap", ["Khasan branch", "Trans-Siberian"], kmh=134)
    'the train ran at up to 134 km/h on Khasan branch and Trans-Siberian'
    >>> format_repair("drop", ["C48", "the news agency"])
    'C48 is wrong (the news agency)'
    >>> format_repair("drop", ["C16", "C17", "the ministry"])
    'C16 and C17 are wrong (the ministry)'
    """
    if kind == "cap":
        return f"the train ran at up to {kmh} km/h on {format_list(names)}"
    if kind == "drop":
        *wrong, family = names
        return f"{format_list(wrong)} {'is' if len(wrong) == 1 else 'are'} wrong ({family})"
    if kind == "identity":
        return f"{names[0]} is not about this train (assumed: {names[1]})"
    if standing is None:
        return names[0]
    seconds, slowest, start, end = standing
    return (
        f"{names[0]}; the train then stood for at least {format_least_lapse(seconds)} between "
        f"{start} and {end} if it ran at {slowest:g} km/h or more"
    )


def format_widening(
    clause: str, quantity: str, value: float, limit: float = 0.0, *, is_least: bool = False
) -> str:
    """Write by how much a clause must be widened to resolve a conflict.

    The arguments are fields of :class:`routesim.Repair`.

    Examples
    --------
    >>> format_widening("C48", "speed", 49.1, 47.5)
    'the range of C48 ends at 49.1 km/h instead of 47.5'
    >>> format_widening("C01", "end", 21601)
    'the window of C01 ends 6 h 1 s later'
    """
    if quantity == "begin":
        return f"the window of {clause} begins {format_exact_lapse(value)} earlier"
    if quantity == "end":
        return f"the window of {clause} ends {format_exact_lapse(value)} later"
    needed, reported = {
        "lapse": (format_lapse(value), format_lapse(limit)),
        "speed": (f"{value:.1f} km/h", f"{limit:g}"),
        "distance": (f"{value:,.0f} km", f"{limit:,.0f}"),
    }[quantity]
    ends = "begins" if is_least else "ends"
    return f"the range of {clause} {ends} at {needed} instead of {reported}"


def format_still(text: str, clauses: Sequence[str]) -> str:
    """Write a possible resolution, and what the changed report still contradicts.

    Examples
    --------
    >>> format_still("the window of C01 ends 6 h 1 s later", ["C02"])
    'the window of C01 ends 6 h 1 s later (C02 still contradicts it)'
    """
    if not clauses:
        return text
    verb = "contradicts" if len(clauses) == 1 else "contradict"
    return f"{text} ({format_list(clauses)} still {verb} it)"


def format_if(text: str, condition: Sequence[str]) -> str:
    """Write a possible resolution with the readings or the route that it needs besides.

    Examples
    --------
    >>> format_if("the window of C40 begins 1 h earlier", ["C45 is read as: by Seoul's clock"])
    "the window of C40 begins 1 h earlier, and C45 is read as: by Seoul's clock"
    """
    return f"{text}, and {format_list(condition)}" if condition else text
