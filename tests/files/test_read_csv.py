"""Hostile CSV files, one per test: each is refused with one message."""

import csv
import os

import pytest

from routesim.errors import DataError
from routesim.files.read import MAX_FILE_BYTES, MAX_ROWS, read_csv
from routesim.network import load_network


def test_a_hundred_thousand_columns(folder, refuse_folder):
    path = folder / "junctions.csv"
    path.write_text(",".join(f"c{n}" for n in range(100_000)) + "\n")
    message = refuse_folder()
    assert "junctions.csv row 1: missing columns: station, from_line" in message
    assert "junctions.csv row 1: 100000 unknown columns: 'c0', 'c1'" in message


def test_a_hundred_thousand_cells(folder, refuse_folder):
    path = folder / "junctions.csv"
    path.write_text(path.read_text("utf-8") + "x," * 100_000 + "\n", "utf-8")
    rows = len(path.read_text("utf-8").splitlines())
    assert f"junctions.csv row {rows}: 100001 cells under 9 columns" in refuse_folder()


@pytest.mark.parametrize("count", [MAX_ROWS, MAX_ROWS + 1])
@pytest.mark.parametrize("cells", ["1,2\n", "1\n"])
def test_rows_at_their_limit_and_one_over(tmp_path, count, cells):
    assert MAX_ROWS == 100_000
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + cells * count)
    whole = cells == "1,2\n"
    if whole and count == MAX_ROWS:
        assert len(read_csv(path, ["a", "b"])) == MAX_ROWS
        return
    with pytest.raises(DataError) as caught:
        read_csv(path, ["a", "b"])
    over = [f for f in caught.value.faults if "over 100000 rows; split the file" in str(f)]
    assert len(over) == (count > MAX_ROWS)
    assert len(caught.value.faults) <= MAX_ROWS + 1
    assert len(str(caught.value)) < 20_000


def test_csv_at_its_limit_and_one_byte_over(tmp_path):
    path = tmp_path / "t.csv"
    start = "a,b\n1,2\n"
    blank = " " * 100_000 + "\n"
    filled = start + blank * ((MAX_FILE_BYTES - len(start)) // len(blank))
    path.write_text(filled + "\n" * (MAX_FILE_BYTES - len(filled)))
    assert path.stat().st_size == MAX_FILE_BYTES
    assert read_csv(path, ["a", "b"]) == [(2, {"a": "1", "b": "2"})]
    path.write_text(filled + "\n" * (MAX_FILE_BYTES - len(filled) + 1))
    with pytest.raises(DataError, match=r"t.csv: larger than 5,000,000 bytes"):
        read_csv(path, ["a", "b"])


@pytest.mark.parametrize("bomb", ["utf-16", "nul", "empty", "blank"])
def test_a_station_file_that_is_not_text_is_refused(folder, refuse_folder, bomb):
    path = folder / "stations.csv"
    text = path.read_text("utf-8")
    content, words = {
        "utf-16": (text.encode("utf-16"), "stations.csv: not UTF-8 at byte 0"),
        "nul": (text.encode() + b"\0", "stations.csv: holds a NUL character"),
        "empty": (b"", "stations.csv row 1: missing columns: line, km, station"),
        "blank": (b"\n\n\n", "stations.csv row 1: missing columns: line, km, station"),
    }[bomb]
    path.write_bytes(content)
    assert words in refuse_folder()


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_csv_accepts_any_line_end_and_a_byte_order_mark(folder, net, end):
    path = folder / "stations.csv"
    text = path.read_text("utf-8")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", end).encode())
    assert list(load_network(folder).stations.index) == list(net.stations.index)


def test_a_cell_of_a_million_characters(folder, refuse_folder):
    path = folder / "stations.csv"
    rows = list(csv.reader(path.read_text("utf-8").splitlines()))
    rows[3][rows[0].index("note")] = "x" * 1_000_000
    path.write_text("\n".join(",".join(f'"{c}"' for c in row) for row in rows), "utf-8")
    assert "stations.csv row 4: not valid CSV: field larger than field limit" in refuse_folder()


def test_a_text_over_the_limit_in_a_cell(folder, refuse_folder):
    path = folder / "junctions.csv"
    text = path.read_text("utf-8").rstrip("\n")
    path.write_text(text + "x" * 20_001 + "\n", "utf-8")
    assert "note: must have at most 20000 characters" in refuse_folder()


def test_a_special_file_in_a_folder(folder, refuse_folder):
    (folder / "lengths.csv").unlink()
    os.mkfifo(folder / "lengths.csv")
    assert "lengths.csv: is not a regular file" in refuse_folder()


def test_a_formula_is_read_as_text(folder, net):
    path = folder / "junctions.csv"
    text = path.read_text("utf-8").rstrip("\n")
    assert not text.endswith('"')
    path.write_text(text + "=HYPERLINK(1)\n", "utf-8")
    assert len(load_network(folder).stations) == len(net.stations)
