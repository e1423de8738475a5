from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.slow

FEW = ("--draws", "300")
UTC_TIME = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")
JOURNEYS = ("2019-04", "2023-09")
BEFORE_ALL = ("--as-of", "2001-01-01T00:00Z")
COMMANDS = (
    ("worlds",),
    ("bounds",),
    ("bounds", "--every", "--stretches"),
    ("could", "--stand", "Khasan=1h"),
    ("conflicts", "--limit", "2"),
    ("conflicts", "--brief"),
    ("zones",),
)
KHASAN_AT_NOON = ("could", "2023-09", "--at", "Pyongyang=2023-09-10T20:00+09:00",
                  "--at", "Khasan=2023-09-11T12:00+10:00", "--alone")  # fmt: skip
BAD = (
    (("conflicts", "2023-09", "--drop", "C999"), "no report 'C999'"),
    (("worlds", "2023-09", "--drop", "C999"), "no report 'C999'"),
    (("could", "2023-09", "--stand", "Khasan=1h", "--given", "C9"), "no report 'C9'"),
    (("worlds", "2023-09", "--as-of", "2023-09-12T00:00"), "--as-of: 2023-09-12T00:00:00"),
    (("bounds", "2023-09", "--as-of", "soon"), "--as-of: 'soon' is not a time"),
    (("bounds", "2023-09", "--world", "0"), "0 is not listed"),
    (("bounds", "2023-09", "--world", "99"), "99 is not listed"),
    (("zones", "2023-09", "--route", "moscow"), "no route named 'moscow'"),
    (("could", "2023-09"), "nothing is asked"),
    (("could", "2023-09", "--at", "Khasan"), "write --at Khasan=2023"),
    (("could", "2023-09", "--at", "Khasan=2023-09-11T12:00"), "--at Khasan: 2023-09-11"),
    (("could", "2023-09", "--at", "Kasan=2023-09-11T12:00Z"), "did you mean Khasan"),
    (
        (
            "could",
            "2023-09",
            "--at",
            "Khabarovsk=2023-09-11T12:00Z",
            "--route",
            "vladivostok",
        ),
        "does not pass Khabarovsk-1; use route",
    ),
    (
        ("could", "2023-09", "--at", "Khasan=2023-09-12T12:00Z/2023-09-11T12:00Z"),
        "ends before it begins",
    ),
    (("could", "2023-09", "--at", "Khasan=2023-09-12T12:00Z/"), "'' is not a time"),
    (
        ("could", "2023-09", "--stand", "Khasan=1h", "--stand", "Khasan=2h"),
        "Khasan is given twice",
    ),
    (("could", "2023-09", "--stand", "Khasan=soon"), "is not a duration"),
    (("could", "2023-09", "--stand", "Khasan=1h", "--speed", "0"), "0 cannot be"),
    (("could", "2023-09", "--stand", "Khasan=1h", "--speed", "nan"), "nan cannot be"),
    (("could", "2023-09", "--stand", "Khasan=1h", "--speed", "60:50"), "60:50 is no range"),
    (("could", "2023-09", "--stand", "Khasan=1h", "--speed", "fast"), "write 50 or 50:60"),
    (
        ("could", "2023-09", "--stand", "Khasan=1h", "--alone", "--given", "C01"),
        "excludes --given",
    ),
)


@pytest.mark.parametrize("journey", JOURNEYS)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_text_is_for_people(run_cli, journey, command):
    outcome = run_cli(command[0], journey, *command[1:])
    assert outcome.code == 0
    assert outcome.err == ""
    assert len(outcome.out.splitlines()) > 2
    for word in ("owners", "asked", "nan", "NaT", "None", "('", "<", "datetime", "weight"):
        assert word not in outcome.out
    assert all(len(line.rstrip()) <= 200 for line in outcome.out.splitlines())


@pytest.mark.parametrize("journey", JOURNEYS)
def test_conflicts_json(run_cli, journey):
    document = run_cli("conflicts", journey, "--json").document
    assert document["journey"] == journey
    assert document["as_of"] is None
    assert document["complete"] is True
    assert document["complete_to"] is None
    assert document["conflicts"]
    for conflict in document["conflicts"]:
        assert set(conflict) == {
            "reports", "clauses", "copies", "families", "assumptions", "needs_cap", "miss_s",
            "miss_km", "miss_kmh", "tolerances", "reading", "why", "certificate", "repairs",
            "variants",
        }  # fmt: skip
        assert {c.partition(".")[0] for c in conflict["clauses"]} <= set(conflict["reports"])
        if conflict["certificate"]:
            total = sum(step["weight_s"] for step in conflict["certificate"])
            assert total == -conflict["miss_s"]


