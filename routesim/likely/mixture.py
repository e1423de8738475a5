"""Weighing: the likelihood of draws, put together of the agreements of all clauses.

Witnesses stand in versions, versions in events, events in units (see ``likelihood.py``). All
of a kind are worked out at once, as rows of arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from routesim.arrays import Runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from routesim.evidence.interpretation import Witness

__all__ = ["Scales", "Sense", "Trusted", "Unit", "Version"]

Array = NDArray[np.float64]

LEAST = 1e-300
"""Below it a product of agreements counts as this, so that its logarithm is finite."""
LOG_LEAST = float(np.log(LEAST))


@dataclass(frozen=True, slots=True)
class Sense:
    """One way to take a witness: its prior, and the rows of what it then asks.

    ``asks`` is False where it tells nothing of the journey, as "only expected".
    """

    prior: float
    rows: tuple[int, ...]
    asks: bool = True


@dataclass(frozen=True, slots=True)
class Trusted:
    """A witness with all its senses, how far it is believed, and its flat alternative."""

    witness: Witness
    senses: tuple[Sense, ...]
    reliability: float
    flat: float


@dataclass(frozen=True, slots=True)
class Version:
    """Witnesses of one family to one event that may be right together."""

    members: tuple[Trusted, ...]

    @property
    def reliability(self) -> float:
        """That of the least reliable."""
        return min(member.reliability for member in self.members)

    @property
    def flat(self) -> float:
        """That of whoever tells most."""
        return min(member.flat for member in self.members)


@dataclass(frozen=True, slots=True)
class Unit:
    """Events whose reports share one doubt of identity; else a single event."""

    identity: float
    events: tuple[tuple[Version, ...], ...]

    def list_members(self) -> list[Trusted]:
        """Return its witnesses."""
        return [
            member
            for versions in self.events
            for version in versions
            for member in version.members
        ]


class Scales:
    """Weighs draws by what witnesses say.

    Parameters
    ----------
    units
        At least one.
    """

    def __init__(self, units: Sequence[Unit]) -> None:
        events = [event for unit in units for event in unit.events]
        versions = [version for event in events for version in event]
        self.members = [member for unit in units for member in unit.list_members()]
        asking = [
            (number, sense)
            for number, member in enumerate(self.members)
            for sense in member.senses
            if sense.asks and sense.rows
        ]
        self.rows = np.array([r for _, sense in asking for r in sense.rows], dtype=np.intp)
        self.by_sense = Runs(len(sense.rows) for _, sense in asking)
        self.priors = np.array([sense.prior for _, sense in asking])
        senses = np.bincount(
            np.array([number for number, _ in asking], dtype=np.intp),
            minlength=len(self.members),
        )
        self.telling = np.flatnonzero(senses)
        self.by_member = Runs(senses[self.telling])
        self.always = _sum_priors(self.members, asks=True)
        self.expected = _sum_priors(self.members, asks=False)
        self.flats = np.array([member.flat for member in self.members])
        self.trusts = np.array([member.reliability for member in self.members])
        self.by_version = Runs(len(version.members) for version in versions)
        self.version_flats = np.array([version.flat for version in versions])
        self.version_trusts = np.array([version.reliability for version in versions])
        self.by_event = Runs(len(event) for event in events)
        self.event_sizes = np.array([len(event) for event in events], dtype=np.float64)
        self.by_unit = Runs(len(unit.events) for unit in units)
        self.identities = np.array([unit.identity for unit in units])
        sizes = [len(unit.list_members()) for unit in units]
        self.unit_of = np.repeat(np.arange(len(units)), sizes)

    def weigh(self, terms: Array, beta: float) -> Array:
        """Return the logarithm of the likelihood at a stage, (draws,)."""
        same, other = self._weigh_units(self.agree(terms, beta), beta)
        identity = self.identities[:, None]
        mixed = identity * same + (1.0 - identity) * other[:, None]
        return np.asarray(np.log(np.maximum(mixed, LEAST)).sum(axis=0))

    def agree(self, terms: Array, beta: float = 1.0) -> Array:
        """Return how draws agree with each witness over its senses, (members, draws)."""
        fixed = self.always + self.expected * self.flats**beta
        if not self.rows.size:
            return np.repeat(fixed[:, None], terms.shape[1], axis=1)
        told = beta * self.by_sense.reduce(np.add, terms[self.rows])
        # What is below the least is nothing; exp would be slow to say so.
        agreed = np.where(told > LOG_LEAST, np.exp(np.maximum(told, LOG_LEAST)), 0.0)
        agreed *= self.priors[:, None]
        found = np.repeat(fixed[:, None], terms.shape[1], axis=1)
        found[self.telling] += self.by_member.reduce(np.add, agreed)
        return found

    def judge(self, terms: Array) -> Array:
        """Return how likely each witness is right, given each draw, (members, draws)."""
        agreement = self.agree(terms)
        same, other = self._weigh_units(agreement, 1.0)
        identity = self.identities[:, None]
        mixed = np.maximum(identity * same + (1.0 - identity) * other[:, None], LEAST)
        right = self.trusts[:, None] * agreement
        wrong = ((1.0 - self.trusts) * self.flats)[:, None]
        identical = (identity * same / mixed)[self.unit_of]
        return np.asarray(identical * right / np.maximum(right + wrong, LEAST))

    def _weigh_units(self, agreement: Array, beta: float) -> tuple[Array, Array]:
        """Return the likelihood of each unit if it was this train, and if it was not."""
        together = self.by_version.reduce(np.multiply, agreement)
        flat = self.version_flats**beta
        trust = self.version_trusts
        believed = trust[:, None] * together + ((1.0 - trust) * flat)[:, None]
        event = self.by_event.reduce(np.add, believed) / self.event_sizes[:, None]
        other = self.by_event.reduce(np.add, flat) / self.event_sizes
        return (
            self.by_unit.reduce(np.multiply, event),
            self.by_unit.reduce(np.multiply, other),
        )


def _sum_priors(members: Sequence[Trusted], *, asks: bool) -> Array:
    """Sum the priors of senses that ask nothing, or that are not of the journey at all."""
    return np.array(
        [
            sum(s.prior for s in member.senses if s.asks == asks and not (asks and s.rows))
            for member in members
        ]
    )
