"""Lookup of the views of a value: maps, plots and HTML tables.

``.explore()``, ``.plot()`` and the rich repr of a value use the registry of views. The registry
is imported by name when a view is first shown, so that other subpackages do not depend on
``routesim.view``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

VIEWS_MODULE = "routesim.view.registry"
"""Module with the registry of views."""


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
