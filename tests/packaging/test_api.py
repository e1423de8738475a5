from __future__ import annotations

import subprocess
import sys

import routesim as rs

PROMISED = {
    "Train", "Track", "SpeedLimit", "Stop", "run", "run_many", "load_network", "load_journey",
    "simulate", "check", "what_if", "draw_map", "draw_diagram", "write_page",
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
