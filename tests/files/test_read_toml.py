"""Hostile TOML files, one per test: each is refused with one message."""

import pytest

from routesim.errors import DataError
from routesim.files.read import MAX_LINE_DOTS, MAX_TOML_BYTES
from routesim.files.records import MAX_TEXT_CHARACTERS
from routesim.journey import load_journey

PRIOR = "prior = 0.5"
KNOWN = "known_at = 2024-05-01T20:00:00+10:00"
PUBLISHED = "published = 2024-05-01T20:00:00+10:00"


def change(text, old, new):
    assert old in text, old
    return text.replace(old, new, 1)


def test_the_template_itself_loads(load_bytes, template):
    assert load_bytes(template).id == "bomb"


@pytest.mark.parametrize("depth", [21, 5000, 100_000])
def test_nested_arrays(refuse, template, depth):
    message = refuse(f"x = {'[' * depth}{']' * depth}\n{template}")
    assert message == "bomb.toml: nested too deeply; at most 20 levels"


def test_nested_inline_tables(refuse):
    message = refuse("x = " + "{a = " * 5000 + "1" + "}" * 5000)
    assert message == "bomb.toml: nested too deeply; at most 20 levels"


def test_nested_table_headers(refuse, template):
    # The document and 19 tables are 20 levels; a key of 30 parts makes 31.
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
        ("weight = 1.0", "weight"),
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
    assert "must be a finite number" in message


@pytest.mark.parametrize("value", ["inf", "nan", "1e999", "1694390400", "-1", "0", "true"])
@pytest.mark.parametrize("key", ["known_at", "published"])
def test_numbers_are_not_times(refuse, template, key, value):
    old = {"known_at": KNOWN, "published": PUBLISHED}[key]
    message = refuse(change(template, old, f"{key} = {value}"))
    assert message.startswith(
        f"bomb.toml, sources, paper, {key}: a number is not a time; write"
    )


def test_minus_zero_is_zero(load_bytes, template):
    journey = load_bytes(change(template, "median = 25, p95 = 60", "median = 25, p95 = 60.0"))
    assert journey.plan.stops[0].dwell_min.p95 == 60.0
    text = change(
        template,
        '{ dist = "lognormal", median = 25, p95 = 60 }',
        '{ dist = "fixed", value = -0.0 }',
    )
    assert load_bytes(text).plan.stops[0].dwell_min.value == 0.0


def test_a_file_at_its_limit_and_one_byte_over(load_bytes, refuse, template):
    text = template.encode()
    full = text + b"#" + b"x" * (MAX_TOML_BYTES - len(text) - 1)
    assert len(full) == 1_000_000
    assert load_bytes(full).id == "bomb"
    assert refuse(full + b"x") == "bomb.toml: larger than 1,000,000 bytes; split it"


def test_a_much_larger_file_is_not_read_to_its_end(tmp_path):
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
def test_bytes_that_are_not_utf8(refuse, template, byte):
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
    # A carriage return alone does not end a line in TOML.
    assert refuse(template.replace("\n", "\r")).startswith("bomb.toml: not valid TOML")


def test_an_empty_file(refuse):
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
        assert message.startswith("bomb.toml, title: must have at most 20000 char")
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

    # The template has three reports.
    full = template + "".join(report(number) for number in range(1997))
    assert len(load_bytes(full).reports) == 2000
    assert "bomb.toml, reports: must have at most 2000 items" in refuse(full + report("more"))
