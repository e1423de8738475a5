"""Agreement with statements of heading: whether the route leads to one of the places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.evidence import HeadingClause
from routesim.likely.agreement.clause_agreement import ClauseAgreement
from routesim.likely.soft_windows import IMPOSSIBLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from routesim.journey import Journey, KeyTimes
    from routesim.likely.agreement.observation_model import ObservationModel
    from routesim.network import Route


class HeadingAgreement(ClauseAgreement[HeadingClause]):
    """A statement of heading or of a venue."""

    @classmethod
    def find_flat(cls, clause: HeadingClause, journey: Journey) -> float:
        """Return the share of the routes that lead there; where none does, ``one_sided``."""
        leading = [_leads_to(clause, h.route) for h in journey.routes.values()]
        return sum(leading) / len(leading) if any(leading) else journey.plan.trust.one_sided

    def list_passages(self) -> set[int]:
        """Return none: a heading depends on the route alone."""
        return set()

    @property
    def is_constant(self) -> bool:
        """True: it depends on the route alone."""
        return True

    def measure(self, times: KeyTimes, _model: ObservationModel) -> NDArray[np.float64]:
        """Return full agreement with all draws where the route leads there, else none."""
        return np.full(times.draws, 0.0 if _leads_to(self.clause, self.route) else IMPOSSIBLE)


def _leads_to(clause: HeadingClause, route: Route) -> bool:
    """Return whether a route leads to one of the places; beyond ``after`` where it is given."""
    after = route.visits.get(clause.after, ()) if clause.after else (-1,)
    return bool(after) and any(
        index > after[0]
        for place in clause.destinations
        for index in route.visits.get(place, ())
    )
