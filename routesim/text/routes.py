"""Sentences about routes: their probabilities, and how their lengths are known."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from routesim.text.quantities import CHANCE_STEPS, format_chance, format_count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


LEAST_ERROR = 0.001
"""Smallest Monte Carlo error that is written as a number."""

MOST_NAMED = 8
"""Largest number of lines, or of stretches, that are named in one sentence."""


def format_route_chances(chances: Sequence[float], errors: Sequence[float]) -> list[str]:
    """Write the probabilities of routes so that different ones look different.

    They are rounded to their Monte Carlo standard errors, but less coarsely if two routes that
    differ by a percentage point or more would look the same.

    Examples
    --------
    >>> format_route_chances((0.354, 0.456, 0.19), (0.15, 0.15, 0.15))
    ['40 %', '50 %', '20 %']
    >>> format_route_chances((0.6, 0.2, 0.2), (0.0, 0.0, 0.0))
    ['60 %', '20 %', '20 %']
    """
    finest = CHANCE_STEPS[0]
    for step in reversed(CHANCE_STEPS):
        texts = [
            format_chance(chance, min(error, step))
            for chance, error in zip(chances, errors, strict=True)
        ]
        ranked = sorted(zip(chances, texts, strict=True))
        if all(a[1] != b[1] or b[0] - a[0] < finest for a, b in pairwise(ranked)):
            break
    return texts


def format_route_part(title: str) -> str:
    """Write the title of a route for use within a sentence.

    Examples
    --------
    >>> format_route_part("By Khabarovsk")
    'by Khabarovsk'
    """
    return f"{title[:1].lower()}{title[1:]}"


def format_likeliest(
    titles: Mapping[str, str],
    chances: Mapping[str, str],
    best: str,
    *,
    default: str,
    decided: bool,
    every: bool,
) -> str:
    """Write which route is the most likely.

    ``titles`` and ``chances`` are texts by route id; ``best`` and ``default`` are route ids.
    ``decided`` says whether the best route is likely enough, and ``every`` whether every
    report was used.

    Examples
    --------
    >>> titles, chances = {"a": "By A", "b": "By B"}, {"a": "4 %", "b": "96 %"}
    >>> format_likeliest(titles, chances, "b", default="a", decided=True, every=True)
    'The most likely route (by B) has a probability of 96 %; the default route has 4 %.'
    """
    title = format_route_part(titles[best])
    name, rest = f"route ({title})", f"; the default route has {chances[default]}"
    if best == default:
        name, rest = f"one is the default route ({title}), which", ""
    text = f"The most likely {name} has a probability of {chances[best]}{rest}."
    if decided:
        return text
    known = ", even with every report" if every else ""
    return f"The route is not determined{known}. {text}"


def format_points(error: float) -> str:
    """Write the Monte Carlo error of a probability in percentage points.

    Examples
    --------
    >>> format_points(0.0062), format_points(0.0)
    ('0.6', '< 0.1')
    """
    return f"{100 * error:.1g}" if error >= LEAST_ERROR else "< 0.1"


def format_decision(reliability: float, found: tuple[str, str] | None) -> str:
    """Write from which report onwards a route is decided, at one reliability of all reports.

    ``found`` is the route and the report; an empty report stands for the priors, and None
    means that no route is decided.

    Examples
    --------
    >>> format_decision(0.95, ("vladivostok", "C34"))
    'If every report has reliability 0.95, route vladivostok stays above 90 % from C34 onwards.'
    >>> format_decision(0.8, None)
    'If every report has reliability 0.8, no route is above 90 % after the last report.'
    """
    answer = "no route is above 90 % after the last report"
    if found is not None:
        answer = f"route {found[0]} stays above 90 % from {found[1] or 'the priors'} onwards"
    return f"If every report has reliability {reliability:g}, {answer}."


def format_exact_km(lines: Sequence[tuple[str, int, int]]) -> str:
    """Write which kilometres are taken as exact; empty if there are none.

    ``lines`` has the name of each line, the number of its timing points that are taken as
    exact, and that of all.

    Examples
    --------
    >>> format_exact_km([("Line 1", 2, 2), ("Line 2", 1, 3)])
    'taken as exact: kilometres of Line 1 (2 of 2 points), Line 2 (1 of 3)'
    >>> format_exact_km([])
    ''
    """
    unit = " points"
    named = []
    for line, exact, points in lines[:MOST_NAMED]:
        named.append(f"{line} ({exact} of {points}{unit})")
        unit = ""
    if not named:
        return ""
    return f"taken as exact: kilometres of {_join_named(named, len(lines), 'line')}"


def format_disputed(
    stretches: Sequence[tuple[str, str, float, float, float]], *, plan: bool
) -> str:
    """Write on which stretches sources disagree; empty if there are none.

    ``stretches`` has the two places, the length in use, and the shortest and longest length of
    all sources, in km. ``plan`` says whether they are those that a journey's plan leaves out.

    Examples
    --------
    >>> format_disputed([("A", "B", 766.1, 766.1, 767.0)], plan=True)
    'warning: sources disagree on lengths for which plan.lengths has no range: \
A - B (766.1 km is used; sources: 766.1 to 767)'
    >>> format_disputed([], plan=True)
    ''
    """
    named = [
        f"{start} - {end} ({km:g} km is used; sources: {low:g} to {high:g})"
        for start, end, km, low, high in stretches[:MOST_NAMED]
    ]
    if not named:
        return ""
    subject = "lengths for which plan.lengths has no range" if plan else "these lengths"
    text = _join_named(named, len(stretches), "stretch", "stretches")
    return f"warning: sources disagree on {subject}: {text}"


def _join_named(named: Sequence[str], count: int, unit: str, units: str = "") -> str:
    """Join the first of some things, with the number of the others."""
    more = count - len(named)
    text = ", ".join(named)
    return f"{text} and {format_count(more, unit, units)} more" if more else text
