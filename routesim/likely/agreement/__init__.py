"""How well draws of a journey agree with clauses, as logarithms of agreements.

A clause with nothing left unsaid, with the passage it is about and a route, is handled by one
class a kind of clause:

- ``times``: an event, a presence, "not yet", an order of two events;
- ``quantities``: a speed, a distance, a duration, a time standing; and where it is going.

``clause_agreement`` has what they share. ``draw_agreements`` has the table of the kinds and
evaluates all clauses for many draws at once. :mod:`routesim.likely.soft_windows` has the
formula for soft ends.
"""

from routesim.likely.agreement.clause_agreement import ObservationModel
from routesim.likely.agreement.draw_agreements import DrawAgreements, find_flat, list_passages

__all__ = ["DrawAgreements", "ObservationModel", "find_flat", "list_passages"]
