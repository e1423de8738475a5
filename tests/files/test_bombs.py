"""Named bombs, one a test: each ends in one message and nothing else."""

import csv
import os
from pathlib import Path

import pytest

from routesim.errors import DataError, UnknownNameError
from routesim.files.read import (
    MAX_FILE_BYTES,
    MAX_LINE_DOTS,
    MAX_ROWS,
    MAX_TOML_BYTES,
    read_csv,
)
from routesim.files.records import MAX_TEXT_CHARACTERS
from routesim.journey import load_journey
from routesim.network import load_network

PRIOR = "prior = 0.5"
KNOWN = "known_at = 2024-05-01T20:00:00+10:00"
PUBLISHED = "published = 2024-05-01T20:00:00+10:00"
EVENING = 'when = "2024-05-01 evening"\nzone = "Asia/Vladivostok"'


def change(text, old, new):
    assert old in text, old
    return text.replace(old, new, 1)


def test_the_template_itself_is_no_bomb(load_bytes, template):
    assert load_bytes(template).id == "bomb"


# ---------------------------------------------------------------- depth and digits


@pytest.mark.parametrize("depth", [21, 5000, 100_000])
def test_nested_arrays(refuse, template, depth):
    message = refuse(f"x = {'[' * depth}{']' * depth}\n{template}")
    assert message == "bomb.toml: nested too deeply; at most 20 levels"


def test_nested_inline_tables(refuse):
    message = refuse("x = " + "{a = " * 5000 + "1" + "}" * 5000)
    assert message == "bomb.toml: nested too deeply; at most 20 levels"


def test_nested_table_headers(refuse, template):
    # 20 levels: the document, 19 tables. A key of 30 parts is one too many by far.
    message = refuse(f"{template}\n[{'.'.join('a' * 30)}]\n")
    assert message == "bomb.toml: nested too deeply; at most 20 levels"


@pytest.mark.parametrize(
    "text",
    [
        "KEY = 1",
        "[KEY]",
        "[[KEY]]",
        "x = { KEY = 1 }",
        "x = { a = 1, KEY = 1 }",
        "x = [ { KEY = 1 } ]",
        '"=".KEY = 1',
    ],
)
@pytest.mark.parametrize("part", ["a", '"a"', "'.'"])
def test_a_dotted_key_of_ten_thousand_parts(refuse, text, part):
    message = refuse(text.replace("KEY", ".".join([part] * 10_000)))
    assert message == (
        "bomb.toml: a line has over 1000 dots; shorten the dotted key, or break the line"
    )


def test_a_dotted_key_after_a_line_separator_within_quotes(refuse):
    # U+2028 ends a line for str.splitlines, but not for TOML.
    assert "over 1000 dots" in refuse(".".join(['"\u2028"'] * 10_000) + " = 1")


def test_dots_in_a_line_up_to_the_limit(load_bytes, refuse, template):
    assert MAX_LINE_DOTS == 1000
    assert load_bytes(f"{template}\n# {'.' * 998}\n").id == "bomb"
    assert load_bytes(f"{template}\n# {'.' * 1000}\n").id == "bomb"
    assert "over 1000 dots" in refuse(f"{template}\n# {'.' * 1001}\n")


@pytest.mark.parametrize("digits", ["9" * 5000, "0x" + "f" * 5000, "0b" + "1" * 20_000])
@pytest.mark.parametrize(
    ("old", "key"),
    [
        (PRIOR, "prior"),
        (KNOWN, "known_at"),
        ("halts = 4", "halts"),
        ('title = "A title of your own"', "title"),
        ("format = 1", "format"),
    ],
)
def test_an_integer_of_five_thousand_digits(refuse, template, old, key, digits):
    message = refuse(change(template, old, f"{key} = {digits}"))
    assert "a value cannot be read" in message or f"{key}: " in message
    assert len(message) < 1000


def test_a_float_of_five_thousand_digits(refuse, template):
    assert "prior" in refuse(change(template, PRIOR, f"prior = {'9' * 5000}.0"))


