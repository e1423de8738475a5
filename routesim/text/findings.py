"""Sentences about verdicts on reports.

``FINDINGS`` has a function over plain fields for each kind of finding. The fields come from
:mod:`routesim.assessment`, the subject from :func:`routesim.text.clauses.format_subject`.
"""

from __future__ import annotations

from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Any

from routesim.text.clauses import format_subject
from routesim.text.durations import format_duration
from routesim.text.names import format_list
from routesim.text.quantities import format_range, format_rounded_share, format_share
from routesim.text.times import format_clock, format_local, format_window, format_zone
from routesim.units import metres_to_km, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


VERDICT_WORDS = {
    "consistent": "overlaps the band that holds 90 % of the draws from the priors",
    "strained": (
        "outside the band that holds 90 % of the draws from the priors, or about an event that "
        "occurs in hardly any of them, or dropped by some of the best worlds"
    ),
    "impossible": (
        "dropped by the best worlds of every route, or at a place that no route considered "
        "passes"
    ),
    "silent": "sets no constraint",
}
"""Meaning of each verdict, in the order in which they are shown."""

UNSCORED_WORDS = {
    "prior": "a prior of the plan is based on it",
    "line": "it is about the line and not about the train",
    "routes": "it fits every route considered equally well",
}
"""Reasons why a report is not predicted."""

BOUNDS = {
    "board": "that boarding, which precedes departure, began no earlier than",
    "not_yet": "that this had not happened by",
    "before": "{1}before {0}, that is, before",
    "after": "{1}after {0}, that is, no earlier than",
}
"""What a one-sided report says; the limit follows. ``{0}`` is an event, ``{1}`` a gap."""
MEASURE_WORDS = {"rail": "by rail", "straight": "in a straight line"}
NOTHING_REQUIRED = "read at face value, the report requires nothing"
ALL_DRAWS = 1.0 - 1e-9
"""Share from which all draws are meant."""

Ends = tuple[float, float]
Subject = tuple[str, ...]

RAREST = 3
"""Number of reports that are named as those that hold in the fewest draws."""


def format_finding(kind: str, fields: Mapping[str, Any]) -> str:
    """Write the finding about one clause; ``kind`` is a key of ``FINDINGS``.

    The fields are in SI units. ``band`` is the 90 % band of the draws and ``stated`` the range
    that the report states. ``doing`` is the share of the draws in which the event occurs, and
    ``share`` that in which it occurs as stated.

    Examples
    --------
    >>> format_finding("rare", {"subject": ("depart", "Khasan"), "doing": 0.0})
    'The train leaves Khasan in no draw.'
    """
    return FINDINGS[kind](**fields)


def format_findings(findings: Sequence[str], *, silent: str = "", apart: bool = False) -> str:
    """Join the findings about a report; ``apart`` says that no draw satisfies all of them."""
    if not findings:
        return f"No constraint: {silent or NOTHING_REQUIRED}."
    return " ".join([*findings, *["No draw satisfies all of it at once."] * apart])


def format_either(finding: str, other: str) -> str:
    """Join the findings about a speed by both readings: running and overall."""
    return f"{finding} The report does not say whether stops count. {other}"


def format_ruling(others: Sequence[str], conflict: str, reading: str | None = None) -> str:
    """Write with which other clauses a report cannot be true, why, and in which reading."""
    company = f"together with {format_list(others)}" if others else "by itself"
    condition = f" if {reading}" if reading else ""
    return f"Cannot be true {company}{condition}: {conflict}"


def format_part_in_conflict(others: Sequence[str], miss: str, reading: str | None) -> str:
    """Write by how much a report contradicts other clauses, and under which reading.

    Examples
    --------
    >>> format_part_in_conflict(["C48", "C49.1"], "4 h 29 min", None)
    'It is in a conflict with C48 and C49.1, which misses by 4 h 29 min.'
    >>> format_part_in_conflict(["C06"], "", "C06 is read as: departed on Monday")
    'It is in a conflict with C06 if C06 is read as: departed on Monday.'
    >>> format_part_in_conflict([], "413.3 km", "C61 is read as: by rail")
    'It is off by 413.3 km if C61 is read as: by rail.'
    """
    by = f", which misses by {miss}" if miss else ""
    condition = f" if {reading}" if reading else ""
    if not others:
        text = f"It is off by {miss}" if miss else "It cannot be true"
        return f"{text}{condition}."
    comma = "," if by and condition else ""
    return f"It is in a conflict with {format_list(others)}{by}{comma}{condition}."


