"""The mixture over reports: reliability, readings, versions of one event, doubt of identity."""

from types import SimpleNamespace

import numpy as np
import pytest

from routesim.likely.mixture import Scales, Sense, Trusted, Unit, Version

HALF, FIFTH = float(np.log(0.5)), float(np.log(0.2))


def make_member(*rows, reliability=0.9, flat=0.1, name="R"):
    """Make a report with one reading that makes these clauses."""
    witness = SimpleNamespace(id=name, members=(name,))
    return Trusted(witness, (Sense(1.0, rows),), reliability, flat)


def weigh(*units, log_agreements):
    return float(np.exp(Scales(units).weigh(np.array(log_agreements)[:, None], 1.0)[0]))


@pytest.mark.parametrize(("reliability", "flat"), [(1.0, 0.01), (0.95, 0.0)])
def test_a_report_without_an_alternative_is_wrong_where_it_is_contradicted(reliability, flat):
    # The first draw agrees wholly, the second not at all; where there is no other way to have
    # come by the report, nothing over nothing is none. Once it counted as certainly right.
    member = make_member(0, reliability=reliability, flat=flat)
    scales = Scales([Unit(1.0, ((Version((member,)),),))])
    assert scales.find_right(np.array([[0.0, -5000.0]])).tolist() == [[1.0, 0.0]]


def test_a_report_is_right_with_its_reliability_and_else_flat():
    # 0.9 * 0.5 + 0.1 * 0.1
    unit = Unit(1.0, ((Version((make_member(0),)),),))
    assert weigh(unit, log_agreements=[HALF]) == pytest.approx(0.46)


def test_a_reading_without_constraint_agrees_always():
    # Half of its prior is "only expected": 0.5 * 0.1 + 0.5 * 0.2 is the agreement.
    witness = SimpleNamespace(id="R", members=("R",))
    senses = Sense(0.5, (), constrains=False), Sense(0.5, (0,))
    unit = Unit(1.0, ((Version((Trusted(witness, senses, 0.9, 0.1),)),),))
    assert weigh(unit, log_agreements=[FIFTH]) == pytest.approx(0.9 * 0.15 + 0.1 * 0.1)


def test_reports_of_one_family_about_one_event_are_right_together():
    # 0.8 * 0.5 * 0.2 + 0.2 * 0.05: the least reliable and the most precise count.
    members = make_member(0), make_member(1, reliability=0.8, flat=0.05)
    unit = Unit(1.0, ((Version(members),),))
    assert weigh(unit, log_agreements=[HALF, FIFTH]) == pytest.approx(0.09)


def test_of_contradicting_versions_one_is_right():
    # Each as likely: (0.9 * 0.5 + 0.01 + 0.9 * 0.2 + 0.01) / 2.
    versions = Version((make_member(0),)), Version((make_member(1),))
    assert weigh(Unit(1.0, (versions,)), log_agreements=[HALF, FIFTH]) == pytest.approx(0.325)


def test_events_share_the_doubt_whether_it_was_this_train():
    # 0.7 * 0.46 * 0.19 + 0.3 * 0.1 * 0.1
    events = (Version((make_member(0),)),), (Version((make_member(1),)),)
    found = weigh(Unit(0.7, events), log_agreements=[HALF, FIFTH])
    assert found == pytest.approx(0.7 * 0.46 * 0.19 + 0.3 * 0.01)
