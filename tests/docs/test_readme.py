"""What the README and the docs show is run here, in a folder of its own."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

import routesim as rs
from routesim.cli import main

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
JOURNEYS = (ROOT / "docs" / "journeys.md").read_text(encoding="utf-8")


def find_blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, flags=re.DOTALL)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Make an empty working folder; what is written there is ignored by git in a clone."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    assert "out/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert [path.name for path in tmp_path.iterdir()] in ([], ["out"])


def test_the_python_of_the_readme_runs(folder):
    (block,) = find_blocks("python")
    names: dict[str, Any] = {}
    exec(compile(block, "README.md", "exec"), names)  # noqa: S102
    assert (folder / "out" / "2023-09.html").is_file()

    sections = names["post"].where("2023-09-11T19:00+09:00").sections()
    at_border = (sections["from_station"] == "Tumangang") & (
        sections["to_station"] == "Tumangang"
    )
    share = sections.loc[at_border, "share"].sum()
    assert f"Tumangang with a probability of {100 * share:.0f} %" in " ".join(TEXT.split())


@pytest.mark.parametrize("block", find_blocks("sh"), ids=["commands", "own-journey"])
def test_the_commands_of_the_readme_run(block, folder, monkeypatch, capsys):
    lines = [shlex.split(line, comments=True) for line in block.splitlines()]
    lines = [line for line in lines if line]
    assert lines
    for line in lines:
        monkeypatch.setattr(sys, "argv", line)
        try:
            main()
        except SystemExit as stop:
            assert not stop.code, (line, capsys.readouterr().err)  # noqa: PT017
    written = [line[line.index("-o") + 1] for line in lines if "-o" in line]
    assert written
    assert all((folder / path).is_file() for path in written)


def test_the_readme_is_short():
    assert len(TEXT.splitlines()) < 170


def test_the_figures_of_april_2019_are_those_of_the_simulation():
    journey = rs.load_journey("2019-04")
    stated = re.search(
        r"between (\d\d:\d\d) and (\d\d:\d\d) local.*?between (\d\d:\d\d) and (\d\d:\d\d)",
        " ".join(JOURNEYS.split()),
    )
    found = []
    for route in ("direct", "via-ussuriysk"):
        changed = rs.what_if(
            journey, departure={"Khasan": "2019-04-24T11:40+10:00"}, route=route
        )
        row = rs.simulate(changed, draws=20_000).windows().iloc[-1]
        for level in ("p05", "p95"):
            minute = row[f"arrive_{level}"].round("min").tz_convert("Asia/Vladivostok")
            found.append(f"{minute:%H:%M}")
    assert list(stated.groups()) == found


def test_the_misses_of_the_journeys_are_those_of_the_conflicts():
    found = {
        (journey, " ".join(conflict.reports), conflict.miss)
        for journey in ("2023-09", "2019-04")
        for conflict in rs.conflicts(rs.load_journey(journey))
    }
    stated = {
        ("2023-09", "C01 C06", "6 h"),
        ("2023-09", "C01 C16 C60", "9 h 32 min"),
        ("2019-04", "C40 C45 C49", "45 min"),
        ("2019-04", "C40 C45 C47", "2 h 15 min"),
        ("2019-04", "C48 C49", "44 min"),
    }
    assert stated <= found
    for _, _, miss in stated:
        # The text writes some units out: 6 hours, 45 minutes.
        number, _, unit = miss.rpartition(" ")
        assert re.search(rf"\b{number}\s{unit}", JOURNEYS)


def test_the_likely_clocks_are_those_of_the_notebook():
    notebook = json.loads((ROOT / "notebooks" / "what_is_likely.ipynb").read_text("utf-8"))
    outputs = [out for cell in notebook["cells"] for out in cell.get("outputs", ())]
    stated = "".join(
        line for out in outputs for line in out.get("data", {}).get("text/plain", ())
    )
    section = JOURNEYS.partition("## What is likely")[2].partition("\n## ")[0]
    clocks = set(re.findall(r"\b\d\d:\d\d\b", section)) - {"19:00"}  # which was asked for
    assert len(clocks) > 5
    assert {clock for clock in clocks if f", {clock}" not in stated} == set()
