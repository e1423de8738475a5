from __future__ import annotations

import re
import shutil

import pytest

FEW = ("--draws", "300")
BAD = (
    (("new", "../evil"), "is not an id"),
    (("validate", "missing.toml"), "cannot be read"),
)


def test_journeys_lists_both(run_cli):
    journeys = run_cli("journeys", "--json").document["journeys"]
    assert [j["id"] for j in journeys] == ["2019-04", "2023-09"]
    assert journeys[0]["routes"] == ["direct", "via-ussuriysk"]
    assert journeys[1]["routes"] == ["vladivostok", "vostochny", "komsomolsk"]


def test_new_writes_a_file_that_validates_and_runs(run_cli, tmp_path):
    assert run_cli("new", "mine").code == 0
    assert run_cli("validate", "mine.toml").code == 0
    assert run_cli("new", "mine").code == 2
    assert run_cli("new", "mine", "--force").code == 0
    reports = run_cli("check", "mine.toml", "--json", *FEW).document["reports"]
    assert [r["id"] for r in reports] == ["R1", "R2", "R3"]
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_new_prints_its_file_as_json(run_cli):
    assert run_cli("new", "mine", "--json").document == {"path": "mine.toml"}


def test_validate_names_file_and_key(run_cli, tmp_path):
    run_cli("new", "mine")
    path = tmp_path / "mine.toml"
    text = path.read_text(encoding="utf-8").replace(
        'zone = "Asia/Vladivostok"', 'zone = "Mars"'
    )
    path.write_text(text.replace("prior = 0.5", "prior = 0.7", 1), encoding="utf-8")
    outcome = run_cli("validate", "mine.toml", "--json")
    assert outcome.code == 2
    faults = outcome.document["faults"]
    assert any("report R1" in fault["where"] and "Mars" in fault["what"] for fault in faults)


def test_validate_the_bundled_folder(run_cli):
    from routesim.files.read import find_geodata

    outcome = run_cli("validate", str(find_geodata()))
    assert outcome.code == 0
    assert outcome.out.count("valid: ") == 3
    assert outcome.out.count("taken as exact: kilometres of ") == 3
    assert outcome.out.count("warning: sources disagree on ") == 3


def test_validate_lists_what_is_assumed_about_lengths(run_cli):
    outcome = run_cli("validate", "2019-04")
    assert outcome.code == 0
    _, exact, disputed, _ = outcome.out.splitlines()
    assert exact == "taken as exact: kilometres of Trans-Siberian (25 of 28 points)"
    assert disputed == (
        "warning: sources disagree on lengths for which plan.lengths has no range: "
        "Baranovsky - Ussuriysk (22.1 km is used; sources: 22.1 to 23)"
    )
    document = run_cli("validate", "2019-04", "--json").document
    assert [row["exact_points"] for row in document["exact_km"]] == [25]
    assert [row["high_km"] for row in document["disputed_lengths"]] == [23.0]
    assert document["journeys"] == []


def test_validate_a_folder_lists_them_for_its_journeys_too(run_cli):
    from routesim.files.read import find_geodata

    document = run_cli("validate", str(find_geodata()), "--json").document
    assert len(document["exact_km"]) == 7
    assert [one["id"] for one in document["journeys"]] == ["2019-04", "2023-09"]
    assert len(document["journeys"][0]["exact_km"]) == 1
    assert document["read_as"] == []
    assert [one["report"] for one in document["journeys"][0]["read_as"]] == ["C44"]
    assert document["unused"] == document["journeys"][0]["unused"] == []


def test_validate_says_how_passing_a_planned_stop_is_read(run_cli):
    # In one of its readings C44 says that the train passed Baranovsky. The route "direct"
    # reverses there, with a planned stop; the other one runs through.
    text = (
        "C44: passing Baranovsky is read as any moment of the planned stop there, not only the "
        "arrival (route direct)"
    )
    assert text in run_cli("validate", "2019-04").out.splitlines()
    row = {"report": "C44", "place": "Baranovsky", "routes": ["direct"], "text": text}
    assert run_cli("validate", "2019-04", "--json").document["read_as"] == [row]
    # C12 passes a bridge, where no stop is planned.
    assert run_cli("validate", "2023-09", "--json").document["read_as"] == []


def test_validate_names_keys_that_have_no_effect(run_cli, tmp_path):
    # Files of earlier versions state a number of halts.
    run_cli("new", "mine")
    path = tmp_path / "mine.toml"
    line = "[[plan.standing]]"
    text = path.read_text(encoding="utf-8")
    assert line in text
    path.write_text(text.replace(line, f"{line}\nhalts = 4", 1), encoding="utf-8")
    said = "plan.standing.halts has no effect (Khasan branch); it can be removed"
    outcome = run_cli("validate", "mine.toml")
    assert outcome.code == 0
    assert said in outcome.out.splitlines()
    row = {"key": "plan.standing.halts", "lines": ["Khasan branch"], "text": said}
    document = run_cli("validate", "mine.toml", "--json").document
    assert document["valid"]
    assert document["unused"] == [row]


def test_validate_names_no_key_where_each_has_an_effect(run_cli):
    run_cli("new", "mine")
    assert "has no effect" not in run_cli("validate", "mine.toml").out
    assert run_cli("validate", "mine.toml", "--json").document["unused"] == []


def test_validate_names_unused_keys_of_the_journeys_of_a_folder(run_cli, tmp_path):
    from routesim.files.read import find_geodata

    folder = tmp_path / "corridor"
    shutil.copytree(find_geodata(), folder)
    path = folder / "journeys" / "2023-09.toml"
    text = path.read_text(encoding="utf-8")
    changed = re.sub(r"(?m)^(min_per_100km = )", r"halts = 2\n\1", text, count=2)
    path.write_text(changed, encoding="utf-8")
    document = run_cli("validate", str(folder), "--json").document
    april, september = document["journeys"]
    assert document["unused"] == april["unused"] == []
    assert [one["lines"] for one in september["unused"]] == [["Pyongra", "Hambuk"]]


def test_the_template_says_what_pass_means(run_cli, tmp_path):
    run_cli("new", "mine")
    text = (tmp_path / "mine.toml").read_text(encoding="utf-8")
    assert "where the plan has a stop, any moment of the stay" in text


def test_validate_lists_nothing_for_a_faulty_file(run_cli, tmp_path):
    (tmp_path / "bad.toml").write_text("format = 1", encoding="utf-8")
    outcome = run_cli("validate", "bad.toml", "--json")
    assert outcome.code == 2
    assert outcome.document["exact_km"] == outcome.document["disputed_lengths"] == []
    assert outcome.document["read_as"] == outcome.document["unused"] == []


def test_a_misspelt_key_is_named_with_what_was_meant(run_cli, tmp_path):
    run_cli("new", "mine")
    path = tmp_path / "mine.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("zone_reason", "zone_raeson").replace('kind = "speed"', 'kind = "sped"'),
        encoding="utf-8",
    )
    outcome = run_cli("validate", "mine.toml")
    assert "zone_raeson: unknown key; did you mean zone_reason?" in outcome.err
    assert "unknown kind 'sped'; known: depart" in outcome.err


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_bad_input_is_rejected(reject, arguments, message):
    reject(arguments, message)
