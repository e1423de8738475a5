"""Truths drawn with their reports rank evenly among the draws conditioned on those.

``tools/verify/calibration.py`` does the same at length.
"""

import numpy as np
import pytest


@pytest.fixture(scope="session")
def tool(load_tool):
    return load_tool("verify_calibration")


@pytest.fixture(scope="session")
def calibration(load_tool):
    return load_tool("calibration")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("case", "simulations"), [("clocks", 20), ("routes", 80), ("mixed", 20)]
)
def test_truths_rank_evenly(tool, calibration, case, simulations):
    ranks = calibration.rank_many(tool.CASES[case], range(simulations), seed=5)
    verdict = tool.judge(ranks)
    assert verdict.p_value > 0.001, verdict


def test_a_zone_an_hour_off_is_found(tool, calibration):
    ranks = calibration.rank_many(tool.CASES["routes"], range(30), seed=5, fault="zone")
    verdict = tool.judge(ranks)
    assert verdict.p_value < 1e-6
    # One who reads the clock an hour late has every departure too late.
    assert np.median(ranks["departure"]) < calibration.RANKS / 4


def test_reports_are_read_as_a_file_would_be(calibration, tool):
    case = tool.CASES["routes"]
    truth, reports = case.tell(np.random.default_rng(0))
    assert [report.id for report in reports] == ["W1", "W2", "C1", "C2", "E1", "H1"]
    likelihood = calibration.hear(case, reports)
    # A part of the day by two clocks has two senses, and so has what was only expected.
    senses = {w.witness.id: [s.prior for s in w.senses] for w in likelihood.witnesses}
    assert senses["W1"] == pytest.approx([0.6, 0.4])
    assert senses["E1"] == pytest.approx([0.5, 0.5])
    assert senses["C1"] == [1.0]
    # Six hours of 24, two of 3 minutes of 24 hours, and one of two routes.
    flats = {w.witness.id: w.flat for w in likelihood.witnesses}
    assert flats["W1"] == pytest.approx(0.25)
    assert flats["C1"] == pytest.approx(6 / 1440)
    assert flats["H1"] == 0.5
    assert truth.route_id in case.journey.routes


def test_the_parts_of_a_day_leave_nothing_out(calibration, tool):
    # Four parts with equally soft ends add up to one, away from the ends of the day.
    from routesim.likely.soft_windows import find_agreement

    case = tool.CASES["routes"]
    times_s = calibration.DAY_START_S + 3600.0 * np.linspace(4.0, 20.0, 9)
    total = np.zeros(9)
    for number in range(4):
        (report,) = case.read([case.tellers[0].make_row(case.tellers[0].write(number))])
        time = report.clauses[0].time
        ends = time.window.start_s, time.window.end_s
        total += np.exp(find_agreement(times_s, ends, time.soft_s))
    # 9 ** -12 is left at four hours, twelve times the softness of 20 minutes.
    assert total == pytest.approx(1.0, abs=1e-11)


@pytest.mark.parametrize("not_yet", [True, False])
def test_not_yet_and_before_leave_nothing_out(calibration, tool, not_yet):
    from routesim.likely.agreement import find_flat

    case = tool.CASES["mixed"]
    teller = next(t for t in case.tellers if t.id == "N1")
    (report,) = case.read([teller.make_row(teller.write(not_yet=not_yet))])
    (clause,) = report.clauses
    end_s = clause.time.window.start_s if not_yet else clause.time.window.end_s
    assert end_s == calibration.DAY_START_S + 13 * 3600
    assert clause.time.soft_s == (900.0, 900.0)
    assert find_flat(clause, case.journey) == 0.5


def test_sharp_copies_always_agree(calibration):
    # Two points of one window lie less than its width apart.
    copies = calibration.Copies("F", 0.9, "arrive", "Khasan", half_min=10, soft_min=1e-9)
    assert copies.agreement == 1.0


def test_one_rank_is_as_likely_as_it_is_near_an_end(tool):
    # With 128 ranks and 64 parts, one rank in the first part or the last has 2 of 64.
    for rank in (0, 1, 126, 127):
        assert tool.find_p_value(np.array([rank])) == pytest.approx(2 / 64)
    assert tool.find_p_value(np.array([2])) == pytest.approx(4 / 64)
    assert tool.find_p_value(np.array([63])) == pytest.approx(1.0)


def test_bands_hold_as_often_as_they_say(tool):
    rng = np.random.default_rng(0)
    least, most = tool.find_band(100, 0.05)
    left = 0
    for _ in range(4000):
        counts = tool._count_below(rng.integers(128, size=100))
        left += bool(((counts < least) | (counts > most)).any())
    # 0.05 with a standard error of 0.0034; counts are whole, so it may fall short.
    assert 0.03 < left / 4000 < 0.061


def test_ranks_that_pile_up_are_found(tool):
    rng = np.random.default_rng(0)
    # Draws too narrow by a third leave the truth near the ends.
    scores = rng.standard_normal((300, 127)) / 1.5
    ranks = (scores < rng.standard_normal(300)[:, None]).sum(axis=1)
    verdict = tool.judge({"narrow": ranks, "even": rng.integers(128, size=300)})
    assert verdict.worst == "narrow"
    assert not verdict.even
    assert verdict.p_value == pytest.approx(2 * verdict.p_values["narrow"])
