"""Journeys with few draws, a hostile copy of the facts, and a browser without a network."""

import csv
import json
import os
import re
import shutil
import warnings
from dataclasses import dataclass, field, replace

import pandas as pd
import pytest

from routesim.assessment import judge_reports
from routesim.files.read import find_geodata
from routesim.journey import lay_plan, load_journey, simulate
from routesim.likely import SampleWarning, condition
from routesim.view import write_page

DRAWS = 500
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


@pytest.fixture(scope="session")
def journey():
    return load_journey("2023-09")


@pytest.fixture(scope="session")
def ensemble(journey):
    return simulate(journey, draws=DRAWS, seed=1)


@pytest.fixture(scope="session")
def verdicts(journey, ensemble):
    return judge_reports(journey, {ensemble.route_id: ensemble})


@pytest.fixture(scope="session")
def posterior(journey):
    return condition_few(journey)


@pytest.fixture(scope="session")
def journey_2019():
    return load_journey("2019-04")


@pytest.fixture(scope="session")
def posterior_2019(journey_2019):
    return condition_few(journey_2019)


def condition_few(journey):
    """Condition on a few draws, which is warned of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SampleWarning)
        return condition(journey, draws=1500)


def lend(posterior, journey):
    """Make a posterior of a journey over the same passages with other names or places."""
    layout = lay_plan(journey, None)
    return replace(posterior, layout=layout, route=layout.route)


def compare_evenly(journey):
    """Make what `compare_routes` gives, without drawing: every route keeps its prior."""
    shares = [hypothesis.prior for hypothesis in journey.routes.values()]
    return pd.DataFrame(
        {
            "route": list(journey.routes),
            "prior": shares,
            "probability": shares,
            "mcse": 0.004,
            "log_evidence": -17.0,
            "log_evidence_mcse": 0.1,
        }
    )


@pytest.fixture(scope="session")
def write(posterior, posterior_2019):
    """Write a page without drawing a posterior again."""
    given = {"2023-09": posterior, "2019-04": posterior_2019}

    def write_quickly(told, path, **options):
        options.setdefault("routes", compare_evenly(told))
        if options.get("ensemble") is None:
            options["ensemble"] = lend(given[told.id], told)
        return write_page(told, path, **options)

    return write_quickly


@pytest.fixture(scope="session")
def small_journey(tmp_path_factory):
    """A journey of one report, with nothing in its plan that need not be there."""
    path = tmp_path_factory.mktemp("small") / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return load_journey(path)


@pytest.fixture(scope="session")
def far_journey(tmp_path_factory):
    """The bundled journey on a railway 110 degrees to the west, with its own folder."""
    folder = tmp_path_factory.mktemp("far") / "far west"
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


@pytest.fixture(scope="session")
def hostile_journey(tmp_path_factory):
    """The bundled journey with hostile text in every field that a page shows."""
    folder = tmp_path_factory.mktemp("hostile") / "geodata"
    shutil.copytree(find_geodata(), folder)
    names = {"Sopyongyang": HOSTILE_STATION, "Sopo": FORMULA_STATION}
    _change_stations(
        folder / "stations.csv",
        lambda row: {"station": names.get(row["station"], row["station"])},
    )
    path = folder / "journeys" / "2023-09.toml"
    path.write_text(_poison(path.read_text(encoding="utf-8")), encoding="utf-8")
    return load_journey(path, folder)


@dataclass
class Watch:
    """What a page did that it must not do."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def check(self):
        assert (self.requests, self.errors, self.dialogs) == ([], [], [])


@pytest.fixture(scope="session")
def browser():
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "Chromium is not installed (apt-get install chromium)"
        if os.environ.get("ROUTESIM_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser):
    """Open a file; every request that leaves the file is stopped and noted."""
    contexts = []

    def open_file(path, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        watch = Watch()

        def guard(route):
            if route.request.url.startswith(("file:", "data:")):
                route.continue_()
            else:
                watch.requests.append(route.request.url)
                route.abort()

        context.route("**/*", guard)
        page = context.new_page()
        page.on("pageerror", lambda error: watch.errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                watch.errors.append(message.text)
                if message.type in {"error", "warning"}
                else None
            ),
        )

        def dismiss(dialog):
            watch.dialogs.append(dialog.message)
            dialog.dismiss()

        page.on("dialog", dismiss)
        page.goto(path.as_uri())
        return page, watch

    yield open_file
    for context in contexts:
        context.close()


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
