"""Paths, links and names in the docs are there."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

import routesim as rs

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
PACKAGE = ROOT / "routesim"
GLOSSARY = ROOT / "docs" / "glossary.md"

# Written by a reader of the docs, or by the commands in them.
MADE = ("out/", ".venv")


def list_code(page):
    """List what a page sets as code within its lines."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.findall(r"`([^`\n]+)`", text)


def is_path(name):
    return re.fullmatch(r"[\w./-]+/|[\w./-]+\.(py|pyi|md|toml|csv|js|css|ipynb)", name)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    for target in targets:
        assert target.startswith("http") or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_are_there(page):
    for name in filter(is_path, list_code(page)):
        if name.startswith(MADE):
            continue
        # Docs name a module from its room on, and files of geodata by their names.
        folders = (ROOT, PACKAGE, ROOT / "geodata")
        assert any((folder / name).exists() for folder in folders), name


def test_every_name_of_the_glossary_is_there():
    cells = [line.split("|")[-2] for line in GLOSSARY.read_text().splitlines() if "|" in line]
    names = [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]
    names = [name.partition("(")[0] for name in names if "/" not in name and name[0] != "["]
    names = [name for name in names if " " not in name and not name.startswith("_")]
    assert len(names) > 50
    for name in names:
        if name.startswith("routesim."):
            importlib.import_module(name)
            continue
        value = rs
        for part in name.split("."):
            fields = getattr(value, "__dataclass_fields__", {})
            value = fields[part] if part in fields else getattr(value, part)
