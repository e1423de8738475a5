"""Interpretation: distinct reports, and the possible readings of their clauses."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from routesim.evidence import parse_time
from routesim.evidence.interpretation import interpret_reports
from tests.support.journeys import load_bundled

OTHER, JOURNEY = load_bundled().values()
ROUTES = [hypothesis.route for hypothesis in JOURNEY.routes.values()]


def interpret(*reports, routes=ROUTES):
    return interpret_reports(reports, network=JOURNEY.network, book=JOURNEY.book, routes=routes)


def get(claim):
    return (OTHER if claim in {r.id for r in OTHER.reports} else JOURNEY).get_report(claim)


def list_options(distinct):
    return {choice.id: choice.options for choice in distinct.choices}


def test_wire_copy_counts_once():
    (distinct,) = interpret(get("C17"), get("C16"), get("C18"))
    assert (distinct.id, distinct.members) == ("C17", ("C17", "C16", "C18"))
    assert distinct.known_s == min(get(claim).known_s for claim in distinct.members)


@pytest.mark.parametrize(
    "changes", [{"family": "F1"}, {"forecast": True}, {"identity": "a similar train"}]
)
def test_a_report_of_another_family_or_assumption_is_not_a_copy(changes):
    report = get("C16")
    assert len(interpret(report, replace(report, id="C17", **changes))) == 2


def test_copies_may_differ_in_their_words():
    report = get("C16")
    (clause,) = report.clauses
    other = replace(report, id="C17", clauses=(replace(clause, words="in other words"),))
    assert len(interpret(report, other)) == 1


def test_a_report_without_a_constraint_is_left_out():
    assert interpret(replace(get("C16"), clauses=(), silent="a colour")) == ()


def test_clauses_are_numbered_if_there_are_several():
    (several,) = interpret(get("C49"))
    assert [clause.id for clause in several.clauses] == ["C49.1", "C49.2"]
    (one,) = interpret(get("C16"))
    assert [clause.id for clause in one.clauses] == ["C16"]


def test_what_a_report_leaves_open_is_a_choice():
    assert list_options(*interpret(get("C48"))) == {
        "C48:basis": ("speed while moving", "speed over all, stops included")
    }
    assert list_options(*interpret(get("C61"))) == {
        "C61:measure": ("by rail", "in a straight line")
    }
    assert list_options(*interpret(get("C46")))["C46:from_event"] == (
        "counted from the arrival",
        "counted from the departure",
    )


def test_a_forecast_constrains_only_if_it_came_true():
    (distinct,) = interpret(replace(get("C23"), forecast=True))
    assert list_options(distinct)["C23:forecast"] == (
        "it was only expected",
        "it happened as expected",
    )
    (clause,) = distinct.clauses
    assert {number for v in clause.variants for c, number in v.taken if c.endswith("cast")} == {
        1
    }


def test_an_unprinted_clock_is_read_in_the_zones_of_place_publisher_and_family():
    """C45 is about Vladivostok, an hour ahead of Seoul, where it was published."""
    (distinct,) = interpret(get("C45"))
    (clause,) = distinct.clauses
    (vladivostok, seoul) = (variant.clause.time for variant in clause.variants)
    assert (vladivostok.zone, seoul.zone) == ("Asia/Vladivostok", "Asia/Seoul")
    assert seoul.window.start_s - vladivostok.window.start_s == 3600
    assert all(zone.words == vladivostok.words for zone in (vladivostok, seoul))


def test_at_a_border_the_zones_of_both_sides_are_plausible():
    report = get("C16")
    (clause,) = report.clauses
    border = "Friendship Bridge border"
    time = replace(clause.time, zone="Europe/Moscow", zone_known="assumed", is_clock=True)
    at_border = replace(clause, between=(border, border), time=time)
    (distinct,) = interpret(replace(report, family="F11", clauses=(at_border,)))
    zones = [variant.clause.time.zone for variant in distinct.clauses[0].variants]
    assert zones[0] == "Europe/Moscow"
    assert {"Asia/Pyongyang", "Asia/Vladivostok"} <= set(zones)


def test_a_printed_clock_has_one_zone():
    (distinct,) = interpret(get("C15"))
    assert list_options(distinct) == {}
    (variant,) = distinct.clauses[0].variants
    assert variant.clause.time.window.start_s == parse_time("2023-09-11T10:00Z")


def test_a_place_passed_twice_is_a_choice_of_passage():
    report = get("C23")
    place, _ = report.clauses[0].between
    twice = SimpleNamespace(visits={place: (3, 9)})
    (distinct,) = interpret(report, routes=[*ROUTES, twice])
    options = list_options(distinct)
    assert options["C23:visit"] == ("the first passage", "the second passage")
    assert {variant.visit for variant in distinct.clauses[0].variants} == {1, 2}


def test_a_clause_common_to_all_readings_has_no_choice_of_reading():
    """The arrival is in both readings of this report, the departure in one."""
    report = get("C16")
    (common,) = report.clauses
    own = replace(common, kind="depart")
    first, second = (replace(get("C24").readings[0], says=says) for says in ("so", "or so"))
    readings = (replace(first, clauses=(common, own)), replace(second, clauses=(common,)))
    (distinct,) = interpret(replace(report, readings=readings, clauses=(common, own)))
    shared, alone = distinct.clauses
    assert not any(c.endswith(":reading") for v in shared.variants for c, _ in v.taken)
    assert all(("C16:reading", 0) in variant.taken for variant in alone.variants)
