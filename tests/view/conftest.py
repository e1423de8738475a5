"""Fixtures: journeys with few draws, a hostile copy of the data, and an offline browser."""

import os
import shutil
from dataclasses import dataclass, field

import pytest

from routesim.assessment import judge_reports
from routesim.journey import simulate
from routesim.likely import condition
from routesim.view import write_page
from routesim.view.findings import find_certain
from tests.support.journeys import (
    SMALL,
    WITHOUT_REPORT,
    load_bundled,
    load_hostile_journey,
    load_text,
    write_small_event,
)
from tests.view.journeys import compare_evenly, condition_few, lend, load_far_journey

DRAWS = 500


@pytest.fixture(scope="session")
def journey():
    return load_bundled()["2023-09"]


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
    return load_bundled()["2019-04"]


@pytest.fixture(scope="session")
def posterior_2019(journey_2019):
    return condition_few(journey_2019)


@pytest.fixture(scope="session")
def write(posterior, posterior_2019):
    """Write a page with a posterior that is already drawn."""
    given = {"2023-09": posterior, "2019-04": posterior_2019}

    def write_quickly(shown, path, **options):
        options.setdefault("routes", compare_evenly(shown))
        if options.get("ensemble") is None:
            options["ensemble"] = lend(given[shown.id], shown)
        return write_page(shown, path, **options)

    return write_quickly


@pytest.fixture(scope="session")
def findings(journey):
    return find_certain(journey)


@pytest.fixture(scope="session")
def page_path(journey, write, tmp_path_factory):
    return write(journey, tmp_path_factory.mktemp("page") / "page.html", draws=500)


@pytest.fixture(scope="session")
def page_text(page_path):
    return page_path.read_text("utf-8")


@pytest.fixture(scope="session")
def page_2019(journey_2019, write, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    return write(journey_2019, path, draws=500).read_text("utf-8")


@pytest.fixture(scope="session")
def small_text(small_journey, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "small.html"
    return write_page(small_journey, path, draws=200).read_text("utf-8")


@pytest.fixture(scope="session")
def sure(tmp_path_factory):
    """Posterior with fully reliable reports, whose soft ends lie inside the hard ones."""
    events = [
        write_small_event("R1", "08:10", "08:40", place="Ussuriysk", kind="depart"),
        write_small_event("R2", "10:00", "10:30"),
    ]
    text = WITHOUT_REPORT + "".join(events)
    journey = load_text(text, tmp_path_factory.mktemp("sure"))
    return condition(journey, draws=2000, reliability=1.0, ends="inside")


@pytest.fixture(scope="session")
def small_journey(tmp_path_factory):
    """Journey with one report and a minimal plan."""
    return load_text(SMALL, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def far_journey(tmp_path_factory):
    """Bundled journey on a railway moved 110 degrees west, in its own folder."""
    return load_far_journey(tmp_path_factory.mktemp("far") / "far west")


@pytest.fixture(scope="session")
def hostile_journey(tmp_path_factory):
    """Bundled journey with hostile text in every field that a page shows."""
    return load_hostile_journey(tmp_path_factory.mktemp("hostile") / "geodata")


@dataclass
class Watch:
    """Requests, errors and dialogs of a page, all of which must be absent."""

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
    """Return a function that opens a file and blocks and records requests to outside."""
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
