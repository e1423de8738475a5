"""Operating points: their classes, stated or derived, and the weights of lines."""

from itertools import pairwise
from typing import get_args

import pytest
from numpy.testing import assert_array_equal

from routesim.errors import UnknownNameError
from routesim.network import POINT_CLASSES, load_network
from routesim.network.records import PointClassName

PLACE = {"country": "RU", "tz": "Asia/Vladivostok", "km_source": "x", "position": "surveyed"}

# The km of the line Main fall from 30 to 0. It has two tracks to km 10 and one after it. Branch
# begins at its station D, and its number of tracks is not known.
MAIN = {
    "A": (30, "station"),
    "B": (25, "station"),
    "Halt": (22, "halt"),
    "C": (20, "station"),
    "D": (15, "station"),
    "E": (10, "station"),
    "Yard": (5, "yard"),
    "F": (0, "station"),
}
BRANCH = {"D": (0, ""), "Border": (4, "border"), "Bridge": (6, "bridge"), "G": (9, "station")}
TRACKS = (("Main", "A", "E", "2"), ("Main", "E", "F", "1"), ("Branch", "D", "G", ""))
CLASSES = {
    "A": "siding",  # an end of a line: only the side that is there decides
    "B": "siding",
    "Halt": "none",
    "C": "siding",
    "D": "junction",  # two lines
    "E": "crossing",  # one track on one side
    "Yard": "yard",
    "F": "crossing",
    "Border": "border",
    "Bridge": "none",
    "G": "crossing",  # tracks not known
}


def place(line, points, lon):
    """Return the rows of a line to the west of a longitude; a degree there has about 81 km."""
    rows = []
    for name, (km, kind) in points.items():
        row = {"line": line, "km": str(km), "station": name, "km_source": "x"}
        if kind:
            row |= {**PLACE, "kind": kind, "lat": "43.0", "lon": f"{lon - km / 90:.4f}"}
        rows.append(row)
    return rows


def fill(folder, file, rows):
    """Write the rows, given by column, below the header of a table."""
    header = folder.read(file)[0]
    folder.write(file, [header, *([row.get(key, "") for key in header] for row in rows)])


@pytest.fixture
def small(folder):
    """A folder with the lines Main and Branch."""
    # Branch begins at D, 15 km before the end of Main.
    main, branch = place("Main", MAIN, 132), place("Branch", BRANCH, 132 - 15 / 90)
    fill(folder, "stations.csv", main + branch)
    facts = {"gauge_mm": "1520", "cap_kmh": "100", "cap_basis": "x", "source": "x"}
    stretches = [
        facts | {"line": line, "from_station": start, "to_station": end, "tracks": tracks}
        for line, start, end, tracks in TRACKS
    ]
    fill(folder, "lines.csv", stretches)
    fill(folder, "lengths.csv", [])
    fill(folder, "junctions.csv", [])
    return folder


def remove_column(folder, file, column):
    rows = folder.read(file)
    index = rows[0].index(column)
    folder.write(file, [row[:index] + row[index + 1 :] for row in rows])


# ---------------------------------------------------------------- classes


def test_the_names_of_the_records_are_those_of_the_classes():
    assert get_args(PointClassName) == tuple(POINT_CLASSES)
    assert [one.name for one in POINT_CLASSES.values()] == list(POINT_CLASSES)


def test_the_classes_are_in_range_and_have_a_reason():
    for one in POINT_CLASSES.values():
        assert 0 <= one.signal_share <= 1, one.name
        assert one.weight >= 0, one.name
        assert one.reason.endswith("."), one.name
    weights = [one.weight for one in POINT_CLASSES.values()]
    assert weights == sorted(weights)
    assert {one.name for one in POINT_CLASSES.values() if one.keeps} == {
        *("siding", "crossing", "yard", "junction", "engine", "big")
    }


def test_classes_are_derived_from_the_network(small):
    network = load_network(small.path)
    assert network.stations["point_class"].to_dict() == CLASSES
    for name, expected in CLASSES.items():
        assert network.find_class(name) is POINT_CLASSES[expected]


def test_a_stated_class_counts_before_a_derived_one(small):
    small.change_station("B", "Main", point_class="big")
    small.change_station("D", "Main", point_class="none")
    small.change_station("Halt", "Main", point_class="engine")
    changed = {"B": "big", "D": "none", "Halt": "engine"}
    found = load_network(small.path).stations["point_class"].to_dict()
    assert found == CLASSES | changed


def test_a_halt_of_two_lines_stays_a_halt(small):
    small.change_station("D", "Main", kind="halt")
    assert load_network(small.path).find_class("D").name == "none"


def test_a_network_without_the_column_loads(small):
    remove_column(small, "stations.csv", "point_class")
    assert load_network(small.path).stations["point_class"].to_dict() == CLASSES


def test_other_columns_are_still_needed(small):
    remove_column(small, "stations.csv", "point_class")
    remove_column(small, "stations.csv", "kind")
    small.refuse_once("stations.csv row 1: missing columns: kind")


def test_the_column_belongs_to_the_stations_only(small):
    rows = small.read("lengths.csv")
    small.write("lengths.csv", [[*rows[0], "point_class"]])
    small.refuse_once("lengths.csv row 1: 1 unknown columns: 'point_class'")


def test_an_unknown_class_is_refused(small):
    row = small.change_station("B", "Main", point_class="depot")
    fault = small.refuse_once(f"stations.csv row {row}, point_class: must be", "'depot'")
    assert all(repr(name) in fault for name in POINT_CLASSES)


