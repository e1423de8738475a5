"""The template of a journey file."""

import re

import pytest

from routesim.errors import ArgumentError
from routesim.journey import make_template
from routesim.journey.records import USUAL_VARIATION, VariationRow


@pytest.mark.parametrize("name", ["mine", "2024-05", "A_b-9", "x" * 40])
def test_the_template_is_valid_as_it_stands(load, name):
    journey = load(make_template(name))
    assert journey.id == name
    assert [report.id for report in journey.reports] == ["R1", "R2", "R3"]
    assert len(journey.routes) == 2
    assert f"routesim validate {name}.toml" in make_template(name)


def test_the_readings_shown_in_the_template_are_valid_too(load):
    text = make_template("mine")
    head, mark, example = text.partition("# [[reports]]\n")
    journey = load(head + re.sub("^# ", "", mark + example, flags=re.MULTILINE))
    report = journey.reports[-1]
    assert report.id == "R4"
    assert [len(reading.clauses) for reading in report.readings] == [1, 1]


def test_the_length_shown_in_the_template_is_valid_too(load):
    head, mark, rest = make_template("mine").partition("# [[plan.lengths]]\n")
    example, end, tail = rest.partition("\n\n")
    journey = load(head + re.sub("^# ", "", mark + example, flags=re.MULTILINE) + end + tail)
    (row,) = journey.plan.lengths
    assert (row.from_, row.to, row.km.span) == ("Khasan", "Baranovsky", (236.9, 240.0))
    assert load(make_template("mine")).plan.lengths == ()


def test_the_variation_shown_in_the_template_is_the_usual_one(load):
    head, mark, rest = make_template("mine").partition("# [plan.variation]\n")
    example, end, tail = rest.partition("\n\n")
    journey = load(head + re.sub("^# ", "", mark + example, flags=re.MULTILINE) + end + tail)
    assert journey.plan.variation.reason == "Why."
    shown = journey.plan.variation.model_copy(update={"reason": USUAL_VARIATION})
    assert shown == VariationRow() == load(make_template("mine")).plan.variation
    keys = re.findall(r"(?m)^# (\w+) = ", mark + example)
    assert keys == list(VariationRow.model_fields)


@pytest.mark.parametrize(
    "name", ["", "-x", "a b", "a/b", "../x", 'x"', "x\n", "{id}", "ä", "x" * 41, "x.toml"]
)
def test_bad_ids_are_refused(name):
    with pytest.raises(ArgumentError, match="is not an id; letters, digits, - and _"):
        make_template(name)
