"""Chances of the settings of a shared clock, in the posterior and in its outputs."""

import numpy as np
import pytest

import routesim as rs
from routesim.evidence.shared_clocks import find_clock_source
from tests.support.feeds import FEED, STOPS, build_feed, write_departed

ONE = {"Hongui": STOPS["Hongui"]}
MORNING = ("2024-05-02T06:30+09:00", "2024-05-02T12:00+09:00")


@pytest.fixture(scope="module")
def journey():
    """One clock of a feed, and a paper that says in which hours the train departed."""
    return build_feed(ONE, write_departed("D", *MORNING, reliability=0.5))


@pytest.fixture(scope="module")
def posterior(journey):
    return rs.condition(journey, draws=4096)


def test_the_chances_are_those_of_the_posterior_by_hand(journey, posterior):
    """The feed says 07:00, read in the file as Pyongyang's, and the departure is uniform.

    The paper is right with probability 0.5, with a flat alternative of 5.5 h in 48 h. It has
    the likelihood 0.5 + 0.5 * 5.5 / 48 = 0.5573 of 06:30 to 12:00, and 0.0573 else. The mean
    over the 24 h is 0.1719.

    With a setting, the feed is right with 0.95 for a minute, else 0.05 * (1 min / 48 h) over
    24 h. Per minute of the window and with 0.95 taken out, the weight of a setting is the
    likelihood of the paper at its time, plus 0.05 / 0.95 * 24 / 48 * 0.1719 = 0.0045. The days
    before and after have the latter only. The file has the prior 0.6, the other six 0.4 / 6.
    """
    inside, outside, wrong = 0.5573 + 0.0045, 0.0573 + 0.0045, 0.0045
    by_time = {
        "read in the zones of the file": 0.6 * inside,  # 07:00
        "Vladivostok's": 0.4 / 6 * outside,  # 06:00
        "1 day earlier than stated": 0.4 / 6 * wrong,
        "1 day later than stated": 0.4 / 6 * wrong,
        "1 h later than stated": 0.4 / 6 * inside,  # 08:00
        "2 h earlier than stated": 0.4 / 6 * outside,  # 05:00
        "2 h later than stated": 0.4 / 6 * inside,  # 09:00
    }
    clocks = posterior.clocks()
    assert clocks.columns.tolist() == ["clock", "setting", "chance", "mcse"]
    assert set(clocks["clock"]) == {"feed"}
    for setting, words in zip(clocks["setting"], by_time, strict=True):
        assert setting.startswith("all ")
        assert setting.endswith(words)
    expected = np.array(list(by_time.values())) / sum(by_time.values())
    # Each seed errs by about 0.03, so the mean over four by half of this.
    more = [rs.condition(journey, draws=4096, seed=seed).clocks() for seed in (1, 2, 3)]
    found = np.mean([one["chance"].to_numpy() for one in (clocks, *more)], axis=0)
    assert found == pytest.approx(expected, abs=0.03)
    assert clocks["chance"].sum() == pytest.approx(1.0)


def test_the_errors_are_those_of_the_lineage_groups(posterior):
    for one, error in zip(posterior.clock_settings, posterior.clocks()["mcse"], strict=True):
        assert one.chance.shape == (posterior.draws,)
        assert error == posterior.lineage_groups.find_mean_error(one.chance) > 0.0


def test_the_document_lists_the_settings(posterior):
    listed = posterior.to_dict()["clocks"]
    assert listed == posterior.clocks().to_dict("records")


def test_without_shared_clocks_nothing_is_listed():
    posterior = rs.condition(build_feed(ONE, clock="place"), draws=64)
    assert posterior.clocks().empty
    assert posterior.clocks().columns.tolist() == ["clock", "setting", "chance", "mcse"]
    assert posterior.to_dict()["clocks"] == []


def test_a_dropped_source_has_no_clock(journey):
    posterior = rs.condition(journey, draws=64, drop=["Hongui"])
    assert posterior.reports_used == ("D",)
    assert posterior.clock_settings == ()


def test_the_source_of_a_clock_is_that_of_its_id():
    assert find_clock_source(FEED) == "feed"
