"""Clocks that the reports of a source share: a mixture over settings, one for all reports."""

from dataclasses import replace
from functools import cache
from itertools import product
from types import SimpleNamespace
from zlib import crc32

import numpy as np
import pytest

from routesim.certain.problem import build_problem
from routesim.certain.shared_clocks import is_shared_clock
from routesim.likely.clock_mixture import ClockMixture, SharedClockPrior
from routesim.likely.likelihood import build_likelihood, build_likelihoods
from routesim.likely.report_mixture import (
    EventVersions,
    IdentityGroup,
    ReadingTerms,
    ReportMixture,
    WeightedReport,
)
from tests.support.feeds import EAST, FEED, STOPS, build_feed, write_sighting
from tests.support.journeys import write_family, write_report, write_source, write_table

LOG = "source:log:clock"
DRAWS = 5


def write_more(name, clause, source, **changes):
    when = {"zone": EAST, "zone_known": "assumed", "words": "then"}
    said = {"said": [{"source": source, "lines": "1"}]}
    return write_report(name, clause | when, **said | changes)


@cache
def build_two():
    """Make a journey with a feed and a log, each with one clock, and a paper.

    The feed and the log each have a report of "a similar train" by the same family, so that
    both depend on both clocks. A forecast has readings of its own.
    """
    doubt = {"family": "both", "identity": "a similar train"}
    from_khasan = {"kind": "depart", "place": "Khasan", "when": "2024-05-02 09:00"}
    to_gvozdevo = {"kind": "arrive", "place": "Gvozdevo", "when": "2024-05-02 10:00"}
    from_makhalino = {"kind": "depart", "place": "Makhalino", "when": "2024-05-02 09:30"}
    return build_feed(
        STOPS,
        write_sighting("P", "Khasan", "2024-05-02T08:20+09:00", "2024-05-02T08:40+09:00"),
        write_source("log", clock="one", zone="Asia/Seoul"),
        write_family("both"),
        write_more("A", from_makhalino, "feed", **doubt),
        write_more("B", from_khasan, "log", **doubt),
        write_family("F"),
        write_more("F", to_gvozdevo, "log", forecast=True),
    )


def list_reports(journey):
    return build_problem(journey).distinct_reports


def build(journey):
    return build_likelihood(journey, list_reports(journey))


def make_agreements(likelihood):
    """Make up log agreements that depend only on the place and window of the clause."""
    keys = [f"{clause.places} {clause.window.start_s}" for clause, _ in likelihood.questions]
    streams = [np.random.default_rng(crc32(key.encode())) for key in keys]
    return np.array([stream.uniform(-8.0, 0.0, DRAWS) for stream in streams])


def read_by(distinct, setting):
    """Return a distinct report as it is read by clocks with one setting."""
    clauses = []
    for clause in distinct.clauses:
        kept = [
            replace(variant, taken=tuple(t for t in variant.taken if t[0] not in setting))
            for variant in clause.variants
            if all(setting.get(name, number) == number for name, number in variant.taken)
        ]
        clauses.append(replace(clause, variants=tuple(kept)))
    choices = tuple(choice for choice in distinct.choices if choice.id not in setting)
    return replace(distinct, clauses=tuple(clauses), choices=choices)


def list_settings(journey):
    """Return the likelihood with each setting of the clocks, and its prior, by hand.

    The setting in the file has the prior 0.6, and the others share 0.4.
    """
    reports = list_reports(journey)
    choices = {c.id: c for one in reports for c in one.choices if is_shared_clock(c)}
    names, found = sorted(choices), []
    for numbers in product(*(range(len(choices[name].options)) for name in names)):
        setting = dict(zip(names, numbers, strict=True))
        prior = 1.0
        for name, number in setting.items():
            prior *= 0.4 / (len(choices[name].options) - 1) if number else 0.6
        likelihood = build_likelihood(journey, [read_by(one, setting) for one in reports])
        found.append((prior, numbers, likelihood))
    return found


