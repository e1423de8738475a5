"""Selection: which reports and clauses are used."""

from dataclasses import replace

import pytest

import routesim as rs
from routesim.errors import ArgumentError, TimeError
from routesim.evidence.interpretation import interpret_reports
from routesim.evidence.selection import make_selection, select_clauses, select_reports
from tests.support.journeys import load_bundled, write_family
from tests.support.two_ways import arrive, build, report

JOURNEY = load_bundled()["2019-04"]
REPORTS = JOURNEY.reports


def list_used(**asked):
    return [report.id for report in select_reports(REPORTS, make_selection(REPORTS, **asked))]


def list_clauses(**asked):
    selection = make_selection(REPORTS, **asked)
    distinct = interpret_reports(
        select_reports(REPORTS, selection),
        network=JOURNEY.network,
        book=JOURNEY.book,
        routes=(hypothesis.route for hypothesis in JOURNEY.routes.values()),
    )
    used = select_clauses(distinct, selection)
    assert all(report.clauses for report in used)
    return [clause.id for report in used for clause in report.clauses]


def test_all_are_used_in_the_order_of_their_ids():
    made = [replace(REPORTS[0], id=name) for name in ("R10", "R9", "A2", "R9.5")]
    ordered = select_reports(made, make_selection(made))
    assert [one.id for one in ordered] == ["A2", "R9", "R9.5", "R10"]


def test_as_of_includes_reports_known_at_that_time():
    known = sorted({report.known_s for report in REPORTS})
    at = REPORTS[[report.known_s for report in REPORTS].index(known[0])].known_at
    assert set(list_used(as_of=at)) == {r.id for r in REPORTS if r.known_s == known[0]}
    with pytest.raises(TimeError, match="zone"):
        make_selection(REPORTS, as_of="2019-04-25T00:00")


def test_a_report_or_a_single_clause_is_dropped():
    assert "C49" not in list_used(drop=["C49"])
    # A report that is dropped in part is used with its other clause.
    assert "C49" in list_used(drop=["C49.1"])
    clauses = list_clauses(drop=["C49.1"])
    assert "C49.1" not in clauses
    assert "C49.2" in clauses
    assert "C49" not in {
        name.partition(".")[0] for name in list_clauses(drop=["C49.1", "C49.2"])
    }


COPIES = build(
    write_family("F"),
    *(
        report(name, arrive("Ryazanovka", "09:00", "09:10"), arrive("Khasan", "06:00", "06:10"),
               family="F")
        for name in ("R1", "R2")
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [("R1", ["R1.1", "R1.2"])]),
        # The other copy still states the clause, so it is used under the id that it has there.
        ({"drop": ["R2.2"]}, [("R1", ["R1.1", "R1.2"])]),
        ({"drop": ["R1.2"]}, [("R1", ["R1.1", "R2.2"])]),
        ({"drop": ["R1.2", "R2.2"]}, [("R1", ["R1.1"])]),
        ({"drop": ["R1"]}, [("R2", ["R2.1", "R2.2"])]),
        ({"drop": ["R1.1", "R1.2"]}, [("R2", ["R2.1", "R2.2"])]),
        ({"given": ["R2.2"]}, [("R2", ["R2.2"])]),
        ({"given": ["R1.1", "R2.2"]}, [("R1", ["R1.1", "R2.2"])]),
        ({"given": ["R1.1", "R2"]}, [("R1", ["R1.1", "R2.2"])]),
    ],
)
def test_a_dropped_clause_of_a_copy_is_still_stated_by_the_others(asked, expected):
    used = rs.certain.build_problem(COPIES, **asked).distinct_reports
    assert [(one.id, [clause.id for clause in one.clauses]) for one in used] == expected


def test_only_what_is_given_is_used():
    assert list_clauses(given=["C49"]) == ["C49.1", "C49.2"]
    assert list_clauses(given=["C49.2", "C48"]) == ["C48", "C49.2"]
    assert list_clauses(given=["C49.2", "C49"]) == ["C49.1", "C49.2"]
    assert list_clauses(given=()) == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"drop": ["C99"]}, "drop: no report 'C99'; known: C40, "),
        ({"given": ["C49.x"]}, "given: no report 'C49.x'"),
        ({"given": [".1"]}, "given: no report '.1'"),
        ({"drop": "C49"}, "drop: is a string; give a list: .'C49'."),
    ],
)
def test_unknown_ids_are_refused(asked, words):
    with pytest.raises(ArgumentError, match=words):
        make_selection(REPORTS, **asked)
