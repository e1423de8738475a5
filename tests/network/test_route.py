"""Routes over the bundled network: passages, reversals, gauges, zones and positions."""

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


def test_the_route_via_ussuriysk_is_longer_by_the_way_there_and_back(net):
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


@given(
    origin=st.sampled_from(sorted(NET.stations.index)),
    destination=st.sampled_from(sorted(NET.stations.index)),
)
def test_the_way_back_has_the_same_length_and_stations(origin, destination):
    if origin == destination:
        with pytest.raises(RouteError, match="has no length; name two different places"):
            NET.route(origin, destination)
        return
    there, back = NET.route(origin, destination), NET.route(destination, origin)
    assert there.length_km == pytest.approx(back.length_km, abs=1e-6)
    assert list(there.points["station"]) == list(back.points["station"])[::-1]
    assert [t[0] for t in turns(there)] == [t[0] for t in turns(back)][::-1]
    assert np.all(np.diff(there.passage_km) > 0)


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
    # The traced curve leads towards Birobidzhan, so from there the train does not reverse.
    assert turns(net.route("Birobidzhan-1", "Komsomolsk-na-Amure")) == []


def test_a_reversal_has_the_kilometre_of_its_passage(net):
    route = net.route("Pyongyang", "Vladivostok", via=["Ussuriysk"])
    (turn,) = route.reversals.itertuples()
    assert turn.km == route.km_of("Ussuriysk")
    assert turn.basis in {"read", "measured", "assumed"}


def test_the_gauge_changes_at_khasan_or_earlier_from_rajin(net):
    route = net.route("Pyongyang", "Vladivostok")
    (change,) = route.gauge_changes.itertuples()
    assert (change.station, change.from_mm, change.to_mm) == ("Khasan", 1435, 1520)
    assert change.km == route.km_of("Khasan")
    assert change.possible_from_km == route.km_of("Rajin")
    gauge = route.points.set_index("station")["gauge_mm"]
    assert gauge["Pyongyang"] == gauge["Tumangang"] == 1435
    assert gauge["Khasan"] == gauge["Vladivostok"] == 1520


def test_the_way_back_changes_gauge_at_the_other_end_of_the_dual_gauge_track(net):
    (change,) = net.route("Vladivostok", "Pyongyang").gauge_changes.itertuples()
    assert (change.station, change.from_mm, change.to_mm) == ("Rajin", 1520, 1435)
    back = net.route("Vladivostok", "Pyongyang")
    assert change.possible_from_km == back.km_of("Khasan")
    assert net.route("Rajin", "Khasan").gauge_changes.empty


def test_time_zones_along_a_route(net):
    points = net.route("Pyongyang", "Ledyanaya").points
    runs = points.loc[points["tz"] != points["tz"].shift(), "tz"]
    assert list(runs) == ["Asia/Pyongyang", "Asia/Vladivostok", "Asia/Yakutsk"]
    tz = points.set_index("station")["tz"]
    assert tz["Tumangang"] == "Asia/Pyongyang"
    assert tz["Khasan"] == "Asia/Vladivostok"
    assert tz["Ledyanaya"] == "Asia/Yakutsk"
    assert set(net.stations["tz"]) == ZONES


def test_a_route_finds_only_its_own_stations(net):
    route = net.route("Pyongyang", "Khasan")
    assert route.passes("하산")
    assert not route.passes("Vladivostok")
    with pytest.raises(UnknownNameError, match="no station on this route named 'Vladivostok'"):
        route.km_of("Vladivostok")
    assert route.km_of("Хасан") == route.length_km


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
def test_the_geometry_passes_through_every_passage(route):
    assert isinstance(route.geometry, LineString)
    assert np.array_equal(
        np.array(route.geometry.coords),
        np.column_stack([route.points.geometry.x, route.points.geometry.y]),
    )


@routes
def test_every_station_is_at_its_own_kilometre(route):
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
    with pytest.raises(ArgumentError, match="is not on the route"):
        route.lonlat_at(km)
    with pytest.raises(ArgumentError, match="is not on the route"):
        route.point_at([0.0, km])


@given(name=st.sampled_from(sorted(ROUTES)), share=st.floats(0.0, 1.0))
def test_locate_inverts_lonlat_at(name, share):
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


def test_near_km_chooses_between_passages(net):
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
def test_the_offset_of_a_point_is_at_most_its_displacement(share, section, away_m):
    # A point moved at right angles to its section is nearest to where it was, unless another
    # section is nearer, which can only make the offset smaller. The plane used for the
    # projection has an error of some parts in 1e4 over a section of several kilometres.
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


def test_the_repr_shows_ends_length_and_reversals(net):
    route = net.route("Khasan", "Vladivostok")
    assert repr(route) == (
        "<Route Khasan - Vladivostok: 327.4 km, 37 timing points, reversing at Baranovsky>"
    )


def test_a_route_and_its_network_convert_to_tables_and_documents(net):
    route = ROUTES["short"]
    document = route.to_dict()
    assert document["length_km"] == route.length_km
    assert [point["km"] for point in document["points"]] == list(route.points["km"])
    assert [turn["station"] for turn in document["reversals"]] == ["Baranovsky"]
    assert route.to_frame() is route.points
    stations = net.to_frame("Khasan branch")
    assert list(stations["station"]) == [s.name for _, s in net.list_line("Khasan branch")]
    # Positions are not rounded: they equal those in the table of stations.
    place = net.stations.loc[stations["station"][1]].geometry
    assert (stations["lon"][1], stations["lat"][1]) == (place.x, place.y)
    assert len(net.to_frame()) == len(net.to_dict()["stations"])
    for value in (route, net):
        assert value._repr_html_().startswith("<table>")


def test_lengths_by_line_cannot_be_changed_by_their_reader(net):
    route = net.route("Pyongyang", "Khasan")
    lengths = route.measure_lines(0, 5)
    with pytest.raises(TypeError):
        lengths["Pyongra"] = 0.0
    assert route.measure_lines(0, 5) is lengths
