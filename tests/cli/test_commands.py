from __future__ import annotations

import re
import subprocess
import sys

import pytest

from routesim.cli.output import make_plain, print_json

FEW = ("--draws", "300")
UTC_TIME = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")


def test_journeys_lists_both(run_cli):
    journeys = run_cli("journeys", "--json").document["journeys"]
    assert [j["id"] for j in journeys] == ["2019-04", "2023-09"]
    assert journeys[0]["routes"] == ["direct", "via-ussuriysk"]
    assert journeys[1]["routes"] == ["vladivostok", "vostochny", "komsomolsk"]


def test_check_lists_all_62_reports_between_the_two(run_cli):
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


def test_simulate_json_has_the_keys_that_others_rely_on(run_cli):
    document = run_cli("simulate", "2023-09", "--json", *FEW).document
    assert document["journey"] == "2023-09"
    assert document["route"] == "vladivostok"
    assert document["ess"] == 300
    first, last = document["windows"][0], document["windows"][-1]
    assert first["station"] == "Pyongyang"
    assert first["arrive"]["p50"] is None
    assert UTC_TIME.match(first["depart"]["p50"])
    assert last["station"] == "Vladivostok"
    assert last["depart"]["p50"] is None
    assert last["arrive"]["p05"] <= last["arrive"]["p50"] <= last["arrive"]["p95"]


def test_simulate_takes_another_route(run_cli):
    document = run_cli("simulate", "2023-09", "--route", "komsomolsk", "--json", *FEW).document
    assert document["windows"][-1]["station"] == "Komsomolsk-na-Amure"


def test_same_seed_same_bytes_other_seed_other_times(run_cli):
    first, again, other = (
        run_cli("simulate", "2019-04", "--json", *FEW, "--seed", seed).out for seed in "110"
    )
    assert first == again
    assert first != other


def test_simulate_writes_windows_beside(run_cli, tmp_path):
    assert run_cli("simulate", "2019-04", *FEW, "-o", "windows.csv").code == 0
    header = (tmp_path / "windows.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "arrive_p50" in header


def test_where_json(run_cli):
    document = run_cli(
        "where", "2023-09", "--at", "2023-09-11T19:00+09:00", "--json", *FEW
    ).document
    assert document["time"] == "2023-09-11T10:00:00Z"
    likely = document["likely"]
    assert 0 <= likely["p05_km"] <= likely["p50_km"] <= likely["p95_km"] <= 1187
    # C13: at Tumangang by 19:00; C16: not at the border before Tuesday
    assert document["certain"]["min_km"] == pytest.approx(854)
    assert document["certain"]["max_km"] == pytest.approx(857)


def test_route_json_tells_reversals_and_gauge(run_cli):
    document = run_cli("route", "Pyongyang", "Vladivostok", "--json").document
    assert document["reversals"][0]["station"] == "Baranovsky"
    assert document["gauge_changes"][0]["from_mm"] == 1435
    assert document["points"][0]["station"] == "Pyongyang"


def test_route_by_way_of(run_cli):
    direct = run_cli("route", "Khasan", "Vladivostok", "--json").document["length_km"]
    longer = run_cli("route", "Khasan", "Vladivostok", "--via", "Ussuriysk", "--json").document
    # 22.1 km into Ussuriysk and back again
    assert longer["length_km"] - direct == pytest.approx(44.2, abs=0.01)


def test_stations_of_a_line(run_cli):
    stations = run_cli("stations", "--line", "Khasan branch", "--json").document["stations"]
    assert [s["station"] for s in (stations[0], stations[-1])] == ["Baranovsky", "Khasan"]


def test_whatif_moves_the_answer(run_cli):
    document = run_cli(
        "whatif", "2019-04", "--depart", "Khasan=2019-04-24T11:40+10:00", "--route", "direct",
        "--speed", "60", "--dwell", "Baranovsky=20min", "--json", *FEW,
    ).document  # fmt: skip
    assert len(document["changes"]) == 4
    arrival = document["windows"][-1]["changed"]["arrive"]
    # 327.4 km at 60 km/h are 5 h 27 min, and 20 min at Baranovsky: not before 17:27 local,
    # and the 5 % draw stands a little besides; 08:00Z is 18:00 local.
    assert "2019-04-24T07:27:00Z" < arrival["p05"] < "2019-04-24T08:00:00Z"


def test_whatif_drops_reports_and_refuses_unknown_ones(run_cli):
    outcome = run_cli("whatif", "2019-04", "--drop", "C99", *FEW)
    assert outcome.code == 2
    assert "no report named 'C99'" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("route", "Kasan", "Vladivostok"), "did you mean Khasan"),
        (("route", "Khasan", "Khasan"), "name two different places"),
        (("simulate", "1999-01"), "no journey named '1999-01'"),
        (("simulate", "2023-09", "--route", "moscow"), "no route named 'moscow'"),
        (("simulate", "2023-09", "--draws", "0"), "draws: is 0"),
        (("simulate", "2023-09", "--seed", "-1"), "seed: is -1"),
        (("where", "2023-09", "--at", "2023-09-11T19:00"), "has no zone"),
        (("where", "2023-09", "--at", "yesterday"), "is not a time"),
        (("whatif", "2023-09", "--speed", "fast"), "write 50 or 50:60"),
        (("whatif", "2023-09", "--speed", "60:50"), "60 to 50 km/h cannot be"),
        (("whatif", "2023-09", "--speed", "nan"), "cannot be"),
        (("whatif", "2023-09", "--speed", "500"), "at most 100 (the train)"),
        (("whatif", "2023-09", "--dwell", "Khasan"), "write --dwell Khasan=1h"),
        (("whatif", "2023-09", "--dwell", "Khasan=soon"), "is not a duration"),
        (("whatif", "2023-09", "--depart", "2023-09-10T22:00"), "has no zone"),
        (("whatif", "2023-09", "--depart", "Nowhere=2023-09-10T22:00Z"), "no station named"),
        (("simulate", "2023-09", "-o", "w.xyz"), "end it in .csv or .geojson"),
        (("map", "2023-09", "-o", "map.pdf"), "end it in .html"),
        (("diagram", "2023-09", "-o", "diagram.gif"), "end it in .svg or .png"),
        (("new", "../evil"), "is not an id"),
        (("validate", "missing.toml"), "cannot be read"),
        (("page", "2019-04", "-o", "page.txt"), "end it in .html"),
        (("stations", "--line", "Circle"), "no line named 'Circle'"),
    ],
)
def test_bad_input_exits_2_with_words_and_no_traceback(run_cli, arguments, told):
    outcome = run_cli(*arguments)
    assert outcome.code == 2
    assert told in outcome.err
    assert "Traceback" not in outcome.err
    assert outcome.out == ""


