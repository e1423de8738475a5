"""Reports that print a clock time."""

import routesim as rs


def test_a_clock_is_printed_where_the_words_have_hours():
    journey = rs.load_journey("2023-09")
    clocks = {r.id for r in journey.reports if any(c.prints_clock for c in r.clauses)}
    # C13 and C14 end at the hour of C15 but print none themselves; C07 means a day.
    assert clocks == {"C15", "C23"}
    journey = rs.load_journey("2019-04")
    clocks = {r.id for r in journey.reports if any(c.prints_clock for c in r.clauses)}
    assert clocks == {"C42", "C45"}
