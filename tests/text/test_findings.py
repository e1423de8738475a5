"""Sentences about verdicts, from plain fields."""

import pytest

from routesim.text.findings import (
    FINDINGS,
    VERDICT_WORDS,
    format_clock_families,
    format_finding,
    format_findings,
    format_part_in_conflict,
    format_ruling,
)

TEN = 1_694_426_400.0  # 11 September 2023, 10:00 UTC: 19:00 in Pyongyang
HOUR, INF = 3600.0, float("inf")
LEAVES = {"subject": ("depart", "Khasan"), "zone": "Asia/Pyongyang"}
DRAWS = {"doing": 1.0, "share": 0.25}
TIMES = {"band": (TEN, TEN + HOUR), "miss_s": 0.0, **DRAWS}
BAND = "between Mon 11 Sep 19:00 and Mon 11 Sep 20:00 (Pyongyang, UTC+9) in 90 % of the draws"
HOLDS = "It holds in 25 % of the draws."

SENTENCES = [
    (
        "window",
        {**LEAVES, **TIMES, "stated": (-INF, TEN - HOUR), "miss_s": HOUR},
        (
            f"The train leaves Khasan {BAND}. The report says before Mon 11 Sep 18:00 "
            f"(Pyongyang, UTC+9), which misses the band by 1 h. {HOLDS}"
        ),
    ),
    (
        "window",
        {**LEAVES, **TIMES, "stated": (TEN, INF), "bound": ("not_yet",)},
        (
            f"The train leaves Khasan {BAND}. The report says that this had not happened by "
            f"Mon 11 Sep 19:00 (Pyongyang, UTC+9). {HOLDS}"
        ),
    ),
    (
        "window",
        {**LEAVES, **TIMES, "stated": (-INF, TEN + HOUR), "bound": ("before", "dawn", HOUR)},
        (
            f"The train leaves Khasan {BAND}. The report says 1 h or more before dawn, that "
            f"is, before Mon 11 Sep 20:00 (Pyongyang, UTC+9). {HOLDS}"
        ),
    ),
    (
        "window",  # the gap has a greatest value, so both ends are limits
        {**LEAVES, **TIMES, "stated": (TEN, TEN + HOUR), "bound": ("after", "dawn", 0.0)},
        (
            f"The train leaves Khasan {BAND}. The report says after dawn, that is, "
            f"Mon 11 Sep 19:00 to Mon 11 Sep 20:00 (Pyongyang, UTC+9). {HOLDS}"
        ),
    ),
    (
        "stay",
        {**LEAVES, **TIMES, "subject": ("present", "Khasan"), "stated": (-INF, INF)},
        (
            "The train is at Khasan no earlier than Mon 11 Sep 19:00 and no later than Mon 11 "
            "Sep 20:00 (Pyongyang, UTC+9) in 90 % of the draws. The report says at any time. "
            f"{HOLDS}"
        ),
    ),
    (
        "lapse",
        {
            "subject": ("stand", "Khasan"),
            "band": (0.0, HOUR),
            "stated": (2 * HOUR, INF),
            "miss_s": HOUR,
            "doing": 0.5,
            "share": 0.0,
        },
        (
            "The train stands at Khasan for 0 min to 1 h in 90 % of the draws where this "
            "applies (50 %). The report says at least 2 h, which misses the band by 1 h. It "
            "holds in none of the draws."
        ),
    ),
    (
        "speed",
        {
            "subject": ("running",),
            "band": (10.0, 20.0),  # 36 and 72 km/h
            "stated": (5.0, 9.0),  # 18 and 32.4 km/h
            "miss_mps": 1.0,
            **DRAWS,
        },
        (
            "The running speed is 36.0 to 72.0 km/h in 90 % of the draws. The report says 18 "
            f"to 32.4 km/h, which misses the band by 3.6 km/h. {HOLDS}"
        ),
    ),
    (
        "length",
        {
            "measure": "rail",
            "band": (1e5, 2e5),
            "stated": (3e5, 4e5),
            "share": 0.25,
            "miss_m": 1e5,
        },
        (
            "The whole journey is 100 to 200 km by rail in 90 % of the draws. The report says "
            f"300 to 400 km, which misses the band by 100.0 km. {HOLDS}"
        ),
    ),
    (
        "distance",
        {
            "places": ("A", "B"),
            "lengths": {"rail": (1e5, 1.002e5), "straight": (9e4, 9e4)},
            "stated": (8e4, 9e4),
            "fits": "straight",
            "miss_m": 0.0,
        },
        (
            "A - B is 100.0 to 100.2 km by rail and 90.0 km in a straight line. The reported "
            "80 to 90 km fits the distance in a straight line."
        ),
    ),
    (
        "rare",
        {"subject": ("under_way", "A", "B"), "doing": 0.03},
        "The train is between A and B in only 3.0 % of the draws.",
    ),
    (
        "origin",
        {"places": ("A", "B"), "share": 0.5},
        "The train starts between A and B in 50 % of the draws.",
    ),
    (
        "outside",
        {"events": ("dawn", "noon"), "fits": False},
        "The times of dawn and noon contradict this order.",
    ),
    (
        "off_route",
        {"routes": ("one", "two"), "places": ("A", "B")},
        "No route considered (one, two) passes A and B.",
    ),
    (
        "heading",
        {"routes": ("one", "two"), "leading": ("one",), "places": ("A", "B")},
        "Route one leads to A or B; two does not.",
    ),
]


