"""Simulate a train's journey over a real railway and compare it with reports.

A journey file names a route, a train and reports. The network gives the route, and kinematics
the running times on it. Simulation draws many journeys. The exact part says what is certain,
the conditioned part what is likely, and the assessment how well reports and model agree. A view
shows the result.

    import routesim as rs

    journey = rs.load_journey("2023-09")
    rs.conflicts(journey)                     # which reports cannot all be true
    rs.bounds(journey).to_frame()             # certain: earliest and latest times
    posterior = rs.condition(journey)
    posterior.windows()                       # likely times, given the reports
    rs.check(journey)                         # a verdict on each report
    rs.write_page(journey, "page.html")       # one file that works offline
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
