"""Paths that are not regular files."""

import os
from pathlib import Path

import pytest

from routesim.errors import DataError, UnknownNameError
from routesim.journey import load_journey
from routesim.network import load_network


def test_a_directory(tmp_path):
    (tmp_path / "bomb.toml").mkdir()
    with pytest.raises(DataError, match=r"bomb.toml: is not a regular file; give a file"):
        load_journey(tmp_path / "bomb.toml")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "bomb.toml")
    with pytest.raises(DataError, match=r"bomb.toml: is not a regular file; give a file"):
        load_journey(tmp_path / "bomb.toml")


def test_a_device():
    with pytest.raises(DataError, match="/dev/zero: is not a regular file"):
        load_journey(Path("/dev/zero"))


def test_a_missing_file(tmp_path):
    with pytest.raises(
        DataError, match=r"bomb.toml: cannot be read; no such file or directory"
    ):
        load_journey(tmp_path / "bomb.toml")


def test_a_circular_link(tmp_path):
    (tmp_path / "bomb.toml").symlink_to(tmp_path / "bomb.toml")
    with pytest.raises(DataError, match=r"bomb.toml: cannot be read; too many levels"):
        load_journey(tmp_path / "bomb.toml")


def test_a_name_with_a_nul():
    with pytest.raises(DataError, match=r"cannot be read; .*null"):
        load_journey("bomb\0.toml")


def test_a_name_that_is_too_long(tmp_path):
    with pytest.raises(DataError, match="cannot be read; file name too long"):
        load_journey(tmp_path / ("x" * 5000 + ".toml"))


def test_an_unreadable_file(tmp_path, template):
    path = tmp_path / "bomb.toml"
    path.write_text(template)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("permissions do not bind this user")
    with pytest.raises(DataError, match=r"bomb.toml: cannot be read; permission denied"):
        load_journey(path)


def test_a_missing_folder(tmp_path):
    with pytest.raises(DataError, match="5 faults") as caught:
        load_network(tmp_path / "none")
    assert str(caught.value).count("cannot be read; no such file or directory") == 5
    with pytest.raises(UnknownNameError, match="no bundled journey named"):
        load_journey(str(tmp_path / "none"))
