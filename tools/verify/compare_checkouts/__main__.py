"""The command: its arguments and the main function."""

from __future__ import annotations

import argparse
import fnmatch
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING

from .cases import list_cases
from .comparing import compare_case
from .sides import check_sides, make_side, warm_up
from .summary import print_differences, print_summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .comparing import Result
    from .sides import Side
    from .steps import Case

__all__ = ["compare_all", "main"]

EXIT_DIFFERENT = 1
EXIT_NO_COMPARISON = 2


def main() -> None:
    """Compare two checkouts or list the cases."""
    parser = _make_parser()
    asked = parser.parse_args()
    if asked.list:
        for case in _choose(list_cases(numba=True), asked.only):
            print(case.name)
        return
    if asked.before is None or asked.after is None:
        parser.error("the folders of two checkouts are required")
    sys.exit(_compare_checkouts(asked))


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.verify.compare_checkouts",
        description="Compare everything that two checkouts of routesim print and write, "
        "byte by byte.",
    )
    parser.add_argument(
        "before", metavar="BEFORE", type=Path, nargs="?", help="Folder of a checkout."
    )
    parser.add_argument(
        "after", metavar="AFTER", type=Path, nargs="?", help="Folder of the other."
    )
    parser.add_argument(
        "--only",
        metavar="PATTERN",
        action="append",
        help="Run only the cases whose names match, with wildcards. Can be repeated.",
    )
    parser.add_argument("--jobs", type=int, default=2, help="Number of processes.")
    parser.add_argument(
        "--keep",
        metavar="FOLDER",
        type=Path,
        help="Keep all outputs in this folder, which must not exist.",
    )
    parser.add_argument(
        "--python", help="Interpreter for both checkouts, which are then found by PYTHONPATH."
    )
    parser.add_argument("--list", action="store_true", help="List the cases and exit.")
    return parser


def _choose(cases: Sequence[Case], patterns: Sequence[str] | None) -> list[Case]:
    return [
        case
        for case in cases
        if not patterns or any(fnmatch.fnmatchcase(case.name, p) for p in patterns)
    ]


def _compare_checkouts(asked: argparse.Namespace) -> int:
    start_s = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        sides = [
            make_side(name, folder.resolve(), asked.python, scratch)
            for name, folder in (("before", asked.before), ("after", asked.after))
        ]
        empty = scratch / "empty"
        empty.mkdir()
        faults, numba = check_sides(sides, empty)
        cases = _choose(list_cases(numba=numba), asked.only)
        if asked.keep is not None and asked.keep.exists():
            faults.append(f"{asked.keep} exists already; choose another folder")
        if not cases:
            faults.append("no case matches; use --list to see all names")
        if faults:
            print("".join(f"{fault}\n" for fault in faults), end="", file=sys.stderr)
            return EXIT_NO_COMPARISON
        if not numba:
            print("numba is not installed, so the compiled engine is not compared.")
        work = scratch / "cases" if asked.keep is None else asked.keep.resolve()
        warm_up(sides, empty)
        results = compare_all(cases, sides, work, jobs=asked.jobs, keep=asked.keep is not None)
    print_summary(results, time.perf_counter() - start_s)
    return 0 if all(result.passed for result in results) else EXIT_DIFFERENT


def compare_all(
    cases: Sequence[Case], sides: Sequence[Side], work: Path, *, jobs: int, keep: bool
) -> list[Result]:
    """Compare all cases and print the differences."""
    results = []
    with ThreadPoolExecutor(jobs) as pool:
        waiting = {
            pool.submit(compare_case, case, sides, work / f"{number:03}"): number
            for number, case in enumerate(cases, start=1)
        }
        for count, done in enumerate(as_completed(waiting), start=1):
            result = done.result()
            results.append(result)
            print_differences(result)
            folder = work / f"{waiting[done]:03}"
            if keep:
                text = f"{result.case}\n{result.wall_s:.1f} s\n"
                (folder / "case.txt").write_text(text, encoding="utf-8")
            else:
                shutil.rmtree(folder)
            if count % 50 == 0:
                print(f"... {count} of {len(cases)} cases", file=sys.stderr)
    return results


if __name__ == "__main__":
    main()
