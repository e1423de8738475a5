"""Standing times and running speeds, from the priors and given the reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.text import page as words
from routesim.text.standing import (
    format_change,
    format_correlated,
    format_speeds,
    format_standing_place,
    format_stood,
)
from routesim.view.html.components import (
    make_list,
    make_note,
    make_number,
    make_remark,
    make_row,
    make_table,
)
from routesim.view.html.links import PRIOR_ANCHORS, make_link
from routesim.view.html.markup import element, join

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from markupsafe import Markup

    from routesim.journey import Journey
    from routesim.likely import Posterior


PERCENTILES = ("p05", "p50", "p95")
HEADS = (
    "Where",
    "Likely, 5 % to 95 %",
    "Median",
    "From the priors alone",
    "Effect of the reports",
)
STOOD_CAPTION = "How long the train stood"
SPEED_CAPTION = "How fast the train ran while moving"
PLACE_LINKS = {"stop": ("planned stop", "stops"), "line": ("unplanned", "standing")}
"""Label of a place and the table of its prior, by kind of place."""


def make_standings(journey: Journey, posterior: Posterior) -> Markup:
    """Write the standing times and running speeds, each beside its prior."""
    parts = []
    stood = posterior.stood()
    if rows := _make_rows(stood, "min", _make_place, format_stood):
        notes = make_note(words.LITTLE_CHANGED, " ", words.SUMS)
        parts += [_make_spread_table(STOOD_CAPTION, rows), notes]
    if pairs := posterior.correlated:
        names = {
            place: format_standing_place(place, kind)
            for place, kind in zip(stood["place"], stood["kind"], strict=True)
        }
        texts = [format_correlated(names[one], names[two], corr) for one, two, corr in pairs]
        parts.append(make_list(texts, "correlated"))

    def make_line(row: Any) -> Markup:
        link = make_link("prior", PRIOR_ANCHORS["speeds"]) if journey.plan.speeds else ""
        return join([row["place"], make_remark(link)])

    if rows := _make_rows(posterior.speeds(), "kmh", make_line, format_speeds):
        parts.append(_make_spread_table(SPEED_CAPTION, rows))
    return join(parts)


def _make_place(row: Any) -> Markup:
    place = format_standing_place(row["place"], row["kind"])
    if row["kind"] not in PLACE_LINKS:
        return element("strong", place)
    what, anchor = PLACE_LINKS[row["kind"]]
    return join([place, make_remark(make_link(what, PRIOR_ANCHORS[anchor]))])


def _make_rows(
    frame: pd.DataFrame,
    unit: str,
    make_head: Callable[[Any], Markup],
    format_values: Callable[[list[float], list[float]], list[str]],
) -> list[Markup]:
    """Write one row per quantity, skipping fixed quantities, which no report can change."""
    rows = []
    for row in frame[frame["learned"] > 0.0].to_dict("records"):
        before, after, errors = (
            [row[f"{form.format(name)}_{unit}"] for name in PERCENTILES]
            for form in ("prior_{}", "{}", "{}_mcse")
        )
        low, middle, high = format_values(after, errors)
        # The prior has enough draws to be rounded like the values beside it.
        least, _, most = format_values(before, errors)
        cells = (
            make_number(_join_range(low, high)),
            make_number(middle),
            make_number(_join_range(least, most)),
            format_change(before, after, row["learned"]),
        )
        rows.append(make_row(HEADS, make_head(row), cells))
    return rows


def _join_range(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def _make_spread_table(caption: str, rows: list[Markup]) -> Markup:
    return make_table(caption, HEADS, rows, class_="reasons stood")