# ---------------------------------------------------------------- against a sum by hand


@pytest.mark.parametrize("beta", [1.0, 0.3, 0.0])
def test_the_likelihood_is_the_sum_over_the_settings(beta):
    whole = build(build_two())
    assert [clock.id for clock in whole.clocks] == [FEED, LOG]
    # The file, two zones, two days and four hours, less those with the same windows.
    assert all(len(clock.options) >= 7 for clock in whole.clocks)
    found = whole.weigh(make_agreements(whole), beta)
    by_hand = sum(
        prior * np.exp(one.weigh(make_agreements(one), beta))
        for prior, _, one in list_settings(build_two())
    )
    assert np.exp(found) == pytest.approx(by_hand, rel=1e-12)


def test_given_settings_are_those_of_the_clocks():
    whole = build(build_two())
    agreements = make_agreements(whole)
    for _, numbers, one in list_settings(build_two()):
        settings = np.repeat(np.array(numbers)[:, None], DRAWS, axis=1)
        found = whole.weigh_units(agreements, 0.7, settings).sum(axis=0)
        assert found == pytest.approx(one.weigh(make_agreements(one), 0.7), rel=1e-12)


def test_each_draw_may_have_settings_of_its_own():
    whole = build(build_two())
    agreements = make_agreements(whole)
    sizes = [[len(clock.options)] for clock in whole.clocks]
    settings = np.random.default_rng(1).integers(0, sizes, (2, DRAWS))
    found = whole.weigh_units(agreements, 1.0, settings)
    for draw in range(DRAWS):
        alone = slice(draw, draw + 1)
        one = whole.weigh_units(agreements[:, alone], 1.0, settings[:, alone])
        assert found[:, alone].tolist() == one.tolist()


@pytest.mark.parametrize("clock", [0, 1])
def test_weights_of_the_settings_are_prior_times_the_likelihood_of_all_units(clock):
    whole = build(build_two())
    agreements = make_agreements(whole)
    settings = np.array([[1, 0, 2, 3, 1], [0, 2, 1, 1, 3]])
    found = whole.weigh_settings(agreements, 0.5, settings, clock)
    for option, log_prior in enumerate(whole.clocks[clock].log_priors):
        settings[clock] = option
        units = whole.weigh_units(agreements, 0.5, settings)
        assert found[option] == pytest.approx(log_prior + units.sum(axis=0), rel=1e-12)


def test_chances_of_settings_and_reports_are_means_over_the_posterior():
    whole = build(build_two())
    agreements = make_agreements(whole)
    likelihoods, right = np.exp(whole.weigh(agreements)), {}
    chances = {clock.id: np.zeros((len(clock.options), DRAWS)) for clock in whole.clocks}
    for prior, numbers, one in list_settings(build_two()):
        share = prior * np.exp(one.weigh(make_agreements(one))) / likelihoods
        for clock, number in zip(whole.clocks, numbers, strict=True):
            chances[clock.id][number] += share
        for name, values in one.find_right(make_agreements(one)).items():
            right[name] = right.get(name, 0.0) + share * values
    found = whole.find_setting_chances(agreements)
    assert list(found) == [FEED, LOG]
    for name, values in chances.items():
        assert found[name] == pytest.approx(values, rel=1e-9)
    found = whole.find_right(agreements)
    assert list(found) == sorted(right)
    for name, values in right.items():
        assert found[name] == pytest.approx(values, rel=1e-9)


