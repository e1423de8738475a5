"""Run a notebook and store its outputs with a digest of their inputs.

    python -m tools.generate.notebook notebooks/what_is_likely.ipynb

The digest covers the notebook's code and the bundled journeys. A test uses it to detect
outdated outputs. The outputs do not depend on the machine: no run times, paths or progress bars
are stored.
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
    """Return a short digest of the inputs that the outputs of a notebook depend on."""
    parts = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    parts += [path.read_text(encoding="utf-8") for path in sorted(JOURNEYS.glob("*.toml"))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def run_notebook(path: Path) -> None:
    """Run a notebook in an empty folder and save it with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # warnings of the client
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
    """Run the notebooks named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("notebook", type=Path, nargs="+")
    for path in parser.parse_args().notebook:
        run_notebook(path)


if __name__ == "__main__":
    main()
