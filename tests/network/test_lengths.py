"""Rows of lengths.csv: compared with the kilometres, refused, or listed as disputed."""

import pytest

from routesim.network import load_network
from routesim.network.lengths import MOST_STEPS, Way, WayFinder
from routesim.network.stations import LinePoint

PLAIN = {"default": "yes", "source": "judged"}


def make_points(**lines):
    """Make the points of lines from triples of a station, a kilometre and its uncertainty."""
    return {
        line: tuple(LinePoint(line, name, km, unsure, 0) for name, km, unsure in points)
        for line, points in lines.items()
    }


# A - B - D is 30 km, A - C - D 40, A - B - C - D 10 + 5 + 20 = 35, A - C - B - D 45.
RING = make_points(
    one=[("A", 0, 0), ("B", 10, 0), ("D", 30, 0)],
    two=[("A", 100, 0), ("C", 80, 0), ("D", 60, 0)],
    three=[("B", 0, 0), ("C", 5, 0)],
    far=[("X", 0, 0), ("Y", 9, 0)],
)


def add_length(folder, start, end, km, **values):
    row = len(folder.read("lengths.csv"))
    cells = {"from_station": start, "to_station": end, "km": km, **PLAIN, **values}
    return folder.insert_after("lengths.csv", row, cells)


@pytest.mark.parametrize(
    ("km", "nearest"),
    [(1, 30), (30, 30), (34, 35), (35.4, 35), (40, 40), (41, 40), (4500, 45)],
)
def test_a_length_is_compared_with_the_nearest_way(km, nearest):
    assert WayFinder(RING).find_nearest("A", "D", km) == Way(nearest, 0)
    assert WayFinder(RING).find_nearest("D", "A", km) == Way(nearest, 0)


def test_a_way_ends_within_a_line():
    # From B on line one, over A, to C on line two: 10 + 20 km, against 5 km over line three.
    finder = WayFinder(RING)
    assert finder.find_nearest("B", "C", 5) == Way(5, 0)
    assert finder.find_nearest("B", "C", 30) == Way(30, 0)


def test_no_way_leads_to_another_part():
    assert WayFinder(RING).find_nearest("A", "X", 10) is None
    assert WayFinder(RING).find_nearest("X", "Y", 10) == Way(9, 0)


def test_uncertainties_count_where_lines_begin_and_end():
    # A, and B on both lines, and D, but not M within a line: 1 + 2 + 4 + 8 = 15 km.
    points = make_points(
        one=[("A", 0, 1), ("M", 3, 100), ("B", 10, 2)],
        two=[("B", 0, 4), ("D", 20, 8)],
        branch=[("M", 0, 0), ("N", 1, 0)],
    )
    assert WayFinder(points).find_nearest("A", "D", 30) == Way(30, 15)


def test_the_search_is_limited():
    # A ladder of 15 rungs has over 2^15 ways from end to end, most of them too long.
    rungs = {f"r{n}": [(f"a{n}", 0, 0), (f"b{n}", 1, 0)] for n in range(15)}
    rails = {
        rail: [(f"{rail}{n}", n + 0.01 * n * (rail == "b"), 0) for n in range(15)]
        for rail in "ab"
    }
    finder = WayFinder(make_points(**rungs, **rails))
    assert finder.find_nearest("a0", "a14", 14) == Way(14, 0)
    assert finder.find_nearest("a0", "a14", 1e6).km < 1e6
    assert MOST_STEPS < 2**15


@pytest.mark.parametrize(
    ("km", "agrees"), [(99.5, True), (100.5, True), (99.4, False), (100.6, False)]
)
def test_a_length_may_be_rounded_to_a_whole_kilometre(km, agrees):
    assert Way(100, 0).agrees(km) is agrees
    assert Way(100, 0.2).agrees(km) is True


# Vladivostok is at km 9288.2 and Ussuriysk at 9176.7 of the same line: 111.5 km apart.
def test_a_default_length_that_contradicts_the_kilometres(folder):
    match = {"from_station": "Vladivostok", "to_station": "Ussuriysk", "km": "111.5"}
    row = folder.change("lengths.csv", match, km="115")
    folder.refuse_once(
        f"lengths.csv row {row}: default = yes, but Vladivostok to Ussuriysk is 115 km here "
        "and 111.5 km by the kilometres of stations.csv; correct the wrong one"
    )


