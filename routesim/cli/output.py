"""Writing to the terminal: one JSON document, or lines and tables for a person."""

from __future__ import annotations

import json
import sys
import textwrap
import unicodedata
from contextlib import contextmanager
from math import isfinite
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


WEIGHING = "weighing the reports"


def print_json(document: Any) -> None:
    """Write one JSON document to stdout; NaN and infinity become null."""
    sys.stdout.write(json.dumps(_clean(document), ensure_ascii=False, indent=2) + "\n")


def print_line(text: str) -> None:
    """Write a line to stdout, its control characters made harmless."""
    _get_console().print(Text(make_plain(text)), soft_wrap=True)


def print_changes(changes: Sequence[str]) -> None:
    """Write which priors replace those of the journey's file, if any do."""
    if changes:
        print_wrapped(f"With own priors: {'; '.join(changes)}.")


def print_wrapped(text: str, *, indent: str = "", mark: str = "") -> None:
    """Write a paragraph to stdout, broken between words.

    Parameters
    ----------
    text
        The paragraph.
    indent
        Before every line.
    mark
        Before the first line; the others are indented to the text that follows it.
    """
    lines = textwrap.wrap(
        make_plain(text),
        width=_get_console().width,
        initial_indent=indent + mark,
        subsequent_indent=indent + " " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in lines or [""]:
        print_line(line)


def print_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: Sequence[int] = (),
    whole: Sequence[int] = (),
) -> None:
    """Write a table to stdout.

    Parameters
    ----------
    columns
        Headings.
    rows
        Cells.
    right
        Columns that are aligned right.
    whole
        Columns whose cells are not broken over lines.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        table.add_column(
            column, justify="right" if index in right else "left", no_wrap=index in whole
        )
    for row in rows:
        table.add_row(*(Text(make_plain(cell)) for cell in row))
    _get_console().print(table)


def make_plain(text: str) -> str:
    """Replace control characters, so that no text can control the terminal.

    Examples
    --------
    >>> make_plain("a" + chr(27) + "[31mb")
    'a\ufffd[31mb'
    """
    return "".join(
        "\ufffd" if unicodedata.category(sign) in {"Cc", "Cf", "Cs"} and sign != "\n" else sign
        for sign in text
    )


@contextmanager
def show_progress(what: str) -> Iterator[None]:
    """Show on stderr what is being done, if stderr is a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(Text(what)):
        yield


def warn_person(text: str) -> None:
    """Write a warning to stderr."""
    sys.stderr.write(f"routesim: warning: {make_plain(text)}\n")


def _get_console() -> Console:
    width = None if sys.stdout.isatty() else 200
    return Console(width=width, highlight=False)


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if isinstance(value, float) and not isfinite(value):
        return None
    if hasattr(value, "item"):
        return _clean(value.item())
    return value