def test_bad_usage_exits_2(run_cli):
    assert run_cli("simulate").code == 2
    assert run_cli("fly").code == 2


def test_fail_on_sets_the_exit_code(run_cli):
    assert run_cli("check", "2023-09", *FEW).code == 0
    # C62 is strained in 2023-09; nothing is impossible there
    assert run_cli("check", "2023-09", *FEW, "--fail-on", "strained").code == 1
    assert run_cli("check", "2023-09", *FEW, "--fail-on", "impossible").code == 0
    # by the direct way the train of 2019-04 does not pass Ussuriysk (C44)
    assert (
        run_cli("check", "2019-04", "--route", "direct", *FEW, "--fail-on", "impossible").code
        == 1
    )


def test_new_writes_a_file_that_validates_and_runs(run_cli, tmp_path):
    assert run_cli("new", "mine").code == 0
    assert run_cli("validate", "mine.toml").code == 0
    assert run_cli("new", "mine").code == 2
    assert run_cli("new", "mine", "--force").code == 0
    reports = run_cli("check", "mine.toml", "--json", *FEW).document["reports"]
    assert [r["id"] for r in reports] == ["R1", "R2", "R3"]
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


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


def test_map_diagram_and_page_are_written(run_cli, tmp_path):
    drawn = (("map", "m.html"), ("diagram", "d.svg"), ("diagram --prior", "d.png"))
    for command, name in drawn:
        assert run_cli(*command.split(), "2019-04", "-o", name, *FEW).code == 0
        assert (tmp_path / name).stat().st_size > 10_000
    assert run_cli("page", "2019-04", "-o", "sub/page.html", *FEW).code == 0
    assert (tmp_path / "sub/page.html").stat().st_size > 100_000


@pytest.mark.parametrize(
    ("command", "name"),
    [("map --prior", "m.html"), ("diagram --prior", "d.svg"), ("page", "p.html")],
)
def test_drawing_commands_tell_their_file_as_json(run_cli, tmp_path, command, name):
    document = run_cli(*command.split(), "2023-09", "-o", name, "--json", *FEW).document
    assert document == {"path": name, "bytes": (tmp_path / name).stat().st_size}


def test_new_tells_its_file_as_json(run_cli):
    assert run_cli("new", "mine", "--json").document == {"path": "mine.toml"}


def test_output_that_cannot_be_written_is_said_before_any_work(run_cli, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "folder.svg").mkdir()
    many = ("--draws", "999999")  # had it begun to work, this test would take a minute
    for name, told in (
        ("file/d.svg", "file/d.svg: file is a file; name a folder"),
        ("folder.svg", "folder.svg: is a folder; name a file"),
    ):
        outcome = run_cli("diagram", "2019-04", "-o", name, *many)
        assert outcome.code == 2
        assert told in outcome.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.svg"]


def test_a_misspelt_key_is_told_with_what_was_meant(run_cli, tmp_path):
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


def test_version_and_validate_by_id(run_cli):
    assert run_cli("--version").out.startswith("routesim ")
    assert run_cli("validate", "2023-09").out.startswith("valid: <Journey '2023-09'")


def test_where_before_anybody_has_set_out(run_cli):
    outcome = run_cli("where", "2023-09", "--at", "2023-09-01T00:00Z", *FEW)
    assert "not set out yet in any of 300 draws" in outcome.out


def test_whatif_says_that_dropping_reports_moves_no_window(run_cli):
    assert "moves none" in run_cli("whatif", "2023-09", "--drop", "C01", *FEW).out


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path):
    script = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from routesim.cli import main\n"
        "import routesim.view\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
        "sys.argv = 'routesim map 2019-04 --prior -o m.html --draws 100'.split()\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert "m.html: cannot be written: file too large; choose another place" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_help_does_not_load_the_heavy_parts():
    script = (
        "import sys; sys.argv=['routesim','--help']\n"
        "from routesim.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'geopandas', 'folium', 'matplotlib', 'xarray', 'shapely'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, timeout=60)


def test_a_closed_pipe_is_no_error():
    with subprocess.Popen(
        [sys.executable, "-m", "routesim", "stations"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        told = process.stderr.read().decode()
        process.wait(timeout=60)
    assert "Traceback" not in told
    assert "Exception" not in told


def test_control_characters_do_not_reach_the_terminal():
    assert make_plain("a\x1b]0;title\x07b") == "a\ufffd]0;title\ufffdb"
    assert make_plain("right\u202eleft") == "right\ufffdleft"


def test_json_has_no_nan(capsys):
    print_json({"a": float("nan"), "b": [float("inf")], "c": 2023})
    assert (
        capsys.readouterr().out == '{\n  "a": null,\n  "b": [\n    null\n  ],\n  "c": 2023\n}\n'
    )
