"""A side: its interpreter, its environment variables, and how it runs a step."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .steps import Run, Script

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Side", "check_sides", "make_side", "run_step", "warm_up"]

TIMEOUT_S = 900
COLUMNS = 100

START_SCRIPT = Path(__file__).resolve().with_name("start_script.py")
"""The file that starts a script over the API."""

PROBE = """
import importlib.metadata, json, sys
import routesim
packages = {d.name.lower(): d.version for d in importlib.metadata.distributions()}
packages.pop("routesim", None)
print(json.dumps({"file": routesim.__file__, "packages": packages,
                  "python": sys.version}))
"""


@dataclass(frozen=True)
class Side:
    """One of the two checkouts.

    Parameters
    ----------
    name
        ``before`` or ``after``.
    checkout
        Folder of the checkout.
    python
        Path of the interpreter.
    environment
        Environment variables of all commands.
    """

    name: str
    checkout: Path
    python: str
    environment: Mapping[str, str]

    def make_command(self, step: Run | Script) -> list[str]:
        """Return the command line of a step."""
        if isinstance(step, Script):
            return [self.python, "-P", str(START_SCRIPT), step.script, step.subject]
        return [self.python, "-m", "routesim", *step.arguments]


def make_side(name: str, checkout: Path, python: str | None, scratch: Path) -> Side:
    """Make a side with its interpreter and environment variables."""
    home = scratch / "home" / name
    home.mkdir(parents=True)
    environment = {
        "COLUMNS": str(COLUMNS),
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "LINES": "50",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": str(home),
        "NO_COLOR": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONHASHSEED": "1" if name == "after" else "0",
        "TERM": "xterm-256color",
        "TMPDIR": str(home),
        "TZ": "UTC",
    }
    chosen = checkout / ".venv" / "bin" / "python"
    if python is not None:
        environment["PYTHONPATH"] = str(checkout)
        chosen = Path(shutil.which(python) or python).absolute()
    return Side(name, checkout, str(chosen), environment)


def check_sides(sides: Sequence[Side], folder: Path) -> tuple[list[str], bool]:
    """Check that each side runs its own code and that their packages are the same.

    Parameters
    ----------
    sides
        BEFORE and AFTER.
    folder
        An empty folder.

    Returns
    -------
    tuple
        The problems found, and whether numba is installed on both sides.
    """
    faults: list[str] = []
    answers: list[dict[str, Any]] = []
    for side in sides:
        if not (side.checkout / "pyproject.toml").is_file():
            faults.append(f"{side.checkout} is not a checkout")
            continue
        answer = _probe(side, folder)
        if isinstance(answer, str):
            faults.append(answer)
            continue
        answers.append(answer)
        file = Path(answer["file"]).resolve()
        if not file.is_relative_to(side.checkout):
            faults.append(f"{side.python} imports routesim from {file}, not {side.checkout}")
    if faults:
        return faults, False
    before, after = answers
    if before["python"] != after["python"]:
        faults.append(f"Python is {before['python']} before and {after['python']} after")
    one, two = before["packages"], after["packages"]
    faults += [
        f"{name} is {one[name]} before and {two[name]} after"
        for name in sorted(one.keys() & two.keys())
        if one[name] != two[name]
    ]
    if ("numba" in one) != ("numba" in two):
        faults.append("numba is installed on one side only; run `make .venv/.dev` in both")
    return faults, "numba" in one and "numba" in two


def _probe(side: Side, folder: Path) -> dict[str, Any] | str:
    """Return the location and packages of a side, or a message if it does not run."""
    if not Path(side.python).exists():
        return f"{side.python} is missing; run `make .venv/.run` in {side.checkout}"
    done = subprocess.run(  # noqa: S603 (an interpreter that the caller names)
        [side.python, "-c", PROBE],
        cwd=folder,
        env=dict(side.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return f"{side.checkout}: {done.stderr.strip()}"
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def warm_up(sides: Sequence[Side], work: Path) -> None:
    """Draw a diagram on each side, so that caches exist before the comparison."""
    step = Run(("diagram", "2023-09", "-o", "d.png", "--prior", "--draws", "100"))
    for side in sides:
        run_step(side, step, work)


def run_step(side: Side, step: Run | Script, folder: Path) -> tuple[int, bytes, bytes]:
    """Return the exit code, standard output and standard error of a step."""
    command = side.make_command(step)
    if isinstance(step, Run) and step.terminal:
        return _run_on_terminal(side, command, folder)
    try:
        done = subprocess.run(  # noqa: S603 (an interpreter that the caller names)
            command,
            cwd=folder,
            env=dict(side.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -1, b"", f"timeout after {TIMEOUT_S} s".encode()
    return done.returncode, done.stdout, done.stderr


def _run_on_terminal(side: Side, command: list[str], folder: Path) -> tuple[int, bytes, bytes]:
    """Run a command with a terminal as its standard output, and with colors."""
    environment = {name: v for name, v in side.environment.items() if name != "NO_COLOR"}
    master, slave = pty.openpty()
    with tempfile.TemporaryFile() as err:
        process = subprocess.Popen(  # noqa: S603 (an interpreter that the caller names)
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=slave,
            stderr=err,
        )  # fmt: skip
        os.close(slave)
        timer = threading.Timer(TIMEOUT_S, process.kill)
        timer.start()
        out = b"".join(iter(lambda: _read_terminal(master), b""))
        code = process.wait()
        timer.cancel()
        os.close(master)
        err.seek(0)
        return code, out, err.read()


def _read_terminal(master: int) -> bytes:
    """Read a chunk; at the end, Linux raises an error and other systems return nothing."""
    try:
        return os.read(master, 1 << 16)
    except OSError:
        return b""
