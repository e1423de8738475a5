"""Fixtures that write hostile journey files and network folders."""

from functools import partial

import pytest

from routesim.errors import DataError
from routesim.journey import make_template
from routesim.network import load_network
from tests.support.journeys import load_text
from tests.support.networks import copy_network


@pytest.fixture(scope="session")
def net():
    return load_network()


@pytest.fixture
def template():
    return make_template("bomb")


@pytest.fixture
def load_bytes(tmp_path, net):
    """Write bytes or text as a journey's file and load it."""
    return partial(load_text, folder=tmp_path, name="bomb", network=net)


@pytest.fixture
def refuse(tmp_path, load_bytes):
    """Expect one short DataError; return its message."""

    def load_and_refuse(content):
        with pytest.raises(DataError) as caught:
            load_bytes(content)
        assert [path.name for path in tmp_path.iterdir()] == ["bomb.toml"]
        message = str(caught.value)
        assert "bomb.toml" in message
        assert len(message) < 20_000
        return message

    return load_and_refuse


@pytest.fixture
def folder(tmp_path):
    return copy_network(tmp_path)


@pytest.fixture
def refuse_folder(folder):
    """Expect that the folder is refused; return the message."""

    def load_and_refuse():
        before = sorted(path.name for path in folder.iterdir())
        with pytest.raises(DataError) as caught:
            load_network(folder)
        assert sorted(path.name for path in folder.iterdir()) == before
        assert len(str(caught.value)) < 20_000
        return str(caught.value)

    return load_and_refuse
