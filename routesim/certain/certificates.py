"""Exhibits: the one case, and the one sum in it, by which a contradiction is shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING

from routesim.certain.wording import Step, tell_constraint, tell_hop

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from routesim.certain.encoding import Case, Refusal
    from routesim.certain.problem import Testimony
    from routesim.constraints.enumeration import NegativeCycle
    from routesim.constraints.system import Constraint

__all__ = ["ASKED", "Exhibit", "find_exhibit", "list_path_steps", "list_steps"]

ASKED = "asked"
"""The owner of what nobody reported but the question asks."""


@dataclass(frozen=True, eq=False)
class Exhibit:
    """A contradiction in the case where it misses by least.

    Parameters
    ----------
    case
        The route and start.
    owners
        Clauses, assumptions and one option of each choice that matters.
    cycle
        The sum that shows it; its path is empty for a refusal.
    refusal
        Why no time can mend it, where that is so.
    """

    case: Case
    owners: int
    cycle: NegativeCycle
    refusal: Refusal | None

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines whose caps are in the sum."""
        return _find_lines(self)

    @property
    def span(self) -> tuple[int, int] | None:
        """The first and last passage on its sum; None for a refusal."""
        constraints = [self.case.system.constraints[number] for number in self.cycle.path]
        passages = [
            self.case.locate(node)[0] for c in constraints for node in (c.tail, c.head) if node
        ]
        return (min(passages), max(passages)) if passages else None


def find_exhibit(testimony: Testimony, owners: int) -> Exhibit:
    """Find the case of a contradictory set in which it misses by least."""
    if testimony.cycle_by_owners is not None and owners in testimony.cycle_by_owners:
        case, cycle = testimony.cases[0], testimony.cycle_by_owners[owners]
        return Exhibit(case, owners, cycle, None if cycle.path else case.refusals.get(owners))
    best: tuple[float, Exhibit] | None = None
    for case, selection, cycle in _list_cases(testimony, owners):
        refusal = case.refusals.get(cycle.owners) if not cycle.path else None
        miss = float("inf") if refusal else -cycle.weight_s
        if best is None or miss < best[0]:
            best = miss, Exhibit(case, selection, cycle, refusal)
    assert best is not None  # noqa: S101 (the set contradicts itself in every case)
    return best[1]


def _list_cases(testimony: Testimony, owners: int) -> Iterator[tuple[Case, int, NegativeCycle]]:
    """Iterate over the cases of a set, each with the sum that misses by most in it."""
    register = testimony.register
    clauses = owners & (register.counted | register.assumed)
    fixed = owners & ~clauses
    closed = {taken[0] for taken in register.list_taken(fixed)}
    settled = sum(sum(register.list_options(choice)) for choice in closed)
    for case, found in zip(testimony.cases, testimony.cycles, strict=True):
        setting = testimony.get_setting(case)
        if settled & setting & ~fixed:
            continue
        heard = [
            cycle
            for cycle in found.cycles
            if not cycle.owners & (register.counted | register.assumed) & ~clauses
            and not cycle.owners & settled & ~fixed
        ]
        open_choices = dict.fromkeys(
            taken[0]
            for cycle in heard
            for taken in register.list_taken(cycle.owners)
            if taken[0] not in closed
        )
        for options in product(*(register.list_options(choice) for choice in open_choices)):
            selection = clauses | fixed | setting | sum(options)
            own = [cycle for cycle in heard if cycle.owners & ~selection == 0]
            if own:
                yield (
                    case,
                    selection,
                    min(own, key=lambda cycle: (cycle.weight_s, cycle.owners)),
                )


def _find_lines(exhibit: Exhibit) -> tuple[str, ...]:
    case, cycle = exhibit.case, exhibit.cycle
    if not cycle.path or not cycle.owners & case.system.cap_owners:
        return ()
    lines: set[str] = set()
    path = [case.system.constraints[number] for number in cycle.path]
    for one, then in _pair_around(path):
        if case.system.capped[one.head, then.tail] < case.system.order[one.head, then.tail]:
            first, last = case.locate(then.tail)[0], case.locate(one.head)[0]
            lines |= {p.line for p in case.line.route.passages[first:last]}
    order = dict.fromkeys(passage.line for passage in case.line.route.passages)
    return tuple(line for line in order if line in lines)


def list_steps(testimony: Testimony, exhibit: Exhibit) -> tuple[Step, ...]:
    """Write the sum of an exhibit, step by step."""
    case = exhibit.case
    path = [case.system.constraints[number] for number in exhibit.cycle.path]
    matrix = case.system.get_matrix(exhibit.cycle.owners)
    return tuple(_sum_up(testimony, case, matrix, path, lines=exhibit.lines))


def list_path_steps(
    testimony: Testimony, case: Case, matrix: NDArray[np.int64], path: Sequence[Constraint]
) -> tuple[tuple[Step, ...], tuple[str, ...]]:
    """Write a sum over constraints of which some are only asked; and name its owners."""
    lines = tuple(dict.fromkeys(p.line for p in case.line.route.passages))
    steps = tuple(_sum_up(testimony, case, matrix, path, lines=lines))
    return steps, tuple(dict.fromkeys(o for s in steps for o in s.owners if o != ASKED))


def _sum_up(
    testimony: Testimony,
    case: Case,
    matrix: NDArray[np.int64],
    path: Sequence[Constraint],
    *,
    lines: Sequence[str],
) -> Iterator[Step]:
    register = testimony.register
    for one, then in _pair_around(path):
        owners = (*register.list_clauses(one.owners), *register.list_assumptions(one.owners))
        zone = find_zone(testimony, case, one)
        yield Step(tell_constraint(case, one, zone), one.weight_s, owners or (ASKED,))
        if one.head != then.tail:
            weight = int(matrix[one.head, then.tail])
            if weight:
                first, last = case.locate(then.tail)[0], case.locate(one.head)[0]
                passed = {p.line for p in case.line.route.passages[first:last]}
            else:
                passed = set()
            text = tell_hop(
                case, one.head, then.tail, weight, [n for n in lines if n in passed]
            )
            yield Step(text, weight, ("speed cap", "length") if weight else ())


def _pair_around(path: Sequence[Constraint]) -> Iterator[tuple[Constraint, Constraint]]:
    return zip(path, [*path[1:], path[0]], strict=True) if path else iter(())


def find_zone(testimony: Testimony, case: Case, constraint: Constraint) -> str:
    """Return the zone that a clause tells its time in; else that of the place."""
    for speaker in testimony.speakers:
        if constraint.owners and speaker.owners == constraint.owners:
            time = getattr(speaker.clause, "time", None)
            for name in ("first", "then"):
                moment = getattr(speaker.clause, name, None)
                time = time or getattr(moment, "time", None)
            if time is not None:
                return str(time.zone)
    passage, _ = case.locate(max(constraint.tail, constraint.head))
    return case.line.route.passages[passage].station.tz
