"""The bundled network: published lengths, names, lines and routes via stations."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from routesim.errors import ArgumentError, UnknownNameError
from routesim.network import load_network

WGS84 = Geod(ellps="WGS84")
NET = load_network()
LINES = {line: NET.list_line(line) for line in sorted({s.line for s in NET.sections})}


@pytest.mark.parametrize(
    ("origin", "destination", "km", "within"),
    [
        ("Pyongyang", "Khasan", 857, 6),  # 856 to 859 by the station tables
        ("Khasan", "Baranovsky", 238, 2),  # 238 and 240 published, 236.9 measured
        ("Vladivostok", "Khabarovsk-1", 767, 2),  # 766.1 and 767.0
    ],
)
def test_lengths_agree_with_published_values(net, origin, destination, km, within):
    assert net.route(origin, destination).length_km == pytest.approx(km, abs=within)


@st.composite
def pairs_on_a_line(draw):
    line = draw(st.sampled_from(sorted(LINES)))
    members = LINES[line]
    start = draw(st.integers(0, len(members) - 1))
    end = draw(st.integers(0, len(members) - 1).filter(lambda other: other != start))
    return line, start, end


@given(pair=pairs_on_a_line())
def test_kilometres_of_a_route_follow_the_official_chainage(pair):
    line, start, end = pair
    step = 1 if end > start else -1
    members = list(LINES[line][start::step])[: abs(end - start) + 1]
    names = [station.name for _, station in members]
    route = NET.route(names[0], names[-1])
    assert list(route.points["station"]) == names
    origin_km = members[0][0]
    for official_km, station in members:
        assert route.km_of(station.name) == pytest.approx(
            abs(official_km - origin_km), abs=1e-6
        )
    assert set(route.points["line"]) == {line}


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("pyongyang", "Pyongyang"),
        ("PYONGYANG", "Pyongyang"),
        ("P'yŏngyang", "Pyongyang"),
        ("P’yŏngyang", "Pyongyang"),  # noqa: RUF001 (another apostrophe on purpose)
        ("평양", "Pyongyang"),
        ("Пхеньян", "Pyongyang"),
        ("пхеньян", "Pyongyang"),
        ("Phyongyang", "Pyongyang"),
        ("하산", "Khasan"),
        ("Хасан", "Khasan"),
        ("Hasan", "Khasan"),
        ("  khasan ", "Khasan"),
        ("두만강", "Tumangang"),
        ("Tumen River", "Tumangang"),
        ("Komsomolsk na Amure", "Komsomolsk-na-Amure"),
        ("Tsiolkovsky", "Ledyanaya"),
        ("Барановский", "Baranovsky"),
        ("Барановскии", "Baranovsky"),  # the breve of й is a diacritic as well
    ],
)
def test_names_are_found_in_any_spelling(net, name, plain):
    assert net.find_station(name).name == plain


def test_composed_and_decomposed_korean_are_the_same(net):
    assert net.find_station(unicodedata.normalize("NFD", "평양")).name == "Pyongyang"


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [("Vladivostock", "Vladivostok"), ("Ussurisk", "Ussuriysk"), ("하싼", "하산")],
)
def test_an_unknown_name_suggests_the_nearest(net, name, suggestion):
    with pytest.raises(UnknownNameError, match=f"no station named '{name}'; did you mean") as e:
        net.find_station(name)
    assert suggestion in e.value.suggestions or suggestion in str(e.value)


@pytest.mark.parametrize("name", ["", " ", "'", "qqqqqqqq", "\0"])
def test_a_name_without_letters_is_not_found(net, name):
    with pytest.raises(UnknownNameError, match="no station named"):
        net.find_station(name)


def test_an_unknown_line_is_refused(net):
    with pytest.raises(UnknownNameError, match=r"no line named 'Pyonra'; did you mean Pyongra"):
        net.list_line("Pyonra")


def test_via_must_be_a_list(net):
    with pytest.raises(ArgumentError, match=r"via: is a string; give a list: \['Ussuriysk'\]"):
        net.route("Khasan", "Vladivostok", via="Ussuriysk")


def test_via_goes_through_the_places_in_order(net):
    route = net.route("Ussuriysk", "Khasan", via=["Vladivostok", "Ussuriysk"])
    names = list(route.points["station"])
    assert names.count("Ussuriysk") == 2
    assert names.index("Vladivostok") < route.index_of("Ussuriysk", 2)
    assert list(route.reversals["station"]) == ["Vladivostok", "Ussuriysk"]


def test_every_chord_longer_than_its_kilometres_is_listed(net):
    # The chords are measured again, from the geometry of the stations.
    place = net.stations.geometry
    long = []
    assert net.sections
    for section in net.sections:
        a, b = place[section.from_station], place[section.to_station]
        chord_km = WGS84.inv(a.x, a.y, b.x, b.y)[2] / 1000
        assert section.chord_km == pytest.approx(chord_km, abs=1e-6)
        if chord_km > section.length_km + 0.2:
            long.append(section)
    assert long == list(net.long_chords)


def test_all_coordinates_are_in_the_box(net):
    # The box of corridor.toml.
    west, south, east, north = net.stations.total_bounds
    assert west >= 124.0
    assert south >= 38.0
    assert east <= 140.0
    assert north <= 53.0
    assert net.stations.crs.to_epsg() == net.lines.crs.to_epsg() == 4326
    assert np.all(net.lines.total_bounds == net.stations.total_bounds)


def test_lines_cover_their_stations(net):
    for line, members in LINES.items():
        stretches = net.lines[net.lines["line"] == line]
        whole_km = abs(members[-1][0] - members[0][0])
        assert stretches["length_km"].sum() == pytest.approx(whole_km, abs=1e-6)
        assert stretches["from_station"].iloc[0] == members[0][1].name
        assert stretches["to_station"].iloc[-1] == members[-1][1].name
    assert net.stations.loc["Baranovsky", "lines"] == {
        "Khasan branch": 0.0,
        "Trans-Siberian": 9198.8,
    }


def test_published_lengths_are_compared_with_the_chainage(net):
    table = net.compare_lengths()
    default = table[table["default"]]
    assert len(default) > 20
    # A length marked as the default must agree with the chainage up to rounding.
    assert default["difference_km"].abs().max() <= 0.21
    other = table.query("from_station == 'Pyongyang' and to_station == 'Khasan' and km == 877")
    assert other["difference_km"].item() == pytest.approx(877 - 859.0, abs=0.05)
