from __future__ import annotations

import asyncio
import re
import warnings
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tools.generate.notebook import digest

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
ANSWERS = FOLDER / "what_is_likely.ipynb"
"""Kept with its outputs, so that it can be read without being run."""


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.notebook
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebook_runs_from_top_to_bottom(path, tmp_path, monkeypatch):
    # IPython of one session must not find the history of another, nor write to the home folder.
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(path, as_version=4)
    draw_fewer(notebook)
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the client's and the kernel manager's own
        asyncio.run(client.async_execute())
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert all(cell.execution_count for cell in code)


def draw_fewer(notebook):
    """Take few draws where the first cell says how many: it is to run, not to be read."""
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    first.source = re.sub(r"^DRAWS, FEW = .*$", "DRAWS, FEW = 400, 256", first.source, flags=re.M)


def test_the_answers_can_be_asked_of_fewer_draws():
    notebook = nbformat.read(ANSWERS, as_version=4)
    before = notebook.cells[1].source
    draw_fewer(notebook)
    assert notebook.cells[1].source != before


def list_code(path):
    notebook = nbformat.read(path, as_version=4)
    return notebook, [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.parametrize(
    "path", [path for path in NOTEBOOKS if path != ANSWERS], ids=lambda path: path.stem
)
def test_the_notebook_is_kept_without_outputs(path):
    _, code = list_code(path)
    assert code
    for cell in code:
        assert cell.outputs == []
        assert cell.execution_count is None


def test_the_answers_are_kept_and_belong_to_the_journeys_as_they_are():
    # Regenerate with: make answers
    notebook, code = list_code(ANSWERS)
    assert notebook.metadata["made_from"] == digest(notebook)
    assert code
    for cell in code:
        if not cell.source.startswith(("import", "def")):
            assert cell.outputs, cell.source
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text
