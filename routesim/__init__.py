"""Simulate a train's journey over a real railway and compare it with reports.

A journey file has the routes of a train, a plan, and reports about the journey. ``simulate``
draws journeys from the plan. ``bounds``, ``conflicts`` and ``worlds`` compute what is certain
given the reports, and ``condition`` estimates what is likely. ``check`` gives a verdict on each
report. Maps, diagrams and an HTML page show the results.

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
