"""Repairs: possible resolutions of a conflict."""

from __future__ import annotations

from dataclasses import dataclass

from routesim.answers import Answer
from routesim.text.certificates import format_if, format_repair, format_still, format_widening
from routesim.text.names import format_list

KINDS = ("reading", "zone", "route", "start", "widen", "cap", "drop", "identity")
"""Kinds of repairs, from the mildest to the harshest."""


@dataclass(frozen=True, slots=True)
class Repair(Answer):
    """A possible resolution of a conflict, from ``Conflict.repairs``.

    Parameters
    ----------
    kind : str
        ``reading``, ``zone``, ``route``, ``start``, ``widen``, ``cap``, ``drop`` or
        ``identity``.
    names : tuple of str
        Depends on the kind. ``widen``: the clause and its copies. ``cap``: the lines whose cap
        is raised. ``drop``: the clause, its copies and the family. ``identity``: the report and
        its identity. Others: the option taken instead, in words.
    clauses : tuple of str, default ()
        Ids of the clauses that are changed.
    seconds : int, optional
        Seconds by which a window or lapse is widened; None for speeds and distances, and for
        other kinds than ``widen``.
    quantity : str, default ""
        What is widened: the ``begin`` or ``end`` of a window, a ``lapse``, a ``speed`` or a
        ``distance``.
    value : float, default 0.0
        Value that is needed: a lapse in seconds, a speed or a cap in km/h, or a distance in
        kilometres. For a window, the seconds by which it is widened.
    limit : float, default 0.0
        Reported least or greatest value that ``value`` replaces, in the same unit.
    is_least : bool, default False
        Whether ``limit`` is a least value rather than a greatest one.
    standing : tuple, optional
        Standing that another reading implies: its seconds, the least running speed in km/h,
        and the two stations between which the train stood.
    still : tuple of str, default ()
        Ids of the clauses that the changed clause still contradicts, in every reading and on
        every route.
    tolerances : float, default 0.0
        For ``widen``, the change in tolerances of the end; see ``Conflict.tolerances``.
    condition : tuple of str, default ()
        Readings or the route that the resolution needs besides, in words. At face value and on
        the default route, it is not enough.

    Examples
    --------
    >>> import routesim as rs
    >>> conflict = rs.conflicts(rs.load_journey("2023-09"))[0]
    >>> for repair in conflict.repairs[1:3]:
    ...     print(repair.kind, repair.clauses, repair.seconds, repair.text)
    widen ('C01',) 21601 the window of C01 ends 6 h 1 s later
    widen ('C06',) 21601 the window of C06 begins 6 h 1 s earlier
    """

    kind: str
    names: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    seconds: int | None = None
    quantity: str = ""
    value: float = 0.0
    limit: float = 0.0
    is_least: bool = False
    standing: tuple[float, float, str, str] | None = None
    still: tuple[str, ...] = ()
    tolerances: float = 0.0
    condition: tuple[str, ...] = ()
    json_keys = ("kind", "text", "clauses", "seconds", "tolerances", "condition", "still")

    @property
    def text(self) -> str:
        """The resolution in words."""
        if self.kind == "widen":
            text = format_widening(
                format_list(self.names),
                self.quantity,
                self.value,
                self.limit,
                is_least=self.is_least,
            )
        else:
            text = format_repair(self.kind, self.names, kmh=self.value, standing=self.standing)
        return format_still(format_if(text, self.condition), self.still)
