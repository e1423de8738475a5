"""Verdicts on reports in words: a function over plain fields for each kind of finding.

The judges of :mod:`routesim.assessment` find the fields; ``FINDINGS`` has a sentence for each
kind. What is judged is named by :func:`routesim.text.clauses.format_subject`.
"""

from __future__ import annotations

from functools import partial
from math import isfinite
from typing import TYPE_CHECKING, Any

from routesim.text.clauses import format_subject
from routesim.text.durations import format_duration, format_lapse
from routesim.text.quantities import format_share
from routesim.text.times import format_clock, format_window, format_zone
from routesim.units import metres_to_km, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


VERDICT_WORDS = {
    "consistent": "meets the band of 90 % of the draws from the priors",
    "strained": (
        "outside the band of 90 % of the draws from the priors, or hardly any of them does it, "
        "or in a conflict that no reading dissolves"
    ),
    "impossible": (
        "left out by every world that gives up the fewest families, or no route asked for "
        "passes the place"
    ),
    "silent": "sets no constraint",
}
"""What each verdict means, in the order in which they are shown."""

UNSCORED_WORDS = {
    "prior": "a prior of the plan rests on it",
    "line": "it tells of the line and not of the train",
    "routes": "it fits every route asked for alike",
}
"""Why a report is not predicted."""

BOUNDS = {
    "board": "boarding came no later than that, and began at the earliest",
    "not_yet": "not yet at",
    "before": "{1}before {0}, so before",
    "after": "{1}after {0}, so not before",
}
MEASURE_WORDS = {"rail": "by rail", "straight": "in a straight line"}
NOTHING_ASKED = "as it is read at face value it asks nothing"
ALL_DRAWS = 1.0 - 1e-9

Ends = tuple[float, float]
Subject = tuple[str, ...]


def format_finding(kind: str, fields: Mapping[str, Any]) -> str:
    """Write what was found about one clause; ``kind`` is a key of ``FINDINGS``.

    Of the fields, in SI units, ``band`` and ``stated`` are the band of the draws and what the
    report states, ``doing`` and ``share`` the shares of the draws that do such a thing at all
    and that do it as stated.

    Examples
    --------
    >>> format_finding("rare", {"subject": ("depart", "Khasan"), "doing": 0.0})
    'The train leaves Khasan in no draw.'
    """
    return FINDINGS[kind](**fields)


def format_findings(findings: Sequence[str], *, silent: str = "", apart: bool = False) -> str:
    """Write all that was found about a report; ``apart`` if no draw does all of it."""
    if not findings:
        return f"No constraint: {silent or NOTHING_ASKED}."
    return " ".join([*findings, *["No draw does all of it at once."] * apart])


def format_either(finding: str, other: str) -> str:
    """Write what was found about a speed that may count the stops or not."""
    return f"{finding} Whether stops count is not said. {other}"


def format_ruling(others: Sequence[str], conflict: str) -> str:
    """Write with which other clauses a report cannot be true, and why."""
    company = f"together with {' and '.join(others)}" if others else "by itself"
    return f"Cannot be true {company}: {conflict}"


def format_clash(others: Sequence[str], miss_s: float, reading: str) -> str:
    """Write by how much a report clashes with other clauses, if they are read in one way."""
    miss = "only just" if miss_s == 1 else f"by {format_lapse(miss_s)}"
    return f"It clashes with {' and '.join(others) or 'itself'} {miss}, if {reading}."


def format_clock_families(clocks: Sequence[str], families: Sequence[str]) -> str:
    """Write whether clocks can be predicted from those of other families, and why."""
    ids = ", ".join(clocks)
    if not clocks:
        return "Not scorable by clocks: no report prints one."
    if len(families) == 1:
        return (
            f"Not scorable by clocks: all of them ({ids}) are of one family, {families[0]}, "
            "so that none is left to predict another."
        )
    return f"Clocks of {len(families)} families ({', '.join(families)}): {ids}."


def _compare(
    subject: Subject, band: str, stated: str, *, doing: float, share: float, missed: str = ""
) -> str:
    draws = "the draws"
    if doing < ALL_DRAWS:
        draws = f"those draws ({format_share(doing)}) that do"
    missed = f": missed by {missed}" if missed else ""
    return (
        f"{format_subject(*subject)} {band} in 90 % of {draws}; {stated}{missed}. "
        f"It holds in {format_share(share)} of the draws."
    )