@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "+nan", "1e999", "-1e999"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PRIOR, "prior = VALUE"),
        ("weight = 1.0", "weight = VALUE"),
        ("low = 40, high = 70", "low = VALUE, high = 70"),
        ("low = 40, high = 70", "low = 40, high = VALUE"),
        ("median = 25, p95 = 60", "median = VALUE, p95 = 60"),
        ("median = 25, p95 = 60", "median = 25, p95 = VALUE"),
        ("median = 18, p95 = 75", "median = 18, p95 = VALUE"),
        ("low = 45, high = 55", "low = VALUE, high = 55"),
        ("low = 45, high = 55", "low = 45, high = VALUE"),
    ],
)
def test_numbers_that_are_not_finite(refuse, template, old, new, value):
    message = refuse(change(template, old, new.replace("VALUE", value)))
    assert "input should be a finite number" in message


@pytest.mark.parametrize("value", ["inf", "nan", "1e999", "1694390400", "-1", "0", "true"])
@pytest.mark.parametrize("key", ["known_at", "published"])
def test_numbers_are_no_times(refuse, template, key, value):
    old = {"known_at": KNOWN, "published": PUBLISHED}[key]
    message = refuse(change(template, old, f"{key} = {value}"))
    assert message.startswith(f"bomb.toml, sources, paper, {key}: a number is no time; write")


def test_minus_zero_is_zero(load_bytes, template):
    journey = load_bytes(change(template, "median = 25, p95 = 60", "median = 25, p95 = 60.0"))
    assert journey.plan.stops[0].dwell_min.p95 == 60.0
    text = change(
        template,
        '{ dist = "lognormal", median = 25, p95 = 60 }',
        '{ dist = "fixed", value = -0.0 }',
    )
    assert load_bytes(text).plan.stops[0].dwell_min.value == 0.0


# ---------------------------------------------------------------- bytes


def test_a_file_at_its_limit_and_one_byte_over(load_bytes, refuse, template):
    text = template.encode()
    full = text + b"#" + b"x" * (MAX_TOML_BYTES - len(text) - 1)
    assert len(full) == 1_000_000
    assert load_bytes(full).id == "bomb"
    assert refuse(full + b"x") == "bomb.toml: larger than 1,000,000 bytes; split it"


def test_a_far_larger_file_is_not_read_through(tmp_path):
    path = tmp_path / "bomb.toml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000_000)  # sparse
    with pytest.raises(DataError, match="larger than 1,000,000 bytes"):
        load_journey(path)
    path.unlink()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings(refuse, template, encoding):
    message = refuse(template.encode(encoding))
    assert message.startswith("bomb.toml: ")
    assert "save it as UTF-8" in message


def test_a_byte_order_mark_is_accepted(load_bytes, template):
    assert load_bytes(b"\xef\xbb\xbf" + template.encode()).id == "bomb"


