"""Predictions of reports by a clock that they share with other reports."""

from math import log

import pytest

import routesim as rs
from routesim.assessment.predict import PredictionSetup, RemainingReports
from tests.support.journeys import (
    build_journey,
    fixed,
    load_bundled,
    write_departure,
    write_report,
    write_route,
    write_source,
    write_speed,
    write_table,
)

# The train departs from Khasan at 09:00 by Vladivostok's clock, which is 08:00 by Pyongyang's.
# A feed with one clock says 08:00, twice. The file reads it as Vladivostok's.
CLOCK = {"kind": "depart", "place": "Khasan", "when": "2024-05-02 08:00", "words": "08:00"}
CLOCK |= {"zone": "Asia/Vladivostok", "zone_known": "assumed"}


def write_clock(name, *, zone=None, **changes):
    """Write a report of the feed, by a family that may have a zone."""
    family = write_table(f"[families.{name}]", name="made up", zone=zone)
    said = [{"source": "feed", "lines": "1"}]
    return family + write_report(name, CLOCK, said=said, **changes)


def build(*reports):
    return build_journey(
        "clocks",
        write_route("main", "Makhalino"),
        write_departure("09:00", "09:00"),
        write_speed("Khasan branch", fixed(60)),
        write_source("feed", clock="one", zone="Asia/Pyongyang"),
        *reports,
        default_route="main",
    )


@pytest.fixture(scope="module")
def found():
    journey = build(write_clock("A", reliability=0.01), write_clock("B"))
    return rs.score(journey, draws=64).reports.set_index("id")


# The true time is the start of the minute 08:00 by Pyongyang's clock. With a softness of 2 min
# the agreement is F(0) - F(-1/2), where F has the standard deviation 1/2: 0.5 - 0.1587, which
# is 0.3413.
# By Vladivostok's clock, an hour off, it is 0. The flat alternative is 1 min in 48 h, 1 / 2880.
FLAT, AGREED = 1 / 2880, 0.3413
FILE, PYONGYANG = 0.6, 0.4


def weigh(reliability):
    """Return the likelihood of a report by Vladivostok's clock, and by Pyongyang's."""
    wrong = (1 - reliability) * FLAT
    return wrong, reliability * AGREED + wrong


def test_the_other_reports_say_how_the_clock_is_set(found):
    # A, of reliability 0.01, has the likelihoods 0.000344 and 0.003757. The settings thus have
    # the weights 0.6 * 0.000344 = 0.000206 and 0.4 * 0.003757 = 0.001503: Pyongyang's 0.879.
    # B, of reliability 0.95, has the likelihoods 0.000017 and 0.3243: 0.879 * 0.3243 = 0.285.
    by_file, by_true = FILE * weigh(0.01)[0], PYONGYANG * weigh(0.01)[1]
    chance = by_true / (by_file + by_true)
    assert chance == pytest.approx(0.879, abs=0.001)
    expected = (1 - chance) * weigh(0.95)[0] + chance * weigh(0.95)[1]
    assert expected == pytest.approx(0.285, abs=0.001)
    assert found.loc["B", "log_probability"] == pytest.approx(log(expected), abs=0.002)


def test_a_reliable_report_nearly_decides_the_clock(found):
    # B leaves 0.6 * 0.000017 against 0.4 * 0.3243: the file's setting has less than 0.01 %.
    assert found.loc["A", "log_probability"] == pytest.approx(log(weigh(0.01)[1]), abs=0.002)


def test_a_report_alone_has_the_priors_of_the_settings():
    # 0.6 * 0.000017 + 0.4 * 0.3243 = 0.1297.
    alone = rs.score(build(write_clock("B")), draws=64).reports.set_index("id")
    expected = FILE * weigh(0.95)[0] + PYONGYANG * weigh(0.95)[1]
    assert expected == pytest.approx(0.1297, abs=0.0001)
    assert alone.loc["B", "log_probability"] == pytest.approx(log(expected), abs=0.002)


def test_remaining_reports_have_all_settings_of_the_clock():
    """Kamchatka's clock is plausible because of B's family alone, which A's is not."""
    journey = build(write_clock("A"), write_clock("B", zone="Asia/Kamchatka"))
    setup = PredictionSetup(journey, 64, 0, None)
    remaining = RemainingReports(setup, ["B"], "B")
    (left,), whole = remaining.reports, {r.id: r for r in setup.predicted}
    assert left.members == ("A",)
    assert left.choices == whole["B"].choices
    # Vladivostok's as in the file, Pyongyang's and Kamchatka's.
    assert len(left.choices[0].options) == 3
    chances = remaining.draw("main").setting_chances
    assert [each.shape[0] for each in chances.values()] == [3]


def test_without_shared_clocks_the_reports_stay_as_they_are():
    journey = build(write_clock("A"), write_clock("B"))
    setup = PredictionSetup(load_bundled()["2019-04"], 64, 0, None)
    assert all(setup.set_clocks(report) is report for report in setup.predicted)
    setup = PredictionSetup(journey, 64, 0, None)
    assert all(setup.set_clocks(report) == report for report in setup.predicted)
