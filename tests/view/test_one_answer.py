"""One question, one answer: Python, JSON, CSV, GeoJSON and map hold the same windows.

The page shows them rounded to their errors, in the zones of the journey.
"""

import csv
import json
import re

import pandas as pd
import pytest
from typer.testing import CliRunner

from routesim.answers import to_plain
from routesim.cli.app import app
from routesim.journey import EVENTS, load_journey, measure_windows, simulate
from routesim.likely import draw_posterior
from routesim.text.times import format_iso, format_local
from routesim.view import draw_map, write_windows
from routesim.view.html.markup import escape
from routesim.view.page.window_tables import make_route_tables
from routesim.view.times import list_clocks
from routesim.view.windows import find_span, measure_ensemble
from tests.view.test_map import read_data

NAMES = ("p05", "p50", "p95")
DRAWS = 300
CASES = [
    ("simulate", "2019-04", 0),
    ("simulate", "2019-04", 1),
    ("simulate", "2023-09", 0),
    ("simulate", "2023-09", 1),
    ("condition", "2023-09", 0),
    pytest.param(("condition", "2019-04", 0), marks=pytest.mark.slow),
    pytest.param(("condition", "2019-04", 1), marks=pytest.mark.slow),
    pytest.param(("condition", "2023-09", 1), marks=pytest.mark.slow),
]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: " ".join(map(str, case)))
def case(request):
    return request.param


@pytest.fixture(scope="module")
def shown(case):
    """Journey and draws from the Python functions."""
    command, journey_id, seed = case
    journey = load_journey(journey_id)
    draw = simulate if command == "simulate" else draw_posterior
    return journey, draw(journey, draws=DRAWS, seed=seed)


@pytest.fixture(scope="module")
def cells(shown):
    """Journey, draws, and the rows of the frame as plain values."""
    journey, ensemble = shown
    frame = pd.DataFrame(ensemble.windows().drop(columns="geometry"))
    return journey, ensemble, to_plain(frame)


def list_columns(row):
    return [name for name in row if re.fullmatch(r"(arrive|depart)_p\d+(_mcse_s)?", name)]


def read_event(document, event):
    """Read the cells of an event from a JSON document, by the columns of the frame."""
    times = {f"{event}_{name}": document[event][name] for name in NAMES}
    errors = document[event].get("mcse_s", {})
    return times | {f"{event}_{name}_mcse_s": error for name, error in errors.items()}


def read_windows(document):
    return [
        {"station": row["station"], "visit": row["visit"], "km": row["km"]}
        | {k: v for event in EVENTS for k, v in read_event(row, event).items()}
        for row in document["windows"]
    ]


def choose(rows, names):
    return [{name: row[name] for name in names} for row in rows]


def test_the_frame_and_the_dict_are_the_same(cells):
    _, ensemble, rows = cells
    names = ["station", "visit", "km", *list_columns(rows[0])]
    assert choose(read_windows(ensemble.to_dict()), names) == choose(rows, names)


def test_the_command_prints_the_dict_and_writes_the_frame(case, cells, tmp_path):
    command, journey_id, seed = case
    _, ensemble, rows = cells
    path = tmp_path / "w.csv"
    asked = ["--draws", str(DRAWS), "--seed", str(seed), "--json", "-o", str(path)]
    outcome = CliRunner().invoke(app, [command, journey_id, *asked])
    assert json.loads(outcome.stdout) == ensemble.to_dict()
    with path.open(encoding="utf-8", newline="") as stream:
        written = list(csv.DictReader(stream))
    shared = [name for name in rows[0] if name != "stops" and "_local" not in name]
    assert choose(written, shared) == [
        {name: "" if row[name] is None else str(row[name]) for name in shared} for row in rows
    ]
    assert [row["planned_stop"] for row in written] == [str(row["stops"]) for row in rows]


def test_geojson_has_the_cells_of_the_frame(cells, tmp_path):
    _, ensemble, rows = cells
    path = write_windows(ensemble, tmp_path / "w.geojson")
    features = json.loads(path.read_text("utf-8"))["features"]
    shared = ["station", "visit", "km", "tz", "share", *list_columns(rows[0])]
    found = [feature["properties"] for feature in features]
    assert choose(found, shared) == choose(rows, shared)
    assert [tuple(f["geometry"]["coordinates"]) for f in features] == [
        (point.x, point.y) for point in ensemble.windows().geometry
    ]


def test_the_map_has_the_cells_of_the_frame_and_shows_them_rounded(cells):
    journey, ensemble, rows = cells
    data = read_data(draw_map(journey, ensemble).to_html())
    passages = data["routes"][0]["passages"]
    for passage, row, window in zip(passages, rows, measure_windows(ensemble), strict=True):
        place = (data["stations"][passage["s"]]["name"], passage["visit"], passage["km"])
        assert place == (row["station"], row["visit"], row["km"])
        assert passage["share"] == row["share"]
        found = {}
        for event, key in zip(EVENTS, "ad", strict=True):
            times = passage[f"{event}_s"] or [None] * len(NAMES)
            errors = passage[f"{event}_mcse_s"] or ()
            found |= {
                f"{event}_{name}": None if time is None else format_iso(time)
                for name, time in zip(NAMES, times, strict=True)
            }
            names = [f"{event}_{name}_mcse_s" for name in NAMES]
            found |= dict(zip(names, errors, strict=False))
            rounded = getattr(window.rounded, event)
            if rounded is not None and (key == "a" or key in passage):
                minutes = [data["base"] // 60 + minute for minute in passage[key]]
                assert minutes == [round(time / 60) for time in rounded]
        assert found == {name: row[name] for name in list_columns(row)}


def test_the_tables_of_the_page_round_the_cells_of_the_frame(shown):
    journey, ensemble = shown
    clocks = list_clocks(journey.zones, *find_span(ensemble))
    measured = measure_ensemble(ensemble)
    page = make_route_tables(journey, measured, (), clocks)
    full = page[page.index('class="windows full"') :]
    bodies = re.findall(r"<tr>(<td.*?)</tr>", full, flags=re.DOTALL)
    for body, window in zip(bodies, measure_windows(ensemble), strict=True):
        times = window.rounded.arrive or window.rounded.depart or ()
        texts = [format_local(time, clock.zone) for clock in clocks for time in times]
        found = re.findall(r"<td[^>]*>(.*?)</td>", body)[2:]
        assert re.findall(r"<th[^>]*>(.*?)</th>", body) == [escape(window.name)]
        assert found == (texts or ["\u2013"] * len(NAMES) * len(clocks))
