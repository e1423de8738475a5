"""What is printed: the differences and a summary."""

from __future__ import annotations

import resource
import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from .allowed import EXCEPTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .comparing import Result

__all__ = ["print_differences", "print_summary"]


def print_differences(result: Result) -> None:
    """Print the differences of a case and the reasons why it may be a bad case."""
    for fault in result.faults:
        print(f"BAD CASE   {result.case}\n    {fault}")
    for comparison in result.comparisons:
        if comparison.difference:
            print(f"DIFFERENT  {result.case}, {comparison.output}")
            print(textwrap.indent(comparison.difference, "    "))


def print_summary(results: Sequence[Result], wall_s: float) -> None:
    """Print the numbers of cases, outputs and differences."""
    outputs = [comparison for result in results for comparison in result.comparisons]
    size = sum(output.size for output in outputs)
    different = sum(bool(output.difference) for output in outputs)
    excepted = sum(bool(output.allowed) for output in outputs)
    uses = Counter(allowed for output in outputs for allowed in output.allowed)
    codes = Counter(code for result in results for code in result.codes)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"Cases: {len(results):,}. Outputs: {len(outputs):,}. Bytes: {size:,}.")
    print("Exit codes: " + ", ".join(f"{n:,} x {code}" for code, n in sorted(codes.items())))
    print(
        f"Run time: {wall_s:,.0f} s, with {spent.ru_utime + spent.ru_stime:,.0f} s of CPU time."
    )
    identical = len(outputs) - different - excepted
    print(f"Identical: {identical:,}. Allowed: {excepted:,}. Different: {different:,}.")
    for allowed in EXCEPTIONS:
        print(f"  {allowed.cases}: {allowed.reason} ({uses[allowed]:,} outputs)")
    failed = sorted(result.case for result in results if not result.passed)
    if failed:
        print("\n  ".join((f"Failed cases: {len(failed):,}", *failed)))
