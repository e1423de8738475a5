"""What is certain of stretches: how long the train took between and at reported places."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from routesim.text.durations import format_least_lapse, format_most_lapse
from routesim.view.html.components import (
    DASH,
    make_cells,
    make_note,
    make_number,
    make_table,
)
from routesim.view.html.links import link_names
from routesim.view.html.markup import Markup, element, join
from routesim.view.page.certain_passages import OPEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.view.findings import Findings


HEADS = ("Stretch or stay", "km", "Takes at least", "Takes at most", "Stands at least")
CAPTION = "How long it certainly took between and at the reported places"
NOTE = (
    "From reaching the one place to reaching the next; at a place, from reaching to "
    "leaving it. Standing on a stretch is what is left of the least time after running "
    "at the slowest running speed that is reported."
)


def make_stretches(findings: Findings) -> Markup | None:
    """Write the least and most times of stretches and stays, where a report bounds any."""
    bounded = findings.bounds.stretches(every=False)
    rows = [_make_row(row, findings) for row in bounded.to_dict("records")]
    if not rows:
        return None
    table = make_table(
        CAPTION, HEADS, rows, class_="reasons stretches", label="Least and most times"
    )
    return join([table, make_note(NOTE)])


def _make_row(row: dict[Any, Any], findings: Findings) -> Markup:
    is_stay = row["from_station"] == row["to_station"]
    name = f"at {row['from_station']}"
    if not is_stay:
        name = f"{row['from_station']} to {row['to_station']}"
    least, most, standing = row["least_s"], row["most_s"], row["least_standing_s"]
    cells = [
        (format_least_lapse(least) if least > 0 else DASH, row["least_by"]),
        (format_most_lapse(most) if isfinite(most) else OPEN, row["most_by"]),
        (format_least_lapse(standing) if standing > 0 else DASH, row["standing_by"]),
    ]
    return element(
        "tr",
        element("th", name, scope="row"),
        element("td", None if is_stay else f"{row['km']:,.1f}", class_="num", data_label="km"),
        *make_cells(HEADS[2:], [_make_bound(text, by, findings) for text, by in cells]),
    )


def _make_bound(text: str, holders: Sequence[str], findings: Findings) -> Markup:
    note = None
    if holders and text not in {DASH, OPEN}:
        names = link_names(", ".join(holders), findings.report_of)
        note = element("span", " ", names, class_="note")
    return join([make_number(text), note])
