"""Certificates: proofs of conflicts, as sums of constraints.

A conflict holds in every case, that is, for every route and start. Its certificate is a
negative cycle of constraints in one of the cases: a sum of weights that equals minus the miss.
The case is the one with the smallest miss, among those with the most clauses in the sum. All
assumptions are in force, so that the miss is what has to give way as long as they hold. The
assumptions that the sum uses are listed with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import inf
from typing import TYPE_CHECKING

from routesim.certain.proofs.misses import count_tolerances
from routesim.certain.proofs.steps import Step, pair_around, sum_up
from routesim.certain.support import CAP, ROUTE_CHOICE, SETTING
from routesim.constraints.bitsets import (
    Antichain,
    Bits,
    count_shared,
    intersect,
    is_subset,
    overlaps,
    remove,
    unite,
    unite_all,
)
from routesim.constraints.found_cycles import NegativeCycle
from routesim.units import metres_to_km, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from routesim.certain.encoding.case_builder import Exclusion
    from routesim.certain.encoding.route_case import RouteCase
    from routesim.certain.problem import ReportProblem
    from routesim.constraints.system import Constraint
    from routesim.evidence.interpretation import ChosenOption

MEASURES = {"rail", "straight"}
"""Kinds of exclusions by a length: one for each measure."""
ROUTE_KINDS = {"not_passed", "not_ahead"}
"""Kinds of exclusions by a route."""
DIGITS = 6
"""Decimals of a number of tolerances that are compared."""


@dataclass(frozen=True, eq=False)
class Certificate:
    """A conflict in the case (route and start) in which it misses by least.

    ``conflict_set`` has its clauses and the options that it needs; ``support`` has in addition
    all assumptions, and one option of each other choice that matters in this case. ``minimal``
    has the contradictions of this case within the set.
    """

    problem: ReportProblem
    conflict_set: Bits
    case: RouteCase
    support: Bits
    minimal: tuple[NegativeCycle, ...]

    @cached_property
    def cycle(self) -> NegativeCycle:
        """The sum that proves the conflict, with the largest miss; an empty path excludes it.

        All clauses of the conflict are in force. So its miss can be larger than that of the
        smaller contradictions within it, which other cases do not have.
        """
        timed = min(self.minimal, key=lambda c: c.weight_s)
        if not timed.path or (len(self.minimal) == 1 and self.needs_all):
            return timed
        found = self.case.system.find_worst_cycle(self.support, timed.path)
        if found is None:
            return timed
        return NegativeCycle(self._unite(found[1]), *found)

    @property
    def needs_all(self) -> bool:
        """Whether the case needs all clauses of the set; otherwise, a part contradicts it."""
        clauses = intersect(self.conflict_set, self.problem.register.clauses)
        return any(is_subset(clauses, cycle.support) for cycle in self.minimal)

    @property
    def count(self) -> int:
        """Number of clauses in the sum."""
        return count_shared(self.cycle.support, self.problem.register.clauses)

    @cached_property
    def least_tolerances(self) -> float:
        """Lower bound of ``tolerances``, from the contradictions within the set."""
        return count_tolerances(self.problem, self.case, self.minimal)

    @cached_property
    def tolerances(self) -> float:
        """The miss in tolerances of the clause that resolves the conflict most easily.

        Infinite if no single clause resolves it in this case, or where place or route decides.
        """
        return count_tolerances(self.problem, self.case, (*self.minimal, self.cycle))

    def _unite(self, path: Iterable[int]) -> Bits:
        """Return the clauses and options on which the constraints of a path depend."""
        constraints = self.case.system.constraints
        used = unite_all(constraints[number].support for number in path)
        return remove(used, self.problem.register.assumptions)

    @property
    def exclusion(self) -> Exclusion | None:
        """Reason that holds, whatever the times; None if times decide."""
        return None if self.cycle.path else self.case.exclusions.get(self.cycle.support)

    @property
    def assumed(self) -> Bits:
        """Assumptions that the sum or the exclusion uses."""
        if self.exclusion is not None:
            return self.exclusion.assumed
        used = unite_all(constraint.support for constraint in self.path)
        if self.lines:
            used = unite(used, self.case.system.cap_support)
        return intersect(used, self.problem.register.assumptions)

    def holds_without(self, assumption: Bits) -> bool:
        """Return whether the conflict holds in this case without an assumption."""
        return not self.case.system.is_feasible(remove(self.support, assumption))

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        """Ids of the clauses."""
        return self.problem.register.list_clauses(self.conflict_set)

    @property
    def taken(self) -> tuple[ChosenOption, ...]:
        """Options that the conflict needs."""
        return self.problem.register.list_taken(self.conflict_set)

    @property
    def miss_s(self) -> int | None:
        """Total seconds by which times must give way; None where times do not decide."""
        return None if self.exclusion else -self.cycle.weight_s

    @property
    def miss_km(self) -> float | None:
        """Kilometres by which lengths miss each other; None where lengths do not decide."""
        miss = self.exclusion.miss_m if self.exclusion else None
        return None if miss is None else metres_to_km(miss)

    @property
    def miss_kmh(self) -> float | None:
        """Speed in km/h by which speeds miss each other; None where speeds do not decide."""
        miss = self.exclusion.miss_mps if self.exclusion else None
        return None if miss is None else mps_to_kmh(miss)

    @cached_property
    def path(self) -> list[Constraint]:
        """Constraints of the sum, in its order; empty for an exclusion."""
        return [self.case.system.constraints[number] for number in self.cycle.path]

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Lines whose speed caps are in the sum."""
        case, system = self.case, self.case.system
        cap = self.problem.register.assumption_bits[CAP]
        passages = case.line.route.passages
        # Steps of the matrix at the caps, and runs that a reported distance makes longer.
        spans = [
            (then.tail, one.head)
            for one, then in pair_around(self.path)
            if system.capped[one.head, then.tail] < system.order[one.head, then.tail]
        ]
        spans += [(c.head, c.tail) for c in self.path if overlaps(c.support, cap)]
        lines: set[str] = set()
        for first, last in spans:
            lines |= {p.line for p in passages[case.locate(first)[0] : case.locate(last)[0]]}
        return tuple(line for line in dict.fromkeys(p.line for p in passages) if line in lines)

    @property
    def span(self) -> tuple[int, int] | None:
        """Indices of the first and last passage in the sum; None for an exclusion."""
        passages = [
            self.case.locate(node)[0] for c in self.path for node in (c.tail, c.head) if node
        ]
        return (min(passages), max(passages)) if passages else None


