"""The door from a value to its views.

A value's ``.explore()``, ``.plot()`` and rich repr look into this registry; the views
fill it. So no room imports from a later one.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["register_view", "show_view"]

VIEWS_MODULE = "routesim.view"
"""Loaded on the first look, by name: a value must not depend on its views."""

_views: dict[tuple[str, str], Callable[..., Any]] = {}


def register_view(kind: str, verb: str, function: Callable[..., Any]) -> None:
    """Register ``function`` as the view ``verb`` (explore, plot, html) of a ``kind``."""
    _views[kind, verb] = function


def show_view(kind: str, verb: str, *args: Any, **options: Any) -> Any:
    """Call the registered view.

    Raises
    ------
    LookupError
        If no view of that name is registered.
    """
    import_module(VIEWS_MODULE)
    try:
        view = _views[kind, verb]
    except KeyError:
        message = f"{kind} has no view {verb!r}"
        raise LookupError(message) from None
    return view(*args, **options)
