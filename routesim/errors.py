"""Exceptions.

Each message states what is wrong, where (a file and row or key, or an argument) and what to do
about it. An error that a user can fix lists all faults found, not only the first.

::

    RouteSimError
    ├── DataError        faults in a file or folder of data          (ValueError)
    ├── ArgumentError    faults in the arguments of a call           (ValueError)
    ├── TimeError        a time is naive, unreadable or out of range (ValueError)
    ├── UnknownNameError a name was not found; suggests the nearest  (LookupError)
    ├── RouteError       the network has no such route               (ValueError)
    ├── StallError       a train lacks the force to move             (ValueError)
    └── SampleError      the effective sample size is too small      (RuntimeError)
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


MAX_FAULTS_SHOWN = 50
MOST_NAMES_SHOWN = 8
LEAST_LIKENESS = 0.75
"""Smallest similarity of two names, 0 to 1, at which one is suggested for the other."""
SHORT_LIKENESS = 0.5
"""Its value for a short name, in which one wrong letter weighs more."""
SHORT_LENGTH = 3
"""Largest number of letters of a short name."""
BUNDLED = ("journey", "train")
"""Kinds of things that have bundled files."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a file or an argument.

    The attribute ``faults`` of a :class:`DataError`, :class:`ArgumentError` or
    :class:`TimeError` lists its faults. ``str(fault)`` is one sentence.

    Parameters
    ----------
    where : str
        The file with its row or key, such as ``stations.csv row 12``, or the name of the
        argument.
    what : str
        What is wrong there.
    remedy : str, default ""
        How to fix it; empty if ``what`` makes that clear.

    Examples
    --------
    >>> import routesim as rs
    >>> journey = rs.load_journey("2023-09")
    >>> try:
    ...     rs.simulate(journey, draws=0)
    ... except rs.ArgumentError as error:
    ...     fault = error.faults[0]
    >>> fault.where, fault.what
    ('draws', 'cannot be 0')
    """

    where: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        """Return one sentence with ``where``, ``what`` and ``remedy``."""
        sentence = f"{self.where}: {self.what}"
        return f"{sentence}; {self.remedy}" if self.remedy else sentence


class RouteSimError(Exception):
    """Base class of all exceptions that routesim raises on purpose.

    Examples
    --------
    Catch every error that a user can cause:

    >>> import routesim as rs
    >>> try:
    ...     rs.load_network().route("Kasan", "Vladivostok")
    ... except rs.RouteSimError as error:
    ...     print(type(error).__name__)
    UnknownNameError
    """


class _FaultyError(RouteSimError, ValueError):
    """An error that lists all faults found, not only the first."""

    def __init__(self, faults: Iterable[Fault] | Fault | str) -> None:
        if isinstance(faults, str):
            self.faults: tuple[Fault, ...] = ()
            super().__init__(faults)
            return
        self.faults = (faults,) if isinstance(faults, Fault) else tuple(faults)
        shown = [f"  {fault}" for fault in self.faults[:MAX_FAULTS_SHOWN]]
        if (more := len(self.faults) - len(shown)) > 0:
            shown.append(f"  ... and {more} more")
        is_one = len(self.faults) == 1
        heading = f"{len(self.faults)} faults:"
        super().__init__(str(self.faults[0]) if is_one else "\n".join([heading, *shown]))


class DataError(_FaultyError):
    """A data file or folder has faults.

    Parameters
    ----------
    faults : iterable of Fault, Fault or str
        The faults found. The attribute ``faults`` has them as a tuple, which is empty if the
        error was made from a string.

    Examples
    --------
    >>> import routesim as rs
    >>> try:
    ...     rs.load_network("no-such-folder")
    ... except rs.DataError as error:
    ...     print(len(error.faults), "faults, first:", error.faults[0])
    5 faults, first: no-such-folder/corridor.toml: cannot be read; no such file or directory
    """


class ArgumentError(_FaultyError):
    """One or more arguments of a call have faults.

    Parameters
    ----------
    faults : iterable of Fault, Fault or str
        The faults found. The attribute ``faults`` has them as a tuple, which is empty if the
        error was made from a string.

    Examples
    --------
    >>> import routesim as rs
    >>> rs.simulate(rs.load_journey("2023-09"), draws=0)
    Traceback (most recent call last):
        ...
    routesim.errors.ArgumentError: draws: cannot be 0; give a whole number from 1 to 1,000,000
    """


class TimeError(_FaultyError):
    """A time is naive, unreadable, does not exist or is out of range.

    Parameters
    ----------
    faults : iterable of Fault, Fault or str
        The faults found. The attribute ``faults`` has them as a tuple, which is empty if the
        error was made from a string.

    Examples
    --------
    >>> import routesim as rs
    >>> try:
    ...     rs.bounds(rs.load_journey("2023-09"), as_of="2023-09-11T07:00")
    ... except rs.TimeError as error:
    ...     print(error)
    as_of: 2023-09-11T07:00:00 has no zone; add an offset: +09:00, or Z for UTC
    """


class RouteError(RouteSimError, ValueError):
    """The network has no such route.

    Examples
    --------
    >>> import routesim as rs
    >>> try:
    ...     rs.load_network().route("Khasan", "Khasan")
    ... except rs.RouteError as error:
    ...     print(error)
    a route from Khasan to Khasan has no length; name two different places
    """


class StallError(RouteSimError, ValueError):
    """A train lacks the force to move, at a start or on a climb.

    Parameters
    ----------
    position_m : float
        Where the head of the train stops, in metres from the start of the track.
    lacking_n : float
        The additional force that it needs there, in N.

    Examples
    --------
    >>> import routesim as rs
    >>> train = rs.Train(mass_kg=1e6, acceleration_mps2=None, traction=[(0, 1e5), (20, 1e5)])
    >>> climb = rs.Track(length_m=9000, gradients=[rs.Gradient(0, 9000, 20)])
    >>> try:
    ...     rs.run(train, climb)
    ... except rs.StallError as error:
    ...     print(error.position_m, round(error.lacking_n / 1000), "kN")
    0.0 96 kN
    """

    def __init__(self, position_m: float, lacking_n: float) -> None:
        self.position_m, self.lacking_n = position_m, lacking_n
        super().__init__(
            f"the train stalls at {position_m:.6g} m: it lacks {lacking_n:.4g} N of force "
            "to go on; give it more traction or less mass, or move the stop before it"
        )


class SampleError(RouteSimError, RuntimeError):
    """The effective sample size is too small for an answer.

    Examples
    --------
    >>> import routesim as rs
    >>> journey = rs.load_journey("2023-09")
    >>> try:
    ...     posterior = rs.condition(journey, draws=400, particles=16, strict=True)
    ... except rs.SampleError:
    ...     print("use more particles")
    use more particles
    """


def list_close_names(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three known names that are similar to a name, the most similar first."""
    cutoff = LEAST_LIKENESS if len(name) > SHORT_LENGTH else SHORT_LIKENESS
    return get_close_matches(name, list(known), n=3, cutoff=cutoff)


