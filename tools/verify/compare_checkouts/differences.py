"""The description of a difference between two outputs."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["describe_difference"]

DIFF_LINES = 20
DIFF_WIDTH = 150
DIFF_SPAN = 3000
"""Number of characters after the first difference that a diff shows."""


def describe_difference(before: bytes, after: bytes) -> str:
    r"""Describe the difference between two outputs by a short unified diff.

    The diff begins at the first difference. Long lines are wrapped. For binary outputs, the
    position and the sizes are given instead.

    Examples
    --------
    >>> print(describe_difference(b"a\nb\n", b"a\nc\n"))
    first difference in line 2
    --- before
    +++ after
    @@ -1,2 +1,2 @@
     a
    -b
    +c
    """
    try:
        one, two = before.decode(), after.decode()
    except UnicodeDecodeError:
        place = _count_shared(before, after)
        return f"first difference at byte {place:,} of {len(before):,} and {len(after):,}"
    shared = _count_shared(one, two)
    line = one.count("\n", 0, shared) + 1
    start = _find_line(one, shared, back=2)
    if shared - start > DIFF_SPAN:
        start = shared - DIFF_WIDTH
    left, right = (_break_lines(text[start : shared + DIFF_SPAN]) for text in (one, two))
    diff = list(difflib.unified_diff(left, right, "before", "after", lineterm="", n=2))
    return "\n".join((f"first difference in line {line:,}", *diff[:DIFF_LINES]))


def _count_shared(one: Sequence[object], two: Sequence[object]) -> int:
    """Return the length of the common prefix."""
    pairs = enumerate(zip(one, two, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(two)))


def _find_line(text: str, place: int, back: int) -> int:
    """Return the start of the line that is some lines before a position."""
    for _ in range(back + 1):
        place = text.rfind("\n", 0, max(place, 0))
    return place + 1


def _break_lines(text: str) -> list[str]:
    return [
        line[start : start + DIFF_WIDTH]
        for line in text.splitlines()
        for start in range(0, max(len(line), 1), DIFF_WIDTH)
    ]
