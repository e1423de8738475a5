"""The bundled network, and copies of its folder to plant faults in."""

import csv
import shutil
from pathlib import Path

import pytest

from routesim.errors import DataError
from routesim.files.read import find_geodata
from routesim.network import load_network

FILES = ("corridor.toml", "stations.csv", "lines.csv", "lengths.csv", "junctions.csv")


class Folder:
    """A copy of the bundled folder; ``change`` plants a fault and tells its row."""

    def __init__(self, path):
        self.path = Path(path)
        for file in FILES:
            shutil.copy(find_geodata() / file, self.path / file)

    def read(self, file):
        with (self.path / file).open(encoding="utf-8", newline="") as stream:
            return list(csv.reader(stream))

    def write(self, file, rows):
        with (self.path / file).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)

    def row_of(self, file, **match):
        """Return the row number, from 1 for the header, of the one row that matches."""
        header, *rows = self.read(file)
        found = [
            number
            for number, row in enumerate(rows, start=2)
            if all(row[header.index(key)] == value for key, value in match.items())
        ]
        assert len(found) == 1, (match, found)
        return found[0]

    def change(self, file, match, **values):
        number = self.row_of(file, **match)
        rows = self.read(file)
        for key, value in values.items():
            rows[number - 1][rows[0].index(key)] = value
        self.write(file, rows)
        return number

    def change_station(self, station, line, **values):
        return self.change("stations.csv", {"station": station, "line": line}, **values)

    def insert_after(self, file, number, cells):
        """Put a row after the one numbered so, by column; return its number."""
        rows = self.read(file)
        rows.insert(number, [cells.get(column, "") for column in rows[0]])
        self.write(file, rows)
        return number + 1

    def replace(self, file, old, new):
        path = self.path / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, (old, text.count(old))
        path.write_text(text.replace(old, new), "utf-8")

    def refuse(self):
        """Load it, expect a refusal and return its faults as texts."""
        before = sorted(self.path.iterdir())
        with pytest.raises(DataError) as caught:
            load_network(self.path)
        assert sorted(self.path.iterdir()) == before
        assert all(str(fault) in str(caught.value) for fault in caught.value.faults[:50])
        return [str(fault) for fault in caught.value.faults]

    def refuse_once(self, *words):
        """Expect exactly one fault, with all these words; return it."""
        (fault,) = self.refuse()
        for word in words:
            assert word in fault, (word, fault)
        return fault


@pytest.fixture(scope="session")
def net():
    return load_network()


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)
