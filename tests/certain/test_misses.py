"""Misses and resolutions with all assumptions in force, and clashes charged to one report."""

import pytest

import routesim as rs
from tests.support.journeys import (
    build_journey,
    make_window,
    uniform,
    write_departure,
    write_family,
    write_report,
    write_route,
    write_source,
    write_speed,
    write_stop,
)

HEAD = (
    write_route("short", "Vladivostok"),
    write_departure("06:00", "10:00"),
    write_stop("Baranovsky", uniform(5, 10)),
    write_speed("Khasan branch", uniform(50, 70)),
    write_speed("Trans-Siberian", uniform(60, 80)),
    write_source(),
)


def write_event(name, kind, place, start, end):
    """Write a report of an event in a printed window, with soft ends of one minute."""
    window = make_window(start, end, soft_min=1)
    clause = {"kind": kind, "place": place, **window, "words": "a clock"}
    return write_family(name) + write_report(name, clause)


def write_claims(name, *clauses):
    return write_family(name) + write_report(
        name, *({**clause, "words": "a claim"} for clause in clauses)
    )


def load(*reports):
    return build_journey("misses", *HEAD, *reports, default_route="short")


# ---------------------------------------------------------------- with the cap in force


def load_late(gvozdevo="09:00"):
    """Load a stop at Makhalino that is later than those at two places beyond it.

    The posts of these places are to the kilometre. So Makhalino (km 41) and Gvozdevo (km 53)
    are at least 11 km apart, and Makhalino and Ryazanovka (km 91) at least 49 km. At the cap of
    100 km/h this takes 396 s and 1,764 s.
    """
    return load(
        write_event("M", "arrive", "Makhalino", "09:20", "09:21"),
        write_event("G", "arrive", "Gvozdevo", "08:50", gvozdevo),
        write_event("R", "arrive", "Ryazanovka", "09:00", "09:40"),
    )


def test_a_miss_includes_the_way_at_the_cap():
    """From 09:20 to before 09:00 it is 1,201 s, and to before 09:40 it is -1,199 s.

    With the way, Gvozdevo misses by 1,597 s. It contradicts Makhalino even without the cap.
    Ryazanovka misses by 565 s and needs the cap. In minutes, the tolerance of an end, this is
    26.6 and 9.4.
    """
    near, far = found = rs.conflicts(load_late())
    assert found.is_complete
    assert (near.clauses, near.miss_s, near.needs_cap) == (("G", "M"), 1201 + 396, False)
    assert (far.clauses, far.miss_s, far.needs_cap) == (("M", "R"), 1764 - 1199, True)
    assert (near.tolerances, far.tolerances) == (
        pytest.approx(1597 / 60),
        pytest.approx(565 / 60),
    )


def test_a_resolution_does_not_lead_back_into_the_conflict():
    """26 min 37 s later, Gvozdevo ends at 09:26:37. One second less is not enough."""
    repair = next(r for r in rs.conflicts(load_late())[0].repairs if r.clauses == ("G",))
    assert repair.text == "the window of G ends 26 min 37 s later"
    assert repair.seconds == 1597
    assert [c.clauses for c in rs.conflicts(load_late("09:26:37"))] == [("M", "R")]
    again = {c.clauses: c.miss_s for c in rs.conflicts(load_late("09:26:36"))}
    assert again == {("M", "R"): 565, ("G", "M"): 1}


def test_a_resolution_names_what_still_contradicts_the_report():
    """9 min 25 s earlier, Makhalino fits Ryazanovka but not yet Gvozdevo."""
    near, far = rs.conflicts(load_late())
    earlier = {c.clauses: next(r for r in c.repairs if r.names == ("M",)) for c in (near, far)}
    assert (earlier["M", "R"].seconds, earlier["M", "R"].still) == (565, ("G",))
    assert earlier["M", "R"].text.endswith("9 min 25 s earlier (G still contradicts it)")
    assert (earlier["G", "M"].seconds, earlier["G", "M"].still) == (1597, ())


