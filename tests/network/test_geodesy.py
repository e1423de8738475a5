"""Distances against published geodesics, and the distance axis against shapely."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely import LineString, Point, line_locate_point

from routesim.errors import ArgumentError
from routesim.geodesy import DistanceAxis, measure_distances_m

WGS84 = Geod(ellps="WGS84")


@pytest.mark.parametrize(
    ("lon_from", "lat_from", "lon_to", "lat_to", "metres", "within"),
    [
        # GeographicLib's example for Python: Wellington to Salamanca.
        (174.81, -41.32, -5.50, 40.96, 19959679.267, 0.001),
        # GeodSolve's manual page: JFK to Singapore Changi, 40:38:23N 073:46:44W
        # to 01:21:33N 103:59:22E, to the metre.
        (-73.778889, 40.639722, 103.989444, 1.359167, 15347628, 1.0),
        # One degree along the equator: 6378137 m times pi / 180.
        (10.0, 0.0, 11.0, 0.0, 111319.49079, 0.001),
        # The quarter meridian of WGS84.
        (7.0, 0.0, 7.0, 90.0, 10001965.729, 0.001),
        # The same degree across the antimeridian.
        (179.5, 0.0, -179.5, 0.0, 111319.49079, 0.001),
    ],
)
def test_distances_agree_with_published_values(
    lon_from, lat_from, lon_to, lat_to, metres, within
):
    measured = measure_distances_m(lon_from, lat_from, lon_to, lat_to)
    assert float(measured) == pytest.approx(metres, abs=within)


def test_distances_keep_the_shape_and_broadcast():
    lon = np.array([[130.0, 131.0], [132.0, 133.0]])
    measured = measure_distances_m(lon, 43.0, 130.0, 43.0)
    assert measured.shape == (2, 2)
    assert measured.dtype == np.float64
    assert measured[0, 0] == 0.0
    assert np.all(np.diff(measured.ravel()) > 0)


# One degree east, then one degree north. Kilometres need not match the distance on the ground.
CORNER = DistanceAxis(
    km=np.array([5.0, 15.0, 35.0]),
    lon=np.array([10.0, 11.0, 11.0]),
    lat=np.array([0.0, 0.0, 1.0]),
)


def test_kilometres_are_spread_evenly_between_vertices():
    lon, lat = CORNER.lonlat_at([5.0, 10.0, 15.0, 20.0, 35.0])
    assert list(lon) == pytest.approx([10.0, 10.5, 11.0, 11.0, 11.0], abs=1e-14)
    assert list(lat) == pytest.approx([0.0, 0.0, 0.0, 0.25, 1.0], abs=1e-14)
    assert CORNER.length_km == 30.0


@pytest.mark.parametrize("km", [4.99, 35.01, -1.0, np.nan, np.inf, [5.0, np.nan]])
def test_an_axis_refuses_kilometres_beyond_its_ends(km):
    with pytest.raises(ArgumentError, match=r"km: .* is not on the route; give 5 to 35"):
        CORNER.lonlat_at(km)


def test_a_millimetre_beyond_an_end_is_rounding():
    # Half of the tolerance of 1e-6 km is accepted, twice the tolerance is refused.
    lon, lat = CORNER.lonlat_at([5.0 - 5e-7, 35.0 + 5e-7])
    assert list(lon) == [10.0, 11.0]
    assert list(lat) == [0.0, 1.0]
    with pytest.raises(ArgumentError, match="is not on the route"):
        CORNER.lonlat_at(35.0 + 2e-6)


def test_empty_input_gives_empty_coordinates():
    lon, lat = CORNER.lonlat_at([])
    assert lon.shape == lat.shape == (0,)


@pytest.mark.parametrize(
    ("km", "lon", "lat", "words"),
    [
        ([0.0], [1.0], [1.0], "two or more"),
        ([0.0, 1.0], [1.0], [1.0, 2.0], "one shape"),
        ([[0.0, 1.0]], [[1.0, 2.0]], [[1.0, 2.0]], "one shape"),
        ([1.0, 0.0], [1.0, 2.0], [1.0, 2.0], "must not decrease"),
        ([0.0, np.nan], [1.0, 2.0], [1.0, 2.0], "hold no NaN"),
    ],
)
def test_an_invalid_axis_is_refused(km, lon, lat, words):
    with pytest.raises(ArgumentError, match=words):
        DistanceAxis(np.array(km), np.array(lon), np.array(lat))


def test_an_axis_is_read_only():
    with pytest.raises(ValueError, match="read-only"):
        CORNER.km[0] = 1.0


def test_an_axis_over_the_antimeridian():
    # 179.5 E to 179.5 W on the equator: the middle is the antimeridian itself.
    axis = DistanceAxis(np.array([0.0, 100.0]), np.array([179.5, -179.5]), np.zeros(2))
    lon, lat = axis.lonlat_at([0.0, 25.0, 50.0, 75.0, 100.0])
    assert list(lon % 360) == pytest.approx([179.5, 179.75, 180.0, 180.25, 180.5], abs=1e-12)
    assert np.all(np.abs(lon) <= 180.0)
    assert np.all(lat == 0.0)
    for given_lon in (-179.75, 180.25):
        km, offset_m = axis.locate(lon=given_lon, lat=0.0)
        assert km == pytest.approx(75.0, abs=1e-9)
        assert offset_m == pytest.approx(0.0, abs=1e-3)


@given(
    lon=st.floats(-0.05, 0.15),
    lat=st.floats(-0.05, 0.15),
)
def test_locate_agrees_with_shapely_on_a_simple_line(lon, lat):
    # Within 0.15 degrees of the equator, a degree east is a degree north to 3e-6, so that a
    # planar projection in degrees is accurate. The kilometres of the axis are degrees along
    # it. On the diagonal through the corner both arms are equally near, and either may be
    # taken: there only the offsets must agree.
    axis = DistanceAxis(
        np.array([0.0, 0.1, 0.2]), np.array([0.0, 0.1, 0.1]), np.array([0.0, 0.0, 0.1])
    )
    line = LineString([(0.0, 0.0), (0.1, 0.0), (0.1, 0.1)])
    km, offset_m = axis.locate(lon=lon, lat=lat)
    along = line_locate_point(line, Point(lon, lat))
    tie = abs((0.1 - lon) - lat) < 1e-6 and lat > 0
    if not tie:
        assert float(km) == pytest.approx(along, abs=1e-6)
    # A degree of latitude is 110.57 km at the equator, of longitude 111.32 km.
    degrees = line.distance(Point(lon, lat))
    assert 110_500 * degrees - 1 <= float(offset_m) <= 111_400 * degrees + 1


@pytest.mark.parametrize(
    ("lon", "lat"), [(np.nan, 0.0), (np.inf, 0.0), (10.0, 90.5), (10.0, np.nan)]
)
def test_locate_refuses_invalid_coordinates(lon, lat):
    with pytest.raises(ArgumentError, match="not finite, or a latitude beyond 90; swapped"):
        CORNER.locate(lon=lon, lat=lat)


def test_locate_takes_the_first_passage_without_near_km():
    # Out and back over the same degree: every place is at km and at 20 - km.
    axis = DistanceAxis(
        np.array([0.0, 10.0, 20.0]), np.array([10.0, 11.0, 10.0]), np.array([40.0, 40.3, 40.0])
    )
    wanted = np.linspace(0.0, 10.0, 101)
    lon, lat = axis.lonlat_at(wanted)
    first, _ = axis.locate(lon=lon, lat=lat)
    assert list(first) == pytest.approx(list(wanted), abs=1e-9)
    beside, _ = axis.locate(lon=lon, lat=lat + 0.01)
    assert np.all(beside <= 10.0)
    second, _ = axis.locate(lon=lon, lat=lat, near_km=20.0 - wanted)
    assert list(second) == pytest.approx(list(20.0 - wanted), abs=1e-9)
    other, _ = axis.locate(lon=lon, lat=lat, near_km=wanted)
    assert list(other) == pytest.approx(list(wanted), abs=1e-9)


def test_locating_in_chunks_gives_the_same_result(monkeypatch):
    lon = np.linspace(9.5, 11.5, 97)
    lat = np.linspace(-0.2, 1.2, 97)
    whole = CORNER.locate(lon=lon, lat=lat, near_km=lon)
    monkeypatch.setattr("routesim.geodesy.LOCATE_CHUNK", 20)
    parts = CORNER.locate(lon=lon, lat=lat, near_km=lon)
    assert np.array_equal(whole[0], parts[0])
    assert np.array_equal(whole[1], parts[1])


@given(km=st.floats(6.0, 14.0), away_m=st.floats(1.0, 5000.0), side=st.sampled_from([0, 180]))
def test_the_offset_of_a_displaced_point_is_its_displacement(km, away_m, side):
    # Moved due north or south from the equator, a point is nearest to where it was.
    lon, lat = CORNER.lonlat_at(km)
    east, north, _ = WGS84.fwd(float(lon), float(lat), side, away_m)
    found, offset_m = CORNER.locate(lon=east, lat=north)
    if side == 180:  # in the north the other arm may be nearer
        assert float(found) == pytest.approx(km, abs=1e-6)
        assert float(offset_m) == pytest.approx(away_m, rel=1e-6)
    else:
        assert float(offset_m) <= away_m * (1 + 1e-6)
