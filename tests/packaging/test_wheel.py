from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.wheel
def test_the_wheel_contains_data_stub_and_assets(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for name in (
        "routesim/py.typed",
        "routesim/__init__.pyi",
        "routesim/_geodata/stations.csv",
        "routesim/_geodata/journeys/2023-09.toml",
        "routesim/_geodata/basemap/land.geojson",
        "routesim/view/assets/map.js",
    ):
        assert name in names
    assert not [name for name in names if name.startswith(("tests/", "tools/"))]


@pytest.mark.wheel
def test_the_wheel_works_in_a_new_environment(wheel, tmp_path):
    """The new environment has the code of the wheel, and dependencies from this one."""
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")],
        check=True,
        timeout=120,
    )
    python = tmp_path / "env" / "bin" / "python"
    (site,) = (tmp_path / "env").glob("lib/python*/site-packages")
    zipfile.ZipFile(wheel).extractall(site)
    borrowed = [path for path in sys.path if path.endswith("site-packages")]
    (site / "borrowed.pth").write_text("\n".join(borrowed), encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {
        k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "VIRTUAL_ENV"}
    }
    done = subprocess.run(
        [str(python), "-m", "routesim", "check", "2023-09", "--json", "--draws", "100"],
        cwd=elsewhere,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert len(json.loads(done.stdout)["reports"]) == 47
    where = subprocess.run(
        [str(python), "-c", "import routesim; print(routesim.__file__)"],
        cwd=elsewhere,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert Path(where.stdout.strip()).is_relative_to(site)
