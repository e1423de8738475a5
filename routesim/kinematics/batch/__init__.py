"""Many runs over one track at once, with numpy or compiled by numba.

``run_many``
    The function and the check of its arguments.
``draws``
    What varies from draw to draw, and the journey that all draws share.
``results``
    What is returned: every time of every draw (``ManyRuns``) or quantiles only
    (``ManyQuantiles``), with ``histogram`` where there are too many times to sort.
``engine``
    The choice of the engine: ``numpy_engine``, ``numba_engine`` or, for a train with a
    traction table, ``force_engine``.
``steady``
    The sums for draws that reach every limit.
``kernel``, ``drive_loops``
    Plain Python loops of which ``compiled`` makes copies compiled by numba: the walk at
    constant rates and the counting in bins, the drive by forces.
"""
