from routesim.evidence import OrderClause, SpeedClause
from routesim.evidence.clauses import Moment
from routesim.units import kmh_to_mps
from routesim.view.spots import describe_clause
from routesim.view.wording import VERDICT_WORDS, name_share


def test_a_verdict_is_not_called_possible():
    # A strained report may be held by no draw at all.
    assert not [words for words in VERDICT_WORDS.values() if "possible" in words]


def test_a_small_share_is_not_nothing():
    # Of 100,000 draws one is 0.001 %; none are none.
    assert name_share(1e-5) == "under 0.1 %"
    assert name_share(0.0) == "none"
    assert name_share(0.0006) == "0.1 %"


def test_half_kilometres_an_hour_are_told():
    clause = SpeedClause("speed", kmh_to_mps(46.5), kmh_to_mps(47.5), "overall", None)
    assert describe_clause(clause) == "runs at 46.5 to 47.5 km/h (overall)"


def test_a_gap_without_an_upper_end():
    def order(low_s, high_s):
        moments = Moment("depart", "Khasan"), Moment("arrive", "Vladivostok")
        return describe_clause(OrderClause("order", *moments, low_s, high_s))

    assert order(5400.0, float("inf")).startswith(
        "arrives at Vladivostok, at least 1.5 h after"
    )
    assert order(0.0, float("inf")).startswith("arrives at Vladivostok, at any time after")
    assert order(0.0, 7200.0).startswith("arrives at Vladivostok, 0 to 2 h after")
