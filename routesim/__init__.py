"""Simulate a train's journey over a real railway and hold it against reports.

One sentence tells the way through: a journey file names a route, a train and reports;
the network gives the route; kinematics gives running times on it; simulation draws many
journeys; the exact part says what is certain, the conditioned part what is likely, the
assessment how reports and model fared; a view shows it.

    import routesim as rs

    journey = rs.load_journey("2023-09")
    prior = rs.simulate(journey, draws=20_000)
    prior.windows()
    rs.check(journey)
    rs.write_page(journey, "page.html")
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
