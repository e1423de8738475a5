"""Verdicts as a list, a frame and a JSON document."""

import json

import numpy as np

import routesim as rs
from routesim.assessment import Verdict, VerdictList

MARGINS = ["margin_s", "margin_km"]


def make_verdicts():
    items = (
        Verdict("A", "consistent", 60.0, 0.5, "one"),
        Verdict("B", "silent", silent="it says nothing"),
    )
    return VerdictList(items, journey_id="J", route_id="one", changes=("slower",))


def test_a_list_of_verdicts_gives_a_frame_and_a_document():
    verdicts = make_verdicts()
    frame = verdicts.to_frame()
    assert list(frame.columns) == ["id", "verdict", *MARGINS, "share", "route", "why"]
    assert frame.dtypes["margin_s"] == frame.dtypes["share"] == np.float64
    assert frame.loc[1, "why"] == "No constraint: it says nothing."
    document = verdicts.to_dict()
    assert json.loads(json.dumps(document)) == document
    assert list(document) == ["journey", "route", "changes", "reports"]
    assert document["reports"][1] == {
        "id": "B",
        "verdict": "silent",
        "margin_s": None,
        "margin_km": None,
        "share": None,
        "route": None,
        "why": "No constraint: it says nothing.",
    }
    assert document["reports"][0] == verdicts[0].to_dict()


def test_a_slice_of_verdicts_keeps_the_fields_of_the_list():
    part = make_verdicts()[1:]
    assert isinstance(part, VerdictList)
    assert (part.journey_id, part.changes, len(part)) == ("J", ("slower",), 1)
    assert list(make_verdicts()["verdict"]) == ["consistent", "silent"]


def test_an_empty_list_of_verdicts_keeps_its_columns():
    empty = VerdictList().to_frame()
    assert empty.empty
    assert empty.dtypes["share"] == np.float64


def test_verdicts_are_shown_as_a_table():
    verdicts = rs.check(rs.load_journey("2019-04"), draws=20)
    shown = verdicts._repr_html_()
    assert "C49" in shown
    assert verdicts.route_id == "via-ussuriysk"


def test_a_verdict_shows_its_margin_in_words():
    assert (
        repr(Verdict("C1", "strained", -2700.0)) == "<Verdict C1: strained, misses by 45 min>"
    )
    assert repr(Verdict("C2", "silent")) == "<Verdict C2: silent>"
