"""Assumptions of the page: the table of the variation."""

from html import unescape

import pytest

from routesim.journey.records import USUAL_VARIATION, VariationRow
from routesim.text.standing import VARIATION_ROWS
from routesim.view.html.links import PRIOR_ANCHORS
from routesim.view.page.assumptions import TABLES, list_prior_bases, make_assumptions
from tests.support.journeys import SMALL, load_text, write_table
from tests.view.reading import read_rows

OWN = write_table(
    "[plan.variation]",
    slack_spread=0.25,
    range_km=80,
    grain_s=7.5,
    priority_share=0.5,
    long_wait_share=0.2,
    long_wait_h=3,
    reason="As on <b>other</b> lines; see R1.",
)


def read_variation(journey):
    """Return the rows of the table of the variation: what, value and reason."""
    rows = read_rows(make_assumptions(journey), TABLES["variation"][0])
    return [tuple(map(unescape, row)) for row in rows]


def test_every_value_of_the_variation_has_a_row():
    # The row has eight values and their common reason.
    assert len(VARIATION_ROWS) == len(VariationRow.model_fields) - 1 == 8


@pytest.mark.parametrize(
    ("more", "values", "reason"),
    [
        ("", ("40 %", "50", "15", "80 %", "10 %", "4"), USUAL_VARIATION),
        (OWN, ("25 %", "80", "7.5", "50 %", "20 %", "3"), "As on <b>other</b> lines; see R1."),
    ],
    ids=["usual", "own"],
)
def test_the_variation_has_its_values_units_and_reason(more, values, reason):
    rows = read_variation(load_text(SMALL + more))
    assert [what for what, _, _ in rows] == list(VARIATION_ROWS)
    shown = [value for _, value, _ in rows]
    # Standing and halts are log-normal, with the usual values in both cases.
    standing = "median 10, one in twenty over 60"
    halts = "median 15, one in twenty over 34"
    assert shown == [*values[:3], standing, halts, *values[3:]]
    assert [why for _, _, why in rows] == [reason, *["As for the first row."] * 7]


def test_a_report_named_in_the_reason_leads_to_the_variation():
    bases = list_prior_bases(load_text(SMALL + OWN))
    found = [base for base in bases if base.prior == "variation"]
    assert [(base.anchor, base.named) for base in found] == [("prior-variation", ("R1",))]


def test_every_table_of_priors_has_an_anchor():
    assert set(TABLES) == set(PRIOR_ANCHORS)
