"""The flat alternative: how often a clause would hold if its report knew nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.evidence import (
    DistanceClause,
    DurationClause,
    EventClause,
    HeadingClause,
    NotYetClause,
    OrderClause,
    PresenceClause,
    SpeedClause,
    StandClause,
)
from routesim.likely.agreement.headings import leads_to
from routesim.units import SECONDS_PER_HOUR, km_to_metres, kmh_to_mps

if TYPE_CHECKING:
    from routesim.evidence import Clause
    from routesim.journey import Journey

__all__ = ["find_flat"]


def find_flat(clause: Clause, journey: Journey) -> float:
    """Return how often a clause would hold if its report knew nothing, 0..1.

    For a window it is the width over the span over which a wrong time is spread; the same for
    ranges of quantities; for a heading, the share of the routes that lead there. A clause with
    one end only has a share of its own (``one_sided``).
    """
    trust = journey.plan.trust
    match clause:
        case EventClause(kind="board") | NotYetClause() | OrderClause():
            return trust.one_sided
        case EventClause() | PresenceClause():
            window = clause.time.window
            width, span = window.end_s - window.start_s, SECONDS_PER_HOUR * trust.span_h
        case DurationClause() | StandClause():
            width, span = clause.high_s - clause.low_s, SECONDS_PER_HOUR * trust.span_h
        case SpeedClause():
            width, span = clause.high_mps - clause.low_mps, kmh_to_mps(trust.span_kmh)
        case DistanceClause():
            width, span = clause.high_m - clause.low_m, km_to_metres(trust.span_km)
        case HeadingClause():
            leading = [leads_to(clause, h.route) for h in journey.routes.values()]
            return sum(leading) / len(leading) if any(leading) else trust.one_sided
    return min(width / span, 1.0) if np.isfinite(width) else trust.one_sided
