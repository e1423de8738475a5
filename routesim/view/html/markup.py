"""HTML with automatic escaping: a child is escaped unless it is :class:`Markup`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import markupsafe
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable


VOID_ELEMENTS = frozenset({"br", "img", "input", "meta"})
JSON_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
"""Characters that could end a script element, open a comment or end a line."""
CARRIAGE_RETURN = Markup("&#13;")


def escape(text: object) -> Markup:
    """Escape a text for an element or a quoted attribute, so that it is shown as typed."""
    # A parser reads a bare carriage return as a line feed.
    return markupsafe.escape(str(text)).replace("\r", CARRIAGE_RETURN)


def element(name: str, /, *children: str | None, **attributes: object) -> Markup:
    """Write an element.

    Parameters
    ----------
    name
        Tag of the element.
    children
        Texts, which are escaped, or Markup. ``None`` is skipped.
    attributes
        Attributes by name: ``class_`` becomes ``class``, and ``data_id`` becomes ``data-id``.
        ``True`` writes the name alone. ``None`` and ``False`` are skipped.
    """
    opening = Markup("<{}{}>").format(name, _format_attributes(attributes))
    return opening if name in VOID_ELEMENTS else _close(name, opening, join(children))


def trust(html: str) -> Markup:
    """Take a text as HTML; it must be written by this package or by Leaflet."""
    return Markup(html)  # noqa: S704


def raw_element(name: str, content: str, /, **attributes: object) -> Markup:
    """Write a script or style element, whose content is not escaped.

    Raises
    ------
    ValueError
        If the content would end the element.
    """
    if f"</{name}" in content.lower() or "<!--" in content:
        message = f"the content of a {name} would end it"
        raise ValueError(message)
    opening = Markup("<{}{}>").format(name, _format_attributes(attributes))
    return _close(name, opening, trust(content))


def join(children: Iterable[str | None]) -> Markup:
    """Concatenate texts, which are escaped, and Markup."""
    return Markup("").join(
        child if isinstance(child, Markup) else escape(child)
        for child in children
        if child is not None
    )


def dump_json(value: Any) -> str:
    """Write JSON that is safe in a script element; the same value gives the same text."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(JSON_ESCAPES)


def _close(name: str, opening: Markup, content: Markup) -> Markup:
    return Markup("{}{}</{}>").format(opening, content, name)


def _format_attributes(attributes: dict[str, object]) -> Markup:
    written = []
    for key, value in attributes.items():
        name = key.rstrip("_").replace("_", "-")
        if value is True:
            written.append(Markup(" {}").format(name))
        elif value is not None and value is not False:
            written.append(Markup(' {}="{}"').format(name, escape(value)))
    return join(written)