class UnknownNameError(RouteSimError, LookupError):
    """A name of a station, journey, line or other thing was not found.

    Parameters
    ----------
    kind : str
        What was looked up, such as ``station``.
    name : str
        The name that was not found.
    known : sequence of str
        All valid names. The attribute ``suggestions`` has up to three of them that are
        similar to ``name``.

    Examples
    --------
    >>> import routesim as rs
    >>> try:
    ...     rs.load_network().find_station("Ussurisk")
    ... except rs.UnknownNameError as error:
    ...     print(error.kind, error.suggestions[0])
    station Ussuriysk
    """

    def __init__(self, kind: str, name: str, known: Sequence[str]) -> None:
        self.kind, self.name = kind, name
        folded = {other.casefold(): other for other in known}
        near = list_close_names(name.casefold(), folded)
        self.suggestions = tuple(folded[other] for other in near)
        if self.suggestions:
            hint = f"did you mean {', '.join(self.suggestions)}?"
        elif kind == "station" and len(known) > MOST_NAMES_SHOWN:
            hint = "`routesim stations` lists them"
        else:
            more = " ..." if len(known) > MOST_NAMES_SHOWN else ""
            hint = f"known: {', '.join(list(known)[:MOST_NAMES_SHOWN])}{more}"
            if kind == "journey":
                hint += "; or give the path of a .toml file"
        bundled = "bundled " if kind in BUNDLED else ""
        super().__init__(f"no {bundled}{kind} named {name!r}; {hint}")
