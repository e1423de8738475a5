"""Lengths of a journey's routes: what is taken as exact, and disputes without a range."""

import pytest

from routesim.journey.lengths import (
    list_exact_km,
    list_unplanned_lengths,
    measure_sections,
)

RANGE = """
[[plan.lengths]]
from = "{}"
to = "{}"
km = {{ dist = "uniform", low = {}, high = {} }}
reason = "Two sources."
"""


def name_disputes(journey):
    return [(d.from_station, d.to_station) for d in list_unplanned_lengths(journey)]


def test_a_range_is_spread_over_its_sections(load, tiny):
    # 238 km by the kilometres; 119 to 357 is half to one and a half times as much.
    journey = load(tiny + RANGE.format("Baranovsky", "Khasan", 119, 357))
    route = journey.routes["short"].route
    plain = measure_sections(load(tiny), route)
    lengths = measure_sections(journey, route)
    branch = route.index_of("Baranovsky")
    assert lengths.low_km[:branch] == pytest.approx(plain.low_km[:branch] * 0.5)
    assert lengths.high_km[:branch] == pytest.approx(plain.high_km[:branch] * 1.5)
    assert lengths.low_km[branch:].tolist() == plain.low_km[branch:].tolist()
    assert lengths.is_planned.tolist() == [n < branch for n in range(len(plain.low_km))]
    assert not plain.is_planned.any()


def test_the_kilometres_of_a_route_that_are_taken_as_exact(load, tiny):
    rows = list_exact_km(load(tiny), ["short"])
    assert [(one.line, one.exact_points) for one in rows] == [
        ("Khasan branch", 2),
        ("Trans-Siberian", rows[1].exact_points),
    ]
    # The route passes 16 points of the branch and 22 of the main line, with Baranovsky in both.
    assert [one.points for one in rows] == [16, 22]
    assert (rows[0].first_station, rows[0].last_station) == ("Baranovsky", "Khasan")


def test_kilometres_within_a_range_are_not_exact(load, tiny):
    journey = load(tiny + RANGE.format("Khasan", "Baranovsky", 236.9, 240))
    assert [one.line for one in list_exact_km(journey, ["short"])] == ["Trans-Siberian"]
    single = load(tiny + RANGE.format("Khasan", "Baranovsky", 238, 238.0000001))
    assert [one.line for one in list_exact_km(single, ["short"])] == ["Trans-Siberian"]


def test_a_range_of_one_length_leaves_kilometres_exact(load, tiny):
    text = RANGE.format("Khasan", "Baranovsky", 0, 0)
    text = text.replace(
        '{ dist = "uniform", low = 0, high = 0 }', '{ dist = "fixed", value = 238 }'
    )
    rows = list_exact_km(load(tiny + text), ["short"])
    assert [one.line for one in rows] == ["Khasan branch", "Trans-Siberian"]


def test_disputes_without_a_range_are_listed(load, tiny):
    assert name_disputes(load(tiny)) == [("Khasan", "Baranovsky")]


@pytest.mark.parametrize(("low", "high"), [(236.9, 240), (237, 238)])
def test_a_range_covers_the_dispute_of_its_stretch(load, tiny, low, high):
    assert name_disputes(load(tiny + RANGE.format("Khasan", "Baranovsky", low, high))) == []


# Primorskaya is on the way, so its range covers a part of the stretch. Khasan - Baranovsky is
# then 238 km -3 / +3, which includes the 236.9 to 240 of the sources; or -0.5 / +0.5.
@pytest.mark.parametrize(("half_km", "covered"), [(3, True), (0.5, False)])
def test_a_range_on_a_part_covers_what_it_includes(load, tiny, net, half_km, covered):
    km = net.route("Khasan", "Primorskaya").length_km
    text = RANGE.format("Khasan", "Primorskaya", km - half_km, km + half_km)
    assert (name_disputes(load(tiny + text)) == []) is covered


def test_the_bundled_journeys(journeys):
    assert name_disputes(journeys["2019-04"]) == [("Baranovsky", "Ussuriysk")]
    assert ("Khabarovsk-1", "Volochayevka-1") in name_disputes(journeys["2023-09"])
    assert ("Pyongyang", "Khasan") not in name_disputes(journeys["2023-09"])