def format_clock_families(clocks: Sequence[str], families: Sequence[str]) -> str:
    """Write whether the clocks of one family can be predicted from those of others."""
    ids = ", ".join(clocks)
    if not clocks:
        return "Not scorable by clocks: no report prints a clock time."
    if len(families) == 1:
        return (
            f"Not scorable by clocks: all of them ({ids}) are of one family, {families[0]}, "
            "so none is left to predict another."
        )
    return f"Clocks of {len(families)} families ({', '.join(families)}): {ids}."


def _compare(
    subject: Subject, band: str, stated: str, *, doing: float, share: float, missed: str = ""
) -> str:
    draws = "the draws"
    if doing < ALL_DRAWS:
        draws = f"the draws where this applies ({format_share(doing)})"
    missed = f", which misses the band by {missed}" if missed else ""
    return (
        f"{format_subject(*subject)} {band} in 90 % of {draws}. The report says "
        f"{stated}{missed}. It holds in {format_share(share)} of the draws."
    )


def _format_window(
    *,
    subject: Subject,
    band: Ends,
    stated: Ends,
    zone: str,
    miss_s: float,
    is_stay: bool = False,
    bound: tuple[Any, ...] = (),
    **draws: float,
) -> str:
    says = _format_ends(stated, zone)
    if bound:
        kind, what, gap_s = (*bound, "", 0.0)[:3]
        gap = f"{format_duration(gap_s)} or more " if gap_s else ""
        limit_s = stated[kind == "before"]
        limit = format_clock(limit_s, zone) if isfinite(limit_s) else "any time"
        is_closed = all(map(isfinite, stated)) and kind in {"before", "after"}
        ends = f"{kind} {what}, that is, {says}"
        says = ends if is_closed else f"{BOUNDS[kind].format(what, gap)} {limit}"
    words = "no earlier than {} and no later than {}" if is_stay else "between {} and {}"
    start, end = (format_local(time_s, zone) for time_s in band)
    times = f"{words.format(start, end)} ({format_zone(zone, band[0])})"
    return _compare(subject, times, says, missed=_format_miss_s(miss_s), **draws)


def _format_lapse(
    *, subject: Subject, band: Ends, stated: Ends, miss_s: float, **draws: float
) -> str:
    low, high = (format_duration(end) if isfinite(end) else "" for end in stated)
    return _compare(
        subject,
        " to ".join(map(format_duration, band)),
        f"{low} to {high}" if high else f"at least {low}",
        missed=_format_miss_s(miss_s),
        **draws,
    )


def _format_speed(
    *, subject: Subject, band: Ends, stated: Ends, miss_mps: float, **draws: float
) -> str:
    (low, high), (least, most) = map(mps_to_kmh, band), map(mps_to_kmh, stated)
    # The miss is that of the figures shown.
    digits, missed = 0, ""
    if miss_mps > 0:
        digits = 1
        missed = f"{max(least - round(high, 1), round(low, 1) - most):.1f} km/h"
    return _compare(
        subject,
        f"is {low:.{digits}f} to {high:.{digits}f} km/h",
        f"{format_range(least, most)} km/h",
        missed=missed,
        **draws,
    )


def _format_length(
    *, measure: str, band: Ends, stated: Ends, share: float, miss_m: float
) -> str:
    (low, high), (least, most) = map(metres_to_km, band), map(metres_to_km, stated)
    text = f"is {low:,.0f} to {high:,.0f} km {MEASURE_WORDS[measure]}"
    says = f"{format_range(least, most)} km"
    missed = f"{metres_to_km(miss_m):,.1f} km" if miss_m > 0 else ""
    return _compare(("journey",), text, says, doing=1.0, share=share, missed=missed)


def _format_distance(
    *, places: Subject, lengths: Mapping[str, Ends], stated: Ends, fits: str, miss_m: float
) -> str:
    found = " and ".join(
        f"{_format_length_band(band_m)} {MEASURE_WORDS[measure]}"
        for measure, band_m in lengths.items()
    )
    low, high = map(metres_to_km, stated)
    does = f"misses by {metres_to_km(miss_m):,.1f} km"
    if fits:
        does = f"fits the distance {MEASURE_WORDS[fits]}"
    return f"{' - '.join(places)} is {found}. The reported {format_range(low, high)} km {does}."


def _format_length_band(band_m: Ends) -> str:
    low, high = (f"{metres_to_km(length_m):,.1f}" for length_m in band_m)
    return f"{low} km" if low == high else f"{low} to {high} km"


def _format_rare(*, subject: Subject, doing: float) -> str:
    draws = "no draw" if doing == 0 else f"only {format_share(doing)} of the draws"
    return f"{format_subject(*subject)} in {draws}."