def test_a_class_in_a_further_row_must_agree(small):
    row = small.change_station("D", "Branch", point_class="big")
    small.refuse_once(
        f"stations.csv row {row}: D: point_class contradict its first row",
        "leave them blank here",
    )
    small.change_station("D", "Main", point_class="big")
    assert load_network(small.path).find_class("D").name == "big"


def test_the_class_is_found_by_any_name(net):
    assert net.find_class("하산") is net.find_class("Khasan")
    with pytest.raises(UnknownNameError, match="no station named 'Kasan'"):
        net.find_class("Kasan")


def test_every_listing_has_the_class(net):
    table = net.to_frame("Khasan branch").set_index("station")["point_class"]
    assert table["Khasan"] == net.stations.loc["Khasan", "point_class"] == "engine"
    rows = net.to_dict("Khasan branch")["stations"]
    assert [row["point_class"] for row in rows] == list(table)


# ---------------------------------------------------------------- weights


def test_the_weights_of_a_line_are_in_its_order(small):
    weights = load_network(small.path).weigh_line("Main")
    assert weights.line == "Main"
    assert weights.stations == tuple(MAIN)
    assert_array_equal(weights.km, [km for km, _ in MAIN.values()])
    assert [one.name for one in weights.classes] == [CLASSES[name] for name in MAIN]
    assert_array_equal(weights.weights, [1, 1, 0, 1, 4, 1.5, 3, 1.5])


def test_the_point_at_the_start_of_a_run_does_not_count(small):
    network = load_network(small.path)
    # Main: 1 + 1 + 0 + 1 + 4 + 1.5 + 3 + 1.5 = 13, without A (1) or without F (1.5).
    main = network.weigh_line("Main")
    assert main.find_total(forward=True) == 12.0
    assert main.find_total(forward=False) == 11.5
    # Branch: 4 + 3 + 0 + 1.5 = 8.5, without D (4) or without G (1.5).
    branch = network.weigh_line("Branch")
    assert branch.find_total(forward=True) == 4.5
    assert branch.find_total(forward=False) == 7.0


def test_totals_of_a_line_cut_in_two_add_up(net):
    # A train over Pyongra and Hambuk meets each point once, Rajin at the end of the first.
    first, second = net.weigh_line("Pyongra"), net.weigh_line("Hambuk")
    names = dict.fromkeys([*first.stations, *second.stations[::-1]])
    whole = sum(net.find_class(name).weight for name in list(names)[1:])
    assert first.find_total(forward=True) + second.find_total(forward=False) == whole


def test_a_point_without_weight_changes_nothing(small):
    before = load_network(small.path)
    halt = {**PLACE, "line": "Main", "km": "23", "station": "New halt", "kind": "halt"}
    halt |= {"lat": "43.0", "lon": f"{132 - 23 / 90:.4f}"}
    small.insert_after("stations.csv", small.row_of("stations.csv", station="B"), halt)
    after = load_network(small.path)
    assert after.stations["point_class"].to_dict() == CLASSES | {"New halt": "none"}
    old, new = before.weigh_line("Main"), after.weigh_line("Main")
    weights = dict(zip(new.stations, new.weights, strict=True))
    assert weights.pop("New halt") == 0
    assert weights == dict(zip(old.stations, old.weights, strict=True))
    for forward in (True, False):
        assert new.find_total(forward=forward) == old.find_total(forward=forward)


# In one direction the last point has no weight, so nothing on the line would have any.
@pytest.mark.parametrize("stated", [["D", "Border", "G"], ["Border", "G"]])
def test_on_a_line_without_weight_each_point_counts_one(small, stated):
    for name in stated:
        small.change_station(name, "Main" if name == "D" else "Branch", point_class="none")
    branch = load_network(small.path).weigh_line("Branch")
    assert_array_equal(branch.weights, [1, 1, 1, 1])
    assert branch.find_total(forward=True) == branch.find_total(forward=False) == 3.0
    assert branch.classes[-1].name == "none"


def test_a_line_that_is_not_there(net):
    with pytest.raises(UnknownNameError, match="no line named 'Circle'"):
        net.weigh_line("Circle")


# ---------------------------------------------------------------- the bundled corridor


def test_each_bundled_line_has_weight_in_both_directions(net):
    for line in dict.fromkeys(section.line for section in net.sections):
        weights = net.weigh_line(line)
        for forward in (True, False):
            assert weights.find_total(forward=forward) > 0
        assert_array_equal(weights.weights, [one.weight for one in weights.classes])


def test_the_bundled_classes_of_two_short_lines(net):
    # Tumangang 6, border 3, Khasan 6; Hongui 4, Chokchi 1.5, Tumangang 6.
    assert_array_equal(net.weigh_line("Tumangang-Khasan").weights, [6, 3, 6])
    assert_array_equal(net.weigh_line("Hongui").weights, [4, 1.5, 6])


def test_the_double_track_of_the_branch_has_no_station_within(net):
    # Both ends of Ryazanovka - Sukhanovka, the only double track, have single track beyond.
    branch = net.weigh_line("Khasan branch")
    names = [one.name for one in branch.classes]
    double = ("Ryazanovka", "Sukhanovka")
    assert double in list(pairwise(branch.stations))
    assert {names[branch.stations.index(name)] for name in double} == {"crossing"}
