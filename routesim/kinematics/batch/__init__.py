"""Many runs over one track at once, with numpy or compiled by numba.

``run_many``
    The function and the check of its arguments.
``draws``
    What varies from draw to draw, and the journey that all draws share.
``results``
    What is returned: every time of every draw (``ManyRuns``) or quantiles only
    (``ManyQuantiles``), with ``histogram`` where there are too many times to sort.
``engines``, ``numpy_engine``
    The engines and their choice: numpy, numba or, for a train with a traction table, forces.
``steady``
    The sums for draws that reach every limit.
``kernel``, ``drive_loops``
    Plain Python loops of which ``compiled`` makes copies compiled by numba: the walk at
    constant rates and the counting in bins, the drive by forces.
"""
