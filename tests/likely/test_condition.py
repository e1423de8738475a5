"""Conditioning: agreement with other samplers, and invariance of the answers."""

import numpy as np
import pytest

import routesim as rs
from routesim.sampler.mcse import LineageGroups

pytestmark = pytest.mark.slow

# Mean, 5 %, 50 % and 95 % quantile, and their Monte Carlo standard errors. They are averages of
# emcee and dynesty, weighted by their errors, on a second implementation of the likelihood in
# tests/support/posterior_cases.py. Made with:
# .venv/oracles/bin/python -m tools.verify.posterior --store FILE
REFERENCE = {
    "four": {
        "departure": ((7.8574, 7.5376, 7.8663, 8.1563), (0.0006, 0.0012, 0.0007, 0.0009)),
        "speed on the branch": (
            (54.6012, 51.6933, 54.5872, 57.5370),
            (0.0057, 0.0090, 0.0073, 0.0087),
        ),
        "dwell at Sukhanovka": (
            (19.9184, 12.8199, 19.6086, 27.9141),
            (0.0157, 0.0226, 0.0203, 0.0239),
        ),
        "standing": ((10.0821, 2.9340, 9.5833, 18.9187), (0.0158, 0.0124, 0.0211, 0.0218)),
        "arrive Sukhanovka": (
            (9.6272, 9.4949, 9.6298, 9.7527),
            (0.0002, 0.0003, 0.0003, 0.0004),
        ),
        "arrive Baranovsky": (
            (12.9974, 12.9532, 12.9969, 13.0427),
            (0.0001, 0.0002, 0.0001, 0.0002),
        ),
        "arrive Ussuriysk": (
            (13.3441, 13.2999, 13.3436, 13.3895),
            (0.0001, 0.0002, 0.0001, 0.0002),
        ),
    },
    "six": {
        "departure": ((7.9171, 7.3821, 7.9408, 8.3710), (0.0014, 0.0026, 0.0017, 0.0014)),
        "speed on the branch": (
            (57.8888, 50.7884, 57.3002, 67.3605),
            (0.0176, 0.0287, 0.0172, 0.0671),
        ),
        "speed beyond it": (
            (65.8480, 59.2754, 65.6419, 72.7394),
            (0.0234, 0.0294, 0.0270, 0.0470),
        ),
        "dwell at Sukhanovka": (
            (25.6496, 7.5433, 22.2011, 55.7416),
            (0.0871, 0.0312, 0.0792, 0.1740),
        ),
        "dwell at Ussuriysk": (
            (35.4119, 11.2803, 32.0314, 71.1571),
            (0.0650, 0.0415, 0.0805, 0.1691),
        ),
        "standing": ((7.7825, 2.0283, 6.7307, 17.0962), (0.0226, 0.0057, 0.0217, 0.0728)),
        "arrive Sukhanovka": (
            (9.3654, 8.8493, 9.4008, 9.7524),
            (0.0013, 0.0028, 0.0013, 0.0009),
        ),
        "arrive Baranovsky": (
            (12.8401, 12.6345, 12.8302, 13.0953),
            (0.0006, 0.0007, 0.0005, 0.0022),
        ),
        "arrive Sibirtsevo": (
            (14.8388, 14.3946, 14.8028, 15.4094),
            (0.0012, 0.0013, 0.0013, 0.0028),
        ),
    },
}
LEVELS = (0.05, 0.5, 0.95)
DRAWS = 20_000
WIDEST = 4.0


def arrive_s(posterior, station):
    return posterior.get_arrivals(posterior.route.index_of(station))


@pytest.mark.parametrize("name", ["four", "six"])
def test_it_agrees_with_emcee_and_dynesty(cases, name):
    case = {"four": cases.FOUR, "six": cases.SIX}[name]
    posterior = rs.condition(case.journey, draws=DRAWS)
    found = case.read_quantities(posterior)
    for quantity, (wanted, errors) in REFERENCE[name].items():
        values = np.asarray(found[quantity])
        points = np.array([values.mean(), *np.quantile(values, LEVELS)])
        own = posterior.lineage_groups.find_error(
            values, lambda part: np.array([part.mean(), *np.quantile(part, LEVELS)])
        )
        away = np.abs(points - wanted) / np.hypot(own, errors)
        assert away.max() < WIDEST, (quantity, points, wanted)


def test_without_reports_it_is_the_prior(load, text, cut_reports):
    head, _ = cut_reports(text)
    journey = load(head)
    posterior, prior = rs.condition(journey, draws=4096), rs.simulate(journey, draws=100_000)
    assert posterior.log_evidence == pytest.approx(0.0, abs=1e-9)
    for station in ("Sukhanovka", "Ussuriysk"):
        found = np.quantile(arrive_s(posterior, station), LEVELS)
        wanted = np.quantile(arrive_s(prior, station), LEVELS)
        error = posterior.lineage_groups.find_quantile_errors(
            arrive_s(posterior, station), np.array(LEVELS)
        )
        assert (np.abs(found - wanted) < 5 * error + 1.0).all()


