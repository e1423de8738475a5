"""Solvers for one run.

``pieces``
    The track cut into pieces with one ruling speed each.
``profile``
    Runs at constant rates in closed form: a backward pass for the braking ceilings, and a
    forward walk for one run or arrays of draws.
``forces``
    Traction, resistance, gradients and curves as coefficients of the acceleration.
``drive``, ``series``, ``drive_run``
    Runs by forces: the loop from event to event with its moves (brake, pull, coast, cruise),
    the power series of a move, and the set-up and result of a run.
``supplement_solver``
    Supplements and fixed arrivals, by running more slowly or by coasting.
"""
