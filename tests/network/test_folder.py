"""Every fault that a geodata folder can have, planted in a copy of the bundled folder."""

import pytest

from routesim.errors import DataError
from routesim.network import load_network


def read_cell(folder, station, line, column):
    header = folder.read("stations.csv")[0]
    row = folder.read("stations.csv")[
        folder.row_of("stations.csv", station=station, line=line) - 1
    ]
    return row[header.index(column)]


def test_a_copy_without_fault_loads(folder, net):
    assert list(load_network(folder.path).stations.index) == list(net.stations.index)
    assert list(load_network(str(folder.path)).stations.index) == list(net.stations.index)


# ---------------------------------------------------------------- places


def test_swapped_coordinates(folder):
    row = folder.change_station("Ussuriysk", "Trans-Siberian", lat="81.98121", lon="43.80156")
    # Swapping does not bring this into the box, so it is only reported as outside.
    folder.refuse_once(f"stations.csv row {row}: Ussuriysk", "outside the corridor's box")
    folder.replace("corridor.toml", "north = 53.0", "north = 53.0 # same")
    lat = read_cell(folder, "Pyongyang", "Pyongra", "lat")
    # A latitude of 125.7 is beyond 90 and refused by its range.
    row_p = folder.change_station("Pyongyang", "Pyongra", lat="125.73590", lon=lat)
    faults = folder.refuse()
    assert any(
        f.startswith(f"stations.csv row {row_p}, lat: must be at most 90") for f in faults
    )


def test_swapped_coordinates_within_range_are_reported_as_swapped(folder):
    # In a box from 60 E, lat 39, lon 85 is inside, but lat 85, lon 39 is outside.
    folder.replace("corridor.toml", "west = 124.0", "west = 60.0")
    folder.replace("corridor.toml", "east = 140.0", "east = 140.0 ")
    row = folder.change_station("Pyongyang", "Pyongra", lat="85.0", lon="39.0")
    folder.refuse_once(
        f"stations.csv row {row}: Pyongyang: lat 85, lon 39 lies outside the corridor's box",
        "lat and lon are swapped",
    )


def test_a_place_outside_the_box(folder):
    row = folder.change_station("Vladivostok", "Trans-Siberian", lat="30.0")
    folder.refuse_once(
        f"stations.csv row {row}: Vladivostok: lat 30",
        "correct it, or the box of corridor.toml",
    )


def test_latitude_without_longitude(folder):
    row = folder.change_station("Vladivostok", "Trans-Siberian", lon="")
    folder.refuse_once(f"stations.csv row {row}", "lat and lon must be given together")


def test_a_schematic_place_with_coordinates(folder):
    row = folder.change_station("Ryongsong", "Pyongra", lat="39.11", lon="125.72")
    folder.refuse_once(f"stations.csv row {row}", "a schematic position has no lat and lon")


def test_a_surveyed_place_without_coordinates(folder):
    row = folder.change_station("Sopo", "Pyongra", lat="", lon="")
    folder.refuse_once(
        f"stations.csv row {row}", "position is 'map-1942' but lat and lon are blank"
    )


def test_an_end_of_a_line_without_a_place(folder):
    row = folder.change_station(
        "Vladivostok", "Trans-Siberian", lat="", lon="", position="schematic"
    )
    folder.refuse_once(
        f"stations.csv row {row}: Vladivostok: an end of line 'Trans-Siberian' has no position"
    )


# ---------------------------------------------------------------- kilometres


@pytest.mark.parametrize(
    ("station", "line", "before", "direction"),
    [
        ("Sopo", "Pyongra", "Sopyongyang", "increase"),
        ("Sedanka", "Trans-Siberian", "Chayka", "decrease"),
    ],
)
@pytest.mark.parametrize("fault", ["equal", "back"])
def test_kilometres_must_be_strictly_monotonic(folder, station, line, before, direction, fault):
    km = float(read_cell(folder, before, line, "km"))
    if fault == "back":
        km += -0.1 if direction == "increase" else 0.1
    row = folder.change_station(station, line, km=f"{km:.1f}")
    assert any(
        f.startswith(f"stations.csv row {row}: {station}: km")
        and f"the km of line {line!r} must strictly {direction}" in f
        for f in folder.refuse()
    )


