"""Base classes of answers: results that convert to a data frame, a dict and an HTML table."""

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
    """Base class of answers; a subclass lists its contents in ``json_keys``.

    With ``--json``, commands print the result of ``to_dict``. Its numbers are not rounded. If
    the numerical error of a number is known, it has a key of its own.
    """

    __slots__ = ()
    view: ClassVar[str] = "answer"
    """Kind of value under which :func:`routesim.display.show_view` finds its views."""
    json_keys: ClassVar[tuple[str, ...]] = ()
    """Keys of the JSON document: an attribute, or ``key=attribute`` as in ``id=report.id``."""

    def _describe(self) -> dict[str, Any]:
        """Return the values of the JSON document by key, before conversion to plain values."""
        return get_fields(self, self.json_keys)

    def to_dict(self) -> dict[str, Any]:
        """Return the contents as plain values that can be written as JSON.

        This is the document that the command line prints with ``--json``.

        Returns
        -------
        dict
            Dicts, lists, strings, numbers, booleans and None. Times are ISO 8601 in UTC with
            ``Z``, to the second. A value that is missing, infinite or not a number is None.

        Examples
        --------
        >>> import json
        >>> import routesim as rs
        >>> json.dumps(rs.Window(start_s=0.0).to_dict())
        '{"from": "1970-01-01T00:00:00Z", "to": null}'
        """
        return {key: to_plain(value) for key, value in self._describe().items()}

    def to_frame(self) -> pd.DataFrame:
        """Return the contents as a table with one row.

        Returns
        -------
        pandas.DataFrame
            One row with the keys of ``to_dict`` as columns. The values are not converted:
            times, for example, stay datetimes.

        Examples
        --------
        >>> import routesim as rs
        >>> frame = rs.load_journey("2023-09").get_report("C01").to_frame()
        >>> len(frame), frame["family"].item()
        (1, 'F1')
        """
        fields = self._describe()
        return pd.DataFrame([list(fields.values())], columns=list(fields))

    def _repr_html_(self) -> str:
        return str(show_view(self.view, "html", self))


@dataclass(frozen=True, eq=False, repr=False)
class AnswerList(Answer, Sequence[ItemT]):
    """An immutable sequence of answers that also gives a table.

    An integer index returns one answer, a slice a list of the same type, and a string the
    column of ``to_frame`` with that name. A slice keeps the other attributes of the list, even
    if they describe the whole list: a slice of a complete list of conflicts is still marked as
    complete.

    Parameters
    ----------
    items : tuple
        The answers, in order.

    Examples
    --------
    >>> import routesim as rs
    >>> journeys = rs.list_journeys()
    >>> len(journeys), journeys[0].id
    (2, '2019-04')
    >>> list(journeys["id"])
    ['2019-04', '2023-09']
    """

    items: tuple[ItemT, ...] = ()
    columns: ClassVar[tuple[str, ...]] = ()
    """Columns of the frame: attributes of an item, written as in ``json_keys``."""

    def __len__(self) -> int:
        """Return the number of answers."""
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
        """Return one answer, a slice of the list, or a column of the table."""
        if isinstance(key, slice):
            return replace(self, items=self.items[key])
        if isinstance(key, str):
            return self.to_frame()[key]
        return self.items[key]

    def to_frame(self) -> pd.DataFrame:
        """Return a table of the answers.

        Returns
        -------
        pandas.DataFrame
            One row per answer, in order. An empty list has the same columns and no rows.

        Examples
        --------
        >>> import routesim as rs
        >>> frame = rs.list_journeys().to_frame()
        >>> list(frame["id"])
        ['2019-04', '2023-09']
        """
        rows = [get_fields(item, self.columns) for item in self.items]
        return pd.DataFrame(rows, columns=[name.partition("=")[0] for name in self.columns])

    def __repr__(self) -> str:
        """Show the type and the number of answers."""
        return f"<{type(self).__name__}: {len(self)}>"


def get_fields(value: object, names: Sequence[str]) -> dict[str, Any]:
    """Return attributes of a value by key; each name is an attribute or ``key=attribute``."""
    pairs = (name.partition("=") for name in names)
    return {key: attrgetter(path or key)(value) for key, _, path in pairs}


def list_records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as plain values; see :func:`to_plain`."""
    return [
        {str(key): to_plain(value) for key, value in row.items()}
        for row in frame.to_dict("records")
    ]


def to_plain(value: Any) -> Any:  # noqa: PLR0911 (one return per kind of value)
    """Convert a value to one that can be written as JSON.

    Answers become dicts, tables become lists of dicts, and times become strings. A value that
    is missing, infinite or not a number becomes None.

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