def test_the_posterior_of_a_clock_by_hand():
    """In this draw the train ran by Pyongyang's clock, to the minute.

    By the clocks of the file it missed the two stops beyond the border, by Vladivostok's the
    two before it. Only the flat alternative gives a missed stop a likelihood.
    """
    likelihood = build(build_feed(STOPS))
    face, true, east = range(3)
    by_pyongyang = read_rows(likelihood, true)
    agreements = np.full((len(likelihood.questions), 1), -1000.0)
    agreements[sorted(by_pyongyang)] = 0.0
    assert len(by_pyongyang & read_rows(likelihood, face)) == 2
    assert len(by_pyongyang & read_rows(likelihood, east)) == 0
    (flat,) = {member.flat for member in likelihood.mixture.members}
    right, wrong = 0.95 + 0.05 * flat, 0.05 * flat
    weights = np.array([0.6 * right**2 * wrong**2, 0.2 * right**4, 0.2 * wrong**4])
    (chances,) = likelihood.find_setting_chances(agreements).values()
    assert chances[:, 0] == pytest.approx(weights / weights.sum(), rel=1e-12)
    assert likelihood.weigh(agreements) == pytest.approx(np.log(weights.sum()), rel=1e-12)


def read_rows(likelihood, option):
    """Return the rows of all clauses, read by the feed's clock with one setting."""
    readings = [r for member in likelihood.mixture.members for r in member.reading_terms]
    return {row for r in readings if r.needs == ((FEED, option),) for row in r.rows}


# ---------------------------------------------------------------- units and clocks


def make_unit(name, terms, *, clocks, sizes, identity=1.0):
    """Make a unit of one report, with a row for each setting of some clocks."""
    settings = product(*(range(sizes[clock]) for clock in clocks))
    readings = tuple(
        ReadingTerms(1.0, (row,), needs=tuple(zip(clocks, setting, strict=True)))
        for row, setting in zip(terms, settings, strict=True)
    )
    member = WeightedReport(SimpleNamespace(id=name, members=(name,)), readings, 0.9, 0.1)
    return IdentityGroup(identity, ((EventVersions((member,)),),))


def test_clocks_tied_in_a_chain_are_summed_as_by_hand():
    """Units depend on a and b, on b and c, on c, on d and on none; d is tied to no other."""
    sizes = {"a": 2, "b": 3, "c": 2, "d": 2}
    given = {"ab": range(6), "bc": range(6, 12), "c": (12, 13), "d": (14, 15), "": (16,)}
    units = [make_unit(key, rows, clocks=key, sizes=sizes) for key, rows in given.items()]
    shares = {"a": [0.7, 0.3], "b": [0.5, 0.3, 0.2], "c": [0.1, 0.9], "d": [0.6, 0.4]}
    shares["unused"] = [0.6, 0.4]
    clocks = [
        SharedClockPrior(name, tuple(map(str, each)), np.log(each))
        for name, each in shares.items()
    ]
    agreements = np.random.default_rng(3).uniform(-6.0, 0.0, (17, DRAWS))
    total, chance, right = 0.0, np.zeros((3, DRAWS)), np.zeros((5, DRAWS))
    for a, b, c, d in product(range(2), range(3), range(2), range(2)):
        prior = shares["a"][a] * shares["b"][b] * shares["c"][c] * shares["d"][d]
        rows = [3 * a + b, 6 + 2 * b + c, 12 + c, 14 + d, 16]
        agreed = np.exp(agreements[rows])
        weight = prior * (0.9 * agreed + 0.01).prod(axis=0)
        total += weight
        chance[b] += weight
        right += weight * 0.9 * agreed / (0.9 * agreed + 0.01)
    mixture = ClockMixture(units, clocks)
    assert np.exp(mixture.weigh(agreements, 1.0)) == pytest.approx(total, rel=1e-12)
    found = mixture.find_setting_chances(agreements)
    assert found["b"] == pytest.approx(chance / total, rel=1e-12)
    assert found["unused"] == pytest.approx(np.repeat([[0.6], [0.4]], DRAWS, axis=1))
    assert mixture.find_right(agreements) == pytest.approx(right / total, rel=1e-12)


def test_the_rows_of_a_unit_are_those_of_all_settings():
    likelihood = build(build_two())
    names = [
        {member.distinct_report.id for member in unit.list_members()}
        for unit in likelihood.identity_groups
    ]
    assert {"A", "B"} in names
    for each, rows in zip(names, likelihood.unit_rows, strict=True):
        places = {likelihood.questions[row][0].places for row in rows}
        assert len(places) == len(each)
    assert sorted(np.concatenate(likelihood.unit_rows)) == list(
        range(len(likelihood.questions))
    )


