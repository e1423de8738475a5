"""The bundled corridor: lengths against published ones, names, gauges, reversals."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from shapely import LineString, Point

from routesim.errors import ArgumentError, RouteError, UnknownNameError
from routesim.network import load_network

WGS84 = Geod(ellps="WGS84")
NET = load_network()
LINES = {line: NET.list_line(line) for line in sorted({s.line for s in NET.sections})}
ZONES = {"Asia/Pyongyang", "Asia/Vladivostok", "Asia/Yakutsk"}

ROUTES = {
    "short": NET.route("Pyongyang", "Vladivostok"),
    "by Ussuriysk": NET.route("Pyongyang", "Vladivostok", via=["Ussuriysk"]),
    "Ledyanaya": NET.route("Pyongyang", "Ledyanaya"),
    "Komsomolsk": NET.route("Komsomolsk-na-Amure", "Pyongyang"),
}
routes = pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES)


def turns(route):
    return [(t.station, t.visit, t.movement) for t in route.reversals.itertuples()]


# ---------------------------------------------------------------- lengths


@pytest.mark.parametrize(
    ("origin", "destination", "km", "within"),
    [
        ("Pyongyang", "Khasan", 857, 6),  # 856 to 859 by the station tables
        ("Khasan", "Baranovsky", 238, 2),  # 238 and 240 published, 236.9 measured
        ("Vladivostok", "Khabarovsk-1", 767, 2),  # 766.1 and 767.0
    ],
)
def test_lengths_agree_with_published_ones(net, origin, destination, km, within):
    assert net.route(origin, destination).length_km == pytest.approx(km, abs=within)


def test_by_ussuriysk_it_is_longer_by_going_there_and_back(net):
    direct = net.route("Khasan", "Vladivostok")
    longer = net.route("Khasan", "Vladivostok", via=["Ussuriysk"])
    # Twice the 22.1 km from Baranovsky to Ussuriysk.
    assert longer.length_km - direct.length_km == pytest.approx(44, abs=2)
    first, second = (longer.km_of("Baranovsky", visit=visit) for visit in (1, 2))
    assert first == longer.km_of("Baranovsky") == direct.km_of("Baranovsky")
    assert second - first == pytest.approx(longer.length_km - direct.length_km, abs=1e-9)
    assert list(longer.points.query("station == 'Baranovsky'")["visit"]) == [1, 2]
    with pytest.raises(ArgumentError, match=r"visit: 3 of Baranovsky, .* 2 times; give 1 to 2"):
        longer.km_of("Baranovsky", visit=3)
    with pytest.raises(ArgumentError, match=r"visit: 2 of Baranovsky, .* once; give 1 to 1"):
        direct.km_of("Baranovsky", visit=2)
    with pytest.raises(ArgumentError, match=r"visit: 0 of Baranovsky"):
        direct.km_of("Baranovsky", visit=0)


@st.composite
def pairs_on_a_line(draw):
    line = draw(st.sampled_from(sorted(LINES)))
    members = LINES[line]
    start = draw(st.integers(0, len(members) - 1))
    end = draw(st.integers(0, len(members) - 1).filter(lambda other: other != start))
    return line, start, end


@given(pair=pairs_on_a_line())
def test_kilometres_differ_as_the_official_chainage_does(pair):
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


@given(
    origin=st.sampled_from(sorted(NET.stations.index)),
    destination=st.sampled_from(sorted(NET.stations.index)),
)
def test_the_way_back_is_as_long_and_passes_the_same(origin, destination):
    if origin == destination:
        with pytest.raises(RouteError, match="is no way; name two different places"):
            NET.route(origin, destination)
        return
    there, back = NET.route(origin, destination), NET.route(destination, origin)
    assert there.length_km == pytest.approx(back.length_km, abs=1e-6)
    assert list(there.points["station"]) == list(back.points["station"])[::-1]
    assert [t[0] for t in turns(there)] == [t[0] for t in turns(back)][::-1]
    assert np.all(np.diff(there.passage_km) > 0)


# ---------------------------------------------------------------- reversals, gauges, zones


def test_where_a_train_reverses(net):
    assert turns(net.route("Khasan", "Vladivostok")) == [("Baranovsky", 1, "reverse")]
    assert turns(net.route("Khasan", "Vladivostok", via=["Ussuriysk"])) == [
        ("Ussuriysk", 1, "reverse")
    ]
    assert turns(net.route("Khasan", "Khabarovsk-1")) == []
    assert turns(net.route("Pyongyang", "Khasan")) == []
    assert turns(net.route("Khabarovsk-1", "Komsomolsk-na-Amure")) == [
        ("Tungusskiy", 1, "unknown")
    ]
    # The traced curve faces Birobidzhan, so from there it is a way through.
    assert turns(net.route("Birobidzhan-1", "Komsomolsk-na-Amure")) == []


def test_a_reversal_lies_at_the_kilometre_of_its_passage(net):
    route = net.route("Pyongyang", "Vladivostok", via=["Ussuriysk"])
    (turn,) = route.reversals.itertuples()
    assert turn.km == route.km_of("Ussuriysk")
    assert turn.basis in {"read", "measured", "assumed"}


def test_the_gauge_changes_at_khasan_and_may_from_rajin_on(net):
    route = net.route("Pyongyang", "Vladivostok")
    (change,) = route.gauge_changes.itertuples()
    assert (change.station, change.from_mm, change.to_mm) == ("Khasan", 1435, 1520)
    assert change.km == route.km_of("Khasan")
    assert change.possible_from_km == route.km_of("Rajin")
    gauge = route.points.set_index("station")["gauge_mm"]
    assert gauge["Pyongyang"] == gauge["Tumangang"] == 1435
    assert gauge["Khasan"] == gauge["Vladivostok"] == 1520


def test_the_way_back_changes_gauge_at_the_other_end_of_the_four_rails(net):
    (change,) = net.route("Vladivostok", "Pyongyang").gauge_changes.itertuples()
    assert (change.station, change.from_mm, change.to_mm) == ("Rajin", 1520, 1435)
    back = net.route("Vladivostok", "Pyongyang")
    assert change.possible_from_km == back.km_of("Khasan")
    assert net.route("Rajin", "Khasan").gauge_changes.empty


def test_zones_along_the_way(net):
    points = net.route("Pyongyang", "Ledyanaya").points
    runs = points.loc[points["tz"] != points["tz"].shift(), "tz"]
    assert list(runs) == ["Asia/Pyongyang", "Asia/Vladivostok", "Asia/Yakutsk"]
    tz = points.set_index("station")["tz"]
    assert tz["Tumangang"] == "Asia/Pyongyang"
    assert tz["Khasan"] == "Asia/Vladivostok"
    assert tz["Ledyanaya"] == "Asia/Yakutsk"
    assert set(net.stations["tz"]) == ZONES


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("pyongyang", "Pyongyang"),
        ("PYONGYANG", "Pyongyang"),
        ("P'yŏngyang", "Pyongyang"),
        ("P’yŏngyang", "Pyongyang"),  # noqa: RUF001 (another apostrophe is the point)
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
        ("Барановскии", "Baranovsky"),  # the breve of й is a diacritic, too
    ],
)
def test_names_are_found_in_any_spelling(net, name, plain):
    assert net.find_station(name).name == plain


def test_korean_composed_and_decomposed_are_one(net):
    import unicodedata

    assert net.find_station(unicodedata.normalize("NFD", "평양")).name == "Pyongyang"


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [("Vladivostock", "Vladivostok"), ("Ussurisk", "Ussuriysk"), ("하싼", "하산")],
)
def test_a_miss_suggests_the_nearest(net, name, suggestion):
    with pytest.raises(UnknownNameError, match=f"no station named '{name}'; did you mean") as e:
        net.find_station(name)
    assert suggestion in e.value.suggestions or suggestion in str(e.value)


@pytest.mark.parametrize("name", ["", " ", "'", "qqqqqqqq", "\0"])
def test_nothing_is_not_found(net, name):
    with pytest.raises(UnknownNameError, match="no station named"):
        net.find_station(name)


def test_a_route_knows_only_its_own_stations(net):
    route = net.route("Pyongyang", "Khasan")
    assert route.passes("하산")
    assert not route.passes("Vladivostok")
    with pytest.raises(UnknownNameError, match="no station on this route named 'Vladivostok'"):
        route.km_of("Vladivostok")
    assert route.km_of("Хасан") == route.length_km


def test_an_unknown_line_is_refused(net):
    with pytest.raises(UnknownNameError, match=r"no line named 'Pyonra'; did you mean Pyongra"):
        net.list_line("Pyonra")


def test_via_must_be_a_list(net):
    with pytest.raises(ArgumentError, match=r"via: is one text; give a list: \['Ussuriysk'\]"):
        net.route("Khasan", "Vladivostok", via="Ussuriysk")


def test_via_goes_through_the_places_in_order(net):
    route = net.route("Ussuriysk", "Khasan", via=["Vladivostok", "Ussuriysk"])
    names = list(route.points["station"])
    assert names.count("Ussuriysk") == 2
    assert names.index("Vladivostok") < route.index_of("Ussuriysk", 2)
    assert [t[0] for t in turns(route)] == ["Vladivostok", "Ussuriysk"]


# ---------------------------------------------------------------- geometry


def test_no_chord_is_longer_than_its_kilometres_unlisted(net):
    # The chords are measured here once more, from the stations' own geometry.
    place = net.stations.geometry
    long = []
    for section in net.sections:
        a, b = place[section.from_station], place[section.to_station]
        chord_km = WGS84.inv(a.x, a.y, b.x, b.y)[2] / 1000
        assert section.chord_km == pytest.approx(chord_km, abs=1e-6)
        if chord_km > section.length_km + 0.2:
            long.append(section)
    assert long == list(net.long_chords)


def test_all_coordinates_lie_in_the_box(net):
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


def test_published_lengths_stand_beside_ours(net):
    table = net.lengths
    default = table[table["default"]]
    assert len(default) > 20
    # What is marked as used must be what the chainage gives, to its own rounding.
    assert default["difference_km"].abs().max() <= 0.21
    other = table.query("from_station == 'Pyongyang' and to_station == 'Khasan' and km == 877")
    assert other["difference_km"].item() == pytest.approx(877 - 859.0, abs=0.05)


@routes
def test_points_have_their_columns_and_types(route):
    points = route.points
    assert isinstance(points, gpd.GeoDataFrame)
    assert points.crs.to_epsg() == 4326
    assert {"station", "visit", "km", "country", "tz", "line", "gauge_mm", "geometry"} <= set(
        points.columns
    )
    assert points["km"].dtype == np.float64
    assert points["visit"].dtype == points["gauge_mm"].dtype == np.int64
    for column in ("station", "country", "tz", "line"):
        assert pd.api.types.is_string_dtype(points[column])
    assert points["km"].iloc[0] == 0.0
    assert points["km"].iloc[-1] == route.length_km
    assert set(points["country"]) <= {"KP", "RU"}
    assert set(points["tz"]) <= ZONES
    assert len(points) == len(route.passages)
    assert not points.isna().any(axis=None)


@routes
def test_geometry_runs_through_every_passage(route):
    assert isinstance(route.geometry, LineString)
    assert np.array_equal(
        np.array(route.geometry.coords),
        np.column_stack([route.points.geometry.x, route.points.geometry.y]),
    )


@routes
def test_every_station_sits_at_its_own_kilometre(route):
    lon, lat = route.lonlat_at(route.points["km"])
    place = NET.stations.geometry
    for index, passage in enumerate(route.passages):
        station = place[passage.station.name]
        assert (lon[index], lat[index]) == (station.x, station.y)
        assert route.km_of(passage.station.name, visit=passage.visit) == passage.km
    at = route.point_at([0.0, route.length_km])
    assert [type(p) for p in at] == [Point, Point]
    assert at[0].equals(place[route.origin])
    assert at[1].equals(place[route.destination])


@routes
@pytest.mark.parametrize("km", [-0.1, np.nan, np.inf, 1e9])
def test_places_beyond_the_ends_are_refused(route, km):
    with pytest.raises(ArgumentError, match="does not lie on the way"):
        route.lonlat_at(km)
    with pytest.raises(ArgumentError, match="does not lie on the way"):
        route.point_at([0.0, km])


@given(name=st.sampled_from(sorted(ROUTES)), share=st.floats(0.0, 1.0))
def test_a_place_is_located_where_it_was_taken(name, share):
    route = ROUTES[name]
    km = share * route.length_km
    lon, lat = route.lonlat_at(km)
    found, offset_m = route.locate(lon=lon, lat=lat, near_km=km)
    assert float(found) == pytest.approx(km, rel=1e-6, abs=1e-6)
    assert float(offset_m) == pytest.approx(0.0, abs=1e-3)


@given(shape=st.sampled_from([(), (1,), (7,), (3, 4), (2, 1, 3), (0,)]))
@settings(max_examples=6)
def test_locate_keeps_the_shape(shape):
    route = ROUTES["by Ussuriysk"]
    km = np.linspace(1.0, 1200.0, int(np.prod(shape))).reshape(shape)
    lon, lat = route.lonlat_at(km)
    found, offset_m = route.locate(lon=lon, lat=lat, near_km=km)
    assert lon.shape == lat.shape == found.shape == offset_m.shape == shape
    assert found == pytest.approx(km, rel=1e-6)


def test_near_km_tells_the_passages_apart(net):
    route = ROUTES["by Ussuriysk"]
    place = net.stations.geometry["Sakhzavod"]
    first, second = (route.km_of("Sakhzavod", visit=visit) for visit in (1, 2))
    assert second > first
    for near, expected in ((None, first), (first, first), (second, second), (1e4, second)):
        km, offset_m = route.locate(lon=place.x, lat=place.y, near_km=near)
        assert float(km) == pytest.approx(expected, abs=1e-6)
        assert float(offset_m) == pytest.approx(0.0, abs=1e-3)


@given(
    share=st.floats(0.05, 0.95),
    section=st.integers(0, len(ROUTES["short"].passages) - 2),
    away_m=st.floats(1.0, 150.0),
)
def test_a_displaced_point_is_found_no_farther_than_it_was_moved(share, section, away_m):
    # Square to its section the foot is the point it was moved from, unless another
    # section comes nearer; a neighbour can only make the offset smaller. A plane laid
    # at the point errs by some parts in 1e4 over a section of some kilometres.
    route = ROUTES["short"]
    before, after = route.passages[section], route.passages[section + 1]
    azimuth, _, chord_m = WGS84.inv(
        before.station.lon, before.station.lat, after.station.lon, after.station.lat
    )
    km = before.km + share * (after.km - before.km)
    lon, lat = route.lonlat_at(km)
    moved_lon, moved_lat, _ = WGS84.fwd(float(lon), float(lat), azimuth + 90.0, away_m)
    found, offset_m = route.locate(lon=moved_lon, lat=moved_lat)
    at_lon, at_lat = route.lonlat_at(found)
    _, _, measured_m = WGS84.inv(moved_lon, moved_lat, float(at_lon), float(at_lat))
    assert float(offset_m) == pytest.approx(measured_m, abs=1e-6)
    assert float(offset_m) <= away_m * 1.001
    clear_m = min(share, 1 - share) * chord_m
    if clear_m > 20 * away_m and before.km < float(found) < after.km:
        assert float(offset_m) == pytest.approx(away_m, rel=0.01)


def test_a_repr_names_ends_length_and_reversals(net):
    route = net.route("Khasan", "Vladivostok")
    assert repr(route) == (
        "<Route Khasan - Vladivostok: 327.4 km, 37 timing points, reversing at Baranovsky>"
    )
