"""A template of a journey file."""

from __future__ import annotations

import re

from routesim.errors import ArgumentError, Fault

TEMPLATE = """\
# A journey for routesim. This example is valid: replace its values, then run
#     routesim validate {id}.toml
#     routesim page {id}.toml -o {id}.html
# Every time needs an offset, such as 2023-09-11T19:00:00+09:00.

format = 1
id = "{id}"
title = "A title of your own"
summary = "Two sentences: what this journey is, and what you want to know."
default_route = "short"        # the route used unless another is named
train = "special"              # a bundled train
zones = ["Asia/Pyongyang", "Asia/Vladivostok"]   # local times to show beside UTC

# ---- Routes that the train may have taken. Their priors sum to 1.
# `routesim stations` lists the stations; any name listed there can be used.

[[routes]]
id = "short"
title = "The short way"
from = "Khasan"
to = "Vladivostok"
prior = 0.5
reason = "Why this route is possible, and why it has this prior."

[[routes]]
id = "by-ussuriysk"
title = "By way of Ussuriysk"
from = "Khasan"
to = "Vladivostok"
via = ["Ussuriysk"]
prior = 0.5
reason = "The same for this route."

# ---- The plan: what you expect before you use any report. Give a reason for each prior.
# The distributions are
#     {{ dist = "fixed", value = 60 }}
#     {{ dist = "uniform", low = 30, high = 90 }}
#     {{ dist = "triangular", low = 835, mode = 859, high = 877 }}
#     {{ dist = "lognormal", median = 60, p95 = 240 }}   # long tail; 5 % are above p95

[[plan.departure]]             # a window of departure; weights of several are relative
from = 2024-05-01T08:00:00+10:00
to = 2024-05-01T12:00:00+10:00
weight = 1.0
reason = "The source, or your own reasons."

[[plan.stops]]                 # a planned stop; each reversal of a route needs one
station = "Baranovsky"
routes = ["short"]
dwell_min = {{ dist = "lognormal", median = 25, p95 = 60 }}
reason = "The route reverses here; running the locomotive round takes 10 to 60 minutes."

[[plan.stops]]
station = "Ussuriysk"
routes = ["by-ussuriysk"]
dwell_min = {{ dist = "lognormal", median = 30, p95 = 90 }}
reason = "The route reverses here, and the locomotive is usually changed."

[[plan.speeds]]                # running speed (while moving); each line of a route needs one
line = "Khasan branch"
running_kmh = {{ dist = "uniform", low = 40, high = 70 }}
reports = ["R2"]               # reports it is based on
reason = "Why."

[[plan.speeds]]
line = "Trans-Siberian"
running_kmh = {{ dist = "uniform", low = 45, high = 85 }}
reason = "Why."

[[plan.standing]]              # unplanned standing on a line: minutes per 100 km, the mean
line = "Khasan branch"         # over the whole line. It happens at its stations
min_per_100km = {{ dist = "lognormal", median = 18, p95 = 75 }}
reason = "Why."

# How speed and unplanned standing vary along a line. Without this table, and for each key that
# it does not have, routesim uses the values below; they are judgements.
# Remove "# " from each line below to use this example.

# [plan.variation]
# slack_spread = 0.4           # how uneven the speed is: standard deviation of the slack (the
#                              # time beyond the shortest running time) as a share of its mean
# range_km = 50                # km over which a train stays slow or fast
# grain_s = 15                 # unevenness over short distances, in seconds
# standing_min_per_100km = {{ dist = "lognormal", median = 10, p95 = 60 }}
#                              # minutes per 100 km on lines that have no row in plan.standing
# halt_min = {{ dist = "lognormal", median = 15, p95 = 34 }}
#                              # mean length of an unplanned halt, in minutes
# priority_share = 0.8         # 1: standing is short or long on all lines alike; 0: each line
#                              # has its own
# long_wait_share = 0.1        # share of the standing that comes in rare long waits, 0 to 1
# long_wait_h = 4              # mean length of a long wait, in hours
# reason = "Why."

# If sources disagree on the length of a stretch, give the range of what they say. Certain and
# likely answers then allow every length in it; without it they use the kilometres of the
# network. `routesim validate` lists the stretches on which the sources of the network disagree.
# Remove "# " from each line below to use this example.

# [[plan.lengths]]
# from = "Khasan"
# to = "Baranovsky"
# km = {{ dist = "triangular", low = 236.9, mode = 238, high = 240 }}
# reason = "238 km in one table, 240 in another, 236.9 measured on a map."

# ---- Sources and families. A source is a publication. A family is the origin of what it
# reports: three papers that repeat one agency are one family, and count once.

[sources.paper]
publisher = "The paper"
title = "Its headline"
published = 2024-05-01T20:00:00+10:00      # or a date: 2024-05-01
known_at = 2024-05-01T20:00:00+10:00       # when its reports became known
known_basis = "printed stamp with its zone"
# zone = "Asia/Vladivostok"    # its own time zone, if it has one; also for a family
# clock = "place"              # how its clocks are set if no zone is printed: "place", each in
#                              # the zone of its place; a zone such as "Europe/Moscow", all in
#                              # this zone; "one", all by one clock with an unknown zone

[families.railway]
name = "The railway's spokesman"

[families.press]
name = "The paper itself"

# ---- Reports. Each restates one claim in your own words.
# `when` is one of
#     "2024-05-01"                 a day
#     "2024-05-01 afternoon"       a part of a day
#     "2024-05-01 12:15"           a clock time
#     "about 2024-05-01 12:15"     an approximate clock time
#     "before 2024-05-01 19:00"    one side only
# Instead of `when`, give
#     window = {{ from = 2024-05-01T12:00:00+10:00, to = 2024-05-01T18:00:00+10:00 }}
# The kinds of clause, with their keys, are (a time is `when` or `window`, with its zone)
#     depart, arrive, pass, cross, board    place and time. `pass` is the time of the arrival;
#                                           where the plan has a stop, any moment of the stay
#     present, under_way                    place or between, and time
#     not_yet                               event = "arrive", place, as_of = "2024-05-01 19:00"
#     order                                 first = {{ event = "depart", place = "Khasan" }},
#                                           then = {{ ... }}, gap_h = {{ at_least = 1 }}
#     speed                                 kmh = {{ low = 47, high = 53 }},
#                                           basis = "running", "overall" or "unsaid"
#     distance                              km = {{ low = 300, high = 320 }},
#                                           measure = "rail", "straight" or "unsaid"
#     duration                              hours = {{ low = 6, high = 8 }}
#     stand                                 place, minutes = {{ low = 20, high = 40 }}
#     heading                               towards = "Vladivostok", or a list
#     venue                                 place = "Vladivostok", or a list
# between = ["Khasan", "Baranovsky"] names two places. A speed, distance or duration without
# it is that of the whole journey.

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
zone_reason = "an event in Vladivostok, reported by a local paper"
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
silent = "a colour without a time or place"   # why this report has no clause

# A report with several possible meanings has readings; one of them is true. Put the reading
# at face value first. The clauses of a reading add to those of the report. A reading may
# have none. Remove "# " from each line to use this example.

# [[reports]]
# id = "R4"
# claim = "The train departed on Wednesday."
# family = "press"
# said = [{{ source = "paper", lines = "3" }}]
# [[reports.readings]]
# says = "departed on Wednesday"
# [[reports.readings.clauses]]
# kind = "depart"
# place = "Khasan"
# when = "2024-05-01"
# zone = "Asia/Vladivostok"
# zone_known = "inferred"
# words = "on Wednesday"
# [[reports.readings]]
# says = "became known on Wednesday to have departed"
# [[reports.readings.clauses]]
# kind = "depart"
# place = "Khasan"
# window = {{ to = 2024-05-01T20:00:00+10:00 }}
# zone = "Asia/Vladivostok"
# zone_known = "inferred"
# words = "on Wednesday"
"""


def make_template(journey_id: str) -> str:
    """Return a valid journey file with comments, for a user to fill in.

    Raises
    ------
    ArgumentError
        If the id is longer than 40 characters, does not start with a letter or digit, or
        has characters other than letters, digits, ``-`` and ``_``.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", journey_id):
        raise ArgumentError(
            Fault("JOURNEY", f"{journey_id[:60]!r} is not an id", "letters, digits, - and _")
        )
    return TEMPLATE.format(id=journey_id)
