"""The solver of one run: how fast the train is where, and when.

``pieces``
    The track cut into pieces on each of which one speed rules.
``profile``
    Constant rates, in closed form: ceilings from braking backwards, the walk forwards (for
    one run or arrays of draws), and a whole run by it.
``forces``
    Traction, resistance, gradients and curves as coefficients of the acceleration.
``drive``, ``series``, ``drive_run``
    Driving by forces: the loop from event to event with its moves (brake, pull, coast,
    cruise), the power series of a move under forces, and the whole run with its log.
``supplement_solver``
    Supplements and fixed arrivals, spent by running slower or by coasting.
"""