def test_settings_with_the_same_windows_share_a_row():
    """Hongui is before the border: the file and Pyongyang's clock give the same window."""
    likelihood = build(build_feed(STOPS))
    assert [len(clock.options) for clock in likelihood.clocks] == [3]
    assert [rows.size for rows in likelihood.unit_rows] == [2, 2, 2, 2]


# ---------------------------------------------------------------- ties, order and limits


def test_settings_that_agree_equally_well_have_equal_chances():
    likelihood = build(build_feed(STOPS))
    (chances,) = likelihood.find_setting_chances(np.full((8, 2), -3.0)).values()
    assert chances[1].tolist() == chances[2].tolist()
    assert chances == pytest.approx(np.repeat([[0.6], [0.2], [0.2]], 2, axis=1))


def test_the_order_of_the_reports_does_not_matter():
    reports = list_reports(build_two())
    one, other = (build_likelihood(build_two(), each) for each in (reports, reports[::-1]))
    agreements = make_agreements(one)
    assert agreements.tolist() == make_agreements(other).tolist()
    assert one.weigh(agreements).tolist() == other.weigh(agreements).tolist()


def test_growing_reports_have_the_same_clocks_and_questions():
    reports = list_reports(build_two())
    turns = build_likelihoods(build_two(), reports)
    assert {tuple(clock.id for clock in one.clocks) for one in turns} == {(FEED, LOG)}
    agreements = make_agreements(turns[-1])
    for count in (1, 3, len(reports)):
        alone = build_likelihood(build_two(), reports[:count])
        found = turns[count - 1].weigh(agreements)
        assert found == pytest.approx(alone.weigh(make_agreements(alone)), rel=1e-12)


def test_without_clocks_no_settings_are_needed():
    journey = build_feed(STOPS, clock="place")
    likelihood = build(journey)
    agreements = make_agreements(likelihood)
    plain = ReportMixture(likelihood.identity_groups)
    assert likelihood.clocks == ()
    assert likelihood.find_setting_chances(agreements) == {}
    assert likelihood.weigh(agreements).tolist() == plain.weigh(agreements, 1.0).tolist()
    units = likelihood.weigh_units(agreements)
    assert units.sum(axis=0).tolist() == likelihood.weigh(agreements).tolist()
    empty = np.empty((0, DRAWS), dtype=np.intp)
    assert likelihood.weigh_units(agreements, settings=empty).tolist() == units.tolist()


def test_settings_are_required_if_units_depend_on_clocks():
    likelihood = build(build_feed(STOPS))
    with pytest.raises(ValueError, match="no settings are given"):
        likelihood.weigh_units(make_agreements(likelihood))


def test_without_reports_the_likelihood_is_one():
    likelihood = build_likelihood(build_feed(STOPS), [])
    none = np.empty((0, 3))
    assert likelihood.weigh(none).tolist() == [0.0, 0.0, 0.0]
    assert likelihood.weigh_units(none).shape == (0, 3)
    assert likelihood.find_right(none) == {}


def test_a_setting_without_prior_has_no_chance():
    """With ``face_value = 1`` the clock is certainly set as in the file."""
    journey = build_feed(STOPS, write_table("[plan.trust]", face_value=1.0))
    likelihood = build(journey)
    agreements = make_agreements(likelihood)
    face = np.zeros((1, DRAWS), dtype=np.intp)
    units = likelihood.weigh_units(agreements, settings=face)
    assert likelihood.weigh(agreements) == pytest.approx(units.sum(axis=0))
    (chances,) = likelihood.find_setting_chances(agreements).values()
    assert chances.tolist() == [[1.0] * DRAWS, [0.0] * DRAWS, [0.0] * DRAWS]
