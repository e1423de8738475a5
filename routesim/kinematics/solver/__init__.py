"""The solver of one run: how fast the train is where, and when.

``pieces``
    The track cut into pieces on each of which one speed rules.
``profile``, ``walk_result``
    Constant rates, in closed form: ceilings from braking backwards, the walk forwards
    (``profile``, for one run or arrays of draws), and a whole run by it (``walk_result``).
``forces``
    Traction, resistance, gradients and curves as coefficients of the acceleration.
``drive_setup``, ``drive_path``, ``drive``, ``drive_moves``, ``series``, ``drive_result``
    Driving by forces: the setup, the path piece by piece, the loop from event to event, the
    single moves (brake, pull, coast, cruise), the power series of a move under forces, and
    the run with its log.
``supplement_solver``
    Supplements and fixed arrivals, spent by running slower or by coasting.
"""
