"""Cases: all clauses as constraints on the times of one route from one start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from routesim.certain.encoding.case_builder import CaseBuilder, CaseNodes
from routesim.certain.encoding.clause_constraints import ENCODERS, exclude_speed_pair
from routesim.certain.encoding.line_limits import cut_matrix, cut_order
from routesim.certain.support import CAP, LENGTH
from routesim.constraints.bitsets import unite
from routesim.constraints.system import DifferenceSystem
from routesim.evidence import DistanceClause, SpeedClause

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from routesim.certain.encoding.case_builder import ClauseVariant, Exclusion
    from routesim.certain.encoding.line_limits import LineLimits
    from routesim.constraints.bitsets import Bits
    from routesim.journey import Journey


@dataclass(frozen=True, eq=False)
class RouteCase(CaseNodes):
    """Constraints and exclusions of the reports for one route and one origin.

    ``origin`` is the index of the passage from which the train departs. ``system`` has two
    nodes per passage from the origin on, see :class:`CaseNodes`. ``exclusions`` has, by
    support, the reason why the support cannot hold, whatever the times.
    """

    line: LineLimits
    origin: int
    system: DifferenceSystem
    exclusions: Mapping[Bits, Exclusion]


def make_case(
    journey: Journey,
    line: LineLimits,
    origin: int,
    *,
    variants: Sequence[ClauseVariant],
    bits: Mapping[str, Bits],
) -> RouteCase:
    """Encode the clauses, in all their readings, as the constraints of one route and start."""
    builder = _encode(journey, line, origin, variants, bits)
    system = DifferenceSystem(
        order=cut_order(line.order, origin),
        capped=cut_matrix(line.capped, origin),
        cap_support=unite(bits[CAP], bits[LENGTH]),
        constraints=tuple(builder.constraints),
        refused=tuple(builder.exclusions),
    )
    return RouteCase(line, origin, system, builder.exclusions)


def encode_again(
    journey: Journey,
    case: RouteCase,
    variants: Sequence[ClauseVariant],
    bits: Mapping[str, Bits],
) -> DifferenceSystem:
    """Return the system of a case with other clauses than its own."""
    builder = _encode(journey, case.line, case.origin, variants, bits)
    constraints, refused = tuple(builder.constraints), tuple(builder.exclusions)
    return replace(case.system, constraints=constraints, refused=refused)


def _encode(
    journey: Journey,
    line: LineLimits,
    origin: int,
    variants: Sequence[ClauseVariant],
    bits: Mapping[str, Bits],
) -> CaseBuilder:
    builder = CaseBuilder(journey, line, origin, bits)
    # Distances first: the encoders of speeds use them.
    for variant in sorted(variants, key=lambda v: not isinstance(v.clause, DistanceClause)):
        builder.variant = variant
        ENCODERS[type(variant.clause)](builder, variant.clause)
    speeds = [(v, v.clause) for v in variants if isinstance(v.clause, SpeedClause)]
    for one, other in combinations(speeds, 2):
        exclude_speed_pair(builder, one, other)
    return builder
