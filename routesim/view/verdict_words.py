"""What the verdicts of reports mean, in words."""

from __future__ import annotations

__all__ = ["SHOWN_ORDER", "VERDICT_WORDS"]

VERDICT_WORDS = {
    "consistent": "meets the band of 90 % of the draws from the priors",
    "strained": (
        "outside the band of 90 % of the draws from the priors, or hardly any of them does it, "
        "or in a conflict that no reading dissolves"
    ),
    "impossible": (
        "left out by every world that gives up the fewest families, or no route asked for "
        "passes the place"
    ),
    "silent": "sets no constraint",
}
SHOWN_ORDER = tuple(VERDICT_WORDS)
