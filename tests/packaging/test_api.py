from __future__ import annotations

import subprocess
import sys

import pytest

import routesim as rs

pytestmark = pytest.mark.slow

PROMISED = {
    "Davis", "Gradient", "SpeedLimit", "Stop", "Track", "Train", "__version__", "bounds",
    "check", "compare_routes", "compare_windows", "compare_zones", "condition", "conflicts",
    "could", "draw_diagram", "draw_map", "load_journey", "load_network", "load_train", "run",
    "run_many", "score", "set_priors", "simulate", "track_routes", "what_if", "worlds",
    "write_page",
}  # fmt: skip


def test_public_names_are_sorted_documented_and_there():
    assert list(rs.__all__) == sorted(rs.__all__)
    assert set(rs.__all__) >= PROMISED
    for name in rs.__all__:
        assert getattr(rs, name).__doc__, name


def test_import_is_light_and_opens_no_socket():
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