# A section whose length is made shorter than its chord by slightly more or less than 5 km.
@pytest.mark.parametrize(("short_km", "refused"), [(5.01, True), (4.99, False)])
def test_a_chord_longer_than_its_kilometres(folder, net, short_km, refused):
    # Makhalino - Khasan is the last section of its line, so the kilometre of its end is free.
    section = next(
        s for s in net.sections if (s.from_station, s.to_station) == ("Makhalino", "Khasan")
    )
    km = section.from_km + section.chord_km - short_km
    row = folder.change_station("Khasan", "Khasan branch", km=f"{km:.6f}")
    folder.write("lengths.csv", folder.read("lengths.csv")[:1])  # they would contradict the km
    if refused:
        folder.refuse_once(
            f"stations.csv row {row}: Khasan lies {section.chord_km:.1f} km from Makhalino",
            f"in a straight line, but {section.chord_km - short_km:.1f} km by the line",
        )
    else:
        (listed,) = load_network(folder.path).long_chords
        assert (listed.from_station, listed.to_station) == ("Makhalino", "Khasan")
        assert listed.chord_km - listed.length_km == pytest.approx(short_km, abs=1e-5)


@pytest.mark.parametrize(("over_km", "listed"), [(0.19, 0), (0.21, 1)])
def test_a_chord_is_listed_from_a_fifth_of_a_kilometre(folder, net, over_km, listed):
    section = next(
        s for s in net.sections if (s.from_station, s.to_station) == ("Makhalino", "Khasan")
    )
    km = section.from_km + section.chord_km - over_km
    folder.change_station("Khasan", "Khasan branch", km=f"{km:.6f}")
    folder.write("lengths.csv", folder.read("lengths.csv")[:1])  # they would contradict the km
    assert len(load_network(folder.path).long_chords) == listed


@pytest.mark.parametrize(
    "value", ["inf", "-inf", "nan", "1e999", "12,3", "twelve", "0x10", "12x"]
)
def test_a_kilometre_that_is_not_a_number(folder, value):
    row = folder.change_station("Sopo", "Pyongra", km=value)
    folder.refuse_once(f"stations.csv row {row}, km: must be", "number")


def test_minus_zero_is_zero(folder):
    folder.change_station("Pyongyang", "Pyongra", km="-0.0")
    assert load_network(folder.path).route("Pyongyang", "Sopo").length_km == 11.1


@pytest.mark.parametrize("value", ["-0.1", "nan", "inf"])
def test_an_uncertainty_must_not_be_negative(folder, value):
    row = folder.change_station("Sopo", "Pyongra", km_uncertainty_km=value)
    folder.refuse_once(f"stations.csv row {row}, km_uncertainty_km")


# ---------------------------------------------------------------- stations


def test_an_unknown_zone(folder):
    row = folder.change_station("Sopo", "Pyongra", tz="Asia/Vladivostock")
    folder.refuse_once(
        f"stations.csv row {row}, tz: unknown time zone 'Asia/Vladivostock'", "IANA name"
    )


@pytest.mark.parametrize("zone", ["../../etc/passwd", "/etc/localtime", "localtime\n", "KST"])
def test_a_zone_name_never_opens_a_file(folder, zone):
    row = folder.change_station("Sopo", "Pyongra", tz=zone)
    folder.refuse_once(f"stations.csv row {row}, tz: unknown time zone")


@pytest.mark.parametrize("column", ["country", "tz", "kind"])
def test_the_first_row_of_a_station_has_its_attributes(folder, column):
    row = folder.change_station("Sopo", "Pyongra", **{column: ""})
    folder.refuse_once(
        f"stations.csv row {row}: Sopo: {column} missing; give them in the station's first row"
    )


