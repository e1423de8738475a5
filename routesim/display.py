"""The way from a value to its views.

A value's ``.explore()``, ``.plot()`` and rich repr are looked up in the registry of the
views, which is loaded by its name. So no room imports from a later one.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

VIEWS_MODULE = "routesim.view.registry"
"""Loaded when a view is first shown."""


def show_view(kind: str, verb: str, *args: Any, **options: Any) -> Any:
    """Call the view ``verb`` (explore, plot, html) of a ``kind`` of value.

    Raises
    ------
    LookupError
        If there is no such view.
    """
    views = import_module(VIEWS_MODULE).VIEWS
    if (kind, verb) not in views:
        message = f"{kind} has no view {verb!r}"
        raise LookupError(message)
    return views[kind, verb](*args, **options)
