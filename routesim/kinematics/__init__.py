"""Trains, tracks and exact runs of a train over a track, one at a time or many at once.

Inputs
    ``train``, ``track``, ``supplements``; ``catalogue`` reads the files of trains.
One run
    ``run`` checks, solves and returns a ``result``: its ``trajectory`` (position, time and
    speed at every moment) and the table of phases made of it. ``route_run`` runs over a
    route of the network, ``curves`` gives acceleration and braking on level track, and
    gathers what there is to say of a train.
Many runs
    ``batch.run_many``.
How running times are found
    ``solver``: at constant rates, by forces, with supplements and fixed arrivals.
Shared
    ``argument_checks`` checks arguments, ``types`` names floats and arrays of them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
