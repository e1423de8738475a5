"""How long the train stood and how fast it ran, before the reports and given them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.journey import DEFAULT_LEVELS
from routesim.likely import Standing, list_standings
from routesim.sampler.rounding import STEPS_S, round_band
from routesim.text.durations import format_duration
from routesim.text.quantities import format_number
from routesim.units import mps_to_kmh
from routesim.view.html.markup import Markup, element, join
from routesim.view.page.basis import PRIOR_TABLES
from routesim.view.page.window_tables import scroll_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from routesim.journey import Ensemble, Journey
    from routesim.likely import Posterior

    Array = NDArray[np.float64]

__all__ = ["compare_spread", "make_standings"]

MINUTE_S = 60
SAME = 0.1
"""Where no point of the two distributions lies further apart, the prior is hardly changed."""

NOTABLE = 0.15
"""So much narrower or wider is told."""

STEPS_KMH = (1.0, 2.0, 5.0, 10.0)
LEAST_KMH = 0.5
STOOD_CAPTION = "How long it stood"
SPEED_CAPTION = "How fast it ran, while moving"
UNTOLD = "next to nothing"
APART_NOTE = (
    "Next to nothing: what is likely is the prior itself. "
    "A sum can be known better than its parts: where no report says at which of the places "
    "the train stood, the reports tell little more than that it did."
)


def make_standings(journey: Journey, posterior: Posterior, prior: Ensemble) -> Markup:
    """Write how long it stood and how fast it ran, each beside its prior."""
    before = {(one.place, one.kind): one.seconds for one in list_standings(prior)}
    rows = [
        _make_row(
            _name_standing(one),
            posterior,
            before[one.place, one.kind],
            one.seconds,
            _tell_times,
        )
        for one in list_standings(posterior)
        if np.ptp(before[one.place, one.kind]) > 0.0
    ]
    parts = [_make_table(STOOD_CAPTION, rows)] if rows else []
    entangled = _list_entangled(posterior)
    if rows:
        parts.append(element("p", APART_NOTE, class_="note"))
    if entangled:
        parts += [
            element("p", "The reports do not tell these apart:"),
            element("ul", *[element("li", told) for told in entangled], class_="entangled"),
        ]
    speeds = _list_speeds(journey, posterior, prior)
    parts += [_make_table(SPEED_CAPTION, speeds)] if speeds else []
    return join(parts)


def compare_spread(before: Array, after: Array) -> str:
    """Say what the reports tell of a quantity: longer or shorter, narrower or wider.

    Both the place and the width of the distribution count. That the largest distance of
    the two distribution functions is small means that neither has changed.

    Examples
    --------
    >>> import numpy as np
    >>> even = np.linspace(0.0, 100.0, 1001)
    >>> compare_spread(even, even + 1.0)
    'next to nothing'
    >>> compare_spread(even, 50.0 + even / 2)
    'more; 50 % narrower'
    """
    if _find_distance(before, after) < SAME:
        return UNTOLD
    low, middle, high = np.quantile(before, DEFAULT_LEVELS)
    least, median, most = np.quantile(after, DEFAULT_LEVELS)
    told = []
    if abs(median - middle) > NOTABLE * (high - low):
        told.append("more" if median > middle else "less")
    ratio = (most - least) / (high - low)
    if abs(1.0 - ratio) >= NOTABLE:
        percent = 10 * round(10 * abs(1.0 - ratio))
        told.append(f"{percent} % {'narrower' if ratio < 1.0 else 'wider'}")
    return "; ".join(told) or "a little"


def _find_distance(one: Array, other: Array) -> float:
    """Return the largest distance of two empirical distribution functions."""
    at = np.concatenate([one, other])
    shares = [np.searchsorted(np.sort(v), at, side="right") / v.size for v in (one, other)]
    return float(np.max(np.abs(shares[0] - shares[1])))


def _name_standing(standing: Standing) -> Markup:
    place = {
        "sum": standing.place,
        "stop": f"at {standing.place}",
        "line": f"on the line {standing.place}",
    }[standing.kind]
    anchor, what = {
        "stop": ("stops", "planned stop"),
        "line": ("standing", "unplanned"),
    }.get(standing.kind, ("", ""))
    if not anchor:
        return element("strong", place)
    link = element("a", what, href=f"#{PRIOR_TABLES[anchor]}")
    return join([place, element("span", " ", link, class_="note")])


def _list_speeds(journey: Journey, posterior: Posterior, prior: Ensemble) -> list[Markup]:
    anchor = PRIOR_TABLES["speeds"]
    rows = []
    for line, running_mps in posterior.running_mps.items():
        before = mps_to_kmh(prior.running_mps[line])
        if np.ptp(before) == 0.0:
            continue
        link = element("a", "prior", href=f"#{anchor}") if journey.plan.speeds else None
        head = join([line, element("span", " ", link, class_="note")])
        rows.append(_make_row(head, posterior, before, mps_to_kmh(running_mps), _tell_speeds))
    return rows


def _list_entangled(posterior: Posterior) -> list[str]:
    return [
        f"standing at or on {one}, and at or on {other} (rank correlation {share:.1f}): the "
        "more of the one the less of the other"
        for one, other, share in posterior.entangled
    ]


HEADS = ("Where", "Likely, 5 % to 95 %", "Median", "From the priors alone", "Reports tell")


def _make_row(
    head: Markup,
    posterior: Posterior,
    before: Array,
    after: Array,
    tell: Callable[[Array, Array], list[str]],
) -> Markup:
    levels = np.asarray(DEFAULT_LEVELS)
    errors = posterior.islands.find_quantile_errors(after, levels)
    low, middle, high = tell(np.quantile(after, levels), errors)
    # The prior can be drawn at will: its points are told as finely as those beside them.
    least, _, most = tell(np.quantile(before, levels), errors)
    cells = (
        element("span", _join_range(low, high), class_="num"),
        element("span", middle, class_="num"),
        element("span", _join_range(least, most), class_="num"),
        compare_spread(before, after),
    )
    return element(
        "tr",
        element("th", head, scope="row"),
        *[
            element("td", cell, data_label=name)
            for name, cell in zip(HEADS[1:], cells, strict=True)
        ],
    )


def _join_range(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def _tell_times(seconds: Array, errors: Array) -> list[str]:
    rounded = round_band(seconds, np.maximum(errors, MINUTE_S), DEFAULT_LEVELS, STEPS_S)
    return [format_duration(round(value)) for value in rounded]


def _tell_speeds(kmh: Array, errors: Array) -> list[str]:
    rounded = round_band(kmh, np.maximum(errors, LEAST_KMH), DEFAULT_LEVELS, STEPS_KMH)
    return [f"{format_number(value)} km/h" for value in rounded]


def _make_table(title: str, rows: list[Markup]) -> Markup:
    table = element(
        "table",
        element("caption", title),
        element("thead", element("tr", *[element("th", head, scope="col") for head in HEADS])),
        element("tbody", *rows),
        class_="reasons stood",
    )
    return scroll_table(table, title)
