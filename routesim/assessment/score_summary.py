"""The summary of a score: means and coverage by scheme and kind of report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import lazy_loader
import numpy as np

from routesim.assessment.report_kinds import CLOCKS, KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
else:
    pd = lazy_loader.load("pandas")


ALL_KINDS = "all"
FEW = 20
"""Below so many reports a share is given as a count."""
NOT_SCORABLE = "not scorable"
MEANS = ("interval_score_h", "crps_h", "log_probability")


def summarize_scores(frames: Mapping[str, pd.DataFrame], *, is_scorable: bool) -> pd.DataFrame:
    """Return a row a scheme and kind of report, and one for all kinds.

    Parameters
    ----------
    frames
        From a scheme to its predictions.
    is_scorable
        Whether clocks can be predicted from clocks; if not, their rows say so.
    """
    rows = []
    for scheme, frame in frames.items():
        for kind in dict.fromkeys((*KINDS, *frame["kind"])):
            mine = frame[frame["kind"] == kind]
            if len(mine):
                withheld = not is_scorable and kind in CLOCKS
                rows.append(_summarize_kind(scheme, kind, mine, withheld=withheld))
        scored = frame if is_scorable else frame[~frame["kind"].isin(CLOCKS)]
        if len(scored):
            rows.append(_summarize_kind(scheme, ALL_KINDS, scored))
    return pd.DataFrame(rows)


def _summarize_kind(
    scheme: str, kind: str, frame: pd.DataFrame, *, withheld: bool = False
) -> dict[str, Any]:
    """Return one row of the summary; without scores where they would mislead."""
    row: dict[str, Any] = {
        "scheme": scheme,
        "kind": kind,
        "n": len(frame),
        "n_reports": frame["id"].nunique(),
    }
    shown = () if withheld else MEANS if kind in CLOCKS else MEANS[-1:]
    for who, prefix in (("", ""), ("baseline", "baseline_")):
        if who:
            row["baseline_n"] = int(frame["baseline_log_probability"].notna().sum())
        for level in (50, 90):
            name = f"{prefix}covered_{level}"
            share = "" if kind not in CLOCKS else _format_coverage(frame, name)
            row[name] = NOT_SCORABLE if withheld else share
        for name in MEANS:
            mean = frame[f"{prefix}{name}"].mean() if name in shown else np.nan
            row[f"{prefix}mean_{name}"] = float(mean)
    for name in MEANS:
        gain = (frame[name] - frame[f"baseline_{name}"]).mean()
        row[f"difference_{name}"] = float(gain) if name in shown else np.nan
    return row


def _format_coverage(frame: pd.DataFrame, name: str) -> str | float:
    """Return how often an interval held: as a count where there are few reports."""
    held = frame[name].dropna()
    if not len(held):
        return ""
    if frame.loc[held.index, "id"].nunique() < FEW:
        return f"{int(held.sum())} of {len(held)}"
    return float(held.mean())
