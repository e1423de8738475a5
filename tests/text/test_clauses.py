from routesim.evidence import DistanceClause, DurationClause, OrderClause, SpeedClause
from routesim.evidence.clauses import Moment
from routesim.units import kmh_to_mps


def test_half_kilometres_per_hour_are_shown():
    clause = SpeedClause("speed", kmh_to_mps(46.5), kmh_to_mps(47.5), "overall", None)
    assert clause.text == "runs at 46.5 to 47.5 km/h (overall)"


def test_a_quantity_of_the_whole_journey_names_the_journey():
    distance = DistanceClause("distance", 1_080_000.0, 1_320_000.0, "rail", None)
    duration = DurationClause("duration", 64_800.0, 79_200.0, None, "depart", "arrive")
    assert distance.text.endswith(" km for the whole journey (rail)")
    assert duration.text == "18 to 22 h for the whole journey"


def test_a_duration_states_that_its_start_is_open():
    ends = ("Khasan", "Vladivostok")
    texts = [
        DurationClause("duration", 3600.0, 7200.0, ends, start, "arrive").text
        for start in ("arrive", None)
    ]
    assert texts[0] == "1 to 2 h from Khasan to Vladivostok"
    assert texts[1] == f"{texts[0]} (whether from the arrival or the departure is not stated)"


def test_a_gap_without_an_upper_end():
    def order(low_s, high_s):
        moments = Moment("depart", "Khasan"), Moment("arrive", "Vladivostok")
        return OrderClause("order", *moments, low_s, high_s).text

    assert order(5400.0, float("inf")).startswith("arrives at Vladivostok at least 1.5 h after")
    assert order(0.0, float("inf")) == "arrives at Vladivostok after it departs from Khasan"
    assert order(0.0, 7200.0).startswith("arrives at Vladivostok 0 to 2 h after")
