"""Output of the commands: one JSON document, or lines and tables."""

from __future__ import annotations

import json
import sys
import textwrap
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from rich.console import Console
from rich.table import Table
from rich.text import Text

from routesim.answers import Answer, to_plain
from routesim.text.routes import format_exact_km
from routesim.text.terminal import OWN_PRIORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from routesim.cli.options import AsJson
    from routesim.network import ExactKm


AnswerT = TypeVar("AnswerT", bound=Answer)
P = ParamSpec("P")
EXIT_VERDICT = 1
"""Exit code for a verdict named by ``--fail-on``."""
EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130


def show(
    as_json: AsJson,
    answer: AnswerT,
    print_text: Callable[Concatenate[AnswerT, P], None],
    *args: P.args,
    **options: P.kwargs,
) -> None:
    """Write an answer to stdout, as its JSON document or with ``print_text``."""
    if as_json:
        print_json(answer)
    else:
        print_text(answer, *args, **options)


def print_json(document: Any) -> None:
    """Write one JSON document to stdout; NaN and infinity become null."""
    sys.stdout.write(json.dumps(to_plain(document), ensure_ascii=False, indent=2) + "\n")


def print_line(text: str) -> None:
    """Write a line to stdout with its control characters replaced."""
    _get_console().print(Text(make_plain(text)), soft_wrap=True)


def print_changes(changes: Sequence[str]) -> None:
    """Write which priors of the journey's file are changed, if any."""
    if changes:
        print_wrapped(OWN_PRIORS.format("; ".join(changes)))


def print_exact_km(lines: Sequence[ExactKm], *, indent: str = "") -> None:
    """Write which kilometres are taken as exact, if any."""
    text = format_exact_km([(one.line, one.exact_points, one.points) for one in lines])
    if text:
        print_wrapped(text, indent=indent)


def print_wrapped(text: str, *, indent: str = "", mark: str = "") -> None:
    """Write a paragraph to stdout, wrapped between words.

    ``indent`` precedes every line. ``mark`` precedes the text of the first line, and the other
    lines are indented by its width.
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


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table to stdout.

    The beginning of a heading sets the style of its column: ``>`` aligns it right, ``|`` keeps
    its cells on one line, and ``>|`` does both.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        head = column.removeprefix(">")
        table.add_column(
            head.removeprefix("|"),
            justify="right" if column.startswith(">") else "left",
            no_wrap=head.startswith("|"),
        )
    for row in rows:
        table.add_row(*(Text(make_plain(cell)) for cell in row))
    _get_console().print(table)


def make_plain(text: str) -> str:
    """Replace control characters, so that a text cannot control the terminal.

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
def show_progress(what: str = "evaluating the reports") -> Iterator[None]:
    """Show on stderr what the command is doing, if stderr is a terminal."""
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