@pytest.mark.parametrize("byte", [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5"])
def test_bytes_that_are_no_utf8(refuse, template, byte):
    text = template.encode()
    assert refuse(text + byte) == (
        f"bomb.toml: not UTF-8 at byte {len(text)}; save it as UTF-8"
    )


def test_a_nul(refuse, template):
    expected = "bomb.toml: holds a NUL character; save it as UTF-8 text"
    assert refuse(template + "\0") == expected
    assert refuse(b"\0" * 1000) == expected


def test_an_escaped_nul_in_a_name(refuse, template):
    text = change(template, 'station = "Baranovsky"', r'station = "Bara\u0000novsky"')
    assert "plan.stops: no station named 'Bara\\x00novsky'" in refuse(text)


def test_an_escaped_surrogate(refuse, template):
    text = change(template, 'title = "A title of your own"', r'title = "\ud800"')
    assert "bomb.toml: not valid TOML" in refuse(text)


def test_line_ends(load_bytes, refuse, template):
    assert load_bytes(template.replace("\n", "\r\n")).id == "bomb"
    # Carriage returns alone are no line ends in TOML.
    assert refuse(template.replace("\n", "\r")).startswith("bomb.toml: not valid TOML")


def test_nothing_at_all(refuse):
    message = refuse(b"")
    for key in ("format", "id", "title", "default_route", "train", "zones", "routes", "plan"):
        assert f"bomb.toml, {key}: is missing" in message


def test_a_binary_file(refuse):
    # The first bytes of a PNG.
    assert "not UTF-8 at byte 0" in refuse(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))


def test_duplicate_keys_and_tables(refuse, template):
    twice = change(template, PRIOR, f"{PRIOR}\n{PRIOR}")
    assert refuse(twice).startswith("bomb.toml: not valid TOML: Cannot overwrite a value")
    tables = f"{template}\n[families.press]\nname = 'again'\n"
    assert refuse(tables).startswith("bomb.toml: not valid TOML: Cannot declare")


@pytest.mark.parametrize("length", [MAX_TEXT_CHARACTERS, MAX_TEXT_CHARACTERS + 1])
def test_a_text_at_its_limit_and_one_over(load_bytes, refuse, template, length):
    assert MAX_TEXT_CHARACTERS == 20_000
    text = change(template, "A title of your own", "x" * length)
    if length == MAX_TEXT_CHARACTERS:
        assert load_bytes(text).title == "x" * length
    else:
        message = refuse(text)
        assert message.startswith("bomb.toml, title: string should have at most 20000 char")
        assert len(message) < 300


def test_a_text_of_a_million_characters(refuse, template):
    text = change(template, "2024-05-01 evening", "x" * 1_000_000)
    assert len(refuse(text)) < 300


def test_two_thousand_reports_and_one_more(load_bytes, refuse, template):
    def report(number):
        return (
            f'\n[[reports]]\nid = "X{number}"\nclaim = "x"\nfamily = "press"\nsilent = "x"\n'
            'said = [{ source = "paper", lines = "1" }]\n'
        )

    # The template has three of its own.
    full = template + "".join(report(number) for number in range(1997))
    assert len(load_bytes(full).reports) == 2000
    assert "bomb.toml, reports: tuple should have at most 2000 items" in refuse(
        full + report("more")
    )


# ---------------------------------------------------------------- times


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (KNOWN, "known_at = 0001-01-01T00:00:00+14:00", "lies outside 1800 to 2200"),
        (KNOWN, "known_at = 9999-12-31T23:59:59-14:00", "lies outside 1800 to 2200"),
        (KNOWN, "known_at = 1799-12-31T23:59:59Z", "lies outside 1800 to 2200"),
        (KNOWN, "known_at = 2024-05-01T20:00:00", "has no zone; add an offset such as +09:00"),
        (KNOWN, "known_at = 2024-05-01", "known_at"),
        (KNOWN, "known_at = 20:00:00", "known_at"),
        (KNOWN, "known_at = 2024-02-30T20:00:00Z", "bomb.toml: "),
        (KNOWN, "known_at = 2016-12-31T23:59:60Z", "bomb.toml: "),
        (KNOWN, "", "bomb.toml, sources, paper, known_at: is missing"),
        (PUBLISHED, "published = 0001-01-01", "0001-01-01 lies outside 1800 to 2200"),
        (PUBLISHED, "published = 9999-12-31", "9999-12-31 lies outside 1800 to 2200"),
        (PUBLISHED, "published = 1700-01-01T00:00:00Z", "lies outside 1800 to 2200"),
        (PUBLISHED, "published = 2024-05-01T20:00:00", "has no zone; add an offset"),
        ("from = 2024-05-01T08:00:00+10:00", "from = 2024-05-01T08:00:00", "has no zone"),
        ("to = 2024-05-01T12:00:00+10:00", "to = 9999-05-01T12:00:00Z", "lies outside"),
        (EVENING, EVENING.replace("2024-05-01", "0001-01-01"), "report R1: 0001-01-01"),
        (EVENING, EVENING.replace("2024-05-01", "9999-12-31"), "report R1: 9999-12-31"),
        (EVENING, EVENING.replace("2024-05-01", "2024-02-30"), "'2024-02-30' is not a day"),
    ],
)
def test_times_that_cannot_be(refuse, template, old, new, words):
    assert words in refuse(change(template, old, new))


