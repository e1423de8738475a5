"""Every answer has a frame, a dict for JSON, a one-line repr and an escaped HTML table."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cache

import pandas as pd
import pytest

import routesim as rs
from routesim.answers import Answer, AnswerList
from tests.support.answer_cases import ANSWERS, HOSTILE, Asked

NO_ANSWERS = {"Arrival", "Davis", "Fault", "Gradient", "SpeedLimit", "Stop"}
"""Public classes that are not answers, besides errors and warnings."""
ESCAPED = "&lt;b&gt;"
LISTS = ("check", "compare_routes", "compare_zones", "conflicts", "list_journeys", "worlds")
"""Questions whose answers are lists."""
SHOWN = ("load_journey", "report", "route", "simulate", "source")
"""Questions whose answers show a name from the input in their tables."""


@dataclass(frozen=True)
class Place:
    name: str


@dataclass(frozen=True)
class Leg(Answer):
    km: float
    start: Place
    json_keys = ("km", "from=start.name", "place=start.name")


@dataclass(frozen=True, eq=False, repr=False)
class Legs(AnswerList[Leg]):
    columns = ("from=start.name", "km")


def test_keys_are_attributes_or_pairs_of_key_and_attribute():
    leg = Leg(2.5, Place("Khasan"))
    assert leg.to_dict() == {"km": 2.5, "from": "Khasan", "place": "Khasan"}
    assert leg.to_frame().to_dict("records") == [leg.to_dict()]
    legs = Legs((leg,))
    assert legs.to_frame().to_dict("records") == [{"from": "Khasan", "km": 2.5}]
    assert list(legs[:0].to_frame().columns) == ["from", "km"]


@pytest.fixture(scope="module")
def answer_of(tmp_path_factory):
    """Return a function that answers a question and caches the answer."""
    asked = Asked(tmp_path_factory.mktemp("asked"))
    return cache(lambda question: ANSWERS[question](asked))


@pytest.fixture(params=ANSWERS)
def answer(request, answer_of):
    return answer_of(request.param)


def test_it_is_an_answer(answer):
    assert isinstance(answer, Answer)


def test_its_repr_is_one_line(answer):
    text = repr(answer)
    assert text
    assert "\n" not in text
    assert " at 0x" not in text
    assert len(text) < 500


def test_its_table_is_escaped(answer):
    html = answer._repr_html_()
    assert html.startswith("<")
    assert HOSTILE not in html
    assert "<b>" not in html


@pytest.mark.parametrize("question", SHOWN)
def test_its_table_shows_the_names_of_the_input(answer_of, question):
    assert ESCAPED in answer_of(question)._repr_html_()


def test_its_frame_has_unique_columns(answer):
    frame = answer.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) > 0
    assert frame.columns.is_unique
    assert all(isinstance(column, str) for column in frame.columns)


def test_its_dict_is_unchanged_by_json(answer):
    document = answer.to_dict()
    assert document
    assert json.loads(json.dumps(document, allow_nan=False)) == document


@pytest.mark.parametrize("question", LISTS)
def test_a_list_of_answers_is_a_sequence(answer_of, question):
    found = answer_of(question)
    assert isinstance(found, AnswerList)
    assert len(found) == len(found.to_frame()) == len(list(found)) > 0
    assert all(isinstance(item, Answer) for item in found)
    assert found[-1] is found[len(found) - 1] is list(found)[-1]
    with pytest.raises(IndexError):
        found[len(found)]
    column = found.to_frame().columns[0]
    assert list(found[column]) == list(found.to_frame()[column])


@pytest.mark.parametrize("question", LISTS)
@pytest.mark.parametrize("part", [slice(1), slice(-1, None), slice(0), slice(None, None, -1)])
def test_a_slice_of_a_list_keeps_its_type_and_attributes(answer_of, question, part):
    found = answer_of(question)
    some = found[part]
    assert type(some) is type(found)
    assert list(some) == list(found)[part]
    for field in fields(found):
        if field.name != "items":
            assert getattr(some, field.name) is getattr(found, field.name)
    frame = some.to_frame()
    assert len(frame) == len(some)
    assert list(frame.columns) == list(found.to_frame().columns)
    assert repr(some)
    assert HOSTILE not in some._repr_html_()
    json.dumps(some.to_dict(), allow_nan=False)


def test_every_list_of_answers_is_tested(answer_of):
    lists = [name for name in ANSWERS if isinstance(answer_of(name), AnswerList)]
    assert sorted(lists) == list(LISTS)


def test_every_public_class_is_tested(answer_of):
    public = {name: getattr(rs, name) for name in rs.__all__}
    classes = {
        name
        for name, value in public.items()
        if isinstance(value, type) and not issubclass(value, BaseException)
    }
    seen = {type(answer_of(question)).__name__ for question in ANSWERS}
    assert classes - seen == NO_ANSWERS