def find_certificate(problem: ReportProblem, conflict_set: Bits) -> Certificate:
    """Find the case (route and start) that shows best why a set is contradictory."""
    kept: dict[Bits, Certificate] = problem.kept.setdefault("certificates", {})
    if conflict_set not in kept:
        kept[conflict_set] = _choose(list_certificates(problem, conflict_set))
    return kept[conflict_set]


def _choose(certificates: Sequence[Certificate]) -> Certificate:
    """Return the certificate that shows a conflict best.

    A single clause can resolve it, its sum has the most clauses, and its miss is the smallest.
    In other cases, a part of the clauses is contradictory, which does not show why the others
    are in the set. Lengths are those of the default route if it is among the cases. The
    certificates are in the order of a lower bound of their miss, so that few must be solved.
    """
    # There is at least one certificate: a conflict set is contradictory in every case.
    problem, conflict_set = certificates[0].problem, certificates[0].conflict_set
    usual, whole = problem.routes[0], count_shared(conflict_set, problem.register.clauses)
    shown = [
        one
        for one in certificates
        if one.case.line.route_id == usual or any(cycle.path for cycle in one.minimal)
    ]
    best, ranked = (shown or certificates)[0], (0, inf, 0, 0)
    for one in shown or certificates:
        if one.least_tolerances == inf or ranked[:2] < (-whole, one.least_tolerances):
            break
        rank = -one.count, round(one.tolerances, DIGITS), *_rank_usual(problem, one)
        if rank < ranked and one.tolerances < inf:
            best, ranked = one, rank
    return best