def test_sunday_evening_and_monday_contradict_by_six_hours(run_cli):
    conflicts = run_cli("conflicts", "2023-09", "--json").document["conflicts"]
    found = next(c for c in conflicts if c["clauses"] == ["C01", "C06"])
    # From Sun 18:00 to Mon 00:00 it is 6 h, and 1 s as the window excludes its end.
    assert found["miss_s"] == 6 * 3600 + 1
    assert found["reading"] == "C06 is read as: departed on Monday"
    assert "reading" in {repair["kind"] for repair in found["repairs"]}
    text = run_cli("conflicts", "2023-09").out
    assert "1. C01 and C06 contradict each other by 6 h\n" in text
    assert "exists only if C06 is read as: departed on Monday." in text
    assert "before Sun 10 Sep 18:00 (Pyongyang, UTC+9) [C01]" in text
    assert "* C06 is read as: known by Monday to have departed" in text


def test_conflicts_print_how_many_are_not_shown_and_whether_all_were_found(run_cli):
    count = len(run_cli("conflicts", "2019-04", "--json", "--limit", "1").document["conflicts"])
    text = run_cli("conflicts", "2019-04", "--limit", "3").out
    assert f"{count} conflicts, {count - 3} of them not shown" in text
    assert text.rstrip().endswith("The list is complete.")
    assert "the figures are for" in text
    few = run_cli("conflicts", "2019-04", "--max-size", "2")
    assert "complete for sets of up to 2 clauses" in few.out
    document = run_cli("conflicts", "2019-04", "--max-size", "2", "--json").document
    assert document["complete"] is False
    assert document["complete_to"] == 2


def test_no_conflict_is_printed_with_the_number_used(run_cli):
    clauses = run_cli("conflicts", "2023-09", "--json").document["conflicts"]
    ids = sorted({report for conflict in clauses for report in conflict["reports"]})
    drops = [text for name in ids for text in ("--drop", name)]
    outcome = run_cli("conflicts", "2023-09", *drops)
    assert outcome.code == 0
    assert re.search(r"\d+ reports checked", outcome.out)
    assert "No conflict found. The list is complete." in outcome.out


@pytest.mark.parametrize("journey", JOURNEYS)
def test_worlds_json(run_cli, journey):
    document = run_cli("worlds", journey, "--json").document
    assert [w["number"] for w in document["worlds"]] == list(
        range(1, 1 + len(document["worlds"]))
    )
    assert {"route", "dropped", "families_dropped", "readings", "why"} <= set(
        document["worlds"][0]
    )
    one = run_cli("worlds", journey, "--json", "--route", document["worlds"][0]["route"])
    assert {w["route"] for w in one.document["worlds"]} == {document["worlds"][0]["route"]}


@pytest.mark.parametrize("journey", JOURNEYS)
def test_bounds_json(run_cli, journey):
    document = run_cli("bounds", journey, "--json").document
    assert set(document) == {
        "journey", "route", "complete", "worlds", "points", "stretches", "speeds", "origins",
        "conflict", "exact_km",
    }  # fmt: skip
    assert document["conflict"] == []
    assert document["complete"] is True
    assert document["points"]
    for point in document["points"]:
        for event in ("arrive", "depart"):
            ends = point[event]
            for end in ("earliest", "latest"):
                assert ends[end] is None or UTC_TIME.match(ends[end])
                assert (ends[end] is None) == (not ends[f"{end}_by"])
            if None not in (ends["earliest"], ends["latest"]):
                assert ends["earliest"] <= ends["latest"]
    assert document["stretches"][0]["from_station"] == "Pyongyang"


def test_bounds_text_has_local_clocks_and_the_reports_behind_them(run_cli):
    out = run_cli("bounds", "2023-09").out
    row = next(line for line in out.splitlines() if " Tumangang" in line and "reach" in line)
    assert "Mon 11 Sep 19:00  C13" in row
    assert row.rstrip().endswith("UTC+9")
    # At Tumangang by 19:00, at the border 3 km further after 23:00 (midnight in Vladivostok).
    assert "The train spent at least 4 h (C13, C16) and at most" in out
    assert "between Tumangang and Friendship Bridge border" in out
    assert "Kuryongpyong" not in out
    assert "Kuryongpyong" in run_cli("bounds", "2023-09", "--every").out
    several = run_cli("bounds", "2019-04").out
    assert re.search(r"may be any of \d+ stations, from \w+ to Tumangang", several)


def test_bounds_of_one_world(run_cli):
    worlds = run_cli("worlds", "2023-09", "--json").document["worlds"]
    document = run_cli("bounds", "2023-09", "--world", "3", "--json").document
    assert [w["number"] for w in document["worlds"]] == [3]
    assert document["route"] == worlds[2]["route"]