def test_all_missing_cells_are_reported(folder):
    row = folder.change_station("Sopo", "Pyongra", country="", tz="", kind="", position="")
    folder.refuse_once(f"row {row}: Sopo: country, tz, kind, position missing")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("country", "RU"),
        ("tz", "Asia/Tokyo"),
        ("kind", "yard"),
        ("name_ru", "Другое"),
        ("name_ko", "다른"),
        ("aliases", "Quite Another"),
    ],
)
def test_a_further_row_must_not_contradict(folder, column, value):
    row = folder.change_station("Rajin", "Hambuk", **{column: value})
    folder.refuse_once(
        f"stations.csv row {row}: Rajin: {column} contradict its first row; leave them blank"
    )


def test_a_further_row_must_not_have_another_position(folder):
    row = folder.change_station("Rajin", "Hambuk", lat="42.3", lon="130.4")
    folder.refuse_once(f"stations.csv row {row}: Rajin: lat, lon contradict its first row")


def test_a_further_row_may_repeat(folder):
    folder.change_station("Rajin", "Hambuk", country="KP", tz="Asia/Pyongyang")
    assert load_network(folder.path).find_station("Rajin").country == "KP"


def test_a_station_twice_on_a_line(folder):
    row = folder.row_of("stations.csv", station="Sopo", line="Pyongra")
    km = (11.1 + 15.0) / 2
    twin = folder.insert_after(
        "stations.csv",
        row,
        {"line": "Pyongra", "km": str(km), "station": "Sopo", "km_source": "kp-station-table"},
    )
    assert folder.refuse() == [
        f"stations.csv row {row}: Sopo appears twice on line 'Pyongra'",
        f"stations.csv row {twin}: Sopo appears twice on line 'Pyongra'",
    ]


@pytest.mark.parametrize("alias", ["Pyongsong", "PYONGSONG", "P'yŏngsŏng", "평성", "пхёнсон"])
def test_a_name_used_by_another_station(folder, alias):
    row = folder.change_station("Chasan", "Pyongra", aliases=f"Another;{alias}")
    other = folder.row_of("stations.csv", station="Pyongsong", line="Pyongra")
    folder.refuse_once(
        f"stations.csv row {row}: Chasan: the name", f"is Pyongsong's (row {other})"
    )


def test_a_line_with_a_single_station(folder):
    last = len(folder.read("stations.csv"))
    row = folder.insert_after(
        "stations.csv", last, {"line": "Spur", "km": "0", "station": "Khasan", "km_source": "x"}
    )
    folder.refuse_once(f"stations.csv row {row}: line 'Spur' has a single station")


def test_a_file_without_stations(folder):
    folder.write("stations.csv", folder.read("stations.csv")[:1])
    assert folder.refuse() == ["stations.csv: has no station; give two or more for each line"]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("kind", "platform", "must be 'station', 'halt'"),
        ("position", "guessed", "must be 'surveyed'"),
        ("country", "Russia", "string should match pattern"),
        ("km_source", "", "is blank"),
    ],
)
def test_a_word_outside_its_list(folder, column, value, words):
    row = folder.change_station("Sopo", "Pyongra", **{column: value})
    folder.refuse_once(f"stations.csv row {row}, {column}: {words}")


def test_a_station_name_has_a_limit(folder):
    row = folder.change("stations.csv", {"station": "Sopo"}, station="S" * 121)
    folder.refuse_once(f"stations.csv row {row}, station", "at most 120 characters")
    folder.change("stations.csv", {"station": "S" * 121}, station="S" * 120)
    assert load_network(folder.path).find_station("S" * 120).name == "S" * 120


# ---------------------------------------------------------------- lines.csv


def test_a_line_that_is_not_covered(folder):
    rows = folder.read("lines.csv")
    row = folder.row_of("lines.csv", line="Pyongra", from_station="Kalli")
    folder.write("lines.csv", rows[: row - 1] + rows[row:])
    folder.refuse_once(
        "lines.csv: the rows of line 'Pyongra' do not cover it end to end in order "
        "(Pyongyang to Rajin)"
    )


