"""How the scripts over the API write values to files."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .allowed import RENAMED

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "Files",
    "format_certain_place",
    "format_fields",
    "format_place",
    "format_shown",
    "format_step",
    "get_frame",
    "save_array",
    "save_file",
]

Files = Iterator[tuple[str, str | bytes]]
"""Names and contents of files."""


def format_fields(value: Any, *names: str) -> str:
    """Format attributes, one per line; renamed ones may still have their old name."""
    lines = []
    for name in names:
        found = name if hasattr(value, name) else RENAMED.get(name, name)
        shown = repr(getattr(value, found)) if hasattr(value, found) else "no such attribute"
        lines.append(f"{name}: {shown}\n")
    return "".join(lines)


def format_shown(value: Any) -> str:
    """Format a value as a notebook shows it, with the old names of classes and fields."""
    text = repr(value)
    for new, old in RENAMED.items():
        text = re.sub(rf"\b{new}(?=[(=])", old, text)
    html = value._repr_html_() if hasattr(value, "_repr_html_") else ""
    return f"{text}\n{html}"


def format_place(place: Any) -> str:
    """Format the likely position of a train, with the certain one if it has one."""
    fields = ("time", "p05_km", "p50_km", "p95_km", "nearest_station", "waiting", "arrived")
    text = format_fields(place, *fields) + f"{place.km.sum()!r} {place.points[0].wkt}\n"
    if hasattr(place, "certain"):
        text += format_fields(place, "errors_km") + get_frame(place.sections).to_csv()
        text += format_certain_place(place.certain)
    return text


def get_frame(value: Any) -> Any:
    """Return the frame of an answer or a method; an older checkout gives the frame itself."""
    found = value() if callable(value) else value
    return found.to_frame() if hasattr(found, "to_frame") else found


def format_certain_place(place: Any) -> str:
    """Format the certain bounds on the position of a train."""
    return format_fields(place, "time_s", "min_km", "max_km", "stations")


def format_step(step: Any) -> str:
    """Format a step of a certificate."""
    return format_fields(step, "text", "weight_s", "support")


def save_array(array: Any) -> bytes:
    """Return an array as the content of an ``npy`` file."""
    import numpy as np  # noqa: PLC0415 (of the checkout's environment)

    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def save_file(name: str, save: Callable[[Any, str], Any], value: Any) -> Files:
    """Save a file with a function of the API; yield what the function returns."""
    yield f"{name} returned.txt", repr(save(value, name))
