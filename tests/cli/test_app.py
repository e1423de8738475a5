from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("folium", "geopandas", "matplotlib", "numba", "pandas", "scipy", "shapely", "xarray")


def test_version_and_validate_by_id(run_cli):
    assert run_cli("--version").out.startswith("routesim ")
    assert run_cli("validate", "2023-09").out.startswith("2023-09 is valid: journey")


def test_bad_usage_exits_2(run_cli):
    assert run_cli("simulate").code == 2
    assert run_cli("fly").code == 2


@pytest.mark.parametrize(
    ("arguments", "heavy"),
    [
        (("--help",), ("networkx", "pyproj", *HEAVY)),
        (("worlds", "--help"), ("networkx", "pyproj", *HEAVY)),
        (("stations",), ("networkx", *HEAVY)),
        (("train", "--list"), ("networkx", "pyproj", *HEAVY)),
        (("journeys",), HEAVY),
    ],
    ids=" ".join,
)
def test_light_commands_do_not_load_the_heavy_libraries(arguments, heavy):
    # A lazily imported library is in sys.modules, but none of its modules is.
    script = (
        "import sys\n"
        "from routesim.cli import main\n"
        f"sys.argv = ['routesim', *{arguments!r}]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "loaded = {name.partition('.')[0] for name in sys.modules if '.' in name}\n"
        f"print([name for name in {heavy!r} if name in loaded], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=60
    )
    assert done.stderr == "[]\n"


def test_a_closed_pipe_is_no_error():
    with subprocess.Popen(
        [sys.executable, "-m", "routesim", "stations"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.close()
        stderr = process.stderr.read().decode()
        process.wait(timeout=60)
    assert "Traceback" not in stderr
    assert "Exception" not in stderr
