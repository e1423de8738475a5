"""What may differ between the two checkouts, with reasons."""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass

__all__ = ["EXCEPTIONS", "RENAMED", "AllowedDifference"]


@dataclass(frozen=True)
class AllowedDifference:
    """An intended difference between the two checkouts.

    Parameters
    ----------
    cases
        Pattern for the names of cases, with the wildcards of `fnmatch`.
    reason
        Why the difference is intended.
    pattern
        Regular expression. All matches are replaced in both outputs, which must then be
        identical.
    replacement
        Replacement for the matches.
    outputs
        Pattern for the names of outputs, such as ``stdout`` or ``file page.html``.

    Examples
    --------
    >>> allowed = AllowedDifference("page *", "The page has a new title.", "<title>.*</title>")
    >>> allowed.covers("page 2023-09 -o page.html", "file page.html")
    True
    >>> allowed.apply(b"<title>Old</title><p>Same</p>")
    b'<p>Same</p>'
    """

    cases: str
    reason: str
    pattern: str
    replacement: str = ""
    outputs: str = "*"

    def covers(self, case: str, output: str) -> bool:
        """Return whether the difference is allowed in this output."""
        return fnmatch.fnmatchcase(case, self.cases) and fnmatch.fnmatchcase(
            output, self.outputs
        )

    def apply(self, content: bytes) -> bytes:
        """Replace all matches in an output."""
        return re.sub(self.pattern.encode(), self.replacement.encode(), content)


EXCEPTIONS: tuple[AllowedDifference, ...] = (
    AllowedDifference(
        cases="python names",
        outputs="file names.txt",
        reason="the package has its version",
        pattern=r"(?m)^__version__\n",
    ),
    AllowedDifference(
        cases="python of *",
        reason="the repr of a certain place has the new name of its class",
        pattern=r"\b(CertainPlace|PositionBounds)\(",
    ),
)
"""Intended differences. All other outputs must be identical."""

RENAMED = {
    "Position": "Whereabouts",
    "PositionBounds": "CertainPlace",
    "PosteriorPosition": "LikelyPlace",
    "correlated": "entangled",
    "decisive_reports": "tells_from",
    "rejected": "thrown_out",
    "reports_used": "heard",
    "support": "owners",
}
"""New names of public classes and attributes, with their old names. Scripts accept both.

The new names are terms of the field. JSON keys and columns are unchanged.
"""