@pytest.mark.parametrize("km", ["111", "112"])
def test_a_default_length_may_be_rounded(folder, km):
    match = {"from_station": "Vladivostok", "to_station": "Ussuriysk", "km": "111.5"}
    folder.change("lengths.csv", match, km=km)
    load_network(folder.path)


def test_a_default_length_may_differ_by_the_uncertainty(folder):
    # 113 is 1.5 km more than 111.5: 1 for the uncertainty of one end, 0.5 for the rounding.
    match = {"from_station": "Vladivostok", "to_station": "Ussuriysk", "km": "111.5"}
    folder.change("lengths.csv", match, km="113")
    folder.refuse_once("111.5 km by the kilometres")
    folder.change_station("Ussuriysk", "Trans-Siberian", km_uncertainty_km="1")
    load_network(folder.path)


def test_one_wrong_kilometre_is_one_fault(folder):
    # Khasan is the last station of its line, so its kilometre is free; 3 km less shorten
    # Khasan - Baranovsky, Khasan - Ussuriysk and Pyongyang - Vladivostok alike.
    folder.change_station("Khasan", "Khasan branch", km="235")
    rows = [
        folder.row_of("lengths.csv", from_station=start, to_station=end, default="yes")
        for start, end in (
            ("Khasan", "Baranovsky"),
            ("Khasan", "Ussuriysk"),
            ("Pyongyang", "Vladivostok"),
        )
    ]
    folder.refuse_once(
        f"lengths.csv row {rows[0]}: default = yes, but Khasan to Baranovsky is 238 km here "
        "and 235 km by the kilometres of stations.csv "
        f"(the same in rows {rows[1]} and {rows[2]})"
    )


def test_a_stretch_has_one_default_length(folder):
    first = folder.row_of(
        "lengths.csv", from_station="Khasan", to_station="Baranovsky", default="yes"
    )
    row = add_length(folder, "Baranovskiy", "Хасан", "238")
    folder.refuse_once(
        f"lengths.csv row {row}: Baranovsky to Khasan has default = yes in row {first} too"
    )


@pytest.mark.parametrize("default", ["yes", "no"])
def test_a_length_that_no_route_has(folder, default):
    header, *rows = folder.read("stations.csv")
    cells = dict(zip(header, rows[-1], strict=True))
    other = {"line": "Lost", "km": "0", "station": "Lost A", "name_ko": "", "name_ru": ""}
    cells |= other | {"aliases": ""}
    at = folder.insert_after("stations.csv", len(rows) + 1, cells)
    folder.insert_after("stations.csv", at, cells | {"km": "1", "station": "Lost B"})
    lines = folder.read("lines.csv")
    line = dict(zip(lines[0], lines[-1], strict=True))
    line |= {"line": "Lost", "from_station": "Lost A", "to_station": "Lost B"}
    folder.insert_after("lines.csv", len(lines), line)
    row = add_length(folder, "Lost A", "Khasan", "5", default=default)
    folder.refuse_once(
        f"lengths.csv row {row}: no line leads from Lost A to Khasan, so no route has this "
        "length"
    )


def test_disputed_lengths_of_the_bundled_network(net):
    disputed = {(d.from_station, d.to_station): d for d in net.disputed_lengths}
    branch = disputed["Khasan", "Baranovsky"]
    assert (branch.km, branch.low_km, branch.high_km) == (238, 236.9, 240)
    # 89 and 89.7 differ from 89.4 by less than the rounding to a whole kilometre.
    assert ("Baranovsky", "Vladivostok") not in disputed
    # The end at Khasan is uncertain, but by less than the 2.8 km between 2.2 and 5.
    assert disputed["Tumangang", "Khasan"].low_km == 2.2


def test_a_stretch_without_a_default_is_compared_with_the_shortest_way(folder):
    # Khasan - Vladivostok is 327.4 km by the kilometres.
    add_length(folder, "Vladivostok", "Khasan", "400", default="no")
    found = load_network(folder.path).disputed_lengths[-1]
    assert found.to_dict() == {
        "from_station": "Vladivostok",
        "to_station": "Khasan",
        "km": 327.4,
        "low_km": 327.4,
        "high_km": 400.0,
    }


def test_without_lengths_nothing_is_disputed(folder):
    folder.write("lengths.csv", folder.read("lengths.csv")[:1])
    assert load_network(folder.path).disputed_lengths == ()