def list_certificates(problem: ReportProblem, conflict_set: Bits) -> tuple[Certificate, ...]:
    """List the certificates of a contradictory set, one for each case.

    If a choice matters in a case, there is one for each option. They are in the order of a
    lower bound of their miss.
    """
    kept: dict[Bits, tuple[Certificate, ...]] = problem.kept.setdefault("cases", {})
    if conflict_set not in kept:
        known = problem.cycle_by_support
        if known is not None and conflict_set in known:
            cases = [(problem.cases[0], conflict_set, [known[conflict_set]])]
        else:
            cases = list(_list_cases(problem, conflict_set))
        assumptions = problem.register.assumptions
        found = (
            Certificate(problem, conflict_set, case, unite(chosen, assumptions), tuple(own))
            for case, chosen, own in cases
        )
        # Of equal cases, the default route and readings at face value come first.
        kept[conflict_set] = tuple(
            sorted(found, key=lambda one: (one.least_tolerances, *_rank_usual(problem, one)))
        )
    return kept[conflict_set]


def _rank_usual(problem: ReportProblem, certificate: Certificate) -> tuple[int, int]:
    """Return the number of the route, and that of readings not at face value."""
    taken = problem.register.list_taken(certificate.support)
    changed = sum(bool(number) for choice, number in taken if choice not in SETTING)
    return problem.routes.index(certificate.case.line.route_id), changed


def _list_cases(
    problem: ReportProblem, support: Bits
) -> Iterator[tuple[RouteCase, Bits, list[NegativeCycle]]]:
    """Iterate over the cases of a set, each with its options and its minimal cycles."""
    register = problem.register
    closed = {taken[0] for taken in register.list_taken(support)}
    settled = unite_all(register.choice_bits[choice] for choice in closed)
    # The bits of the set, and every option of the choices that it leaves open.
    allowed = unite(support, remove(register.options, settled))
    for case, found in zip(problem.cases, problem.cycles, strict=True):
        setting = problem.get_setting(case)
        if not is_subset(setting, allowed):
            continue
        within = [cycle for cycle in found.cycles if is_subset(cycle.support, allowed)]
        open_choices = dict.fromkeys(
            taken[0]
            for cycle in within
            for taken in register.list_taken(cycle.support)
            if taken[0] not in closed
        )
        for options in product(*(register.list_options(choice) for choice in open_choices)):
            selection = unite_all((support, setting, *options))
            own = [cycle for cycle in within if is_subset(cycle.support, selection)]
            if own:
                yield case, selection, own


def list_reasons(certificate: Certificate) -> list[str]:
    """List the reason of an exclusion and, for a length, that of the other measure."""
    exclusion = certificate.exclusion
    if exclusion is None:
        return []
    reasons = {exclusion.kind: exclusion.why}
    if exclusion.kind in MEASURES:
        for one in list_certificates(certificate.problem, certificate.conflict_set):
            other = one.exclusion
            if other is not None and other.kind in MEASURES:
                reasons.setdefault(other.kind, other.why)
    return list(reasons.values())


def find_needed_route(
    certificate: Certificate,
) -> tuple[tuple[str, ...], Exclusion, str] | None:
    """Find clauses that hold on one route only, on which another clause cannot hold.

    Return these clauses, the reason and the other clause, or None.
    """
    exclusion, problem = certificate.exclusion, certificate.problem
    register = problem.register
    against = register.list_clauses(certificate.cycle.support)
    others = tuple(clause for clause in certificate.clauses if clause not in against)
    is_about_route = exclusion is not None and exclusion.kind in ROUTE_KINDS
    if exclusion is None or not is_about_route or not others or len(against) != 1:
        return None
    if problem.complete_to is not None or ROUTE_CHOICE in dict(certificate.taken):
        return None
    rest = remove(certificate.conflict_set, register.clause_bits[against[0]])
    known = Antichain(problem.conflict_sets)
    possible = [
        route
        for number, route in enumerate(problem.routes)
        if not known.holds_subset(unite(rest, register.option_bits[ROUTE_CHOICE, number]))
    ]
    if possible != [exclusion.route]:
        return None
    return others, exclusion, against[0]


def list_steps(certificate: Certificate) -> tuple[Step, ...]:
    """List the steps of the sum of a certificate."""
    problem, case, lines = certificate.problem, certificate.case, certificate.lines
    matrix = case.system.get_matrix(certificate.support)
    return tuple(sum_up(problem, case, matrix, certificate.path, lines=lines))
