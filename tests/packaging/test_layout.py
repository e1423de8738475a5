"""The package stays easy to navigate: few modules per folder, and one name for one thing."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "routesim"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_MODULES = 16
MOST_LINES = 400  # without docstrings

# Words that this package avoids in names. Keys of files and of JSON documents are strings or
# fields of records, which users depend on, so they are not checked.
DROPPED = re.compile(
    r"witness|testimon|exhibit|hearsay|sworn|(^|_)(told|tells?|telling|heard|hears?|hearing)(_|$)",
    re.IGNORECASE,
)


def list_names(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            names.add(node.attr)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name)
    return names


def count_docstring_lines(tree: ast.Module) -> int:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return sum(
        node.body[0].end_lineno - node.body[0].lineno + 1
        for node in ast.walk(tree)
        if isinstance(node, documented) and ast.get_docstring(node)
    )


def test_the_modules_are_found():
    assert len(MODULES) > 100


@pytest.mark.parametrize(
    "folder", sorted({path.parent for path in MODULES}), ids=lambda p: p.name
)
def test_no_folder_has_too_many_modules(folder):
    assert (
        len([path for path in folder.glob("*.py") if path.stem != "__init__"]) <= MOST_MODULES
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_is_short_and_avoids_dropped_words(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert text.count("\n") - count_docstring_lines(tree) <= MOST_LINES
    assert sorted(name for name in list_names(tree) if DROPPED.search(name)) == []


def test_public_class_names_are_unique():
    classes = Counter(
        node.name
        for path in MODULES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, count in classes.items() if count > 1] == []
