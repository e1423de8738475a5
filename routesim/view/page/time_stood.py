"""How long the train stood and how fast it ran, before the reports and given them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.journey import DEFAULT_LEVELS
from routesim.likely import Standing, list_standings
from routesim.text.durations import format_duration
from routesim.text.quantities import format_number
from routesim.text.rounding import STEPS_S, round_band
from routesim.units import mps_to_kmh
from routesim.view.html.components import make_note, make_number, make_row, make_table
from routesim.view.html.links import PRIOR_ANCHORS
from routesim.view.html.markup import Markup, element, join

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from routesim.journey import Ensemble, Journey
    from routesim.likely import Posterior

    Array = NDArray[np.float64]

__all__ = ["format_change", "make_standings"]

MINUTE_S = 60
SAME = 0.1
"""The distance of two distributions below which the prior counts as unchanged."""

NOTABLE = 0.15
"""The least change of place or width that is shown, as a share of the width."""

STEPS_KMH = (1.0, 2.0, 5.0, 10.0)
LEAST_KMH = 0.5
HEADS = ("Where", "Likely, 5 % to 95 %", "Median", "From the priors alone", "Reports tell")
STOOD_CAPTION = "How long it stood"
SPEED_CAPTION = "How fast it ran, while moving"
UNCHANGED = "next to nothing"
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
            _make_head(one),
            posterior,
            before[one.place, one.kind],
            one.seconds,
            _format_times,
        )
        for one in list_standings(posterior)
        if np.ptp(before[one.place, one.kind]) > 0.0
    ]
    parts = []
    if rows:
        parts += [_make_spread_table(STOOD_CAPTION, rows), make_note(APART_NOTE)]
    if pairs := _list_correlated(posterior):
        parts += [
            element("p", "The reports do not tell these apart:"),
            element("ul", *[element("li", pair) for pair in pairs], class_="entangled"),
        ]
    if speeds := _make_speed_rows(journey, posterior, prior):
        parts.append(_make_spread_table(SPEED_CAPTION, speeds))
    return join(parts)


def format_change(before: Array, after: Array) -> str:
    """Format how the reports change a quantity: longer or shorter, narrower or wider.

    Both the place and the width of the distribution count. That the largest distance of
    the two distribution functions is small means that neither has changed.

    Examples
    --------
    >>> import numpy as np
    >>> even = np.linspace(0.0, 100.0, 1001)
    >>> format_change(even, even + 1.0)
    'next to nothing'
    >>> format_change(even, 50.0 + even / 2)
    'more; 50 % narrower'
    """
    if _find_distance(before, after) < SAME:
        return UNCHANGED
    low, middle, high = np.quantile(before, DEFAULT_LEVELS)
    least, median, most = np.quantile(after, DEFAULT_LEVELS)
    changes = []
    if abs(median - middle) > NOTABLE * (high - low):
        changes.append("more" if median > middle else "less")
    ratio = (most - least) / (high - low)
    if abs(1.0 - ratio) >= NOTABLE:
        percent = 10 * round(10 * abs(1.0 - ratio))
        changes.append(f"{percent} % {'narrower' if ratio < 1.0 else 'wider'}")
    return "; ".join(changes) or "a little"


def _find_distance(one: Array, other: Array) -> float:
    """Return the largest distance of two empirical distributions (Kolmogorov-Smirnov)."""
    at = np.concatenate([one, other])
    shares = [np.searchsorted(np.sort(v), at, side="right") / v.size for v in (one, other)]
    return float(np.max(np.abs(shares[0] - shares[1])))


def _make_head(standing: Standing) -> Markup:
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
    link = element("a", what, href=f"#{PRIOR_ANCHORS[anchor]}")
    return join([place, element("span", " ", link, class_="note")])


def _make_speed_rows(journey: Journey, posterior: Posterior, prior: Ensemble) -> list[Markup]:
    anchor = PRIOR_ANCHORS["speeds"]
    rows = []
    for line, running_mps in posterior.running_mps.items():
        before = mps_to_kmh(prior.running_mps[line])
        if np.ptp(before) == 0.0:
            continue
        link = element("a", "prior", href=f"#{anchor}") if journey.plan.speeds else None
        head = join([line, element("span", " ", link, class_="note")])
        rows.append(_make_row(head, posterior, before, mps_to_kmh(running_mps), _format_speeds))
    return rows


def _list_correlated(posterior: Posterior) -> list[str]:
    return [
        f"standing at or on {one}, and at or on {other} (rank correlation {share:.1f}): the "
        "more of the one the less of the other"
        for one, other, share in posterior.correlated
    ]


def _make_row(
    head: Markup,
    posterior: Posterior,
    before: Array,
    after: Array,
    format_values: Callable[[Array, Array], list[str]],
) -> Markup:
    levels = np.asarray(DEFAULT_LEVELS)
    errors = posterior.lineage_groups.find_quantile_errors(after, levels)
    low, middle, high = format_values(np.quantile(after, levels), errors)
    # The prior can be drawn at will: its points are as fine as those beside them.
    least, _, most = format_values(np.quantile(before, levels), errors)
    cells = (
        make_number(_join_range(low, high)),
        make_number(middle),
        make_number(_join_range(least, most)),
        format_change(before, after),
    )
    return make_row(HEADS, head, cells)


def _join_range(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def _format_times(seconds: Array, errors: Array) -> list[str]:
    rounded = round_band(seconds, np.maximum(errors, MINUTE_S), DEFAULT_LEVELS, STEPS_S)
    return [format_duration(round(value)) for value in rounded]


def _format_speeds(kmh: Array, errors: Array) -> list[str]:
    rounded = round_band(kmh, np.maximum(errors, LEAST_KMH), DEFAULT_LEVELS, STEPS_KMH)
    return [f"{format_number(value)} km/h" for value in rounded]


def _make_spread_table(caption: str, rows: list[Markup]) -> Markup:
    return make_table(caption, HEADS, rows, class_="reasons stood")
