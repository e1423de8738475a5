"""The promised public names: functions with their arguments, classes with their members."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest
import typer.main

import routesim as rs
from routesim.cli.app import app

# Promised arguments of each promised function and class, in order. The first may be given by
# position.
CALLS = {
    "Davis": "",
    "Gradient": "start_m end_m permille",
    "SpeedLimit": "start_m end_m speed_mps applies_to",
    "Stop": "position_m dwell_s",
    "Track": "length_m limits gradients",
    "Train": "length_m mass_kg max_speed_mps acceleration_mps2 braking_mps2 startup_delay_s "
    "rotating_mass_factor traction resistance",
    "Network.find_class": "station",
    "Network.weigh_line": "line",
    "Network.route": "origin destination via",
    "Route.km_of": "station visit",
    "Route.locate": "lon lat near_km",
    "Route.lonlat_at": "km",
    "Route.point_at": "km",
    "Run.position_at": "time_s",
    "Run.speed_at": "position_m",
    "Run.time_at": "position_m",
    "Bounds.where": "time",
    "Posterior.explore": "",
    "Posterior.plot": "",
    "Posterior.to_frame": "",
    "Posterior.to_xarray": "",
    "Posterior.where": "time",
    "Posterior.windows": "levels",
    "bounds": "journey world",
    "check": "journey",
    "compare_routes": "journey",
    "compare_windows": "base changed",
    "compare_zones": "journey",
    "condition": "journey draws seed route as_of drop",
    "conflicts": "journey",
    "could": "journey station time stand given",
    "draw_diagram": "journey ensemble",
    "draw_map": "subject ensemble",
    "load_journey": "journey network",
    "load_network": "folder",
    "load_train": "train",
    "run": "train track stops entry_speed_mps exit_speed_mps",
    "run_many": "train track stops at_m speed_factor dwell_s acceleration_mps2 braking_mps2",
    "score": "journey",
    "set_priors": "journey settings",
    "simulate": "journey draws seed route",
    "track_routes": "journey",
    "what_if": "journey speed_kmh departure dwell route drop",
    "worlds": "journey as_of drop",
    "write_page": "journey path",
}

MEMBERS = {
    "Bounds": "elsewhere exact_km is_complete",
    "Conflict": "needs_cap tolerances",
    "Journey": "plan reports routes sources",
    "ManyRuns": "arrive_s depart_s",
    "Network": "disputed_lengths exact_km lines stations",
    "PositionBounds": "is_complete",
    "Possibility": "is_complete readings",
    "Posterior": "ess",
    "Route": "geometry length_km points",
    "Repair": "condition still tolerances",
    "Run": "duration_s phases stop_times",
    "Verdict": "margin_km margin_s tolerances",
    "World": "changes is_best",
}

COMMANDS = (
    "journeys stations route train simulate condition where routes score check conflicts "
    "worlds bounds could zones whatif map diagram page new validate"
)
# Options that mean the same wherever they are; every command takes --json.
OPTIONS = {
    "--network": "stations route train simulate condition where routes score check conflicts "
    "worlds bounds could zones whatif map diagram page validate",
    "--route": "train simulate condition where score check conflicts worlds bounds could zones "
    "whatif map diagram",
    "--draws": "simulate condition where score check whatif map diagram page",
    "--seed": "simulate condition where routes score check whatif map diagram page",
    "--drop": "condition where routes conflicts worlds bounds could zones whatif",
    "--as-of": "condition where routes check conflicts worlds bounds could zones",
    "--set": "simulate condition where routes score check map diagram page",
    "--priors": "simulate condition where routes score check map diagram page",
    "--json": COMMANDS,
    "--via": "route train",
    "--speed": "train could whatif",
    "--depart": "could whatif",
    "--dwell": "whatif",
    "--fail-on": "check",
    "--output": "train simulate condition map diagram page new",
}

# From a promised frame to its columns, in their order; others may stand between them.
POINTS = "station visit km country tz line gauge_mm geometry"
STATIONS = "country tz kind lines position point_class geometry"
LINE_STATIONS = "line km station lat lon country tz kind position point_class"
WINDOWS = (
    "station visit km arrive_p05 arrive_p05_local arrive_p50 arrive_p50_local arrive_p95 "
    "arrive_p95_local depart_p05 depart_p05_local depart_p50 depart_p50_local depart_p95 "
    "depart_p95_local"
)
VERDICTS = "id verdict margin_s margin_km why"
NAMES = {"__version__", *MEMBERS, *(call.partition(".")[0] for call in CALLS)}


def test_public_names_are_sorted_documented_and_defined():
    assert list(rs.__all__) == sorted(rs.__all__)
    assert set(rs.__all__) >= NAMES
    for name in rs.__all__:
        assert getattr(rs, name).__doc__, name


@pytest.mark.parametrize(("call", "names"), CALLS.items(), ids=CALLS)
def test_a_function_takes_the_promised_arguments(call, names):
    found = rs
    for part in call.split("."):
        found = getattr(found, part)
    assert found.__doc__
    taken = [name for name in inspect.signature(found).parameters if name != "self"]
    assert [name for name in taken if name in names.split()] == names.split()
    assert taken[:1] == names.split()[:1] or not names


@pytest.mark.parametrize(("name", "members"), MEMBERS.items(), ids=MEMBERS)
def test_a_class_has_the_promised_members(name, members):
    kind = getattr(rs, name)
    there = {*dir(kind), *getattr(kind, "__dataclass_fields__", ())}
    assert there >= set(members.split())


def test_every_promised_command_exists():
    assert set(typer.main.get_command(app).commands) >= set(COMMANDS.split())


@pytest.mark.parametrize(("option", "names"), OPTIONS.items(), ids=OPTIONS)
def test_a_command_takes_the_shared_options(option, names):
    commands = typer.main.get_command(app).commands
    missing = [
        name
        for name in names.split()
        if not any(option in parameter.opts for parameter in commands[name].params)
    ]
    assert missing == []


def test_frames_have_the_promised_columns():
    journey = rs.load_journey("2019-04")
    ensemble = rs.simulate(journey, draws=20)
    for frame, names in (
        (journey.network.stations, STATIONS),
        (journey.network.to_frame(), LINE_STATIONS),
        (ensemble.route.points, POINTS),
        (ensemble.windows(), WINDOWS),
        (rs.check(journey, draws=20).to_frame(), VERDICTS),
    ):
        assert [name for name in frame.columns if name in names.split()] == names.split()


@pytest.mark.slow
def test_import_is_light_and_nothing_opens_a_socket():
    script = (
        "import socket, sys\n"
        "class Refusing(socket.socket):\n"
        "    def __init__(self, *a, **k): raise AssertionError('a socket was opened')\n"
        "socket.socket = Refusing\n"
        "import routesim\n"
        "heavy = {'pandas','geopandas','folium','matplotlib','scipy','xarray','shapely',"
        "'pydantic','networkx','pyproj'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "import routesim as rs\n"
        "rs.check(rs.load_journey('2019-04'), draws=50)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, timeout=120)
