"""Each fault of a plan is reported with its file and key."""

import pytest

from routesim.journey.checks import UnusedKey, list_unused_keys
from tests.support.journeys import fixed, write_route, write_standing

SHORT_ROUTE = write_route("other", "Vladivostok", via=["Ussuriysk"], prior=0.0)
REASON = '\nreason = "a test"\n'


def change(text, old, new, count=1):
    assert text.count(old) >= count, old
    return text.replace(old, new, count)


BRANCH = 'running_kmh = { dist = "fixed", value = 60 }'
DWELL = 'dwell_min = { dist = "fixed", value = 10 }'
DEPARTURE = """[[plan.departure]]
from = 2024-05-01T08:00:00+10:00
to = 2024-05-01T08:00:00+10:00"""

FAULTS = [
    # the text changed, its replacement, and part of the fault reported
    (DEPARTURE, DEPARTURE + "\nweight = 0", "j.toml, plan: the weights of departure must not"),
    (DEPARTURE, DEPARTURE + "\nweight = -1", "j.toml, plan, departure, number 1, weight: "),
    (DEPARTURE, DEPARTURE + "\nweight = 1e308", "j.toml, plan, departure, number 1, weight: "),
    (
        "to = 2024-05-01T08:00:00+10:00",
        "to = 2024-05-01T07:59:59+10:00",
        "j.toml, plan, departure, number 1: must not end before it begins",
    ),
    (
        "from = 2024-05-01T08:00:00+10:00",
        "from = 2024-05-01T08:00:00",
        "j.toml, plan, departure, number 1, from: 2024-05-01T08:00:00 has no zone; add an",
    ),
    ('line = "Khasan branch"', 'line = "Khasan brunch"', "did you mean Khasan branch?"),
    (
        BRANCH,
        'running_kmh = { dist = "fixed", value = 101 }',
        "j.toml, plan.speeds, Khasan branch: 101 km/h is over the train's maximum of 100",
    ),
    (
        BRANCH,
        'running_kmh = { dist = "uniform", low = 50, high = 100.1 }',
        "j.toml, plan.speeds, Khasan branch: 100.1 km/h is over the train's maximum of 100",
    ),
    (
        BRANCH,
        'running_kmh = { dist = "lognormal", median = 50, p95 = 60 }',
        "j.toml, plan.speeds, Khasan branch: inf km/h is over the train's maximum",
    ),
    (
        BRANCH,
        'running_kmh = { dist = "fixed", value = 0 }',
        "j.toml, plan.speeds, Khasan branch: 0 km/h is too slow for a running speed",
    ),
    (
        BRANCH,
        'running_kmh = { dist = "uniform", low = 0, high = 50 }',
        "j.toml, plan.speeds, Khasan branch: 0 km/h is too slow for a running speed",
    ),
    (
        BRANCH,
        'running_kmh = { dist = "triangular", low = 0.5, mode = 1, high = 50 }',
        "j.toml, plan.speeds, Khasan branch: 0.5 km/h is too slow for a running speed; give",
    ),
    (
        'line = "Trans-Siberian"',
        'line = "Pyongra"',
        "j.toml, route short: no running speed for line 'Trans-Siberian'; add it to",
    ),
    (
        'line = "Trans-Siberian"',
        'line = "Khasan branch"',
        "j.toml, plan.speeds: a line is listed twice",
    ),
    (
        'station = "Baranovsky"',
        'station = "Makhalino"',
        "j.toml, route short: it reverses at Baranovsky, where the plan has no stop; add one",
    ),
    (
        'station = "Baranovsky"',
        'station = "Baranofsky"',
        "j.toml, plan.stops: no station named 'Baranofsky'; did you mean Baranovsky",
    ),
    (
        'station = "Baranovsky"',
        'station = "Baranovsky"\nroutes = ["long"]',
        "j.toml, plan.stops, Baranovsky: no route has the id 'long'",
    ),
    (
        'station = "Baranovsky"',
        'station = "Baranovsky"\nvisit = 2',
        "j.toml, route short, stop: visit: 2 of Baranovsky, which the route passes once",
    ),
    (
        'station = "Baranovsky"',
        'station = "Baranovsky"\nvisit = 0',
        "j.toml, plan, stops, number 1, visit: must be at least 1",
    ),
    (
        DWELL,
        'dwell_min = { dist = "fixed", value = 1e7 }',
        "j.toml, plan.stops, Baranovsky: goes up to 1e+07 min; give at most 1,000,000",
    ),
    (DWELL, 'dwell_min = { dist = "fixed", value = -1 }', "at least 0"),
    (DWELL, 'dwell_min = { dist = "fixed" }', "dwell_min, fixed, value: is missing"),
    (DWELL, 'dwell_min = { dist = "normal", mean = 3 }', "stops, number 1, dwell_min: "),
    (DWELL, "dwell_min = 10", "stops, number 1, dwell_min: "),
    (
        DWELL,
        'dwell_min = { dist = "uniform", low = 9, high = 8 }',
        "dwell_min, uniform: low 9 is above high 8; give low <= high",
    ),
    (
        DWELL,
        'dwell_min = { dist = "triangular", low = 1, mode = 9, high = 8 }',
        "dwell_min, triangular: mode 9 is above high 8; give low <= mode <= high",
    ),
    (
        DWELL,
        'dwell_min = { dist = "lognormal", median = 9, p95 = 8 }',
        "dwell_min, lognormal: median 9 is above p95 8; give median <= p95",
    ),
    (
        DWELL,
        'dwell_min = { dist = "lognormal", median = 0, p95 = 8 }',
        "dwell_min, lognormal, median: must be above 0",
    ),
    ("prior = 1.0", "prior = 0.9", "j.toml: the priors of the routes sum to 0.9, not 1"),
    ("prior = 1.0", "prior = 1.1", "routes, number 1, prior: must be at most 1"),
    ("prior = 1.0", "prior = -0.1", "routes, number 1, prior: must be at least 0"),
    (
        'default_route = "short"',
        'default_route = "shorter"',
        "j.toml: default_route 'shorter' is not one of short",
    ),
    (
        'train = "special"',
        'train = "specal"',
        "j.toml: no bundled train named 'specal'; did you mean",
    ),
    (
        'zones = ["Asia/Vladivostok"]',
        "zones = []",
        "j.toml, zones: must have at least 1",
    ),
    ('zones = ["Asia/Vladivostok"]', 'zones = ["Mars"]', "zones, number 1: unknown time zone"),
    (
        'to = "Vladivostok"',
        'to = "Khasan"',
        "j.toml, route short: a route from Khasan to Khasan has no length",
    ),
    ('to = "Vladivostok"', 'to = "Wladiwostock"', "j.toml, route short: no station named"),
    ('id = "short"', 'id = "a b"', "routes, number 1, id: string should match pattern"),
    ("format = 1", "format = 2", "j.toml, format: must be 1"),
    ('title = "Short"', 'title = "Short"\ncolour = "red"', "colour: unknown key"),
    (
        'title = "Short"',
        'title = "Short"\ntitle = "S"',
        "j.toml: not valid TOML: Cannot overwrite",
    ),
]


