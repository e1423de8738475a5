"""HTML that escapes by construction: a child is text unless it is :class:`Markup`."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


VOID_ELEMENTS = frozenset({"br", "img", "input", "meta"})
JSON_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
"""Characters that could end a script element, open a comment or end a line."""


class Markup(str):
    """HTML written by this package, which is not escaped again."""

    __slots__ = ()


def escape(text: object) -> Markup:
    """Escape a text for an element or a quoted attribute, so that it is shown as typed."""
    return Markup(html.escape(str(text), quote=True).replace("\r", "&#13;"))


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
    opening = f"<{name}{_format_attributes(attributes)}>"
    if name in VOID_ELEMENTS:
        return Markup(opening)
    return Markup(f"{opening}{join(children)}</{name}>")


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
    return Markup(f"<{name}{_format_attributes(attributes)}>{content}</{name}>")


def join(children: Iterable[str | None]) -> Markup:
    """Concatenate texts, which are escaped, and Markup."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(child)
            for child in children
            if child is not None
        )
    )


def dump_json(value: Any) -> str:
    """Write JSON that is safe in a script element; the same value gives the same text."""
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
