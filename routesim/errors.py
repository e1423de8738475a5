"""What can go wrong, as exceptions.

A fault that a person can mend is one message with everything found: what is wrong,
where (file and row or key, or the argument) and what to do about it.

::

    RouteSimError
    ├── DataError        a file or folder of data is at fault        (ValueError)
    ├── ArgumentError    an argument of a call is at fault           (ValueError)
    ├── TimeError        a time is naive, unreadable or out of range (ValueError)
    ├── UnknownNameError a name was not found; suggests the nearest  (LookupError)
    ├── RouteError       no way leads over the network               (ValueError)
    ├── StallError       a train has not the force to go on          (ValueError)
    └── SampleError      too few independent draws to answer by      (RuntimeError)
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


MAX_FAULTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where.

    Parameters
    ----------
    where
        File and row or key (``stations.csv row 12``), or the argument's name.
    what
        What is wrong there.
    remedy
        What to do about it; may be empty where ``what`` says it already.
    """

    where: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        """Say where, what and what to do."""
        sentence = f"{self.where}: {self.what}"
        return f"{sentence}; {self.remedy}" if self.remedy else sentence


class RouteSimError(Exception):
    """The parent of every exception that routesim raises on purpose."""


class _FaultyError(RouteSimError, ValueError):
    """An error that carries all the faults found, not the first."""

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
    """A data file or folder is at fault; ``faults`` lists everything found."""


class ArgumentError(_FaultyError):
    """An argument of a call is at fault; ``faults`` lists everything found."""


class TimeError(_FaultyError):
    """A time is naive, unreadable, does not exist or is out of range."""


class RouteError(RouteSimError, ValueError):
    """No way leads over the network as asked."""


class StallError(RouteSimError, ValueError):
    """A train has not the force to go on.

    Parameters
    ----------
    position_m
        Where its head comes to a stand, in metres from the start of the track.
    lacking_n
        The force that it lacks there to move, in N.
    """

    def __init__(self, position_m: float, lacking_n: float) -> None:
        self.position_m, self.lacking_n = position_m, lacking_n
        super().__init__(
            f"the train stalls at {position_m:.6g} m: it lacks {lacking_n:.4g} N of force "
            "to go on; give it more traction or less mass, or shift the stop before"
        )


class SampleError(RouteSimError, RuntimeError):
    """Too few independent draws were reached for an answer to rest on."""


class UnknownNameError(RouteSimError, LookupError):
    """A name was not found.

    Parameters
    ----------
    kind
        What was looked up, such as ``station``.
    name
        The name as given.
    known
        Every name that would have been found; the nearest are suggested.
    """

    def __init__(self, kind: str, name: str, known: Sequence[str]) -> None:
        self.kind, self.name = kind, name
        self.suggestions = tuple(get_close_matches(name, known, n=3, cutoff=0.5))
        hint = (
            f"did you mean {', '.join(self.suggestions)}?"
            if self.suggestions
            else f"known: {', '.join(list(known)[:8])}{' ...' if len(known) > 8 else ''}"  # noqa: PLR2004
        )
        super().__init__(f"no {kind} named {name!r}; {hint}")
