"""HTML that escapes by construction: a child is text unless it is :class:`Markup`."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


VOID_ELEMENTS = frozenset({"br", "img", "input", "meta"})
JSON_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
"""Inside a script element these could end it, open a comment or end a line."""


class Markup(str):
    """Text that is HTML already, because this package wrote it."""

    __slots__ = ()


def escape(text: object) -> Markup:
    """Write a text as HTML that reads back as typed, in an element or a quoted attribute."""
    return Markup(html.escape(str(text), quote=True).replace("\r", "&#13;"))


def element(name: str, /, *children: str | None, **attributes: object) -> Markup:
    """Write an element.

    Parameters
    ----------
    name
        Its tag.
    children
        Text, which is escaped, or Markup. ``None`` is left out.
    attributes
        ``class_`` writes class, ``data_id`` data-id. ``True`` writes the bare name;
        ``None`` and ``False`` leave it out.
    """
    opening = f"<{name}{_format_attributes(attributes)}>"
    if name in VOID_ELEMENTS:
        return Markup(opening)
    return Markup(f"{opening}{join(children)}</{name}>")


def raw_element(name: str, content: str, /, **attributes: object) -> Markup:
    """Write a script or style element, whose content HTML does not unescape.

    Raises
    ------
    ValueError
        If the content would end the element.
    """
    if f"</{name}" in content.lower() or "<!--" in content:
        message = f"the content of a {name} would end it"
        raise ValueError(message)
    return Markup(f"<{name}{_format_attributes(attributes)}>{content}</{name}>")


def join(children: Iterable[str | None]) -> Markup:
    """Put texts and Markup one after another; text is escaped."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(child)
            for child in children
            if child is not None
        )
    )


def dump_json(value: Any) -> str:
    """Write JSON that can stand in a script element; the same value gives the same text."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(JSON_ESCAPES)


def _format_attributes(attributes: dict[str, object]) -> str:
    written = []
    for key, value in attributes.items():
        name = key.rstrip("_").replace("_", "-")
        if value is True:
            written.append(f" {name}")
        elif value is not None and value is not False:
            written.append(f' {name}="{escape(value)}"')
    return "".join(written)
