"""Seeded mutations of the bundled files: each loads, or is refused with a message."""

import random
import re
from collections import Counter

import pytest

from routesim.errors import RouteSimError
from routesim.files.read import find_geodata
from routesim.journey import load_journey
from routesim.network.folder import read_network_folder

pytestmark = pytest.mark.slow

TOKEN = re.compile(r"\w[\w.:+-]*|\S")
NASTY = [
    "nan", "inf", "-0.0", "1e999", "''", '"', "[", "]", "{", "}", ",", "=", "\n", "\r", "\0",
    "true", "0x" + "f" * 5000, "9" * 400, "\u2028", "\ufeff", "0001-01-01", "[[a]]",
    "9999-12-31T23:59:59Z", "{{7*7}}", "../..", "٣", "\ud7ff", "#", "''''''", "Khasan",
]  # fmt: skip


def flip_bytes(text, rng):
    content = bytearray(text.encode())
    for _ in range(rng.choice([1, 1, 1, 2, 8])):
        content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)


def flip_letters(text, rng):
    at = rng.randrange(len(text))
    return (text[:at] + chr(rng.randrange(32, 127)) + text[at + 1 :]).encode()


def delete_lines(text, rng):
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    del lines[at : at + rng.choice([1, 1, 2, 5])]
    return "\n".join(lines).encode()


def repeat_lines(text, rng):
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    piece = lines[at : at + rng.choice([1, 1, 3])]
    to = rng.choice([at, rng.randrange(len(lines))])
    return "\n".join([*lines[:to], *piece, *lines[to:]]).encode()


def swap_tokens(text, rng):
    tokens = list(TOKEN.finditer(text))
    one, two = sorted(rng.sample(range(len(tokens)), 2))
    a, b = tokens[one], tokens[two]
    return (
        text[: a.start()] + b[0] + text[a.end() : b.start()] + a[0] + text[b.end() :]
    ).encode()


def plant(text, rng):
    tokens = list(TOKEN.finditer(text))
    token = rng.choice(tokens)
    start = token.start() if rng.random() < 0.7 else token.end()
    return (text[:start] + rng.choice(NASTY) + text[token.end() :]).encode()


def cut_off(text, rng):
    return text.encode()[: rng.randrange(len(text))]


FUZZED = 190
FUZZED_STATIONS = 130
"""Mutants of each journey and of the stations; 510 in all."""

MUTATORS = (
    flip_bytes, flip_letters, delete_lines, repeat_lines, swap_tokens, swap_tokens, plant,
    plant, cut_off,
)  # fmt: skip


def load_or_refuse(load, content):
    """Return "loaded" or the type of the error; other exceptions propagate."""
    try:
        load(content)
    except RouteSimError as error:
        message = str(error)
        assert message
        assert len(message) < 50_000
        return type(error).__name__
    return "loaded"


@pytest.mark.parametrize("name", ["2019-04", "2023-09"])
def test_mutated_journeys_load_or_are_refused(tmp_path, net, name):
    text = (find_geodata() / "journeys" / f"{name}.toml").read_text("utf-8")
    path = tmp_path / "j.toml"

    def load(content):
        path.write_bytes(content)
        journey = load_journey(path, net)
        assert journey.routes

    rng = random.Random(int(name.replace("-", "")))  # noqa: S311 (not for secrets)
    results = Counter(
        load_or_refuse(load, rng.choice(MUTATORS)(text, rng)) for _ in range(FUZZED)
    )
    # Both outcomes occur, no other does, and no file is left behind.
    assert set(results) == {"loaded", "DataError"}
    assert min(results.values()) > FUZZED // 20
    assert [path.name for path in tmp_path.iterdir()] == ["j.toml"]


def test_mutated_stations_load_or_are_refused(folder):
    text = (folder / "stations.csv").read_text("utf-8")

    def load(content):
        (folder / "stations.csv").write_bytes(content)
        assert read_network_folder(folder).stations

    rng = random.Random(398)  # noqa: S311 (not for secrets)
    results = Counter(
        load_or_refuse(load, rng.choice(MUTATORS)(text, rng)) for _ in range(FUZZED_STATIONS)
    )
    assert set(results) == {"loaded", "DataError"}
    assert min(results.values()) > FUZZED_STATIONS // 20
