"""Shared clocks in the sampler: each is set as in the first of the best worlds.

The options of a choice that several reports share cannot hold independently of each other, as
the readings of the mixture do (:mod:`routesim.likely.report_mixture`). So the sampler does not
weigh the settings of a shared clock. It takes the setting of the world that is listed first:
the one in the file, unless the reports contradict it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from routesim.certain.shared_clocks import is_shared_clock
from routesim.certain.worlds import list_best

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from routesim.certain.problem import ReportProblem
    from routesim.evidence.interpretation import DistinctReport, Variant


def settle_clocks(problem: ReportProblem) -> tuple[DistinctReport, ...]:
    """Return the distinct reports of a problem, without choices of shared clocks."""
    shared = [c.id for c in problem.register.choices.values() if is_shared_clock(c)]
    if not shared:
        return problem.distinct_reports
    found = list_best(problem)[0].settled
    settled = {name: found.get(name, 0) for name in shared}
    return tuple(_settle(distinct, settled) for distinct in problem.distinct_reports)


def _settle(distinct: DistinctReport, settled: Mapping[str, int]) -> DistinctReport:
    clauses = tuple(
        replace(clause, variants=tuple(_list_kept(clause.variants, settled)))
        for clause in distinct.clauses
    )
    choices = tuple(choice for choice in distinct.choices if choice.id not in settled)
    return replace(distinct, clauses=clauses, choices=choices)


def _list_kept(variants: Iterable[Variant], settled: Mapping[str, int]) -> Iterator[Variant]:
    for variant in variants:
        if all(settled.get(name, number) == number for name, number in variant.taken):
            taken = tuple(option for option in variant.taken if option[0] not in settled)
            yield replace(variant, taken=taken)
