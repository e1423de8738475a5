"""The mixture over reports: reliability, readings, versions, and doubts of identity."""

from types import SimpleNamespace

import numpy as np
import pytest

from routesim.likely.report_mixture import (
    EventVersions,
    IdentityGroup,
    ReadingTerms,
    ReportMixture,
    WeightedReport,
)

HALF, FIFTH = float(np.log(0.5)), float(np.log(0.2))


def make_member(*rows, reliability=0.9, flat=0.1, name="R"):
    """Make a report with one reading that has these clauses."""
    distinct_report = SimpleNamespace(id=name, members=(name,))
    return WeightedReport(distinct_report, (ReadingTerms(1.0, rows),), reliability, flat)


def weigh(*identity_groups, log_agreements):
    return float(
        np.exp(ReportMixture(identity_groups).weigh(np.array(log_agreements)[:, None], 1.0)[0])
    )


@pytest.mark.parametrize(("reliability", "flat"), [(1.0, 0.01), (0.95, 0.0)])
def test_a_report_without_an_alternative_is_wrong_where_it_is_contradicted(reliability, flat):
    # The first draw agrees fully, the second not at all. If the report cannot be wrong either,
    # the probability that it is right is 0 / 0, which counts as 0. Regression: it was 1.
    member = make_member(0, reliability=reliability, flat=flat)
    scales = ReportMixture([IdentityGroup(1.0, ((EventVersions((member,)),),))])
    assert scales.find_right(np.array([[0.0, -5000.0]])).tolist() == [[1.0, 0.0]]


def test_a_report_is_right_with_its_reliability_and_else_flat():
    # 0.9 * 0.5 + 0.1 * 0.1
    unit = IdentityGroup(1.0, ((EventVersions((make_member(0),)),),))
    assert weigh(unit, log_agreements=[HALF]) == pytest.approx(0.46)


def test_a_reading_without_constraint_agrees_with_the_flat_probability():
    # The reading "only expected" has prior 0.5: the agreement is 0.5 * 0.1 + 0.5 * 0.2.
    distinct_report = SimpleNamespace(id="R", members=("R",))
    reading_terms = ReadingTerms(0.5, (), constrains=False), ReadingTerms(0.5, (0,))
    unit = IdentityGroup(
        1.0, ((EventVersions((WeightedReport(distinct_report, reading_terms, 0.9, 0.1),)),),)
    )
    assert weigh(unit, log_agreements=[FIFTH]) == pytest.approx(0.9 * 0.15 + 0.1 * 0.1)


def test_reports_of_one_family_about_one_event_are_right_together():
    # 0.8 * 0.5 * 0.2 + 0.2 * 0.05: the least reliable and the most precise count.
    members = make_member(0), make_member(1, reliability=0.8, flat=0.05)
    unit = IdentityGroup(1.0, ((EventVersions(members),),))
    assert weigh(unit, log_agreements=[HALF, FIFTH]) == pytest.approx(0.09)


def test_one_of_several_contradicting_versions_is_right():
    # Both are equally likely: (0.9 * 0.5 + 0.01 + 0.9 * 0.2 + 0.01) / 2.
    versions = EventVersions((make_member(0),)), EventVersions((make_member(1),))
    assert weigh(
        IdentityGroup(1.0, (versions,)), log_agreements=[HALF, FIFTH]
    ) == pytest.approx(0.325)


def test_events_share_the_doubt_whether_it_was_this_train():
    # 0.7 * 0.46 * 0.19 + 0.3 * 0.1 * 0.1
    events = (EventVersions((make_member(0),)),), (EventVersions((make_member(1),)),)
    found = weigh(IdentityGroup(0.7, events), log_agreements=[HALF, FIFTH])
    assert found == pytest.approx(0.7 * 0.46 * 0.19 + 0.3 * 0.01)
