import numpy as np

import routesim as rs
from routesim.text.times import format_local
from routesim.view.page.certain import make_certain
from routesim.view.times import list_clocks
from routesim.view.windows import measure_ensemble


def test_the_bounds_are_those_of_the_library(journey, ensemble, findings):
    held = rs.bounds(journey)
    points = held.to_frame()
    for ours, theirs in zip(
        findings.bounds.trace(np.array([1694440800.0])),
        held.trace(np.array([1694440800.0])),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, theirs)
    columns = [f"{event}_{end}" for event in ("arrive", "depart") for end in
               ("earliest", "latest")]  # fmt: skip
    assert findings.bounds.to_frame()[columns].equals(points[columns])
    clocks = list_clocks(journey.zones, 1694336400.0, 1694500000.0)
    html = make_certain(findings, measure_ensemble(ensemble), clocks)
    row = points[points["station"] == "Khasan"].iloc[0]
    khasan = html[html.index(">Khasan<") :][:2000]
    assert clocks
    for clock in clocks:
        early = row["arrive_earliest"].floor("min").timestamp()
        late = row["arrive_latest"].ceil("min").timestamp()
        assert format_local(early, clock.zone) in khasan
        assert format_local(late, clock.zone) in khasan