@pytest.mark.parametrize(("kind", "fields", "sentence"), SENTENCES)
def test_each_kind_of_finding_has_its_sentence(kind, fields, sentence):
    assert format_finding(kind, fields) == sentence


def test_every_kind_of_finding_is_tested():
    assert {kind for kind, _, _ in SENTENCES} == set(FINDINGS)


def test_a_verdict_says_what_decides_it():
    assert format_findings([]) == (
        "No constraint: read at face value, the report requires nothing."
    )
    assert format_findings(["A.", "B."], apart=True) == (
        "A. B. No draw satisfies all of it at once."
    )
    assert format_ruling(["C1", "C2"], "x.") == "Cannot be true together with C1 and C2: x."
    assert format_ruling([], "x.") == "Cannot be true by itself: x."
    assert format_part_in_conflict(["C1"], "2 h", "read so") == (
        "It is in a conflict with C1, which misses by 2 h, if read so."
    )
    assert (
        format_part_in_conflict(["C1", "C2"], "", None) == "It is in a conflict with C1 and C2."
    )
    assert format_part_in_conflict([], "2 km", "read so") == "It is off by 2 km if read so."
    assert format_part_in_conflict([], "", "read so") == "It cannot be true if read so."


def test_clocks_of_one_family_cannot_be_scored():
    assert "no report prints a clock time" in format_clock_families([], [])
    assert "(C1, C2) are of one family, F1" in format_clock_families(["C1", "C2"], ["F1"])
    assert format_clock_families(["C1", "C2"], ["F1", "F2"]) == (
        "Clocks of 2 families (F1, F2): C1, C2."
    )


def test_a_verdict_is_not_called_possible():
    # A strained report may hold in no draw at all.
    assert VERDICT_WORDS
    assert not [words for words in VERDICT_WORDS.values() if "possible" in words]


@pytest.mark.parametrize(
    ("leading", "text"),
    [
        ("a", "Route a leads to X or Y; b and c do not."),
        ("b", "Route b leads to X or Y."),
        ("b", "The default route, a, does not, and neither does c."),
        ("bc", "Routes b and c lead to X or Y."),
        ("abc", "All routes lead to one of the places named, so this report does not"),
    ],
)
def test_a_heading_names_the_routes_on_which_it_is_consistent(leading, text):
    fields = {"routes": tuple("abc"), "leading": tuple(leading), "places": ("X", "Y")}
    assert text in format_finding("heading", fields)


def test_the_miss_of_a_speed_agrees_with_the_band_shown():
    # 40.46 km/h is shown as 40.5: from there to 46.5 it is 6.0, though 6.04 is exact.
    fields = {"subject": ("overall",), "band": (21 / 3.6, 40.46 / 3.6), "doing": 1.0}
    fields |= {"stated": (46.5 / 3.6, 47.5 / 3.6), "miss_mps": 6.04 / 3.6, "share": 0.1}
    text = format_finding("speed", fields)
    assert "is 21.0 to 40.5 km/h" in text
    assert "46.5 to 47.5 km/h, which misses the band by 6.0 km/h" in text
