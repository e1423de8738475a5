from __future__ import annotations

import subprocess
import sys

import pytest

from tests.view.test_map import read_data

pytestmark = pytest.mark.slow

FEW = ("--draws", "300")
BAD = (
    (("map", "2023-09", "-o", "map.pdf"), "ends in .html"),
    (("diagram", "2023-09", "-o", "diagram.gif"), "ends in .svg or .png"),
    (("page", "2019-04", "-o", "page.txt"), "ends in .html"),
)


def test_map_diagram_and_page_are_written(run_cli, tmp_path):
    drawn = (("map", "m.html"), ("diagram", "d.svg"), ("diagram --prior", "d.png"))
    for command, name in drawn:
        assert run_cli(*command.split(), "2019-04", "-o", name, *FEW).code == 0
        assert (tmp_path / name).stat().st_size > 10_000
    assert run_cli("page", "2019-04", "-o", "sub/page.html", *FEW).code == 0
    assert (tmp_path / "sub/page.html").stat().st_size > 100_000


def test_map_and_page_judge_the_reports_alike(run_cli, tmp_path):
    """Both judge a place off the default route on another route."""
    verdicts = []
    for command, name in (("map", "m.html"), ("page", "p.html")):
        assert run_cli(command, "2023-09", "-o", name, *FEW).code == 0
        reports = read_data((tmp_path / name).read_text("utf-8"))["reports"]
        verdicts.append({report["id"]: report["verdict"] for report in reports})
    assert verdicts[0] == verdicts[1]
    assert len(set(verdicts[0].values())) > 1


@pytest.mark.parametrize(
    ("command", "name"),
    [("map --prior", "m.html"), ("diagram --prior", "d.svg"), ("page", "p.html")],
)
def test_drawing_commands_print_their_file_as_json(run_cli, tmp_path, command, name):
    document = run_cli(*command.split(), "2023-09", "-o", name, "--json", *FEW).document
    assert document == {"path": name, "bytes": (tmp_path / name).stat().st_size}


def test_output_that_cannot_be_written_is_rejected_before_any_work(run_cli, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "folder.svg").mkdir()
    many = ("--draws", "999999")  # work would take a minute
    for name, message in (
        ("file/d.svg", "file/d.svg: file is a file; name a folder"),
        ("folder.svg", "folder.svg: is a folder; name a file"),
    ):
        outcome = run_cli("diagram", "2019-04", "-o", name, *many)
        assert outcome.code == 2
        assert message in outcome.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder.svg"]


def test_a_full_disk_is_reported_and_leaves_nothing(tmp_path):
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


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_bad_input_is_rejected(reject, arguments, message):
    reject(arguments, message)
