"""HTML components shared by the sections: tables, numbers, notes and facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from routesim.view.html.markup import element

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup


DASH = "\u2013"
"""Shown for a missing value."""


def make_table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Markup],
    *,
    class_: str = "reasons",
    anchor: str | None = None,
    label: str | None = None,
    foot: Markup | None = None,
) -> Markup:
    """Write a table with one row of heads, in a scrollable region.

    ``rows`` come from :func:`make_row`. The region is labelled by ``label``, by default the
    caption.
    """
    bodies = [element("tbody", *rows), foot]
    label = label or caption
    return make_grid(caption, [make_heads(heads)], bodies, label, class_=class_, id=anchor)


def make_grid(
    caption: str,
    head_rows: Iterable[Iterable[Markup]],
    bodies: Iterable[Markup | None],
    label: str,
    **attributes: object,
) -> Markup:
    """Write a table with any rows of heads and any bodies, in a scrollable region."""
    head = element("thead", *[element("tr", *heads) for heads in head_rows])
    table = element("table", element("caption", caption), head, *bodies, **attributes)
    return make_scroll_region(table, label)


def make_heads(texts: Iterable[str], **attributes: object) -> list[Markup]:
    """Write column heads."""
    return [element("th", text, scope="col", **attributes) for text in texts]


def make_grouped_heads(
    singles: Iterable[Markup], groups: Sequence[str], levels: Sequence[str]
) -> list[list[Markup]]:
    """Write two rows of heads: ``singles`` span both rows, each group spans the levels."""
    spans = [element("th", text, scope="colgroup", colspan=len(levels)) for text in groups]
    return [[*singles, *spans], make_heads([*levels] * len(groups))]


def make_row(
    heads: Sequence[str],
    first: str,
    cells: Iterable[str | None],
    *,
    anchor: str | None = None,
) -> Markup:
    """Write a table row whose first cell is the row's head; ``heads`` label the other cells."""
    head = element("th", first, scope="row", id=anchor)
    return element("tr", head, *make_cells(heads[1:], cells))


def make_cells(heads: Iterable[str], cells: Iterable[str | None]) -> list[Markup]:
    """Write cells labelled with their column heads, for screens too narrow for columns."""
    return [
        element("td", cell, data_label=head) for head, cell in zip(heads, cells, strict=True)
    ]


def make_scroll_region(content: Markup, label: str) -> Markup:
    """Put wide content in a region that can be scrolled by keyboard."""
    return element("div", content, class_="scroll", role="region", aria_label=label, tabindex=0)


def make_list(items: Iterable[str], class_: str, **attributes: object) -> Markup:
    """Write an unordered list."""
    return element("ul", *[element("li", item) for item in items], class_=class_, **attributes)


def make_number(text: str) -> Markup:
    """Write a number in digits of equal width."""
    return element("span", text, class_="num")


def make_note(*children: str | None) -> Markup:
    """Write a paragraph of small print."""
    return element("p", *children, class_="note")


def make_remark(*children: str) -> Markup | None:
    """Write small print inline; None without a text."""
    return element("span", " ", *children, class_="note") if any(children) else None


def make_check_box(*children: str, **attributes: object) -> Markup:
    """Write a checked check box with its label."""
    box = element("input", type="checkbox", checked=True, **attributes)
    return element("label", box, " ", *children)


def make_facts(rows: Iterable[tuple[str, str]]) -> list[Markup]:
    """Write the entries of a description list, without those that have no text."""
    return [
        fact
        for name, text in rows
        if text
        for fact in (element("dt", name), element("dd", text))
    ]