def test_a_gap_and_an_overlap(folder):
    folder.change(
        "lines.csv", {"line": "Pyongra", "from_station": "Kalli"}, from_station="Sopo"
    )
    folder.refuse_once("lines.csv: the rows of line 'Pyongra' do not cover it end to end")


def test_a_line_without_any_row(folder):
    rows = folder.read("lines.csv")
    row = folder.row_of("lines.csv", line="Hambuk")
    folder.write("lines.csv", rows[: row - 1] + rows[row:])
    folder.refuse_once("lines.csv: the rows of line 'Hambuk' do not cover it")


def test_rows_the_wrong_way_round(folder):
    folder.change("lines.csv", {"line": "Hambuk"}, from_station="Rajin", to_station="Hongui")
    folder.refuse_once("lines.csv: the rows of line 'Hambuk' do not cover it", "in order")


def test_a_stretch_without_length(folder):
    row = folder.row_of("lines.csv", line="Hambuk")
    cells = dict(zip(*[folder.read("lines.csv")[i] for i in (0, row - 1)], strict=True))
    folder.insert_after("lines.csv", row, cells | {"from_station": "Rajin"})
    folder.refuse_once("line 'Hambuk' do not cover it", "and end further on")


def test_a_stretch_to_an_unknown_station(folder):
    row = folder.change("lines.csv", {"line": "Hambuk"}, to_station="Rajinn")
    folder.refuse_once(f"lines.csv row {row}: 'Rajinn' is not a station of line 'Hambuk'")


def test_a_stretch_of_an_unknown_line(folder):
    row = folder.change("lines.csv", {"line": "Hambuk"}, line="Hambukk")
    folder.refuse_once(f"lines.csv row {row}: line 'Hambukk' has no station in stations.csv")


@pytest.mark.parametrize(
    "gauge", ["", "wide", "1435/", "1435;1520", "300", "3000", "-1435", "1e3"]
)
def test_an_invalid_gauge(folder, gauge):
    row = folder.change("lines.csv", {"line": "Hambuk"}, gauge_mm=gauge)
    folder.refuse_once(f"lines.csv row {row}, gauge_mm")


@pytest.mark.parametrize("cap", ["-100", "0", "-0.0", "inf", "nan", "1e999", "", "fast"])
def test_an_invalid_cap(folder, cap):
    row = folder.change("lines.csv", {"line": "Hambuk"}, cap_kmh=cap)
    folder.refuse_once(f"lines.csv row {row}, cap_kmh: must be")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"speed_low_kmh": "60"}, "speed_low_kmh 60 is above speed_high_kmh 31"),
        ({"speed_low_kmh": ""}, "speed_low_kmh and speed_high_kmh must be given together"),
        ({"speed_basis": ""}, "a speed needs its speed_basis"),
        ({"speed_source": ""}, "a speed needs its speed_basis (running or overall) and"),
        ({"speed_basis": "average"}, "must be 'running' or 'overall'"),
        ({"speed_low_kmh": "0"}, "above 0"),
        ({"tracks": "0"}, "at least 1"),
        ({"tracks": "1.5"}, "a whole number"),
    ],
)
def test_invalid_speeds_and_tracks(folder, values, words):
    row = folder.change("lines.csv", {"line": "Hambuk"}, **values)
    folder.refuse_once(f"lines.csv row {row}", words)


# ---------------------------------------------------------------- lengths.csv, junctions.csv


@pytest.mark.parametrize("km", ["0", "-5", "nan", "inf", "1e999", ""])
def test_an_invalid_length(folder, km):
    row = folder.change(
        "lengths.csv", {"from_station": "Rajin", "to_station": "Khasan", "km": "54"}, km=km
    )
    folder.refuse_once(f"lengths.csv row {row}, km: must be")


