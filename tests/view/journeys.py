"""Texts of small journeys, a hostile copy of the facts, and builders for both."""

import csv
import json
import re
import shutil
import warnings
from dataclasses import replace
from math import inf

from routesim.evidence import parse_time
from routesim.files.read import find_geodata
from routesim.journey import lay_plan, load_journey
from routesim.likely import RouteComparison, RouteProbability, SampleWarning, condition

HOSTILE_STATION = "{{7*7}}<img src=x onerror=1>${1}"
FORMULA_STATION = "=HYPERLINK(1)"
POISONED_KEYS = {
    *("title", "summary", "reason", "claim", "note", "words"),
    *("hedge", "identity", "silent", "zone_reason"),
}
FAR_DEG = 110.0
SMALL = """\
format = 1
id = "small"
title = "A small journey"
default_route = "short"
train = "special"
zones = ["Asia/Vladivostok"]

[[routes]]
id = "short"
title = "Short"
from = "Ussuriysk"
to = "Vladivostok"
prior = 1.0
reason = "a test"

[[plan.departure]]
from = 2024-05-01T08:00:00+10:00
to = 2024-05-01T09:00:00+10:00
reason = "a test"

[[plan.speeds]]
line = "Trans-Siberian"
running_kmh = { dist = "uniform", low = 45, high = 85 }
reason = "a test"

[sources.paper]
publisher = "The paper"
title = "Its headline"
published = 2024-05-01
known_at = 2024-05-01T20:00:00+10:00
known_basis = "printed"

[families.press]
name = "The paper itself"

[[reports]]
id = "R1"
claim = "It ran at 47 km/h."
family = "press"
said = [{ source = "paper", lines = "1" }]
[[reports.clauses]]
kind = "speed"
kmh = { low = 46.5, high = 47.5 }
basis = "running"
words = "47 km/h"
"""
HOSTILE_TEXT = (
    "{{7*7}} {% raw %} </script><script>alert(1)</script> <img src=x onerror=alert(1)> "
    "`tick` ${alert(1)} ]]> <!-- --> \u2028 \u2029 \u202e bidi \u202c javascript:alert(1) "
    "\" ' \\ &amp; #{1} %7B $x^2$ end"
)
WITHOUT_REPORT = SMALL[: SMALL.index("[[reports]]")]
EVENT = """
[[reports]]
id = "{id}"
claim = "{id} tells of {place}."
family = "press"
said = [{{ source = "paper", lines = "1" }}]
[[reports.clauses]]
kind = "{kind}"
place = "{place}"
window = {{ from = 2024-05-01T{start}:00+10:00, to = 2024-05-01T{end}:00+10:00 }}
zone = "Asia/Vladivostok"
zone_known = "printed"
words = "then"
"""

TEN_UTC = parse_time("2023-09-11T10:00Z")
"""The instant of report C15 of the journey of 2023."""


def write_event(report_id, start, end, *, place="Vladivostok", kind="arrive"):
    """Write a report of an event of the small journey between two clocks."""
    return EVENT.format(id=report_id, place=place, kind=kind, start=start, end=end)


def load_text(folder, text):
    """Load a journey from the text of its file."""
    path = folder / "small.toml"
    path.write_text(text, encoding="utf-8")
    return load_journey(path)


def condition_few(journey):
    """Condition on a few draws, which is warned of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampleWarning)
        return condition(journey, draws=1500)


def lend(posterior, journey):
    """Make a posterior of a journey over the same passages with other names or places."""
    layout = lay_plan(journey, None)
    return replace(posterior, layout=layout, route=layout.route)


def compare_evenly(journey, chances=()):
    """Make what `compare_routes` gives, without drawing: every route keeps its prior.

    Unless other probabilities are given.
    """
    items = tuple(
        RouteProbability(route, hypothesis.title, hypothesis.prior, chance, 0.004, -17.0, 0.1)
        for (route, hypothesis), chance in zip(
            journey.routes.items(),
            chances or [hypothesis.prior for hypothesis in journey.routes.values()],
            strict=True,
        )
    )
    return RouteComparison(
        items=items,
        journey_id=journey.id,
        changes=journey.changes,
        default=journey.default_route,
        as_of_s=inf,
        dropped=(),
        seed=0,
    )


def load_far_journey(folder):
    """Load the bundled journey on a railway 110 degrees to the west, from a new folder."""
    shutil.copytree(find_geodata(), folder)
    corridor = folder / "corridor.toml"
    text = corridor.read_text("utf-8")
    for side in ("west", "east"):
        text = re.sub(
            rf"^{side} = (\S+)$", lambda m: _shift(m, FAR_DEG), text, flags=re.MULTILINE
        )
    corridor.write_text(text, encoding="utf-8")
    _change_stations(
        folder / "stations.csv",
        lambda row: {"lon": f"{float(row['lon']) - FAR_DEG:.5f}"} if row["lon"] else {},
    )
    return load_journey("2023-09", folder)


def load_hostile_journey(folder):
    """Load the bundled journey with hostile texts and names, from a new folder."""
    shutil.copytree(find_geodata(), folder)
    names = {"Sopyongyang": HOSTILE_STATION, "Sopo": FORMULA_STATION}
    _change_stations(
        folder / "stations.csv",
        lambda row: {"station": names.get(row["station"], row["station"])},
    )
    path = folder / "journeys" / "2023-09.toml"
    path.write_text(_poison(path.read_text(encoding="utf-8")), encoding="utf-8")
    return load_journey(path, folder)


def _change_stations(path, change):
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        row.update(change(row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _shift(match, degrees):
    return match[0].replace(match[1], str(float(match[1]) - degrees))


def _poison(text):
    quoted = json.dumps(HOSTILE_TEXT)
    lines = []
    for number, line in enumerate(text.splitlines()):
        key, _, value = line.partition(" = ")
        if key in POISONED_KEYS and value.startswith('"'):
            lines.append(f"{key} = {quoted}")
        elif key == "says":  # no two readings of a report say the same
            lines.append(f"says = {json.dumps(f'{HOSTILE_TEXT} {number}')}")
        else:
            lines.append(line)
    station = json.dumps(HOSTILE_STATION)
    report = f"""
[[reports]]
id = "X01"
claim = {quoted}
family = "F1"
said = [{{ source = "S0", lines = {quoted} }}]
[[reports.clauses]]
kind = "present"
place = {station}
window = {{ from = 2023-09-10T12:00:00+09:00, to = 2023-09-11T00:00:00+09:00 }}
zone = "Asia/Pyongyang"
zone_known = "assumed"
zone_reason = {quoted}
words = {quoted}
"""
    return "\n".join(lines) + report