def test_a_fault_is_told_once(refuse, template):
    # The only departure is at fault; that none is left goes without saying.
    old = "from = 2024-05-01T08:00:00+10:00"
    assert refuse(change(template, old, "from = 2024-05-01T08:00:00")) == (
        "bomb.toml, plan, departure, number 1, from: 2024-05-01T08:00:00 has no zone; "
        "add an offset such as +09:00"
    )


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2023-11-05 01:30", "was shown twice in America/New_York"),
        ("2023-03-12 02:30", "was never shown in America/New_York"),
        ("about 2023-03-12 03:00", "was never shown in America/New_York"),
    ],
)
def test_local_times_at_a_change_of_clocks(refuse, template, when, words):
    new = f'when = "{when}"\nzone = "America/New_York"'
    message = refuse(change(template, EVENING, new))
    assert message.startswith("bomb.toml, report R1: 2023-")
    assert words in message
    assert "give a window with an offset instead" in message


@pytest.mark.parametrize(
    "zone", ["../../etc/passwd", "/etc/localtime", "localtime", "Mars/Base", "", "UTC\\u0000"]
)
def test_zones_that_are_none(refuse, template, zone):
    text = change(template, '"Asia/Pyongyang", ', f'"{zone}", ')
    assert "bomb.toml, zones, number 1: unknown time zone" in refuse(text)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ('["17:00", "99:00"]', "words, dayparts, evening, number 2"),
        ('["24:00", "17:00"]', "report R1: a window must begin before it ends"),
        ('["²:00", "17:00"]', "must be HH:MM"),
        ('["17:60", "18:00"]', "must be HH:MM"),
        ('["17:00"]', "words, dayparts, evening"),
        ("[inf, nan]", "words, dayparts, evening"),
        ('["' + "9" * 5000 + ':00", "18:00"]', "words, dayparts, evening"),
    ],
)
def test_day_parts_that_cannot_be(refuse, template, part, words):
    assert words in refuse(f"{template}\n[words.dayparts]\nevening = {part}\n")


# ---------------------------------------------------------------- what is no file


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


def test_a_link_in_a_circle(tmp_path):
    (tmp_path / "bomb.toml").symlink_to(tmp_path / "bomb.toml")
    with pytest.raises(DataError, match=r"bomb.toml: cannot be read; too many levels"):
        load_journey(tmp_path / "bomb.toml")


def test_a_name_with_a_nul():
    with pytest.raises(DataError, match=r"cannot be read; .*null"):
        load_journey("bomb\0.toml")


def test_a_name_far_too_long(tmp_path):
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


def test_a_folder_that_is_none(tmp_path):
    with pytest.raises(DataError, match="5 faults") as caught:
        load_network(tmp_path / "none")
    assert str(caught.value).count("cannot be read; no such file or directory") == 5
    with pytest.raises(UnknownNameError, match="no journey named"):
        load_journey(str(tmp_path / "none"))


# ---------------------------------------------------------------- CSV


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
        assert len(read_csv(path, ["a", "b"]).rows) == MAX_ROWS
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
    assert read_csv(path, ["a", "b"]).rows == ({"a": "1", "b": "2"},)
    path.write_text(filled + "\n" * (MAX_FILE_BYTES - len(filled) + 1))
    with pytest.raises(DataError, match=r"t.csv: larger than 5,000,000 bytes"):
        read_csv(path, ["a", "b"])


@pytest.mark.parametrize("bomb", ["utf-16", "nul", "empty", "blank"])
def test_stations_that_are_no_text(folder, refuse_folder, bomb):
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
def test_csv_takes_any_line_end_and_a_mark(folder, net, end):
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
    assert "note: string should have at most 20000 characters" in refuse_folder()


def test_a_special_file_in_a_folder(folder, refuse_folder):
    (folder / "lengths.csv").unlink()
    os.mkfifo(folder / "lengths.csv")
    assert "lengths.csv: is not a regular file" in refuse_folder()


def test_a_formula_is_a_text(folder, net):
    path = folder / "junctions.csv"
    text = path.read_text("utf-8").rstrip("\n")
    assert not text.endswith('"')
    path.write_text(text + "=HYPERLINK(1)\n", "utf-8")
    assert len(load_network(folder).stations) == len(net.stations)