def test_a_length_to_an_unknown_station(folder):
    match = {"from_station": "Rajin", "to_station": "Khasan", "km": "54"}
    row = folder.change("lengths.csv", match, to_station="Kasan")
    folder.refuse_once(f"lengths.csv row {row}: no station named 'Kasan'; did you mean")


def test_a_length_from_a_place_to_itself(folder):
    match = {"from_station": "Rajin", "to_station": "Khasan", "km": "54"}
    row = folder.change("lengths.csv", match, to_station="Rajin")
    folder.refuse_once(f"lengths.csv row {row}: from and to are the same station")


def test_a_default_is_yes_or_no(folder):
    match = {"from_station": "Rajin", "to_station": "Khasan", "km": "54"}
    row = folder.change("lengths.csv", match, default="perhaps")
    folder.refuse_once(f"lengths.csv row {row}, default", "true or false")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"to_towards": "Rajin"}, "a direction must name another station"),
        ({"movement": "turn"}, "must be 'through', 'reverse' or 'unknown'"),
        ({"basis": "felt"}, "must be 'read', 'measured' or 'assumed'"),
        ({"to_towards": "Vladivostok"}, "'Vladivostok' is not a station of line 'Hambuk'"),
        ({"to_line": "Spur"}, "is not a station of line 'Spur'"),
    ],
)
def test_an_invalid_junction(folder, values, words):
    row = folder.change("junctions.csv", {"station": "Rajin"}, **values)
    faults = folder.refuse()
    assert any(f.startswith(f"junctions.csv row {row}") and words in f for f in faults), faults


# ---------------------------------------------------------------- the files themselves


@pytest.mark.parametrize("file", ["stations.csv", "lines.csv", "lengths.csv", "junctions.csv"])
def test_columns_must_be_the_known_ones(folder, file):
    rows = folder.read(file)
    name = rows[0][-1]
    rows[0][-1] = "remarks"
    folder.write(file, rows)
    assert folder.refuse()[:2] == [
        f"{file} row 1: missing columns: {name}",
        f"{file} row 1: 1 unknown columns: 'remarks'",
    ]


def test_columns_may_be_in_any_order(folder, net):
    rows = folder.read("stations.csv")
    folder.write("stations.csv", [row[::-1] for row in rows])
    assert list(load_network(folder.path).stations.index) == list(net.stations.index)


def test_a_column_twice(folder):
    rows = folder.read("stations.csv")
    folder.write("stations.csv", [[*row, row[0]] for row in rows])
    folder.refuse_once("stations.csv row 1: a column appears twice")


@pytest.mark.parametrize("cells", [["extra"], None])
def test_cells_too_many_or_too_few(folder, cells):
    rows = folder.read("stations.csv")
    rows[10] = rows[10] + cells if cells else rows[10][:-1]
    folder.write("stations.csv", rows)
    folder.refuse_once(
        f"stations.csv row 11: {len(rows[10])} cells under {len(rows[0])} columns",
        "quote a cell that holds a comma",
    )


def test_an_unclosed_quote(folder):
    path = folder.path / "stations.csv"
    lines = path.read_text("utf-8").split("\n")
    number = folder.row_of("stations.csv", station="Sopo")
    lines[number - 1] = lines[number - 1] + '"'  # in the last cell, which is blank
    assert lines[number - 1].endswith(',"')
    path.write_text("\n".join(lines), "utf-8")
    assert any(f"stations.csv row {number}: not valid CSV" in f for f in folder.refuse())


def test_row_numbers_are_those_of_an_editor(folder):
    # A note of three lines in row 3 moves Kalli down by two lines; blank lines count as well.
    folder.change_station("Sopyongyang", "Pyongra", note='over\n"three"\nlines')
    rows = folder.read("stations.csv")
    kalli = folder.row_of("stations.csv", station="Kalli", line="Pyongra")
    rows.insert(kalli - 1, [])
    rows[kalli][rows[0].index("tz")] = "Mars"
    folder.write("stations.csv", rows)
    lines = (folder.path / "stations.csv").read_text("utf-8").split("\n")
    number = next(n for n, text in enumerate(lines, start=1) if ",Kalli,39" in text)
    assert number == kalli + 3
    folder.refuse_once(f"stations.csv row {number}, tz: unknown time zone 'Mars'")