def test_no_conflict_contains_another(journeys):
    for journey in (*journeys.values(), load_late()):
        found = rs.conflicts(journey)
        sets = [conflict.support for conflict in found]
        assert sets
        assert not [(a, b) for a in sets for b in sets if a != b and a & ~b == 0]


def test_every_clause_of_a_conflict_can_give_way(journeys):
    for conflict in rs.conflicts(journeys["2019-04"]):
        dropped = {r.clauses[0] for r in conflict.repairs if r.kind == "drop"}
        assert dropped == set(conflict.clauses)
    with pytest.raises(rs.ArgumentError, match="is not in the conflict"):
        rs.conflicts(journeys["2019-04"])[0].show_without("C50")


# ---------------------------------------------------------------- one false distance


@pytest.fixture(scope="module")
def distances():
    """Load two clocks that agree, and four claims about the whole journey of 327.4 km.

    D1 asks for at least 400 km, 72.6 km more than the line; its second clause holds. D2 asks
    for at most 300 km, 27.4 km less. D3 holds. A quarter of the widths, 40 and 20 km, is 10 and
    5 km: the misses are 7.3 and 5.5 tolerances.
    """
    return load(
        write_event("A", "depart", "Khasan", "08:00", "08:10"),
        write_event("B", "arrive", "Vladivostok", "13:00", "13:10"),
        write_claims(
            "D1",
            {"kind": "distance", "km": {"low": 400, "high": 440}, "measure": "rail"},
            {"kind": "duration", "hours": {"low": 4, "high": 6}},
        ),
        write_claims(
            "D2", {"kind": "distance", "km": {"low": 280, "high": 300}, "measure": "rail"}
        ),
        write_claims(
            "D3", {"kind": "distance", "km": {"low": 310, "high": 340}, "measure": "rail"}
        ),
        write_claims("S", {"kind": "speed", "kmh": {"low": 60, "high": 70}, "basis": "unsaid"}),
    )


def test_a_false_distance_is_a_conflict_of_its_own(distances):
    """Each contradicts the line alone, so that no set with another report is minimal."""
    first, second = found = rs.conflicts(distances)
    assert found.is_complete
    assert (first.clauses, second.clauses) == (("D1.1",), ("D2",))
    assert first.miss_km == pytest.approx(400 - 327.4)
    assert second.miss_km == pytest.approx(327.4 - 300)
    assert first.tolerances == pytest.approx(72.6 / 10)
    assert second.tolerances == pytest.approx(27.4 / 5)
    assert not first.needs_cap
    assert [r.text for r in first.repairs if r.kind == "widen"] == [
        "the range of D1.1 begins at 327 km instead of 400"
    ]


def test_a_false_distance_does_not_stain_true_reports(distances):
    verdicts = {v.report_id: v for v in rs.check(distances, draws=500)}
    assert {name: v.verdict for name, v in verdicts.items()} == {
        "A": "consistent",
        "B": "consistent",
        "D1": "impossible",
        "D2": "impossible",
        "D3": "consistent",
        "S": "consistent",
    }
    assert verdicts["D1"].why.startswith("Cannot be true by itself: D1.1: Khasan - Vladivostok")
    assert verdicts["D1"].margin_km == pytest.approx(-72.6)
    assert verdicts["D2"].margin_km == pytest.approx(-27.4)
    assert verdicts["D1"].margin_s is None
    (world,) = [world for world in rs.worlds(distances) if world.is_best]
    assert world.dropped == ("D1.1", "D2")


def test_a_false_distance_is_not_likely_right_either(distances):
    post = rs.condition(distances, draws=512, seed=1)
    right = post.reports().set_index("id")["right"]
    assert right[["D1", "D2"]].max() < 0.05
    assert right[["A", "B", "D3", "S"]].min() > 0.9
