"""A journey's file to fill in."""

from __future__ import annotations

import re

from routesim.errors import ArgumentError, Fault

TEMPLATE = """\
# A journey for routesim. This file is valid as it stands: replace what is in it, then
#     routesim validate {id}.toml
#     routesim page {id}.toml -o {id}.html
# Times carry an offset (2023-09-11T19:00:00+09:00); a time without one is refused.

format = 1
id = "{id}"
title = "A title of your own"
summary = "Two sentences: what journey this is and what is asked."
default_route = "short"        # the route that answers when none is named
train = "special"              # a bundled train
zones = ["Asia/Pyongyang", "Asia/Vladivostok"]   # local clocks to print beside UTC

# ---- Routes: the ways the train may have taken. The priors sum to 1.
# Names of stations: `routesim stations`; any spelling or language listed there is found.

[[routes]]
id = "short"
title = "By the short way"
from = "Khasan"
to = "Vladivostok"
prior = 0.5
reason = "Why this way is possible, and why as likely as you say."

[[routes]]
id = "by-ussuriysk"
title = "By way of Ussuriysk"
from = "Khasan"
to = "Vladivostok"
via = ["Ussuriysk"]
prior = 0.5
reason = "The same for this one."

# ---- The plan: what is held likely before any report. Every prior has its reason.
# Distributions: {{ dist = "fixed", value = 60 }}, {{ dist = "uniform", low = 30, high = 90 }},
# {{ dist = "triangular", low = 835, mode = 859, high = 877 }}, and for a long tail
# {{ dist = "lognormal", median = 60, p95 = 240 }} (one in twenty above p95).

[[plan.departure]]             # windows of setting out; weights are relative to each other
from = 2024-05-01T08:00:00+10:00
to = 2024-05-01T12:00:00+10:00
weight = 1.0
reason = "Who says so, or why you think so."

[[plan.stops]]                 # planned stops; every reversal of a route needs one
station = "Baranovsky"
routes = ["short"]
dwell_min = {{ dist = "lognormal", median = 25, p95 = 60 }}
reason = "The route reverses here; running the locomotive round takes 10 to 60 minutes."

[[plan.stops]]
station = "Ussuriysk"
routes = ["by-ussuriysk"]
dwell_min = {{ dist = "lognormal", median = 30, p95 = 90 }}
reason = "The route reverses here, and the locomotive is usually changed."

[[plan.speeds]]                # running speed (while moving), one entry a line of the routes
line = "Khasan branch"
running_kmh = {{ dist = "uniform", low = 40, high = 70 }}
reports = ["R2"]               # what it rests on, if any (2019-04/C48: of another file)
reason = "Why."

[[plan.speeds]]
line = "Trans-Siberian"
running_kmh = {{ dist = "uniform", low = 45, high = 85 }}
reason = "Why."

[[plan.standing]]              # unplanned standing on the road, spread over some halts
line = "Khasan branch"
min_per_100km = {{ dist = "lognormal", median = 18, p95 = 75 }}
halts = 4
reason = "Why."

# ---- Sources and families. A family is whose knowledge it is: three papers that relay
# one agency are one family, and count once.

[sources.paper]
publisher = "The paper"
title = "Its headline"
published = 2024-05-01T20:00:00+10:00      # or a bare date: 2024-05-01
known_at = 2024-05-01T20:00:00+10:00       # from when what it says counts as known
known_basis = "printed stamp with its zone"
# zone = "Asia/Vladivostok"    # the clock it lives by, if it has one place; families too

[families.railway]
name = "The railway's spokesman"

[families.press]
name = "The paper itself"

# ---- Reports: one restated claim each, in your own words.
# `when` takes a day (2024-05-01), a day-part (2024-05-01 afternoon), a clock
# (2024-05-01 12:15), `about` a clock, or one side (before 2024-05-01 19:00). Instead of it,
# window = {{ from = 2024-05-01T12:00:00+10:00, to = 2024-05-01T18:00:00+10:00 }}.
# Kinds of clause: depart, arrive, pass, cross, board (place and time); present, under_way
# (place or between, and time); not_yet (event, place, as_of); order (first, then, gap_h);
# speed (kmh, basis); distance (km, between, measure); duration (hours, between);
# stand (place, minutes); heading (towards); venue (place). A speed, distance or duration
# without between is that of the whole journey.

[[reports]]
id = "R1"
claim = "The train came to Vladivostok in the evening."
family = "railway"
said = [{{ source = "paper", lines = "12" }}]
[[reports.clauses]]
kind = "arrive"
place = "Vladivostok"
when = "2024-05-01 evening"
zone = "Asia/Vladivostok"
zone_known = "inferred"        # printed, inferred or assumed
zone_reason = "an event in Vladivostok told by a local paper"
words = "in the evening"

[[reports]]
id = "R2"
claim = "The train runs at about 50 km/h."
family = "press"
said = [{{ source = "paper", lines = "14" }}]
[[reports.clauses]]
kind = "speed"
kmh = {{ low = 45, high = 55 }}
basis = "unsaid"               # running (while moving), overall (stops included) or unsaid
words = "about 50 km/h"

[[reports]]
id = "R3"
claim = "The train was green."
family = "press"
said = [{{ source = "paper", lines = "15" }}]
silent = "a colour without a time or place"   # a report that carries no constraint says why

# A report that can be read in more than one way has two or more readings, of which one
# holds: the one at face value first, each with the clauses that it adds to those of the
# report, or with none. Take the "# " away to use this one.

# [[reports]]
# id = "R4"
# claim = "The train set out on Wednesday."
# family = "press"
# said = [{{ source = "paper", lines = "3" }}]
# [[reports.readings]]
# says = "set out on Wednesday"
# [[reports.readings.clauses]]
# kind = "depart"
# place = "Khasan"
# when = "2024-05-01"
# zone = "Asia/Vladivostok"
# zone_known = "inferred"
# words = "on Wednesday"
# [[reports.readings]]
# says = "became known on Wednesday to have set out"
# [[reports.readings.clauses]]
# kind = "depart"
# place = "Khasan"
# window = {{ to = 2024-05-01T20:00:00+10:00 }}
# zone = "Asia/Vladivostok"
# zone_known = "inferred"
# words = "on Wednesday"
"""


def make_template(journey_id: str) -> str:
    """Return a commented journey file, valid as it stands.

    Raises
    ------
    ArgumentError
        If the id holds other signs than letters, digits, ``-`` and ``_``.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", journey_id):
        raise ArgumentError(
            Fault("JOURNEY", f"{journey_id[:60]!r} is not an id", "letters, digits, - and _")
        )
    return TEMPLATE.format(id=journey_id)
