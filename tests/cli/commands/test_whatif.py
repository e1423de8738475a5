from __future__ import annotations

import pytest

FEW = ("--draws", "300")
BAD = (
    (("whatif", "2023-09", "--speed", "fast"), "write 50 or 50:60"),
    (("whatif", "2023-09", "--speed", "60:50"), "--speed: 60:50 is no range"),
    (("whatif", "2023-09", "--speed", "nan"), "cannot be"),
    (
        ("whatif", "2023-09", "--speed", "500"),
        "--speed: 500 km/h cannot be used; give speeds above 0, at most 100",
    ),
    (("whatif", "2023-09", "--dwell", "Khasan"), "write --dwell Khasan=1h"),
    (("whatif", "2023-09", "--dwell", "Khasan=soon"), "is not a duration"),
    (("whatif", "2023-09", "--depart", "2023-09-10T22:00"), "has no zone"),
    (("whatif", "2023-09", "--depart", "Nowhere=2023-09-10T22:00Z"), "no station named"),
)


def test_whatif_changes_the_answer(run_cli):
    document = run_cli(
        "whatif", "2019-04", "--depart", "Khasan=2019-04-24T11:40+10:00", "--route", "direct",
        "--speed", "60", "--dwell", "Baranovsky=20min", "--json", *FEW,
    ).document  # fmt: skip
    assert len(document["changes"]) == 4
    arrival = document["windows"][-1]["changed"]["arrive"]
    # 327.4 km at 60 km/h are 5 h 27 min, and 20 min at Baranovsky: not before 17:27 local,
    # and the 5 % draw stands a little in addition. 08:00Z is 18:00 local.
    assert "2019-04-24T07:27:00Z" < arrival["p05"] < "2019-04-24T08:00:00Z"


def test_whatif_rejects_unknown_reports(run_cli):
    outcome = run_cli("whatif", "2019-04", "--drop", "C99", *FEW)
    assert outcome.code == 2
    assert "no report named 'C99'" in outcome.err


def test_whatif_states_that_dropping_reports_changes_no_window(run_cli):
    assert (
        "Leaving out reports therefore changes no time"
        in run_cli("whatif", "2023-09", "--drop", "C01", *FEW).out
    )


def test_whatif_without_changes_names_the_options(run_cli):
    out = run_cli("whatif", "2019-04", *FEW).out
    assert "Nothing is changed; give --speed" in out
    assert "the reports are not used" in out


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_bad_input_is_rejected(reject, arguments, message):
    reject(arguments, message)
