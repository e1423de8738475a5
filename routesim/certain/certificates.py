"""Certificates: the case that shows a conflict best, its miss, and the sum that proves it.

A conflict holds in every case. The certificate is of the one in which it misses by least:
going round its constraints, their weights add up to minus the miss.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import inf
from typing import TYPE_CHECKING

from routesim.certain.steps import Step, make_line_step, make_step
from routesim.constraints.bitsets import Bits, is_subset, overlaps, remove, unite, unite_all
from routesim.units import metres_to_km, mps_to_kmh

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from routesim.certain.encoding.case_builder import Exclusion
    from routesim.certain.encoding.route_case import RouteCase
    from routesim.certain.problem import ReportProblem
    from routesim.constraints.found_cycles import NegativeCycle
    from routesim.constraints.system import Constraint
    from routesim.evidence.interpretation import ChosenOption


ASKED = "asked"
"""Stands for a clause in a sum: what nobody reported but the question asks."""


@dataclass(frozen=True, eq=False)
class Certificate:
    """A conflict in the case where it misses by least.

    Parameters
    ----------
    problem
        The problem that it contradicts.
    conflict_set
        The bits of the conflict: its clauses, assumptions and the options that it needs.
    case
        The route and start.
    support
        Clauses, assumptions and one option of each choice that matters.
    cycle
        The sum that shows it; its path is empty for an exclusion.
    exclusion
        Why no time can resolve it, where that is so.
    """

    problem: ReportProblem
    conflict_set: Bits
    case: RouteCase
    support: Bits
    cycle: NegativeCycle
    exclusion: Exclusion | None

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        """Ids of the clauses of the conflict."""
        return self.problem.register.list_clauses(self.conflict_set)

    @property
    def taken(self) -> tuple[ChosenOption, ...]:
        """The options that the conflict needs."""
        return self.problem.register.list_taken(self.conflict_set)

    @property
    def miss_s(self) -> int | None:
        """Seconds by which windows must be widened in all; None where no time is in it."""
        return None if self.exclusion else -self.cycle.weight_s

    @property
    def miss_km(self) -> float | None:
        """By how much lengths miss each other; None where time or place decides."""
        miss = self.exclusion.miss_m if self.exclusion else None
        return None if miss is None else metres_to_km(miss)

    @property
    def miss_kmh(self) -> float | None:
        """By how much speeds miss each other; None where time, place or length decides."""
        miss = self.exclusion.miss_mps if self.exclusion else None
        return None if miss is None else mps_to_kmh(miss)

    @cached_property
    def path(self) -> list[Constraint]:
        """The constraints of the sum, in its order; empty for an exclusion."""
        return [self.case.system.constraints[number] for number in self.cycle.path]

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines whose caps are in the sum."""
        return _find_lines(self)

    @property
    def span(self) -> tuple[int, int] | None:
        """The first and last passage in the sum; None for an exclusion."""
        passages = [
            self.case.locate(node)[0] for c in self.path for node in (c.tail, c.head) if node
        ]
        return (min(passages), max(passages)) if passages else None


def find_certificate(problem: ReportProblem, conflict_set: Bits) -> Certificate:
    """Find the case of a contradictory set in which it misses by least."""
    if problem.cycle_by_support is not None and conflict_set in problem.cycle_by_support:
        case, cycle = problem.cases[0], problem.cycle_by_support[conflict_set]
        return _certify(problem, conflict_set, case, conflict_set, cycle)
    best: tuple[float, Certificate] | None = None
    for case, selection, cycle in _list_cases(problem, conflict_set):
        found = _certify(problem, conflict_set, case, selection, cycle)
        miss = inf if found.exclusion else -cycle.weight_s
        if best is None or miss < best[0]:
            best = miss, found
    assert best is not None  # noqa: S101 (the set contradicts itself in every case)
    return best[1]


def _certify(
    problem: ReportProblem,
    conflict_set: Bits,
    case: RouteCase,
    selection: Bits,
    cycle: NegativeCycle,
) -> Certificate:
    exclusion = None if cycle.path else case.exclusions.get(cycle.support)
    return Certificate(problem, conflict_set, case, selection, cycle, exclusion)


def _list_cases(
    problem: ReportProblem, support: Bits
) -> Iterator[tuple[RouteCase, Bits, NegativeCycle]]:
    """Iterate over the cases of a set, each with the sum that misses by most in it."""
    register = problem.register
    closed = {taken[0] for taken in register.list_taken(support)}
    settled = unite_all(register.choice_bits[choice] for choice in closed)
    # Its own bits, and any option of a choice that it leaves open.
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
                yield (
                    case,
                    selection,
                    min(own, key=lambda cycle: (cycle.weight_s, cycle.support)),
                )


def _find_lines(certificate: Certificate) -> tuple[str, ...]:
    case, cycle = certificate.case, certificate.cycle
    if not cycle.path or not overlaps(cycle.support, case.system.cap_support):
        return ()
    lines: set[str] = set()
    for one, then in _pair_around(certificate.path):
        if case.system.capped[one.head, then.tail] < case.system.order[one.head, then.tail]:
            first, last = case.locate(then.tail)[0], case.locate(one.head)[0]
            lines |= {p.line for p in case.line.route.passages[first:last]}
    order = dict.fromkeys(passage.line for passage in case.line.route.passages)
    return tuple(line for line in order if line in lines)


def list_steps(certificate: Certificate) -> tuple[Step, ...]:
    """List the sum of a certificate, step by step."""
    case = certificate.case
    matrix = case.system.get_matrix(certificate.cycle.support)
    steps = _sum_up(
        certificate.problem, case, matrix, certificate.path, lines=certificate.lines
    )
    return tuple(steps)


def list_path_steps(
    problem: ReportProblem,
    case: RouteCase,
    matrix: NDArray[np.int64],
    path: Sequence[Constraint],
) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """List a sum over constraints of which some are only asked, and list what is in it."""
    lines = tuple(dict.fromkeys(p.line for p in case.line.route.passages))
    steps = tuple(_sum_up(problem, case, matrix, path, lines=lines))
    return steps, tuple(dict.fromkeys(o for s in steps for o in s.support if o != ASKED))


def _sum_up(
    problem: ReportProblem,
    case: RouteCase,
    matrix: NDArray[np.int64],
    path: Sequence[Constraint],
    *,
    lines: Sequence[str],
) -> Iterator[Step]:
    for one, then in _pair_around(path):
        support = problem.register.list_names(one.support) or (ASKED,)
        yield make_step(case, one, support, _find_zone(problem, case, one))
        if one.head != then.tail:
            weight_s = int(matrix[one.head, then.tail])
            yield make_line_step(case, (then.tail, one.head), weight_s, lines)


def _pair_around(path: Sequence[Constraint]) -> Iterator[tuple[Constraint, Constraint]]:
    return zip(path, [*path[1:], path[0]], strict=True) if path else iter(())


def _find_zone(problem: ReportProblem, case: RouteCase, constraint: Constraint) -> str:
    """Return the zone in which a clause states its time; else that of the place."""
    for variant in problem.variants:
        if (
            constraint.support
            and variant.support == constraint.support
            and variant.clause.time is not None
        ):
            return variant.clause.time.zone
    passage, _ = case.locate(max(constraint.tail, constraint.head))
    return case.line.route.passages[passage].station.tz