@pytest.mark.parametrize(("old", "new", "words"), FAULTS, ids=range(len(FAULTS)))
def test_a_fault_is_named_by_file_and_key(refuse, tiny, old, new, words):
    faults = refuse(change(tiny, old, new))
    assert any(words in fault for fault in faults), faults
    assert all(fault.startswith("j.toml") for fault in faults)


ADDED = [
    (
        '[[plan.origins]]\nstation = "Pyongyang"' + REASON,
        "j.toml, plan.origins: route short does not pass Pyongyang; name stations that every",
    ),
    (
        '[[plan.origins]]\nstation = "Vladivostok"' + REASON,
        "j.toml, plan.origins: route short ends at Vladivostok",
    ),
    (
        '[[plan.origins]]\nstation = "Kasan"' + REASON,
        "j.toml, plan.origins: no station named 'Kasan'; did you mean Khasan",
    ),
    (
        '[[plan.origins]]\nstation = "Khasan"\nweight = 0' + REASON,
        "j.toml, plan: the weights of origins must not all be zero",
    ),
    (
        '[[plan.standing]]\nline = "Khasan brunch"\nhalts = 1\n'
        'min_per_100km = { dist = "fixed", value = 1 }' + REASON,
        "j.toml, plan.standing: no line named 'Khasan brunch'; did you mean Khasan branch?",
    ),
    (
        '[[plan.standing]]\nline = "Khasan branch"\nhalts = 0\n'
        'min_per_100km = { dist = "fixed", value = 1 }' + REASON,
        "plan, standing, number 1, halts: must be at least 1",
    ),
    (
        '[[plan.standing]]\nline = "Khasan branch"\nhalts = 51\n'
        'min_per_100km = { dist = "fixed", value = 1 }' + REASON,
        "plan, standing, number 1, halts: must be at most 50",
    ),
    (
        '[[plan.standing]]\nline = "Khasan branch"\nhalts = 1\n'
        'min_per_100km = { dist = "lognormal", median = 1, p95 = 1e300 }' + REASON,
        "j.toml, plan.standing, Khasan branch: goes up to 1e+300 min",
    ),
    (
        '[[plan.lengths]]\nfrom = "Khasan"\nto = "Hasan"\n'
        'km = { dist = "fixed", value = 5 }' + REASON,
        "j.toml, plan.lengths, Khasan to Hasan: a route from Khasan to Khasan has no length",
    ),
    (
        '[[plan.lengths]]\nfrom = "Khasan"\nto = "Baranovsky"\n'
        'km = { dist = "fixed", value = 0 }' + REASON,
        "j.toml, plan.lengths, Khasan to Baranovsky: 0 to 0 km, but 238 by the chainage",
    ),
    (
        '[[plan.lengths]]\nfrom = "Khasan"\nto = "Baranovsky"\n'
        'km = { dist = "uniform", low = 230, high = 477 }' + REASON,
        "230 to 477 km, but 238 by the chainage; give lengths within a factor of two",
    ),
    (
        '[[plan.lengths]]\nfrom = "Khasan"\nto = "Baranofsky"\n'
        'km = { dist = "fixed", value = 238 }' + REASON,
        "j.toml, plan.lengths: no station named 'Baranofsky'",
    ),
    (
        '[[plan.stops]]\nstation = "Baranovskiy"\n'
        'dwell_min = { dist = "fixed", value = 1 }' + REASON,
        "j.toml, route short: two stops of the plan at one passage of Baranovsky; keep one",
    ),
    (SHORT_ROUTE.replace('"other"', '"short"'), "j.toml: two routes have the same id"),
    (SHORT_ROUTE, "j.toml, route other: it reverses at Ussuriysk, where the plan has no stop"),
    (
        SHORT_ROUTE.replace("Ussuriysk", "Usuriysk"),
        "j.toml, route other: no station named 'Usuriysk'; did you mean Ussuriysk",
    ),
]


