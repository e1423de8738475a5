"""The comparison of a case: run it on both sides and compare the outputs."""

from __future__ import annotations

import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .allowed import EXCEPTIONS, AllowedDifference
from .bundled import GEODATA, INPUTS
from .differences import describe_difference
from .sides import run_step
from .steps import Edit, Run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .sides import Side
    from .steps import Case

__all__ = ["Comparison", "Result", "compare_case"]


@dataclass(frozen=True)
class Comparison:
    """The comparison of one output of a case.

    Parameters
    ----------
    output
        Name of the output.
    size
        Number of bytes of the larger output.
    difference
        Description of the difference; empty if there is none.
    allowed
        The exceptions that were needed.
    """

    output: str
    size: int
    difference: str = ""
    allowed: tuple[AllowedDifference, ...] = ()


@dataclass(frozen=True)
class Result:
    """The result of a case.

    Parameters
    ----------
    case
        Name of the case.
    comparisons
        Comparisons of all outputs.
    codes
        Exit codes of BEFORE.
    wall_s
        Run time of both sides, in seconds.
    faults
        Reasons why the case does not test what it is meant to test.
    """

    case: str
    comparisons: tuple[Comparison, ...]
    codes: tuple[int, ...]
    wall_s: float
    faults: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether all outputs are identical or allowed to differ, and the case has no fault."""
        return not self.faults and not any(one.difference for one in self.comparisons)


def compare_case(case: Case, sides: Sequence[Side], work: Path) -> Result:
    """Run a case on both sides, one after the other, and compare the outputs.

    Parameters
    ----------
    case
        The case.
    sides
        BEFORE and AFTER.
    work
        Folder for this case, which is created.
    """
    start_s = time.perf_counter()
    faults: list[str] = []
    codes: list[int] = []
    found = []
    for side in sides:
        folder = work / side.name / "here"
        folder.mkdir(parents=True)
        _copy_inputs(case, side, sides[0], folder)
        inputs = _read_files(folder)
        outputs: dict[str, bytes] = {}
        for number, step in enumerate(case.steps, start=1):
            prefix = f"step {number} " if len(case.steps) > 1 else ""
            if isinstance(step, Edit):
                faults += _edit(step, folder)
                continue
            code, out, err = run_step(side, step, folder)
            outputs |= {
                f"{prefix}stdout": out,
                f"{prefix}stderr": err,
                f"{prefix}exit code": b"%d" % code,
            }
            if side is sides[0]:
                codes.append(code)
                if code != step.exits:
                    faults.append(f"BEFORE has exit code {code}, expected {step.exits}")
        _write_streams(outputs, folder.parent)
        written = _read_files(folder)
        outputs |= {f"file {k}": v for k, v in written.items() if inputs.get(k) != v}
        found.append(outputs)
    before, after = found
    names = list(dict.fromkeys((*before, *after)))
    comparisons = tuple(
        _compare_output(case.name, name, before.get(name), after.get(name)) for name in names
    )
    wall_s = time.perf_counter() - start_s
    return Result(case.name, comparisons, tuple(codes), wall_s, tuple(dict.fromkeys(faults)))


def _copy_inputs(case: Case, side: Side, first: Side, folder: Path) -> None:
    """Copy all files that the steps name into the folder."""
    for copy in case.copies:
        if (side.checkout / copy).is_file():
            shutil.copy(side.checkout / copy, folder)
    named = {
        argument.partition("/")[0]
        for step in case.steps
        for argument in (step.arguments if isinstance(step, Run) else ())
    } | {Path(step.file).parts[0] for step in case.steps if isinstance(step, Edit)}
    if GEODATA in named:
        shutil.copytree(first.checkout / GEODATA, folder / GEODATA)
    for name, text in INPUTS.items():
        if Path(name).parts[0] in named:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")


def _read_files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _write_streams(outputs: Mapping[str, bytes], folder: Path) -> None:
    for name, content in outputs.items():
        (folder / f"{name}.txt").write_bytes(content)


def _edit(edit: Edit, folder: Path) -> list[str]:
    path = folder / edit.file
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    changed, count = re.subn(edit.pattern, lambda _: edit.replacement, text, count=1)
    path.write_text(changed, encoding="utf-8")
    return [] if count else [f"{edit.name}: no match for {edit.pattern!r}"]


def _compare_output(
    case: str, output: str, before: bytes | None, after: bytes | None
) -> Comparison:
    size = max(len(before or b""), len(after or b""))
    if before == after:
        return Comparison(output, size)
    allowed = tuple(one for one in EXCEPTIONS if one.covers(case, output))
    left, right = before or b"", after or b""
    for one in allowed:
        left, right = one.apply(left), one.apply(right)
    if allowed and left == right:
        return Comparison(output, size, allowed=allowed)
    if before is None or after is None:
        side = "AFTER" if before is None else "BEFORE"
        return Comparison(output, size, f"only {side} has this output")
    return Comparison(output, size, describe_difference(before, after))
