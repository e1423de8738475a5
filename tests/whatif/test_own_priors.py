"""Own priors: set by name and checked like a file."""

import pytest

import routesim as rs
from tests.support.journeys import load_bundled


@pytest.fixture(scope="module")
def autumn():
    return load_bundled()["2023-09"]


def find_stop(journey, station):
    return next(row for row in journey.plan.stops if row.station == station)


def test_a_number_is_set_by_its_dotted_key(autumn):
    changed = rs.set_priors(
        autumn,
        {
            "stops.Khasan.dwell_min.p95": 300,
            "speeds.Khasan branch.running_kmh.low": 45,
            "standing.Tumangang-Khasan.min_per_100km.median": 90,
            "lengths.Pyongyang-Khasan.km.high": 880,
            "trust.reliability": 0.9,
            "reports.C23.reliability": 0.99,
        },
    )
    assert find_stop(changed, "Khasan").dwell_min.p95 == 300
    assert find_stop(autumn, "Khasan").dwell_min.p95 == 240
    branch = next(row for row in changed.plan.speeds if row.line == "Khasan branch")
    assert branch.running_kmh.low == 45
    assert changed.plan.trust.reliability == 0.9
    assert changed.get_report("C23").reliability == 0.99
    assert changed.plan.lengths[0].km.high == 880
    assert len(changed.changes) == 6


def test_a_file_sets_the_same(autumn, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text("[stops.Khasan.dwell_min]\np95 = 300\n", encoding="utf-8")
    changed = rs.set_priors(autumn, path)
    assert find_stop(changed, "Khasan").dwell_min.p95 == 300


def test_the_other_routes_share_the_rest(autumn):
    changed = rs.set_priors(autumn, {"routes.vladivostok.prior": 0.2})
    # The other two have 0.2 each before and 0.4 each after.
    priors = [hypothesis.prior for hypothesis in changed.routes.values()]
    assert priors == pytest.approx([0.2, 0.4, 0.4])


def test_all_faults_are_reported_together(autumn):
    with pytest.raises(rs.RouteSimError) as caught:
        rs.set_priors(
            autumn, {"stops.Kasan.dwell_min.p95": 5, "trust.reliability": 3, "wind.speed": 1}
        )
    message = str(caught.value)
    assert "Kasan" in message
    assert "reliability" in message
    assert "wind" in message


def test_unknown_keys_are_named_in_the_order_given(autumn):
    keys = ("low", "mode", "value", "high")  # none is a key of a lognormal distribution
    given = {f"stops.Khasan.dwell_min.{key}": 60 for key in keys}
    with pytest.raises(rs.ArgumentError) as caught:
        rs.set_priors(autumn, given)
    assert [fault.where for fault in caught.value.faults] == list(given)
