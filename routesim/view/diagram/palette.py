"""Colours of the diagram. A verdict has a hatch as well as a colour."""

from __future__ import annotations

from dataclasses import dataclass

INK = "#1d2329"
MUTED = "#4d5761"
GRID = "#dfe3e6"
BAND_90 = "#d9e2e8"
BAND_50 = "#b4c6d1"
MEDIAN = "#17405a"
SAMPLE = "#7d919e"
BORDER = "#7a6a4f"
CERTAIN = "#f5dfab"
CERTAIN_EDGE = "#a8761a"


@dataclass(frozen=True, slots=True)
class VerdictStyle:
    """Style of a report's window: colour, hatch and the word beside it."""

    colour: str
    hatch: str
    word: str


VERDICT_STYLES = {
    "consistent": VerdictStyle("#1f5f8b", "", ""),
    "strained": VerdictStyle("#9a5b00", "////", "strained"),
    "impossible": VerdictStyle("#a3212b", "xxxx", "impossible"),
    "silent": VerdictStyle("#5f6670", "....", "silent"),
}
PLAIN = VerdictStyle("#3f4a54", "", "")
