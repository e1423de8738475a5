"""The summary of a score, calculated by hand."""

import numpy as np
import pandas as pd
import pytest

import routesim as rs
from routesim.assessment.score import COLUMNS


def make_score(count):
    rows = [
        {
            "id": f"C{number}",
            "kind": "clock",
            "covered_50": number % 2 == 0,
            "covered_90": True,
            "interval_score_h": 2.0,
            "crps_h": 1.0,
            "log_probability": -1.0,
            "baseline_covered_50": False if number else None,
            "baseline_covered_90": False if number else None,
            "baseline_interval_score_h": 5.0 if number else np.nan,
            "baseline_crps_h": 1.0,
            "baseline_log_probability": -3.0 if number else np.nan,
        }
        for number in range(count)
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return rs.Score(
        "made up", "north", 1, 0, frame, frame.iloc[:0], clocks=(("A", "F1"), ("B", "F2"))
    )


def test_few_reports_give_counts_and_many_give_shares():
    few = make_score(19).summary.iloc[0]
    assert few["covered_50"] == "10 of 19"
    assert few["covered_90"] == "19 of 19"
    assert few["baseline_covered_90"] == "0 of 18"
    many = make_score(20).summary.iloc[0]
    assert many["covered_50"] == pytest.approx(0.5)
    assert many["n"] == 20
    # The baseline could not predict the first report, so only 19 of its intervals count.
    assert many["baseline_covered_90"] == "0 of 19"
    # The difference is over the reports that both predict.
    assert many["difference_interval_score_h"] == pytest.approx(-3.0)
    assert many["difference_log_probability"] == pytest.approx(2.0)
