"""The likelihood: how well draws of a journey agree with all that its witnesses say.

A report is right with a probability, its reliability, and else flat: it might as well have
told any time, quantity or route. If right, it holds in one of its readings, of which each
has a prior. What one family says of one event counts once: its versions are right together
or, where they contradict each other, one of them is. Reports that take "a similar train"
for this one share the doubt whether it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.evidence import HeadingClause
from routesim.likely.agreement import Observation, Observer, find_flat, list_keys
from routesim.likely.mixture import Scales, Sense, Trusted, Unit, Version

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from routesim.evidence import Clause
    from routesim.evidence.interpretation import Choice, Taken, Witness
    from routesim.journey import Journey, KeyTimes, Layout

    Array = NDArray[np.float64]

__all__ = [
    "Likelihood",
    "hear_in_turn",
    "hear_witnesses",
    "list_evidence",
    "list_in_priors",
]


@dataclass(frozen=True, eq=False)
class Likelihood:
    """Weighs draws by what witnesses say; made by :func:`hear_witnesses`.

    Parameters
    ----------
    observer
        What compares draws with clauses.
    questions
        The clauses asked, with the visit each is meant of; a row of the terms each.
    units
        How the rows are put together.
    """

    observer: Observer
    questions: tuple[tuple[Clause, int], ...]
    units: tuple[Unit, ...]

    @cached_property
    def witnesses(self) -> tuple[Trusted, ...]:
        """All witnesses, in the order of their ids."""
        members = [member for unit in self.units for member in unit.list_members()]
        return tuple(sorted(members, key=lambda member: member.witness.id))

    @cached_property
    def scales(self) -> Scales:
        """What weighs draws by all that is said."""
        return Scales(self.units)

    def list_passages(self, layout: Layout) -> NDArray[np.intp]:
        """Return the passages of a route whose times are asked for, rising."""
        keys: set[int] = {0}
        for clause, visit in self.questions:
            keys |= list_keys(clause, visit, layout.route)
        return np.array(sorted(keys), dtype=np.intp)

    def observe(self, times: KeyTimes) -> Array:
        """Return the terms: the logarithm of each agreement, (questions, draws)."""
        return self._observe_along(times.layout.hypothesis.id, times)

    def _observe_along(self, route_id: str, times: KeyTimes) -> Array:
        if route_id not in self._observations:
            self._observations[route_id] = Observation(
                self.observer, self.questions, times.route
            )
        return self._observations[route_id].observe(times)

    @cached_property
    def _observations(self) -> dict[str, Observation]:
        """From the id of a route to what observes draws over it."""
        return {}

    def weigh(self, terms: Array, beta: float = 1.0) -> Array:
        """Return the logarithm of the likelihood, (draws,).

        Parameters
        ----------
        terms
            As observed.
        beta
            1 for the likelihood itself. With less, every agreement is raised to it, which
            widens all windows at once; at 0 nothing is left of the reports.
        """
        if not self.units:
            return np.zeros(terms.shape[1])
        return self.scales.weigh(terms, beta)

    def agree(self, terms: Array) -> dict[str, Array]:
        """Return for each witness how draws agree with it over its senses, (draws,)."""
        if not self.units:
            return {}
        names = [member.witness.id for member in self.scales.members]
        return dict(zip(names, self.scales.agree(terms), strict=True))

    def judge(self, terms: Array) -> dict[str, Array]:
        """Return for each report how likely it is right, given each draw, (draws,)."""
        if not self.units:
            return {}
        found: dict[str, Array] = {}
        judged = self.scales.judge(terms)
        for member, right in zip(self.scales.members, judged, strict=True):
            found.update(dict.fromkeys(member.witness.members, right))
        return dict(sorted(found.items()))


def list_in_priors(journey: Journey) -> frozenset[str]:
    """Return the ids of the reports that a prior rests on.

    They have been used once, so they are not heard again where the likely is asked for.
    """
    return frozenset(report for row in journey.plan.speeds for report in row.reports)


def list_evidence(journey: Journey, witnesses: Iterable[Witness]) -> tuple[Witness, ...]:
    """Return the witnesses that no prior rests on, in the order of their ids."""
    used = list_in_priors(journey)
    kept = (witness for witness in witnesses if used.isdisjoint(witness.members))
    return tuple(sorted(kept, key=lambda witness: witness.id))


def hear_witnesses(
    journey: Journey,
    witnesses: Iterable[Witness],
    *,
    reliability: float | Mapping[str, float] | None = None,
    inside: bool = False,
) -> Likelihood:
    """Put together what witnesses say.

    Parameters
    ----------
    journey
        The journey; its plan tells how far they are believed.
    witnesses
        What they say, in any order; those that a prior rests on are left out.
    reliability
        In the place of that of the plan: one for all, or by the id of a report or family.
    inside
        Whether soft ends lie inside the hard ones.
    """
    maker = _Hearing(journey, reliability)
    heard = [maker.hear(witness) for witness in list_evidence(journey, witnesses)]
    return Likelihood(
        observer=Observer(journey, journey.plan.trust, inside),
        questions=tuple(maker.rows),
        units=_gather_units(heard, journey.plan.trust.identity),
    )


def hear_in_turn(
    journey: Journey, witnesses: Sequence[Witness], *, reliability: float | None = None
) -> tuple[Likelihood, ...]:
    """Put together what witnesses say, one more each time.

    All of the likelihoods have the same questions, so that the same terms serve them all.
    """
    maker = _Hearing(journey, reliability)
    heard = [maker.hear(witness) for witness in witnesses]
    observer = Observer(journey, journey.plan.trust)
    questions = tuple(maker.rows)
    identity = journey.plan.trust.identity
    return tuple(
        Likelihood(
            observer,
            questions,
            _gather_units(
                sorted(heard[:count], key=lambda trusted: trusted.witness.id), identity
            ),
        )
        for count in range(1, len(heard) + 1)
    )


class _Hearing:
    """Gives each clause in each variant a row, and each witness its senses."""

    def __init__(
        self, journey: Journey, reliability: float | Mapping[str, float] | None
    ) -> None:
        self.journey, self.trust = journey, journey.plan.trust
        self.reliability = reliability
        self.rows: dict[tuple[Clause, int], int] = {}

    def hear(self, witness: Witness) -> Trusted:
        firsts = [clause.variants[0].clause for clause in witness.clauses]
        return Trusted(
            witness=witness,
            senses=tuple(self._list_senses(witness)),
            reliability=self._get_reliability(witness),
            flat=prod(find_flat(clause, self.journey) for clause in firsts),
        )

    def _get_reliability(self, witness: Witness) -> float:
        report = witness.report
        if isinstance(self.reliability, Mapping):
            for key in (*witness.members, report.family):
                if key in self.reliability:
                    return float(self.reliability[key])
        elif self.reliability is not None:
            return float(self.reliability)
        if report.reliability is not None:
            return report.reliability
        family = self.trust.families.get(report.family)
        return self.trust.reliability if family is None else family.reliability

    def _list_senses(self, witness: Witness) -> list[Sense]:
        senses: dict[tuple[tuple[int, ...], bool], float] = {}
        options = [
            [
                ((choice.id, n), share)
                for n, share in enumerate(self._share_out(choice, witness))
            ]
            for choice in witness.choices
        ]
        for combination in product(*options):
            taken = {option for option, _ in combination}
            prior = prod(share for _, share in combination)
            rows = tuple(
                self.rows.setdefault((variant.clause, variant.visit), len(self.rows))
                for clause in witness.clauses
                for variant in clause.variants
                if taken.issuperset(variant.taken)
            )
            sense = rows, not _is_only_expected(witness, taken)
            senses[sense] = senses.get(sense, 0.0) + prior
        return [
            Sense(prior, rows, asks) for (rows, asks), prior in senses.items() if prior > 0.0
        ]

    def _share_out(self, choice: Choice, witness: Witness) -> list[float]:
        """Return the prior of each option of a choice."""
        count = len(choice.options)
        if choice.kind == "forecast":
            return [1.0 - self.trust.forecast, self.trust.forecast]
        if choice.kind == "visit":
            return [1.0 / count] * count
        face = self.trust.face_value
        own = witness.report.face_value
        if choice.kind == "reading" and own is not None:
            face = own
        return [face] + [(1.0 - face) / (count - 1)] * (count - 1)


def _is_only_expected(witness: Witness, taken: set[Taken]) -> bool:
    return any(
        choice.kind == "forecast" and (choice.id, 0) in taken for choice in witness.choices
    )


def _gather_units(heard: Sequence[Trusted], identity: float) -> tuple[Unit, ...]:
    """Group witnesses: by the doubt they share, by event, by what may be true together."""
    units: dict[Any, dict[Any, list[list[Trusted]]]] = {}
    for trusted in heard:
        report = trusted.witness.report
        event = _name_event(trusted.witness)
        key = (report.family, report.identity) if report.identity else event
        versions = units.setdefault(key, {}).setdefault(event, [])
        for version in versions:
            if not any(_are_contrary(trusted.witness, other.witness) for other in version):
                version.append(trusted)
                break
        else:
            versions.append([trusted])
    return tuple(
        Unit(
            identity=identity
            if any(m.witness.report.identity for vs in events.values() for v in vs for m in v)
            else 1.0,
            events=tuple(
                tuple(Version(tuple(members)) for members in versions)
                for versions in events.values()
            ),
        )
        for events in units.values()
    )


def _list_face(witness: Witness) -> list[Clause]:
    """Return the clauses of a witness at face value, or of its first reading with any."""
    return [clause.variants[0].clause for clause in witness.clauses]


def _name_event(witness: Witness) -> Any:
    """Return what two reports must share to tell of one event: family, kinds and places."""
    told = {_name_clause(clause) for clause in _list_face(witness)}
    return witness.report.family, bool(witness.report.identity), tuple(sorted(told))


def _name_clause(clause: Clause) -> tuple[str, ...]:
    if isinstance(clause, HeadingClause):
        return (clause.kind,)
    between = getattr(clause, "between", None) or (getattr(clause, "place", "") or "",)
    return (clause.kind, *between)


def _are_contrary(one: Witness, other: Witness) -> bool:
    """Tell whether two reports of one event cannot both be true at face value."""
    for first in _list_face(one):
        for second in _list_face(other):
            if _name_clause(first) == _name_clause(second) and _exclude(first, second):
                return True
    return False


def _exclude(first: Clause, second: Clause) -> bool:
    if isinstance(first, HeadingClause) and isinstance(second, HeadingClause):
        return not set(first.places) & set(second.places)
    times = [getattr(clause, "time", None) for clause in (first, second)]
    if all(time is not None for time in times):
        one, two = (time.window for time in times if time is not None)
        return bool(one.start_s >= two.end_s or two.start_s >= one.end_s)
    for low, high in (("low_s", "high_s"), ("low_m", "high_m"), ("low_mps", "high_mps")):
        if hasattr(first, low) and hasattr(second, low):
            return bool(
                getattr(first, low) > getattr(second, high)
                or getattr(second, low) > getattr(first, high)
            )
    return False
