"""Agreement of draws with clauses, as logarithms.

There is one class per kind of clause. It takes a clause in one complete reading, the visit that
the clause is about, and a route:

- ``times``: an event, a presence, "not yet", an order of two events;
- ``quantities``: a speed, a distance, a duration, a time stood, a heading.

``clause_agreement`` has their base class. ``draw_agreements`` has the table of the kinds, and
evaluates all clauses for many draws at once. :mod:`routesim.likely.soft_windows` has the
formula for soft ends.
"""

from routesim.likely.agreement.clause_agreement import DEPARTURES, ObservationModel
from routesim.likely.agreement.draw_agreements import (
    DrawAgreements,
    find_flat,
    list_departures,
    list_passages,
    list_sides,
)

__all__ = [
    "DEPARTURES",
    "DrawAgreements",
    "ObservationModel",
    "find_flat",
    "list_departures",
    "list_passages",
    "list_sides",
]
