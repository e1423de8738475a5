"""Certain answers: their frames, their dicts, and slices of their lists."""

import pytest

import routesim as rs


def test_a_slice_of_conflicts_is_a_list_of_the_same_problem(found):
    conflicts = found["2023-09"]
    few = conflicts[:2]
    assert type(few) is type(conflicts)
    assert few.problem is conflicts.problem
    assert few.to_frame()["clauses"].tolist() == [c.clauses for c in conflicts[:2]]
    document = few.to_dict()
    assert (document["journey"], document["as_of"]) == ("2023-09", None)
    assert document["conflicts"] == [conflict.to_dict() for conflict in few]


def test_the_frame_of_a_conflict_has_its_steps(found):
    conflict = next(c for c in found["2023-09"] if c.clauses == ("C01", "C06"))
    frame = conflict.to_frame()
    # The afternoon ends before 18:00 in Pyongyang, Monday begins at midnight in Seoul.
    assert frame["kind"].tolist() == ["before", "no_earlier"]
    assert frame["weight_s"].sum() == -conflict.miss_s
    assert [step.text for step in conflict.steps] == frame["text"].tolist()
    assert [step["owners"] for step in conflict.to_dict()["certificate"]] == [["C01"], ["C06"]]


def test_a_conflict_of_lengths_has_a_reason_instead_of_steps(found):
    conflict = next(c for c in found["2023-09"] if c.miss_km is not None)
    assert conflict.to_frame().empty
    exclusion = conflict.certificate.exclusion
    assert exclusion.kind == "rail"
    assert exclusion.why in conflict.why


def test_repairs_have_values_and_a_text(found):
    conflict = next(c for c in found["2023-09"] if set(c.clauses) == {"C01", "C16", "C60"})
    (reading,) = [repair for repair in conflict.repairs if repair.kind == "reading"]
    seconds, kmh, *places = reading.standing
    assert (seconds, places) == (conflict.miss_s, ["Pyongyang", "Khasan"])
    assert kmh == pytest.approx(45)
    speed = next(repair for repair in conflict.repairs if repair.quantity == "speed")
    assert speed.to_dict() == {
        "kind": "widen",
        "text": speed.text,
        "clauses": ["C60"],
        "seconds": None,
        "tolerances": speed.tolerances,
        # In the zone of the file, Seoul's, C16 is an hour later.
        "condition": ["C16 is read as: by Vladivostok's clock (UTC+10)"],
        "still": [],
    }
    # A quarter of the 21 km/h between 45 and 66.
    assert speed.tolerances == pytest.approx((45 - speed.value) / (0.25 * 21))


def test_every_answer_has_a_frame_and_a_notebook_view(journeys, held):
    journey = journeys["2023-09"]
    asked = rs.could(journey, station="Khasan", stand="5h")
    answers = (rs.worlds(journey), rs.compare_zones(journey), held["2023-09"], asked,
               held["2023-09"].where("2023-09-11T10:00Z"))  # fmt: skip
    for answer in answers:
        assert len(answer.to_frame()) >= 1
        assert answer._repr_html_().startswith("<")
    assert asked.to_dict()["journey"] == "2023-09"
    assert asked.to_dict()["world"]["number"] == asked.world.number


def test_results_are_cached_in_their_problem(journeys):
    problem = rs.certain.build_problem(journeys["2023-09"])
    assert rs.certain.list_worlds(problem) is rs.certain.list_worlds(problem)
    assert rs.certain.list_worlds(problem, most=1) is not rs.certain.list_worlds(problem)


def test_stretches_bounded_by_a_report_are_a_part_of_all(held):
    bounds = held["2019-04"]
    every, bounded = bounds.stretches(), bounds.stretches(every=False)
    assert 0 < len(bounded) < len(every)
    assert "Sunchon" in set(every["to_station"]) - set(bounded["to_station"])
