"""Copies of the bundled network folder, for planting faults."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from routesim.errors import DataError
from routesim.files.read import find_geodata
from routesim.network import load_network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["NETWORK_FILES", "Folder", "copy_network"]

NETWORK_FILES = ("corridor.toml", "stations.csv", "lines.csv", "lengths.csv", "junctions.csv")


def copy_network(folder: Path | str) -> Path:
    """Copy the files of the bundled network into a folder; return it."""
    for file in NETWORK_FILES:
        shutil.copy(find_geodata() / file, Path(folder) / file)
    return Path(folder)


class Folder:
    """A network folder whose files can be changed."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    def read(self, file: str) -> list[list[str]]:
        """Return the rows of a table, header first."""
        with (self.path / file).open(encoding="utf-8", newline="") as stream:
            return list(csv.reader(stream))

    def write(self, file: str, rows: Sequence[Sequence[str]]) -> None:
        """Write the rows of a table, header first."""
        with (self.path / file).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)

    def row_of(self, file: str, **match: str) -> int:
        """Return the row number, from 1 for the header, of the one row that matches."""
        header, *rows = self.read(file)
        found = [
            number
            for number, row in enumerate(rows, start=2)
            if all(row[header.index(key)] == value for key, value in match.items())
        ]
        assert len(found) == 1, (match, found)
        return found[0]

    def change(self, file: str, match: Mapping[str, str], **values: str) -> int:
        """Change the one row that matches; return its number."""
        number = self.row_of(file, **match)
        rows = self.read(file)
        for key, value in values.items():
            rows[number - 1][rows[0].index(key)] = value
        self.write(file, rows)
        return number

    def change_all(
        self, file: str, change: Callable[[dict[str, str]], Mapping[str, str]]
    ) -> None:
        """Change every row of a table by the values that a function returns for it."""
        header, *rows = self.read(file)
        named = [dict(zip(header, row, strict=True)) for row in rows]
        self.write(file, [header, *([*(row | change(row)).values()] for row in named)])

    def change_station(self, station: str, line: str, **values: str) -> int:
        """Change the row of a station on a line; return its number."""
        return self.change("stations.csv", {"station": station, "line": line}, **values)

    def insert_after(self, file: str, number: int, cells: Mapping[str, str]) -> int:
        """Insert a row, given by column, after the row of a number; return its own number."""
        rows = self.read(file)
        rows.insert(number, [cells.get(column, "") for column in rows[0]])
        self.write(file, rows)
        return number + 1

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace a text that occurs exactly once in a file."""
        path = self.path / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, (old, text.count(old))
        path.write_text(text.replace(old, new), "utf-8")

    def refuse(self) -> list[str]:
        """Expect that loading is refused; return the faults as text."""
        before = sorted(self.path.iterdir())
        try:
            load_network(self.path)
        except DataError as error:
            faults, message = [str(fault) for fault in error.faults], str(error)
        else:
            raise AssertionError(f"{self.path} loads")
        assert sorted(self.path.iterdir()) == before
        assert faults
        assert all(fault in message for fault in faults[:50])
        return faults

    def refuse_once(self, *words: str) -> str:
        """Expect exactly one fault that contains all the words; return it."""
        (fault,) = self.refuse()
        for word in words:
            assert word in fault, (word, fault)
        return fault
