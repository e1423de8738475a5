"""Run a notebook and keep its outputs, with a mark of what they were made from.

    python -m tools.generate.notebook notebooks/what_is_likely.ipynb

The mark is a digest of the notebook's code and of the bundled journeys, so that a test can
tell outputs that no longer belong to either. Nothing of the machine is kept: no times, no
paths, no pictures of progress.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbclient import NotebookClient

__all__ = ["MARK", "digest", "run_notebook"]

ROOT = Path(__file__).resolve().parents[2]
JOURNEYS = ROOT / "geodata" / "journeys"
MARK = "made_from"
TIMEOUT_S = 600


def digest(notebook: Any) -> str:
    """Return what the outputs of a notebook hang on, as a short digest."""
    parts = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    parts += [path.read_text(encoding="utf-8") for path in sorted(JOURNEYS.glob("*.toml"))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def run_notebook(path: Path) -> None:
    """Run a notebook in an empty folder, and write it with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the client's own
        client = NotebookClient(
            notebook,
            timeout=TIMEOUT_S,
            kernel_name="python3",
            record_timing=False,
            resources={"metadata": {"path": folder}},
        )
        asyncio.run(client.async_execute())
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        MARK: digest(notebook),
    }
    nbformat.write(notebook, path)


def main() -> None:
    """Run those that are named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("notebook", type=Path, nargs="+")
    for path in parser.parse_args().notebook:
        run_notebook(path)


if __name__ == "__main__":
    main()