def test_could_json(run_cli):
    outcome = run_cli(*KHASAN_AT_NOON, "--speed", "40:50", "--json")
    assert outcome.code == 0
    document = outcome.document
    assert set(document) == {
        "journey", "route", "possible", "complete", "margin_s", "why", "clauses", "world",
        "readings", "steps", "exact_km",
    }  # fmt: skip
    assert document["possible"] is False
    # 835 km at 50 km/h take 16 h 42 min; from 11:00Z to 02:00Z it is 15 h.
    assert document["margin_s"] == pytest.approx(-(1 * 3600 + 42 * 60), abs=1)
    assert sum(step["weight_s"] for step in document["steps"]) == document["margin_s"]


def test_could_text(run_cli):
    out = run_cli(*KHASAN_AT_NOON, "--speed", "50").out
    assert "not possible; it misses by 1 h 42 min." in out
    assert "[your question]" in out
    faster = run_cli(*KHASAN_AT_NOON, "--speed", "60").out
    assert "possible, with 1 h 05 min to spare" in faster


def test_could_takes_an_interval_and_reports(run_cli):
    interval = "Khasan=2023-09-11T12:00+10:00/2023-09-12T12:00+10:00"
    asked = ("could", "2023-09", "--arrive", interval, "--json")
    assert run_cli(*asked).document["possible"] is True
    assert run_cli(*asked, "--given", "C16").document["possible"] is True
    stand = run_cli("could", "2023-09", "--stand", "Khasan=5h", "--json").document
    assert stand["possible"] is False
    assert stand["clauses"] == ["C21.2"]
    assert run_cli("could", "2023-09", "--stand", "Khasan=5h", "--drop", "C21.2").out.count(
        "possible, "
    )


@pytest.mark.parametrize("journey", JOURNEYS)
def test_zones_json(run_cli, journey):
    rows = run_cli("zones", journey, "--json").document["zones"]
    assert rows
    for row in rows:
        assert set(row) == {
            "report", "clause", "zone", "offset", "zone_known", "from", "before", "fits",
            "miss_s", "against", "reading",
        }  # fmt: skip
        assert all(row[end] is None or UTC_TIME.match(row[end]) for end in ("from", "before"))


def test_a_printed_zone_is_the_only_one(run_cli):
    rows = run_cli("zones", "2023-09", "--json").document["zones"]
    own = [row for row in rows if row["report"] == "C15"]
    assert [(r["offset"], r["zone_known"]) for r in own] == [("UTC+9", "printed")]
    assert own[0]["from"] == "2023-09-11T10:00:00Z"
    assert re.search(
        r"^C15 +Pyongyang UTC\+9 +printed ", run_cli("zones", "2023-09").out, re.MULTILINE
    )


@pytest.mark.parametrize("journey", JOURNEYS)
@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("worlds", "all at face value"),
        ("bounds", "nothing bounds its times"),
        ("conflicts", "no report sets a constraint"),
        ("zones", "no report states a time or a day"),
    ],
)
def test_no_report_used(run_cli, journey, command, message):
    outcome = run_cli(command, journey, *BEFORE_ALL)
    assert outcome.code == 0
    assert message in outcome.out
    assert run_cli(command, journey, *BEFORE_ALL, "--json").document["journey"] == journey


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("worlds", "all at face value"),
        ("bounds", "nothing bounds its times"),
        ("conflicts", "No conflict found"),
        ("zones", "no report states a time or a day"),
    ],
)
def test_a_journey_without_reports(run_cli, tmp_path, command, message):
    run_cli("new", "mine")
    path = tmp_path / "mine.toml"
    text = path.read_text(encoding="utf-8").partition("[[report")[0]
    path.write_text(text.replace('["R2"]', "[]"), encoding="utf-8")
    outcome = run_cli(command, "mine.toml")
    assert outcome.code == 0, outcome.err
    assert message in outcome.out


def test_bad_numbers_exit_2(run_cli):
    for option in ("--max-size", "--limit"):
        outcome = run_cli("conflicts", "2023-09", option, "0")
        assert outcome.code == 2
        assert "Traceback" not in outcome.err


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_bad_input_is_rejected(reject, arguments, message):
    reject(arguments, message)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_certain_answer_names_the_kilometres_taken_as_exact(run_cli, command):
    name, *options = command
    outcome = run_cli(name, "2019-04", *options)
    assert outcome.code == 0
    # Twenty-five or fewer points of the Trans-Siberian; the plan has ranges for the others.
    assert outcome.out.count("taken as exact: kilometres of Trans-Siberian (") == 1


@pytest.mark.parametrize("name", ["conflicts", "zones"])
def test_an_empty_answer_names_them_too(run_cli, name):
    outcome = run_cli(name, "2019-04", *BEFORE_ALL)
    assert "taken as exact: kilometres of Trans-Siberian (" in outcome.out
