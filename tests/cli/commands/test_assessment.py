from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow

FEW = ("--draws", "300")
BEFORE_ALL = ("--as-of", "2001-01-01T00:00Z")
BAD = (
    (("check", "2023-09", "--as-of", "soon"), "--as-of: 'soon' is not a time"),
    (("check", "2023-09", "--set", "foo=1"), "foo: does not start with a table of priors"),
    (("check", "2023-09", "--set", "a.b=1"), "lengths, variation, routes, reports\n"),
    (("check", "2023-09", "--set", "trust.reliability"), "--set trust.reliability=VALUE"),
    (("check", "2023-09", "--set", "=1"), "has no key"),
    (("check", "2023-09", "--set", "trust.reliability=2"), "must be at most 1 (found 2)"),
)


def test_check_lists_all_62_reports_of_both_journeys(run_cli):
    ids = []
    for journey in ("2019-04", "2023-09"):
        outcome = run_cli("check", journey, "--json", *FEW)
        assert outcome.code == 0
        ids += [report["id"] for report in outcome.document["reports"]]
        for report in outcome.document["reports"]:
            assert report["verdict"] in {"consistent", "strained", "impossible", "silent"}
            assert report["why"].endswith(".")
    numbers = [*range(1, 38), *range(40, 55), *range(60, 70)]
    assert sorted(ids) == [f"C{number:02d}" for number in numbers]
    assert len(ids) == 62


def test_fail_on_sets_the_exit_code(run_cli):
    assert run_cli("check", "2023-09", *FEW).code == 0
    # C62 is strained in 2023-09, and no report is impossible.
    assert run_cli("check", "2023-09", *FEW, "--fail-on", "strained").code == 1
    assert run_cli("check", "2023-09", *FEW, "--fail-on", "impossible").code == 0
    # By route direct the train of 2019-04 does not pass Ussuriysk (C44).
    assert (
        run_cli("check", "2019-04", "--route", "direct", *FEW, "--fail-on", "impossible").code
        == 1
    )


def test_check_as_of_uses_only_what_was_known(run_cli):
    known = ("--as-of", "2023-09-12T00:00Z")
    some = run_cli("check", "2023-09", *known, *FEW, "--json").document["reports"]
    every = run_cli("check", "2023-09", *FEW, "--json").document["reports"]
    assert 0 < len(some) < len(every)
    none = run_cli("check", "2023-09", *BEFORE_ALL, *FEW, "--json")
    assert none.document["reports"] == []


def test_score_states_why_it_cannot(run_cli):
    outcome = run_cli("score", "2019-04", "--draws", "1000")
    assert outcome.code == 0
    assert "F12" in outcome.out


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_bad_input_is_rejected(reject, arguments, message):
    reject(arguments, message)
