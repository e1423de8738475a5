"""What the README shows is run here, in a folder of its own."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from routesim.cli import main

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def find_blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, flags=re.DOTALL)


def test_the_python_of_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (block,) = find_blocks("python")
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102
    assert (tmp_path / "2023-09.html").is_file()


@pytest.mark.parametrize("block", find_blocks("sh"), ids=["commands", "own-journey"])
def test_the_commands_of_the_readme_run(block, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert block.strip()
    for line in block.strip().splitlines():
        monkeypatch.setattr(sys, "argv", shlex.split(line))
        try:
            main()
        except SystemExit as stop:
            assert not stop.code, (line, capsys.readouterr().err)  # noqa: PT017


def test_links_and_pictures_are_there():
    targets = re.findall(r"\]\(([^)#]+)\)", TEXT)
    inside = [target for target in targets if not target.startswith("http")]
    assert inside
    for target in inside:
        assert (ROOT / target).exists(), target


def test_the_figures_of_april_2019_are_those_of_the_simulation():
    import routesim as rs

    journey = rs.load_journey("2019-04")
    stated = re.search(
        r"between (\d\d:\d\d) and (\d\d:\d\d) local.*?between (\d\d:\d\d) and (\d\d:\d\d)",
        TEXT,
        flags=re.DOTALL,
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


def test_the_likely_clocks_are_those_of_the_notebook():
    notebook = json.loads((ROOT / "notebooks" / "what_is_likely.ipynb").read_text("utf-8"))
    outputs = [out for cell in notebook["cells"] for out in cell.get("outputs", ())]
    stated = "".join(
        line for out in outputs for line in out.get("data", {}).get("text/plain", ())
    )
    section = TEXT.partition("## What was likely")[2].partition("\n## ")[0]
    clocks = set(re.findall(r"\b\d\d:\d\d\b", section)) - {"19:00"}  # which was asked for
    assert len(clocks) > 5
    assert {clock for clock in clocks if f", {clock}" not in stated} == set()