def _format_window(
    *,
    subject: Subject,
    band: Ends,
    stated: Ends,
    zone: str,
    miss_s: float,
    within: str = "",
    bound: tuple[Any, ...] = (),
    **draws: float,
) -> str:
    says = f"the report says {_format_ends(stated, zone)}"
    if bound:
        kind, what, gap_s = (*bound, "", 0.0)[:3]
        gap = f"{format_duration(gap_s)} or more " if gap_s else ""
        limit_s = stated[kind == "before"]
        limit = format_clock(limit_s, zone) if isfinite(limit_s) else "any time"
        says = f"{BOUNDS[kind].format(what, gap)} {limit}"
    times = f"{within}{_format_ends(band, zone)}"
    return _compare(subject, times, says, missed=_format_miss_s(miss_s), **draws)


def _format_lapse(
    *, subject: Subject, band: Ends, stated: Ends, miss_s: float, **draws: float
) -> str:
    low, high = (format_duration(end) if isfinite(end) else "" for end in stated)
    return _compare(
        subject,
        " to ".join(map(format_duration, band)),
        f"the report says {f'{low} to {high}' if high else f'at least {low}'}",
        missed=_format_miss_s(miss_s),
        **draws,
    )


def _format_speed(
    *, subject: Subject, band: Ends, stated: Ends, miss_mps: float, **draws: float
) -> str:
    (low, high), (least, most) = map(mps_to_kmh, band), map(mps_to_kmh, stated)
    return _compare(
        subject,
        f"is {low:.0f} to {high:.0f} km/h",
        f"the report says {least:g} to {most:g}",
        missed=f"{mps_to_kmh(miss_mps):.1f} km/h" if miss_mps > 0 else "",
        **draws,
    )


def _format_length(*, measure: str, band: Ends, stated: Ends, share: float) -> str:
    (low, high), (least, most) = map(metres_to_km, band), map(metres_to_km, stated)
    text = f"is {low:.0f} to {high:.0f} km {MEASURE_WORDS[measure]}"
    says = f"the report says {least:g} to {most:g}"
    return _compare(("journey",), text, says, doing=1.0, share=share)


def _format_distance(
    *, places: Subject, lengths: Mapping[str, float], stated: Ends, fits: str, miss_m: float
) -> str:
    found = " and ".join(
        f"{metres_to_km(length_m):.1f} km {MEASURE_WORDS[measure]}"
        for measure, length_m in lengths.items()
    )
    low, high = map(metres_to_km, stated)
    does = f"misses by {metres_to_km(miss_m):.1f} km"
    if fits:
        does = f"fits {MEASURE_WORDS[fits]}"
    return f"{' - '.join(places)} is {found}; {low:g} to {high:g} km {does}."


def _format_rare(*, subject: Subject, doing: float) -> str:
    draws = "no draw" if doing == 0 else f"{format_share(doing)} of the draws only"
    return f"{format_subject(*subject)} in {draws}."


def _format_origin(*, places: Subject, share: float) -> str:
    return f"{format_share(share)} of the draws set out between {' and '.join(places)}."


def _format_off_route(*, routes: Subject, places: Subject) -> str:
    return f"No route asked for ({', '.join(routes)}) passes {' and '.join(places)}."


def _format_heading(*, routes: Subject, leading: Subject, places: Subject) -> str:
    ends = " or ".join(places)
    if not leading:
        return f"No route asked for ({', '.join(routes)}) leads to {ends}."
    others = ", ".join(route for route in routes if route not in leading)
    lead = f"Route {leading[0]} leads"
    if len(leading) > 1:
        lead = f"Routes {', '.join(leading)} lead"
    return f"{lead} to {ends}{f'; {others} would not' if others else ''}."


def _format_ends(ends: Ends, zone: str) -> str:
    shown = next(filter(isfinite, ends), None)
    window = format_window(*ends, zone)
    return window if shown is None else f"{window} ({format_zone(zone, shown)})"


def _format_miss_s(miss_s: float) -> str:
    return format_duration(miss_s) if miss_s > 0 else ""


FINDINGS: Mapping[str, Callable[..., str]] = {
    "window": _format_window,
    "stay": partial(_format_window, within="at times within "),
    "lapse": _format_lapse,
    "speed": _format_speed,
    "length": _format_length,
    "distance": _format_distance,
    "rare": _format_rare,
    "origin": _format_origin,
    "off_route": _format_off_route,
    "heading": _format_heading,
}
"""The sentence of each kind of finding."""