def test_the_order_of_the_reports_does_not_matter(load, text, whole, cut_reports):
    head, reports = cut_reports(text)
    turned = rs.condition(load(head + "".join(reversed(reports))), draws=4096)
    assert np.array_equal(turned.arrive_s, whole.arrive_s)
    assert turned.log_evidence == whole.log_evidence


def test_shifting_all_times_shifts_the_answer(load, text, whole):
    later = rs.condition(load(text.replace("2024-05-02", "2024-05-05")), draws=4096)
    # Three days, up to the rounding of a double of that size.
    assert later.arrive_s - whole.arrive_s == pytest.approx(3 * 86400.0, abs=0.01)


def test_a_second_copy_within_a_family_changes_nothing(load, text, whole, cut_reports):
    head, reports = cut_reports(text)
    (copied,) = (report for report in reports if 'id = "A"' in report)
    copy = copied.replace('id = "A"', 'id = "A-again"')
    twice = rs.condition(load(head + "".join([*reports, copy])), draws=4096)
    assert np.array_equal(twice.arrive_s, whole.arrive_s)
    assert set(twice.reports_used) == {*whole.reports_used, "A-again"}


def test_the_same_seed_gives_the_same_draws(load, text, whole):
    again = rs.condition(load(text), draws=4096)
    other = rs.condition(load(text), draws=4096, seed=1)
    assert np.array_equal(again.arrive_s, whole.arrive_s)
    assert not np.array_equal(other.arrive_s, whole.arrive_s)


def test_a_dropped_report_is_not_used(load, text, whole):
    without = rs.condition(load(text), draws=4096, drop=("C",))
    assert "C" in whole.reports_used
    assert "C" not in without.reports_used
    # C is a clock time at Ussuriysk to the minute.
    assert arrive_s(without, "Ussuriysk").std() > 2 * arrive_s(whole, "Ussuriysk").std()


def test_a_less_reliable_report_counts_less(load, text, whole):
    doubted = rs.condition(load(text), draws=4096, reliability={"C": 0.05})
    assert arrive_s(doubted, "Ussuriysk").std() > arrive_s(whole, "Ussuriysk").std()
    assert doubted.right["C"].mean() < whole.right["C"].mean()


def test_narrow_clocks_do_not_collapse_the_sample(load, text):
    # With every report to the minute, one in a million draws of the prior agrees with all.
    narrow = text.replace("about 2024-05-02 09:40", "2024-05-02 09:38")
    posterior = rs.condition(load(narrow), draws=4096, reliability=1.0)
    assert posterior.ess > 400
    assert np.unique(posterior.departure_s).size > 2000


def test_no_draw_breaks_a_certain_bound_within_one_world():
    # The world without C06: only its reports are used, each at face value.
    journey = rs.load_journey("2023-09")
    world = next(world for world in rs.worlds(journey) if "C06" in world.dropped)
    kept = {"C01", "C12", "C13", "C14", "C15", "C16", "C19", "C20", "C21", "C22", "C23", "C26"}
    drop = tuple(report.id for report in journey.reports if report.id not in kept)
    assert kept.isdisjoint(world.dropped)
    sure = rs.set_priors(journey, {"trust.identity": 1.0, "trust.face_value": 1.0})
    posterior = rs.condition(sure, draws=2000, drop=drop, reliability=1.0, ends="inside")
    held = rs.bounds(journey, drop=drop)
    for event, get_times in (
        ("arrive", posterior.get_arrivals),
        ("depart", posterior.get_departures),
    ):
        low, high = (held.get_seconds(event, end) for end in ("earliest", "latest"))
        for index in posterior.asked:
            seconds = get_times(index)
            seconds = seconds[~np.isnan(seconds)]
            # Bounds are whole seconds, and the latest is the last possible one.
            assert not (seconds < low[index] - 1.0).any(), (event, index)
            assert not (seconds > high[index] + 1.0).any(), (event, index)


def test_a_small_effective_sample_size_is_warned_of_or_refused(monkeypatch, load, text):
    monkeypatch.setattr(LineageGroups, "count_effective", lambda *_: 50.0)
    journey = load(text)
    with pytest.warns(rs.SampleWarning, match="effective sample size is only 50"):
        rs.condition(journey, draws=4096)
    with pytest.raises(rs.SampleError, match="effective sample size is only 50"):
        rs.condition(journey, draws=4096, strict=True)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"draws": 0}, "draws"),
        ({"draws": 10_000_000}, "draws"),
        ({"seed": -1}, "seed"),
        ({"reliability": 0.0}, "above 0"),
        ({"reliability": 2}, "above 0"),
        ({"reliability": {"nobody": 0.5}}, "names no report or family"),
        ({"ends": "beside"}, "'around' or 'inside'"),
        ({"drop": ("nothing",)}, "nothing"),
    ],
)
def test_an_argument_out_of_range_is_refused(load, text, given, fault):
    with pytest.raises(rs.ArgumentError, match=fault):
        rs.condition(load(text), **given)


def test_an_unknown_route_is_refused(load, text):
    with pytest.raises(rs.UnknownNameError):
        rs.condition(load(text), route="nowhere")
