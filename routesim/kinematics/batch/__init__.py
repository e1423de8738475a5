"""Many runs over one track at once, with numpy or compiled by numba.

``run_many``
    The public function, and the checks of its arguments.
``draws``
    The quantities that vary from draw to draw, and the batch: the journey of all draws.
``results``
    The results: every time of every draw (``ManyRuns``), or quantiles only
    (``ManyQuantiles``). ``histogram`` estimates quantiles where there are too many times to
    sort.
``engines``, ``numpy_engine``
    The engines and the choice between them: numpy, numba, or forces for a train with a
    traction table.
``steady``
    Sums that give the times of draws that reach every limit.
``kernel``, ``drive_loops``
    Plain Python loops: the walk at constant rates and the counting in bins, and the drive by
    forces. ``compiled`` makes copies of them that are compiled by numba.
"""
