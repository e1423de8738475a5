"""How likely routes are, in words."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from routesim.text.quantities import CHANCE_STEPS, format_chance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


LEAST_ERROR = 0.001


def format_route_chances(chances: Sequence[float], errors: Sequence[float]) -> list[str]:
    """Write the probabilities of routes, so that no two look alike that are not.

    They are written to no more than their Monte Carlo standard errors allow, unless two routes
    that are a point or more apart would then look alike.

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
    """Write the title of a route as a part of a sentence.

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
    """Say which route is the likeliest.

    ``titles`` and ``chances``, in words, are by the id of a route, as ``best`` and ``default``
    are. ``decided`` says whether the best is likely enough, ``every`` whether every report was
    used.

    Examples
    --------
    >>> titles, chances = {"a": "By A", "b": "By B"}, {"a": "4 %", "b": "96 %"}
    >>> format_likeliest(titles, chances, "b", default="a", decided=True, every=True)
    'Of the routes the likeliest, by B, has 96 %; the default route has 4 %.'
    """
    name, rest = format_route_part(titles[best]), f"; the default route has {chances[default]}"
    if best == default:
        name, rest = f"the default one, {name}", ""
    if decided:
        return f"Of the routes the likeliest, {name}, has {chances[best]}{rest}."
    known = " even once every report was known" if every else ""
    return (
        f"Which route it took could not be told{known}: the likeliest, {name}, has "
        f"{chances[best]}{rest}."
    )


def format_points(error: float) -> str:
    """Write the Monte Carlo error of a probability in percentage points.

    Examples
    --------
    >>> format_points(0.0062), format_points(0.0)
    ('0.6', '< 0.1')
    """
    return f"{100 * error:.1g}" if error >= LEAST_ERROR else "< 0.1"


def format_decision(reliability: float, found: tuple[str, str] | None) -> str:
    """Say from which report on a route is likely enough, if every report is as reliable.

    ``found`` are the route and the report, empty for the priors; None where no route is.

    Examples
    --------
    >>> format_decision(0.95, ("vladivostok", "C34"))
    'If each report is right with 0.95: vladivostok can be told at 90 % from C34 on.'
    """
    answer = "no route can be told at 90 %"
    if found is not None:
        answer = f"{found[0]} can be told at 90 % from {found[1] or 'the priors'} on"
    return f"If each report is right with {reliability:g}: {answer}."
