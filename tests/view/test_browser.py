"""Pages in Chromium: hostile text reads back as typed, and nothing leaves the file."""

import pytest

from routesim.journey import load_journey, measure_windows
from routesim.text.times import format_local
from routesim.view import draw_map
from tests.support.journeys import HOSTILE_STATION, HOSTILE_TEXT

pytestmark = pytest.mark.browser

WIDTHS = [1280, 320]
FOUR_FRAMES = """() => new Promise((done) => {
  const wait = (count) => (count ? requestAnimationFrame(() => wait(count - 1)) : done());
  wait(4);
})"""
"""Wait for four frames: a resize is observed in one frame and handled in the next."""


@pytest.fixture(scope="module")
def hostile_page(hostile_journey, write, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "hostile.html"
    return write(hostile_journey, path, draws=100)


@pytest.fixture(scope="module")
def plain_page(journey, write, tmp_path_factory):
    return write(journey, tmp_path_factory.mktemp("page") / "plain.html", draws=500)


def read_texts(page, selector):
    return page.eval_on_selector_all(selector, "nodes => nodes.map(node => node.textContent)")


def test_hostile_text_in_ledger_and_tables(hostile_page, open_page):
    page, watch = open_page(hostile_page)
    assert page.text_content("h1") == HOSTILE_TEXT
    assert page.text_content("#report-X01 .claim") == HOSTILE_TEXT
    facts = read_texts(page, "#report-C12 dd")
    assert facts.count(HOSTILE_TEXT) >= 2
    assert f"\u201c{HOSTILE_TEXT}\u201d" in facts
    assert HOSTILE_STATION in read_texts(page, ".full th[scope=row]")
    assert HOSTILE_TEXT in read_texts(page, ".reasons td")
    assert read_texts(page, ".report script, .report img, td img, td script") == []
    watch.check()


def test_hostile_text_in_the_popup(hostile_page, open_page):
    page, watch = open_page(hostile_page)
    page.select_option("#map-station", label=HOSTILE_STATION)
    assert page.text_content(".popup h3") == HOSTILE_STATION
    assert HOSTILE_TEXT in read_texts(page, ".popup-reports li > span")
    assert HOSTILE_STATION in read_texts(page, ".label-station")
    assert page.get_attribute(".folium-map", "aria-label") == HOSTILE_TEXT
    assert page.query_selector(".popup img") is None
    watch.check()


def test_map_alone(journey, ensemble, verdicts, tmp_path, open_page):
    path = draw_map(journey, ensemble, verdicts).save(tmp_path / "map.html")
    page, watch = open_page(path)
    names = {p.station.name for h in journey.routes.values() for p in h.route.passages}
    assert page.locator("path.point").count() == len(names)
    assert page.locator("path.route-main").count() >= 1
    assert "OpenStreetMap" in page.text_content(".leaflet-control-attribution")
    watch.check()


def test_popup_shows_the_same_times_as_python(journey, ensemble, tmp_path, open_page):
    page, watch = open_page(draw_map(journey, ensemble).save(tmp_path / "map.html"))
    page.select_option("#map-station", label="Khasan")
    index = ensemble.route.index_of("Khasan")
    window = measure_windows(ensemble)[index]
    expected = [
        format_local(time, zone)
        for times in (window.arrive, window.depart)
        for time in times
        for zone in ("UTC", *journey.zones)
    ]
    assert read_texts(page, ".popup-windows td") == expected
    watch.check()


def test_keyboard_opens_and_closes_a_popup(plain_page, open_page):
    page, watch = open_page(plain_page)
    page.focus("path.point-major[aria-label=Pyongyang]")
    page.keyboard.press("Enter")
    assert page.text_content(".popup h3") == "Pyongyang"
    page.keyboard.press("Escape")
    page.wait_for_selector(".popup", state="detached")
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "Pyongyang"
    watch.check()


def test_layers_and_ledger_can_be_filtered(plain_page, journey, open_page):
    page, watch = open_page(plain_page)
    before = page.locator("path.route").count()
    page.uncheck("input[data-layer=route-1]")
    assert page.locator("path.route").count() < before
    page.uncheck("#ledger-filter input[value=silent]")
    shown = page.locator(".report:visible").count()
    assert page.text_content("#ledger-count") == f"{shown} of {len(journey.reports)} shown"
    assert shown < len(journey.reports)
    watch.check()


def test_the_page_is_complete_without_javascript(plain_page, journey, open_page):
    page, watch = open_page(plain_page, java_script_enabled=False)
    assert page.locator(".report").count() == len(journey.reports)
    assert page.locator(".glance tbody tr").count() >= 5
    assert page.locator(".needs-script:visible").count() == 0
    assert page.locator(".no-script:visible").count() == 1
    assert watch.requests == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_page_is_no_wider_than_the_window(plain_page, open_page, width, scheme):
    page, watch = open_page(
        plain_page, viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    image = "document.querySelector('.diagram img').naturalWidth"
    page.wait_for_function(f"{image} > 0")
    watch.check()


@pytest.mark.parametrize(
    ("width", "named"), [(1280, {"Khasan", "Ussuriysk"}), (390, {"Khasan"})]
)
def test_marks_of_several_places_show_their_number(plain_page, open_page, width, named):
    page, watch = open_page(plain_page, viewport={"width": width, "height": 900})
    labels = page.eval_on_selector_all(
        ".label-cluster, .label-station",
        "nodes => nodes.map(n => ({text: n.textContent, members: n.dataset.stations.split(' '),"
        "cluster: n.classList.contains('label-cluster'),"
        "shown: !n.classList.contains('hidden')}))",
    )
    clusters = [label for label in labels if label["cluster"]]
    assert clusters
    assert all(c["text"] == f"{len(c['members'])} places" for c in clusters)
    texts = {c["text"] for c in clusters if c["shown"]}
    assert texts
    nameless = {m for c in clusters if not c["shown"] for m in c["members"]}
    shown = [label for label in labels if label["shown"] and not label["cluster"]]
    assert not [label for label in shown if nameless & set(label["members"])]
    names = {label["text"] for label in shown}
    assert named <= names
    assert "Hongui" not in names
    watch.check()


@pytest.mark.parametrize("width", [1280, 390])
def test_only_wide_regions_show_a_scroll_hint(plain_page, open_page, width):
    page, watch = open_page(plain_page, viewport={"width": width, "height": 900})
    page.eval_on_selector_all(
        "details", "nodes => nodes.forEach(node => { node.open = true; })"
    )
    page.evaluate(FOUR_FRAMES)
    hints = page.eval_on_selector_all(
        ".scroll",
        "nodes => nodes.map(n => [n.getAttribute('aria-label'),"
        "n.scrollWidth > n.clientWidth + 1, getComputedStyle(n, '::before').content])",
    )
    assert all(("scroll sideways" in hint) == wide for _, wide, hint in hints)
    wide = {name for name, is_wide, _ in hints if is_wide}
    assert any(name.startswith("Windows at all timing points") for name in wide)
    assert ("Diagram" in wide) == (width == 390)
    assert "At a glance" not in wide
    watch.check()


def test_reasons_are_readable_on_a_narrow_screen(plain_page, open_page):
    page, _ = open_page(plain_page, viewport={"width": 390, "height": 900})
    widths = page.eval_on_selector_all(
        ".reasons td", "nodes => nodes.filter(n => n.textContent).map(n => n.clientWidth)"
    )
    assert len(widths) > 20
    assert min(widths) > 300


def test_the_ends_of_a_journey_are_named_on_a_narrow_map(tmp_path, open_page):
    path = draw_map(load_journey("2019-04")).save(tmp_path / "map.html")
    page, _ = open_page(path, viewport={"width": 390, "height": 900})
    named = read_texts(page, ".label-station:not(.hidden)")
    assert {"Pyongyang", "Vladivostok"} <= set(named)


def test_a_link_to_a_folded_conflict_unfolds_it(plain_page, open_page):
    page, watch = open_page(plain_page)
    folded = page.locator(".more-conflicts .conflict").last
    assert not folded.is_visible()
    anchor = folded.get_attribute("id")
    page.evaluate(f"location.hash = '{anchor}'")
    page.wait_for_function(f"document.getElementById('{anchor}').checkVisibility()")
    watch.check()


def test_no_sum_of_a_conflict_is_wider_than_a_narrow_screen(plain_page, open_page):
    page, watch = open_page(plain_page, viewport={"width": 390, "height": 900})
    wide = page.eval_on_selector_all(
        "details[open] > .conflict-parts .scroll",
        "nodes => nodes.filter(n => n.scrollWidth > n.clientWidth + 1).length",
    )
    assert wide == 0
    watch.check()
