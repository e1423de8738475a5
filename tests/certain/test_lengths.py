"""Certain answers: kilometres that are taken as exact, and approximate positions."""

import pytest

import routesim as rs
from tests.support.journeys import (
    OF_THE_PAPER,
    SMALL,
    WITHOUT_REPORT,
    load_text,
    write_report,
    write_small_event,
)
from tests.support.networks import Folder, copy_network

LATE = "2024-05-01T12:00+10:00"


def ask_all(journey):
    """Return each certain answer of a journey."""
    return [
        rs.conflicts(journey),
        rs.worlds(journey),
        rs.bounds(journey),
        rs.compare_zones(journey),
        rs.could(journey, station="Vladivostok", time=LATE),
    ]


def load_changed(folder, text, change):
    """Load a journey on a copy of the bundled network, changed by a function."""
    copy = Folder(copy_network(folder))
    change(copy)
    return load_text(text, name="small", network=rs.load_network(folder))


def test_every_certain_answer_lists_the_kilometres_taken_as_exact():
    journey = load_text(SMALL, name="small")
    for answer in ask_all(journey):
        (line,) = answer.exact_km
        assert (line.line, line.first_station, line.last_station) == (
            "Trans-Siberian",
            "Vladivostok",
            "Ussuriysk",
        )
        assert answer.to_dict()["exact_km"] == [line.to_dict()]


def test_an_uncertainty_for_each_point_leaves_nothing_exact(tmp_path):
    def state(folder):
        folder.change_all("stations.csv", lambda _: {"km_uncertainty_km": "0"})

    for answer in ask_all(load_changed(tmp_path, SMALL, state)):
        assert answer.exact_km == ()
        assert answer.to_dict()["exact_km"] == []


def test_a_negative_answer_lists_them_too():
    text = WITHOUT_REPORT + write_small_event("R1", "12:00", "13:00")
    journey = load_text(text, name="small")
    answer = rs.could(journey, arrive={"Vladivostok": "2030-01-01T00:00Z"})
    assert not answer.possible
    assert [one.line for one in answer.exact_km] == ["Trans-Siberian"]


def test_only_the_lines_of_the_route_are_listed(journeys):
    journey = journeys["2023-09"]
    both = {"Trans-Siberian", "Volochayevka-Komsomolsk"}
    assert {one.line for one in rs.conflicts(journey).exact_km} == both
    assert {one.line for one in rs.conflicts(journey, route="vladivostok").exact_km} == {
        "Trans-Siberian"
    }
    assert {one.line for one in rs.bounds(journey, route="komsomolsk").exact_km} == both


# Ussuriysk and Vladivostok are 77.1 km apart in a straight line. With one approximate end,
# that is 67.1 to 87.1 km, with two it is 57.1 to 97.1 km.
@pytest.mark.parametrize(
    ("places", "miss_km"),
    [((), 12.9), (("Ussuriysk",), 2.9), (("Ussuriysk", "Vladivostok"), None)],
)
def test_a_straight_distance_allows_for_approximate_positions(tmp_path, places, miss_km):
    clause = {
        "kind": "distance",
        "between": ["Ussuriysk", "Vladivostok"],
        "km": {"low": 90, "high": 110},
        "measure": "straight",
        "words": "a hundred kilometres",
    }
    text = WITHOUT_REPORT + write_report("R1", clause, claim="So far.", **OF_THE_PAPER)

    def change(folder):
        for place in places:
            folder.change_station(place, "Trans-Siberian", position="approximate")

    journey = load_changed(tmp_path, text, change)
    found = rs.conflicts(journey)
    assert [round(conflict.miss_km, 1) for conflict in found] == [miss_km] * (
        miss_km is not None
    )
    verdict = rs.check(journey, draws=50)[0].verdict
    assert verdict == ("impossible" if miss_km else "consistent")
    if places and miss_km:
        assert "in a straight line is 67.1 to 87.1 km" in found[0].why