def test_a_row_over_several_lines_is_named_by_its_first(folder):
    row = folder.change_station("Sopo", "Pyongra", note="two\nlines", tz="Mars")
    folder.refuse_once(f"stations.csv row {row}, tz")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("west = 124.0", "west = 141.0", "corridor.toml: the box is empty; west must be below"),
        ("south = 38.0", "south = 53.0", "corridor.toml: the box is empty"),
        ("north = 53.0", "north = 91.0", "corridor.toml, north: must be at most"),
        (
            "north = 53.0",
            "north = nan",
            "corridor.toml, north: must be a finite number",
        ),
        ("east = 140.0", "east = inf", "corridor.toml, east: must be a finite number"),
        ("format = 1", "format = 2", "corridor.toml, format: must be 1"),
        ("format = 1", "format = 1\nscale = 3", "corridor.toml, scale: unknown key"),
        ("format = 1", "", "corridor.toml, format: is missing"),
        ("format = 1", "format = ", "corridor.toml: not valid TOML"),
    ],
)
def test_an_invalid_corridor(folder, old, new, words):
    folder.replace("corridor.toml", old, new)
    assert any(fault.startswith(words) for fault in folder.refuse())


@pytest.mark.parametrize(
    "file", ["corridor.toml", "stations.csv", "lines.csv", "lengths.csv", "junctions.csv"]
)
def test_a_missing_file(folder, file):
    (folder.path / file).unlink()
    folder.refuse_once(f"{folder.path / file}: cannot be read; no such file or directory")


def test_all_faults_are_reported_at_once(folder):
    rows = [
        folder.change_station("Sopo", "Pyongra", tz="Mars"),
        folder.change_station("Chasan", "Pyongra", lon=""),
        folder.change("lines.csv", {"line": "Hambuk"}, cap_kmh="-1"),
        folder.change("lengths.csv", {"from_station": "Rajin", "km": "54"}, km="0"),
        folder.change("junctions.csv", {"station": "Rajin"}, movement="turn"),
        folder.change_station("Vladivostok", "Trans-Siberian", lat="30"),
    ]
    folder.replace("corridor.toml", "format = 1", "format = 1\nscale = 3")
    with pytest.raises(DataError) as caught:
        load_network(folder.path)
    message = str(caught.value)
    assert message.startswith("6 faults:\n")
    for file, row in zip(
        ["stations.csv"] * 2 + ["lines.csv", "lengths.csv", "junctions.csv"], rows, strict=False
    ):
        assert f"{file} row {row}" in message
    assert "corridor.toml, scale" in message
    # While the corridor has faults, positions are not checked against its box.
    folder.replace("corridor.toml", "format = 1\nscale = 3", "format = 1")
    assert any(f"row {rows[-1]}: Vladivostok" in fault for fault in folder.refuse())


def test_faults_of_the_second_pass_are_reported_together(folder, net):
    section = next(
        s for s in net.sections if (s.from_station, s.to_station) == ("Makhalino", "Khasan")
    )
    chord = folder.change_station(
        "Khasan", "Khasan branch", km=f"{section.from_km + section.chord_km - 6:.3f}"
    )
    length = folder.change(
        "lengths.csv", {"from_station": "Rajin", "km": "54"}, to_station="Kasan"
    )
    junction = folder.change("junctions.csv", {"station": "Rajin"}, to_towards="Rajin")
    line = folder.change("lines.csv", {"line": "Hongui"}, to_station="Rajinn")
    where = [fault.split(":")[0] for fault in folder.refuse()]
    assert where == [
        f"stations.csv row {chord}",
        f"lines.csv row {line}",
        f"lengths.csv row {length}",
        f"junctions.csv row {junction}",
    ]
