import pytest

from routesim.errors import ArgumentError
from routesim.kinematics import SpeedLimit, Stop, Track


def test_limits_are_kept_as_a_tuple():
    limit = SpeedLimit(0, 10, 5)
    track = Track(length_m=10, limits=[limit])
    assert track.limits == (limit,)
    assert limit.applies_to == "train"


def test_a_limit_reports_all_faults():
    with pytest.raises(ArgumentError) as caught:
        SpeedLimit(100, 100, 0, applies_to="tail")
    assert str(caught.value).splitlines() == [
        "3 faults:",
        "  speed_mps: is 0; must be greater than zero",
        "  end_m: is 100; must lie beyond start_m, 100",
        "  applies_to: is 'tail'; give 'train' or 'head'",
    ]


def test_a_faulty_end_is_reported_once():
    with pytest.raises(ArgumentError) as caught:
        SpeedLimit(0, float("nan"), 5)
    assert str(caught.value) == "end_m: is nan; must be finite"


def test_a_track_reports_all_faults():
    with pytest.raises(ArgumentError) as caught:
        Track(
            length_m=1000,
            limits=[SpeedLimit(1000, 1100, 5), (0, 5, 5), SpeedLimit(-50, 0, 5)],
        )
    assert str(caught.value).splitlines() == [
        "3 faults:",
        "  limits[0]: from 1000 to 1100 m lies wholly off the track of 1000 m; drop it",
        "  limits[1]: is of type tuple; give a SpeedLimit",
        "  limits[2]: from -50 to 0 m lies wholly off the track of 1000 m; drop it",
    ]
    with pytest.raises(ArgumentError, match="length_m: is 0; must be greater than zero"):
        Track(length_m=0)


def test_a_stop_reports_all_faults():
    with pytest.raises(ArgumentError) as caught:
        Stop(-1, dwell_s=float("inf"))
    assert str(caught.value).splitlines() == [
        "2 faults:",
        "  position_m: is -1; must not be negative",
        "  dwell_s: is inf; must be finite",
    ]
