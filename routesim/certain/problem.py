"""Testimony: the witnesses of a journey, their readings, and where they contradict."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from routesim.certain.encoding import Bits, Speaker, make_case
from routesim.certain.interpretation import Choice, call_witnesses
from routesim.certain.line_limits import list_origins, make_line
from routesim.constraints.bitsets import list_bits
from routesim.constraints.elimination import combine_families, resolve_choices
from routesim.constraints.enumeration import find_cycles
from routesim.errors import ArgumentError, Fault
from routesim.evidence import parse_time
from routesim.journey import require_journey

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from routesim.certain.encoding import Case
    from routesim.certain.interpretation import Taken, Witness
    from routesim.constraints.enumeration import CycleList, NegativeCycle
    from routesim.journey import Journey

__all__ = ["ROUTE_CHOICE", "START_CHOICE", "Register", "Testimony", "take_testimony"]

ROUTE_CHOICE = "route"
START_CHOICE = "start"
CACHED = 8
"""So many testimonies are kept for further questions."""
CAP, LENGTH, POSITIONS = "speed cap", "length", "positions"


class Register:
    """Which bit stands for which clause, option or assumption."""

    def __init__(
        self,
        clauses: Iterable[str],
        choices: Iterable[Choice],
    ) -> None:
        self.clause_bits = {name: 1 << n for n, name in enumerate(clauses)}
        self.counted = (1 << len(self.clause_bits)) - 1
        self.choices = {choice.id: choice for choice in choices}
        self.option_bits: dict[Taken, int] = {}
        bit = 1 << len(self.clause_bits)
        for choice in self.choices.values():
            for number in range(len(choice.options)):
                self.option_bits[choice.id, number] = bit
                bit <<= 1
        self.bits = Bits(cap=bit, length=bit << 1, positions=bit << 2)
        self.assumption_bits = {CAP: bit, LENGTH: bit << 1, POSITIONS: bit << 2}
        self.assumed = bit | bit << 1 | bit << 2
        self._clauses = {b: name for name, b in self.clause_bits.items()}
        self._options = {b: taken for taken, b in self.option_bits.items()}

    def list_clauses(self, owners: int) -> tuple[str, ...]:
        """Return the ids of the clauses among the owners, in the order of the ids."""
        return tuple(self._clauses[bit] for bit in list_bits(owners & self.counted))

    def list_taken(self, owners: int) -> tuple[Taken, ...]:
        """Return the options among the owners."""
        options = owners & ~self.counted & ~self.assumed
        return tuple(self._options[bit] for bit in list_bits(options))

    def list_assumptions(self, owners: int) -> tuple[str, ...]:
        """Return the names of the assumptions among the owners."""
        return tuple(name for name, bit in self.assumption_bits.items() if owners & bit)

    def list_options(self, choice: str) -> tuple[int, ...]:
        """Return the bits of the options of a choice."""
        count = len(self.choices[choice].options)
        return tuple(self.option_bits[choice, number] for number in range(count))

    def make_owners(self, clauses: Iterable[str], taken: Iterable[Taken] = ()) -> int:
        """Return the bits of clauses and options."""
        owners = 0
        for name in clauses:
            owners |= self.clause_bits[name]
        for option in taken:
            owners |= self.option_bits[option]
        return owners

    @cached_property
    def exclusive(self) -> tuple[int, ...]:
        """The option bits of each choice, of which no two hold together."""
        return tuple(sum(self.list_options(choice)) for choice in self.choices)


@dataclass(frozen=True, eq=False)
class Testimony:
    """The witnesses of a journey as of a time; made by :func:`take_testimony`.

    Parameters
    ----------
    journey
        The journey.
    as_of_s
        What was known by then is heard; infinity for all.
    routes
        Ids of the routes that are held possible, the default one first.
    witnesses
        Reports with their copies; reports without clauses are not among them.
    cap_kmh
        A cap in the place of those of the lines, or None.
    """

    journey: Journey
    as_of_s: float
    routes: tuple[str, ...]
    witnesses: tuple[Witness, ...]
    cap_kmh: float | Mapping[str, float] | None = None
    max_size: int | None = None

    @cached_property
    def register(self) -> Register:
        """The bits of clauses, options and assumptions."""
        titles = tuple(f"route {route}" for route in self.routes)
        choices = [Choice(ROUTE_CHOICE, "", "route", titles)]
        if self.is_start_open:
            first = self.journey.routes[self.routes[0]].route.origin
            texts = (f"it set out at {first}", f"it set out beyond {first}")
            choices.append(Choice(START_CHOICE, "", "start", texts))
        choices += [choice for witness in self.witnesses for choice in witness.choices]
        return Register((c.id for w in self.witnesses for c in w.clauses), choices)

    @property
    def is_start_open(self) -> bool:
        """Whether it may have set out from more than one station."""
        return bool(self.journey.plan.origins)

    @cached_property
    def speakers(self) -> tuple[Speaker, ...]:
        """Every clause in every variant."""
        register = self.register
        return tuple(
            Speaker(
                clause=variant.clause,
                owners=register.make_owners([clause.id], variant.taken),
                visit=variant.visit,
                known_s=witness.known_s,
                forecast=witness.report.forecast,
            )
            for witness in self.witnesses
            for clause in witness.clauses
            for variant in clause.variants
        )

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """The constraints of each route from each start."""
        cases: list[Case] = []
        for route in self.routes:
            line = make_line(self.journey, route, self.cap_kmh)
            cases += [
                make_case(
                    self.journey, line, origin, speakers=self.speakers, bits=self.register.bits
                )
                for origin in list_origins(self.journey, line)
            ]
        return tuple(cases)

    @cached_property
    def cycles(self) -> tuple[CycleList, ...]:
        """The contradictions of each case, in the order of ``cases``."""
        register = self.register
        return tuple(
            find_cycles(
                case.system,
                exclusive=register.exclusive,
                counted=register.counted,
                max_size=self.max_size,
            )
            for case in self.cases
        )

    @cached_property
    def witness_of(self) -> Mapping[str, Witness]:
        """The witness of each clause."""
        return {clause.id: witness for witness in self.witnesses for clause in witness.clauses}

    @cached_property
    def cycle_by_owners(self) -> Mapping[int, NegativeCycle] | None:
        """The contradictions by their owners, where there is but one case; else None."""
        if len(self.cases) > 1:
            return None
        return {cycle.owners: cycle for cycle in self.cycles[0].cycles}

    @cached_property
    def complete_to(self) -> int | None:
        """The size of set up to which no contradiction is missing; None for any size."""
        sizes = [found.complete_to for found in self.cycles if found.complete_to is not None]
        if not self._resolved[1]:
            sizes.append(1)
        return min(sizes, default=None)

    @cached_property
    def literal_sets(self) -> tuple[int, ...]:
        """Minimal contradictions: clauses, options of readings, a route and a start each.

        A start further on than the first station is any such: they hold from all of them.
        """
        return self._by_route[0]

    @cached_property
    def _by_route(self) -> tuple[tuple[int, ...], bool]:
        grouped: dict[int, list[list[int]]] = {}
        for case, found in zip(self.cases, self.cycles, strict=True):
            family = [cycle.owners for cycle in found.cycles]
            grouped.setdefault(self.get_setting(case), []).append(family)
        sets: list[int] = []
        complete = True
        for setting, families in grouped.items():
            combined = combine_families(families, self.register.exclusive)
            if combined is None:
                combined, complete = [], False
            sets += [owners | setting for owners in combined]
        return tuple(sets), complete

    def get_setting(self, case: Case) -> int:
        """Return the option bits of a case: its route and start, where there is a choice."""
        bits = self.register.option_bits
        setting = 0
        if len(self.routes) > 1:
            setting = bits[ROUTE_CHOICE, self.routes.index(case.line.route_id)]
        if self.is_start_open:
            setting |= bits[START_CHOICE, int(case.origin > 0)]
        return setting

    @cached_property
    def _resolved(self) -> tuple[tuple[int, ...], bool]:
        register = self.register
        choices = [register.list_options(choice) for choice in register.choices]
        sets, complete = resolve_choices(self._by_route[0], choices)
        if self.max_size is not None:
            counted = register.counted
            sets = [s for s in sets if (s & counted).bit_count() <= self.max_size]
        return tuple(sets), complete and self._by_route[1]

    @property
    def conflict_sets(self) -> tuple[int, ...]:
        """Minimal contradictions over clauses, options and assumptions.

        A set that names no option of a choice contradicts itself whichever holds.
        """
        return self._resolved[0]

    def find_witness(self, report_id: str) -> Witness | None:
        """Return the witness that speaks for a report; None for a silent one."""
        return next((w for w in self.witnesses if report_id in w.members), None)


def take_testimony(
    journey: Journey,
    *,
    as_of: str | datetime | None = None,
    drop: Sequence[str] = (),
    given: Sequence[str] | None = None,
    route: str | None = None,
    cap_kmh: float | Mapping[str, float] | None = None,
    max_size: int | None = None,
) -> Testimony:
    """Call the witnesses of a journey.

    Parameters
    ----------
    journey
        The journey.
    as_of
        Only reports known by then are heard: an edited page counts from its edit, an
        undated one from the end of the day it speaks of.
    drop
        Ids of reports, or of single clauses (``C49.2``), that are not heard.
    given
        If given, only these reports (or clauses) are heard.
    route
        Id of the one route held possible; ``None`` for all of the journey's.
    cap_kmh
        Speed that the train cannot exceed, in the place of the caps of the lines.
    max_size
        Contradictions of more clauses are not looked for.

    Raises
    ------
    ArgumentError
        If there is no journey, or an id is not known.
    TimeError
        If ``as_of`` cannot be read.
    """
    require_journey(journey)
    as_of_s = float("inf") if as_of is None else parse_time(as_of, where="as_of")
    for name, ids in (("drop", drop), ("given", given or ())):
        _check_ids(journey, name, ids)
    return _call(
        journey,
        as_of_s,
        tuple(drop),
        None if given is None else tuple(given),
        route,
        tuple(sorted(cap_kmh.items())) if isinstance(cap_kmh, Mapping) else cap_kmh,
        max_size,
    )


@lru_cache(maxsize=CACHED)
def _call(
    journey: Journey,
    as_of_s: float,
    drop: tuple[str, ...],
    given: tuple[str, ...] | None,
    route: str | None,
    cap_kmh: float | tuple[tuple[str, float], ...] | None,
    max_size: int | None,
) -> Testimony:
    """Call the witnesses once for questions asked of the same journey in a row."""
    # In the order of their ids, so that no answer hangs on the order of the file.
    heard = sorted(
        (report for report in journey.reports if report.known_s <= as_of_s),
        key=lambda report: _split_id(report.id),
    )
    if given is not None:
        kept = {
            name if _is_report(journey, name) else name.rpartition(".")[0] for name in given
        }
        heard = [report for report in heard if report.id in kept]
    dropped = set(drop)
    heard = [report for report in heard if report.id not in dropped]
    witnesses = [_silence(w, dropped, given) for w in call_witnesses(journey, heard)]
    first = journey.get_hypothesis(route).id
    others = [] if route is not None else [r for r in journey.routes if r != first]
    return Testimony(
        journey=journey,
        as_of_s=as_of_s,
        routes=(first, *others),
        witnesses=tuple(w for w in witnesses if w.clauses),
        cap_kmh=dict(cap_kmh) if isinstance(cap_kmh, tuple) else cap_kmh,
        max_size=max_size,
    )


def _split_id(report_id: str) -> list[tuple[bool, int, str]]:
    """Split an id into words and numbers, so that R9 comes before R10."""
    parts = re.findall(r"\d+|\D+", report_id)
    return [(p.isdigit(), int(p) if p.isdigit() else 0, p) for p in parts]


def _is_report(journey: Journey, name: str) -> bool:
    return any(report.id == name for report in journey.reports)


def _silence(witness: Witness, dropped: set[str], given: Sequence[str] | None) -> Witness:
    """Leave out single clauses of a witness."""
    named = set(given or ())
    alone = {c.id for c in witness.clauses if c.id in named and c.id not in witness.members}
    kept = tuple(
        c
        for c in witness.clauses
        if c.id not in dropped and (not alone or c.id in alone or set(witness.members) & named)
    )
    return replace(witness, clauses=kept)


def _check_ids(journey: Journey, name: str, ids: Sequence[str]) -> None:
    if isinstance(ids, str):
        raise ArgumentError([Fault(name, "is one text", f"give a list: [{ids!r}]")])
    faults = []
    for identity in ids:
        report, _, number = str(identity).rpartition(".")
        whole = _is_report(journey, str(identity))
        if not whole and not (number.isdigit() and report and _is_report(journey, report)):
            known = ", ".join(r.id for r in journey.reports[:8])
            faults.append(
                Fault(
                    name,
                    f"no report {identity!r:.40}",
                    f"known: {known} ...; C49.2 is a clause",
                )
            )
    if faults:
        raise ArgumentError(faults)
