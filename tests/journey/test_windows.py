"""The windows of passages."""

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from routesim.errors import ArgumentError


def test_quantiles_of_windows_rise_and_times_are_aware(ensemble):
    windows = ensemble.windows()
    assert len(windows) == len(ensemble.route.passages)
    assert windows.crs.to_epsg() == 4326
    assert list(windows.columns[:6]) == ["station", "visit", "km", "tz", "stops", "share"]
    for event in ("arrive", "depart"):
        columns = [f"{event}_{level}" for level in ("p05", "p50", "p95")]
        for column in columns:
            assert isinstance(windows[column].dtype, pd.DatetimeTZDtype)
            assert str(windows[column].dtype.tz) == "UTC"
            assert windows[f"{column}_local"].dtype == object
        there = windows.dropna(subset=columns)
        assert (
            len(there) == len(windows) - 1
        )  # no arrival at the origin, no departure at the end
        assert (there[columns[0]] <= there[columns[1]]).all()
        assert (there[columns[1]] <= there[columns[2]]).all()
    for row in windows.itertuples():
        for utc, local in ((row.arrive_p50, row.arrive_p50_local),):
            if pd.isna(utc):
                assert local is None
            else:
                assert local == utc
                assert local.tzinfo == ZoneInfo(row.tz)
                assert local.utcoffset() == utc.astimezone(ZoneInfo(row.tz)).utcoffset()
    assert list(windows.geometry) == list(ensemble.route.points.geometry)


def test_windows_are_the_quantiles_of_the_draws(ensemble):
    index = len(ensemble.route.passages) - 1
    row = ensemble.windows().iloc[index]
    expected = np.quantile(ensemble.arrive_s[:, index], [0.05, 0.5, 0.95])
    found = [row[f"arrive_{p}"].timestamp() for p in ("p05", "p50", "p95")]
    assert found == pytest.approx(list(expected), abs=0.5)  # to the second


def test_levels_can_be_chosen(to_vladivostok):
    ensemble = to_vladivostok
    windows = ensemble.windows(levels=(0.0, 0.025, 0.5, 0.975, 1.0), every=False)
    last = windows.iloc[-1]
    names = ["p00", "p02.5", "p50", "p97.5", "p100"]
    times = [last[f"arrive_{name}"] for name in names]
    assert times == sorted(times)
    assert times[0].timestamp() == pytest.approx(ensemble.arrive_s[:, -1].min(), abs=0.5)
    assert times[-1].timestamp() == pytest.approx(ensemble.arrive_s[:, -1].max(), abs=0.5)
    # The planned stops and the two ends only.
    assert list(windows["station"]) == [
        "Pyongyang", "Tumangang", "Khasan", "Baranovsky", "Vladivostok",
    ]  # fmt: skip
    assert list(windows["stops"]) == [False, True, True, True, False]


@pytest.mark.parametrize("levels", [(), (-0.1,), (1.1,), (0.5, float("nan"))])
def test_bad_levels_are_refused(levels, to_vladivostok):
    with pytest.raises(ArgumentError, match=r"levels: .*; give shares in 0..1"):
        to_vladivostok.windows(levels=levels)
