import csv
import json

import pytest

from routesim.cli import options
from routesim.errors import ArgumentError
from routesim.evidence import parse_time
from routesim.journey import simulate
from routesim.view import WINDOW_FORMATS, write_windows
from tests.support.journeys import FORMULA_STATION, HOSTILE_STATION


def read_rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_csv_has_one_row_per_passage_with_its_quantiles(ensemble, tmp_path):
    rows = read_rows(write_windows(ensemble, tmp_path / "w.csv"))
    frame = ensemble.windows()
    assert [row["station"] for row in rows] == list(frame["station"])
    khasan = frame.index[frame["station"] == "Khasan"][0]
    expected = frame.loc[khasan, "arrive_p50"].timestamp()
    assert abs(parse_time(rows[khasan]["arrive_p50"]) - expected) <= 1.0
    assert rows[khasan]["arrive_p50_local"].endswith("+10:00")
    assert parse_time(rows[khasan]["arrive_p50_local"]) == parse_time(
        rows[khasan]["arrive_p50"]
    )
    assert rows[0]["arrive_p50"] == rows[-1]["depart_p50"] == ""


def test_geojson_has_one_point_per_passage(ensemble, tmp_path):
    path = write_windows(ensemble, tmp_path / "w.geojson")
    document = json.loads(path.read_text(encoding="utf-8"))
    assert len(document["features"]) == len(ensemble.route.passages)
    first = document["features"][0]
    assert first["geometry"]["type"] == "Point"
    assert first["properties"]["depart_p05"].endswith("Z")
    assert first["properties"]["arrive_p05"] is None


def test_a_formula_gets_an_apostrophe(hostile_journey, tmp_path):
    ensemble = simulate(hostile_journey, draws=50)
    stations = [
        row["station"] for row in read_rows(write_windows(ensemble, tmp_path / "w.csv"))
    ]
    assert f"'{FORMULA_STATION}" in stations
    assert HOSTILE_STATION in stations


def test_unknown_suffix_is_refused_and_nothing_is_left(ensemble, tmp_path):
    with pytest.raises(ArgumentError, match=r"ends in \.csv or \.geojson"):
        write_windows(ensemble, tmp_path / "w.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_the_help_names_every_format():
    option = options.WindowsFile.__metadata__[0]
    assert all(suffix in option.help for suffix in WINDOW_FORMATS)