def _format_origin(*, places: Subject, share: float) -> str:
    draws = f"{format_share(share)} of the draws"
    return f"The train starts between {' and '.join(places)} in {draws}."


def _format_outside(*, events: Subject, fits: bool) -> str:
    agree = "agree with" if fits else "contradict"
    return f"The times of {format_list(events)} {agree} this order."


def _format_off_route(*, routes: Subject, places: Subject) -> str:
    return f"No route considered ({', '.join(routes)}) passes {format_list(places)}."


def _format_heading(*, routes: Subject, leading: Subject, places: Subject) -> str:
    ends = " or ".join(places)
    if not leading:
        return f"No route considered ({', '.join(routes)}) leads to {ends}."
    others = [route for route in routes if route not in leading]
    if not others and len(routes) > 1:
        one = "one of the places named" if len(places) > 1 else ends
        return f"All routes lead to {one}, so this report does not distinguish them."
    many = len(leading) > 1
    lead = f"Route{'s' * many} {format_list(leading)} {'lead' if many else 'leads'} to {ends}"
    if routes[0] in leading:
        do = "does" if len(others) == 1 else "do"
        rest = f"; {format_list(others)} {do} not" if others else ""
        return f"{lead}{rest}."
    rest = f", and neither does {format_list(others[1:], 'or')}" if others[1:] else ""
    return f"{lead}. The default route, {routes[0]}, does not{rest}."


def _format_ends(ends: Ends, zone: str) -> str:
    shown = next(filter(isfinite, ends), None)
    window = format_window(*ends, zone)
    return window if shown is None else f"{window} ({format_zone(zone, shown)})"


def _format_miss_s(miss_s: float) -> str:
    return format_duration(miss_s) if miss_s > 0 else ""


FINDINGS: Mapping[str, Callable[..., str]] = {
    "window": _format_window,
    "stay": partial(_format_window, is_stay=True),
    "lapse": _format_lapse,
    "speed": _format_speed,
    "length": _format_length,
    "distance": _format_distance,
    "rare": _format_rare,
    "origin": _format_origin,
    "outside": _format_outside,
    "off_route": _format_off_route,
    "heading": _format_heading,
}
"""The function that writes the sentence of each kind of finding."""


def format_margin(margin_s: float | None) -> str:
    """Write a margin in hours and minutes, or nothing if there is none.

    Examples
    --------
    >>> format_margin(12000.0), format_margin(-2700.0)
    ('overlaps by 3 h 20 min', 'misses by 45 min')
    """
    if margin_s is None or not isfinite(margin_s):
        return ""
    return f"{'overlaps' if margin_s >= 0 else 'misses'} by {format_duration(abs(margin_s))}"


def format_verdict_counts(counts: Mapping[str, int]) -> str:
    """Write how many reports have each verdict, as the end of a sentence.

    Examples
    --------
    >>> format_verdict_counts({"consistent": 3, "strained": 1, "silent": 0})
    ', compared with each other and with draws from the priors alone, 3 are consistent and 1 \
is strained. '
    """
    parts = [f"{n} {'is' if n == 1 else 'are'} {name}" for name, n in counts.items() if n]
    compared = "compared with each other and with draws from the priors alone"
    return f", {compared}, {format_list(parts)}. "


def format_other_routes(fitting: Sequence[str], failing: Sequence[str], total: int) -> str:
    """Write which reports are judged on another route than the default one.

    Examples
    --------
    >>> format_other_routes(["C34"], [], 47)
    '1 of the 47 (C34) fits only another route.'
    """
    fit = "fits" if len(fitting) == 1 else "fit"
    be, do = ("is", "does") if len(failing) == 1 else ("are", "do")
    verbs = (
        f"{fit} only another route",
        f"{be} judged on another route and {do} not fit it either",
    )
    return " ".join(
        f"{len(reports)} of the {total} ({', '.join(reports)}) {verb}."
        for reports, verb in zip((fitting, failing), verbs, strict=True)
        if reports
    )


def format_rarest(shares: Sequence[tuple[float, str]]) -> str:
    """Write which reports hold in the fewest draws, as consistent does not mean likely."""
    if not shares:
        return ""
    rarest = [f"{report} in {format_rounded_share(share)}" for share, report in shares[:RAREST]]
    return (
        "Consistent means that the report overlaps the band that holds 90 % of the draws from "
        "the priors, not that it is likely. Taken one by one, these reports hold in the fewest "
        f"draws: {', '.join(rarest)}. A narrow window holds in few draws even if nothing "
        "contradicts it."
    )