@pytest.mark.parametrize(("added", "words"), ADDED, ids=range(len(ADDED)))
def test_an_added_fault_is_named_by_file_and_key(refuse, tiny, added, words):
    faults = refuse(f"{tiny}\n{added}")
    assert any(words in fault for fault in faults), faults
    assert all(fault.startswith("j.toml") for fault in faults)


@pytest.mark.parametrize("key", ["format", "id", "title", "default_route", "train", "zones"])
def test_a_missing_key_is_named(refuse, tiny, key):
    line = next(line for line in tiny.splitlines() if line.startswith(f"{key} = "))
    assert refuse(tiny.replace(f"{line}\n", "", 1)) == [f"j.toml, {key}: is missing"]


def test_all_faults_are_reported_together(refuse, tiny):
    text = change(tiny, 'station = "Baranovsky"', 'station = "Makhalino"')
    text = change(text, BRANCH, 'running_kmh = { dist = "fixed", value = 500 }')
    text += '\n[[plan.origins]]\nstation = "Nowhere"' + REASON
    text += """
[[reports]]
id = "R1"
claim = "x"
family = "F12"
said = [{ source = "S1", lines = "1" }]
[[reports.clauses]]
kind = "stand"
place = "Kasan"
minutes = { low = 1, high = 2 }
"""
    faults = refuse(text)
    assert len(faults) == 4
    for words in (
        "report R1: no station named 'Kasan'",
        "500 km/h is over",
        "it reverses at",
        "plan.origins: no station named 'Nowhere'",
    ):
        assert any(words in fault for fault in faults), words


def test_a_fault_in_a_report_names_the_report(refuse, tiny):
    text = tiny + '\n[[reports]]\nid = "R7"\nclaim = ""\nfamily = "F1"\nsilent = "x"\n'
    faults = refuse(text + 'said = [{ source = "S1", lines = "1" }]\n')
    assert faults == ["j.toml, report R7, claim: must have at least 1 character (found '')"]


def test_a_stop_that_no_route_makes_is_a_fault(refuse, tiny):
    for station in ("Khasan", "Khabarovsk-1"):  # the origin, and a station off the route
        text = tiny + f'\n[[plan.stops]]\nstation = "{station}"'
        text += '\ndwell_min = { dist = "fixed", value = 5 }\nreason = "a test"\n'
        (fault,) = refuse(text)
        assert f"plan.stops, {station}: no route stops there on its way" in fault


@pytest.mark.parametrize("value", ["true", '"60"'])
def test_a_number_must_not_be_a_text_or_boolean(refuse, tiny, value):
    text = change(tiny, "value = 60", f"value = {value}")
    (fault,) = refuse(text)
    assert "plan, speeds, number 1, running_kmh, fixed, value: must be a number" in fault


def test_the_reports_behind_a_speed_must_be_in_the_file(refuse, load, tiny):
    text = change(tiny, "value = 60 }", 'value = 60 }\nreports = ["R9"]')
    (fault,) = refuse(text)
    assert (
        "plan.speeds, Khasan branch: is based on 'R9', which is not a report of this file"
        in fault
    )
    elsewhere = change(tiny, "value = 60 }", 'value = 60 }\nreports = ["2019-04/C48"]')
    assert load(elsewhere).plan.speeds[0].reports == ("2019-04/C48",)


def test_a_key_without_effect_is_listed_with_its_lines(load, tiny):
    rows = [("Trans-Siberian", 3), ("Pyongra", None), ("Khasan branch", 1)]
    text = tiny + "".join(write_standing(line, fixed(1), halts) for line, halts in rows)
    (unused,) = list_unused_keys(load(text).plan)
    assert unused == UnusedKey("plan.standing.halts", ("Trans-Siberian", "Khasan branch"))
    assert unused.to_dict()["text"] == unused.text
    assert unused.text.endswith(
        "has no effect (Trans-Siberian, Khasan branch); it can be removed"
    )


def test_a_plan_without_such_keys_lists_none(load, tiny):
    assert list_unused_keys(load(tiny).plan) == ()
    assert list_unused_keys(load(tiny + write_standing("Khasan branch", fixed(1))).plan) == ()
