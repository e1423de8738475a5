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
"""Stored with its outputs, so that it can be read without running it."""


def test_there_are_notebooks():
    assert NOTEBOOKS


@pytest.mark.notebook
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebook_runs_from_top_to_bottom(path, tmp_path, monkeypatch):
    # A session must neither see the history of another nor write to the home folder.
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = nbformat.read(path, as_version=4)
    draw_fewer(notebook)
    client = NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": tmp_path}}
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # warnings of the client and the kernel manager
        asyncio.run(client.async_execute())
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code
    assert all(cell.execution_count for cell in code)


def draw_fewer(notebook):
    """Reduce the numbers of draws that the first code cell sets; the results are not used."""
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    first.source = re.sub(r"^DRAWS, FEW = .*$", "DRAWS, FEW = 400, 256", first.source, flags=re.M)


def test_the_number_of_draws_can_be_reduced():
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
def test_the_notebook_is_stored_without_outputs(path):
    _, code = list_code(path)
    assert code
    for cell in code:
        assert cell.outputs == []
        assert cell.execution_count is None


def test_the_stored_outputs_belong_to_the_current_journeys():
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
