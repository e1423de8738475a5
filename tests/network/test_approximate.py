"""Approximate positions: coordinates that may be off by kilometres."""

import pytest

from routesim.network import load_network

UGOLNAYA = ("Ugolnaya", "Trans-Siberian")


def move_north(folder, net, km, position):
    """Move Ugolnaya to the north; a degree of latitude has about 111 km."""
    station = net.find_station("Ugolnaya")
    lat = f"{station.lat + km / 111:.5f}"
    return folder.change_station(*UGOLNAYA, lat=lat, position=position)


def test_an_approximate_position_is_marked(folder):
    folder.change_station(*UGOLNAYA, position="approximate")
    network = load_network(folder.path)
    station = network.find_station("Ugolnaya")
    assert (station.is_approximate, station.is_schematic) == (True, False)
    assert station.position_error_km == 10
    assert network.find_station("Vladivostok").position_error_km == 0
    assert network.stations.loc["Ugolnaya", "position"] == "approximate"
    assert "approximate" in set(network.to_frame()["position"])


def test_the_sections_at_an_approximate_position_are_schematic(folder, net):
    folder.change_station(*UGOLNAYA, position="approximate")
    changed = [
        {section.from_station, section.to_station}
        for section, before in zip(
            load_network(folder.path).sections, net.sections, strict=True
        )
        if section.is_schematic != before.is_schematic
    ]
    assert len(changed) == 2
    assert all("Ugolnaya" in ends for ends in changed)


def test_an_approximate_position_needs_coordinates(folder):
    row = folder.change_station(*UGOLNAYA, lat="", lon="", position="approximate")
    folder.refuse_once(
        f"stations.csv row {row}: position is 'approximate' but lat and lon are blank"
    )


# A chord may exceed the kilometres by 5 km, and by 10 more if an end is approximate.
@pytest.mark.parametrize(
    ("km", "position", "refused"),
    [(12, "surveyed", True), (12, "approximate", False), (25, "approximate", True)],
)
def test_an_approximate_position_may_be_off_by_kilometres(folder, net, km, position, refused):
    move_north(folder, net, km, position)
    if refused:
        assert any("in a straight line" in fault for fault in folder.refuse())
    else:
        load_network(folder.path)
