"""Trains, tracks, and exact runs of a train over a track: one run or many at once.

Inputs
    ``train``, ``track`` and ``supplements`` define the arguments of a run. ``catalogue``
    reads train files.
One run
    ``run`` checks its arguments, solves the run and returns a ``result``. The ``trajectory``
    of a result gives position, time and speed at every moment, and its phases. ``route_run``
    runs a train over a route of the network. ``curves`` computes acceleration and braking on
    level track, and the summary of a train.
Many runs
    ``batch.run_many``.
Solvers
    ``solver`` computes running times: at constant rates, by forces, with supplements and
    with fixed arrivals.
Shared
    ``argument_checks`` checks arguments. ``types`` defines type aliases.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
