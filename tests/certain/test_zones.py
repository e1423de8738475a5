"""Zones: each clock in each zone that it may have been read in."""

import pandas as pd

import routesim as rs

HOUR = 3600


def test_seven_pm_comes_out_as_koreas(journeys):
    """X12. The zone is printed: no other is tried, that of the observers least of all."""
    table = rs.compare_zones(journeys["2023-09"]).to_frame()
    (row,) = table[table["report"] == "C15"].to_dict("records")
    assert (row["offset"], row["zone_known"]) == ("UTC+9", "printed")
    assert row["from"] == pd.Timestamp("2023-09-11T10:00Z")


def test_vladivostoks_six_pm_under_both_clocks(journeys):
    table = rs.compare_zones(journeys["2019-04"]).to_frame().query("report == 'C45'")
    assert list(table["offset"]) == ["UTC+10", "UTC+9"]
    assert list(table["fits"]) == [True, True]
    # Both clash with C40, C48 and C49: an hour later leaves an hour more.
    assert table.iloc[0]["against"] == table.iloc[1]["against"]
    assert table.iloc[0]["miss_s"] - table.iloc[1]["miss_s"] == HOUR
