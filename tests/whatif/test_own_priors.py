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


def test_the_variation_is_set_like_a_row_without_a_name(autumn):
    changed = rs.set_priors(
        autumn,
        {"variation.range_km": 100, "variation.halt_min.median": 20, "variation.grain_s": 10},
    )
    variation = changed.plan.variation
    assert (variation.range_km, variation.grain_s, variation.halt_min.median) == (100, 10, 20)
    assert variation.halt_min.p95 == autumn.plan.variation.halt_min.p95
    # In the order of the fields. A plan has two distributions here, so they are named.
    assert changed.changes == (
        "variation: range_km 100, grain_s 10, halt_min median 20, one in twenty over 34 (min)",
    )
    assert variation.reason.startswith("Own prior: range_km 100 instead of range_km 50, ")


def test_a_nested_table_sets_the_variation_and_its_reason(autumn, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        '[variation]\nstanding_min_per_100km = [0, 8]\nreason = "A quiet line."\n',
        encoding="utf-8",
    )
    variation = rs.set_priors(autumn, path).plan.variation
    assert variation.standing_min_per_100km.ends == (0, 8)
    # The reason of the defaults is no statement of the file.
    assert variation.reason.endswith(f". A quiet line. {autumn.plan.variation.reason}")
    assert "The file says" not in variation.reason


def test_the_reason_of_the_defaults_is_kept_once(autumn):
    once = rs.set_priors(autumn, {"variation.range_km": 100})
    twice = rs.set_priors(once, {"variation.range_km": 200})
    default = autumn.plan.variation.reason
    assert twice.plan.variation.reason == (
        f"Own prior: range_km 200 instead of range_km 100. {default}"
    )


def test_faults_of_the_variation_are_reported_together(autumn):
    with pytest.raises(rs.ArgumentError) as caught:
        rs.set_priors(
            autumn,
            {
                "variation.slack_spread": 3,
                "variation.rang_km": 20,
                "variation.halt_min.mean": 5,
                "variation.range_km.low": 5,
            },
        )
    message = str(caught.value)
    assert "slack_spread: must be at most 2" in message
    assert "'rang_km' cannot be set; did you mean range_km?" in message
    assert "a lognormal distribution has no 'mean'" in message
    assert "range_km is a single value; give it no keys" in message


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"variation": 3}, "variation: is a row, not a value"),
        ({"variation.grain_s": 0}, "grain_s is 0, but slack_spread is not"),
        ({"variation.halt_min": 0}, "halt_min goes down to 0 min; give at least 0.1"),
        ({"variation.halt_min": 2e6}, "plan.variation: goes up to 2e+06 min"),
    ],
)
def test_a_variation_out_of_range_is_refused(autumn, settings, message):
    with pytest.raises(rs.ArgumentError) as caught:
        rs.set_priors(autumn, settings)
    assert message in str(caught.value)


def test_no_variation_at_all_is_accepted(autumn):
    still = rs.set_priors(autumn, {"variation.slack_spread": 0, "variation.grain_s": 0})
    assert rs.simulate(still, draws=10).delay_s is None


def test_a_number_of_halts_is_accepted_and_said_to_have_no_effect(autumn):
    changed = rs.set_priors(autumn, {"standing.Hambuk.halts": 3})
    assert changed.changes == ("standing on Hambuk halts 3 (no effect)",)
    before, after = (rs.simulate(one, draws=20).arrive_s for one in (autumn, changed))
    assert (before[:, 1:] == after[:, 1:]).all()
