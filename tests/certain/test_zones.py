"""Zones: each clock in each of its plausible zones."""

import pandas as pd

import routesim as rs

HOUR = 3600


def test_a_printed_zone_is_the_only_plausible_one(journeys):
    """X12. The zone is printed, so no other is tried, not even that of the observers."""
    table = rs.compare_zones(journeys["2023-09"]).to_frame()
    (row,) = table[table["report"] == "C15"].to_dict("records")
    assert (row["offset"], row["zone_known"]) == ("UTC+9", "printed")
    assert row["from"] == pd.Timestamp("2023-09-11T10:00Z")


def test_six_pm_in_vladivostok_is_read_by_both_clocks(journeys):
    table = rs.compare_zones(journeys["2019-04"]).to_frame().query("report == 'C45'")
    assert list(table["offset"]) == ["UTC+10", "UTC+9"]
    assert list(table["fits"]) == [True, True]
    # Both conflict with C40, C48 and C49. Seoul's 18:00 is an hour later: an hour less.
    assert table.iloc[0]["against"] == table.iloc[1]["against"]
    assert table.iloc[0]["miss_s"] - table.iloc[1]["miss_s"] == HOUR
