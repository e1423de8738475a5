"""One style of answer: a frame, a dict, a line of text and a table for a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, overload

import lazy_loader

from routesim.display import show_view
from routesim.text.times import format_utc, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
else:
    pd = lazy_loader.load("pandas")


ItemT = TypeVar("ItemT")


class Answer:
    """A value that answers a question; a subclass says in ``json_keys`` what it holds.

    ``to_dict`` is what a command prints with ``--json``. Numbers and times in it are not
    rounded: each stands beside its error where it has one.
    """

    __slots__ = ()
    view: ClassVar[str] = "answer"
    """By which kind :func:`routesim.display.show_view` finds its table."""
    json_keys: ClassVar[tuple[str, ...]] = ()
    """The keys of the JSON document: attributes, or ``key=attribute`` as ``id=report.id``."""

    def _describe(self) -> dict[str, Any]:
        """Return what it holds, by the key of the JSON document; values as they are."""
        return get_fields(self, self.json_keys)

    def to_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints: dicts, lists, texts, numbers, booleans and None.

        Times are ISO 8601 in UTC with ``Z``, to the second. What is missing, not a number or
        infinite is None.
        """
        return {key: to_plain(value) for key, value in self._describe().items()}

    def to_frame(self) -> pd.DataFrame:
        """Return one row, a column a key of ``to_dict``; values as they are."""
        fields = self._describe()
        return pd.DataFrame([list(fields.values())], columns=list(fields))

    def _repr_html_(self) -> str:
        return str(show_view(self.view, "html", self))


@dataclass(frozen=True, eq=False, repr=False)
class AnswerList(Answer, Sequence[ItemT]):
    """Answers in their order; a slice keeps the type, and what else the list knows.

    What it knows stays that of the whole list: a slice of a complete list of conflicts still
    says that the list was complete. A whole number gives one answer, a slice a list, and a
    text the column of ``to_frame`` of that name.
    """

    items: tuple[ItemT, ...] = ()
    columns: ClassVar[tuple[str, ...]] = ()
    """The columns of the frame: of an item what ``json_keys`` can name."""

    def __len__(self) -> int:
        """Count the answers."""
        return len(self.items)

    def __iter__(self) -> Iterator[ItemT]:
        """Iterate over the answers."""
        return iter(self.items)

    @overload
    def __getitem__(self, key: int) -> ItemT: ...
    @overload
    def __getitem__(self, key: slice) -> Self: ...
    @overload
    def __getitem__(self, key: str) -> pd.Series[Any]: ...
    def __getitem__(self, key: int | slice | str) -> ItemT | Self | pd.Series[Any]:
        """Return one answer, a shorter list, or a column."""
        if isinstance(key, slice):
            return replace(self, items=self.items[key])
        if isinstance(key, str):
            return self.to_frame()[key]
        return self.items[key]

    def to_frame(self) -> pd.DataFrame:
        """Return a row an answer."""
        rows = [get_fields(item, self.columns) for item in self.items]
        return pd.DataFrame(rows, columns=[name.partition("=")[0] for name in self.columns])

    def __repr__(self) -> str:
        """Name the type and count the answers."""
        return f"<{type(self).__name__}: {len(self)}>"


def get_fields(value: object, names: Sequence[str]) -> dict[str, Any]:
    """Return attributes of a value, each named by itself or by ``key=attribute``."""
    pairs = (name.partition("=") for name in names)
    return {key: attrgetter(path or key)(value) for key, _, path in pairs}


def list_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as plain values; see :func:`to_plain`."""
    return [
        {str(key): to_plain(value) for key, value in row.items()}
        for row in frame.to_dict("records")
    ]


def to_plain(value: Any) -> Any:  # noqa: PLR0911 (a return a kind of value)
    """Return a value as JSON knows it.

    Answers become dicts, tables lists of dicts, times texts. What is missing, not a number
    or infinite becomes None.

    Examples
    --------
    >>> to_plain({"km": float("nan"), "by": ("C15", "length")})
    {'km': None, 'by': ['C15', 'length']}
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return float(value) if isfinite(value) else None
    if isinstance(value, Answer):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, datetime):
        return None if is_missing(value) else format_utc(value.timestamp())
    if isinstance(value, pd.DataFrame):
        return list_records(value)
    if hasattr(value, "tolist"):  # numpy: arrays and scalars
        return to_plain(value.tolist())
    return None if value is pd.NA else value
