"""What the page and the diagram say is likely: the posterior, beside priors and bounds."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from routesim.certain import bounds
from routesim.errors import ArgumentError
from routesim.evidence import parse_time
from routesim.journey import load_journey, simulate
from routesim.likely import condition
from routesim.text.quantities import format_chance
from routesim.text.times import format_local
from routesim.view import draw_diagram, write_page
from routesim.view.findings import find_certain
from routesim.view.html.markup import Markup
from routesim.view.page.likely import (
    format_chances,
    format_likely,
    format_rejected,
    make_likely,
)
from routesim.view.page.positions import choose_instants
from routesim.view.page.routes import format_odds, make_odds
from routesim.view.page.time_stood import format_change
from routesim.view.times import list_clocks
from routesim.view.windows import measure_ensemble, measure_windows
from tests.view.conftest import HOSTILE_TEXT, SMALL, compare_evenly, lend

REPORTS = """
[[reports]]
id = "{0}"
claim = "{0} tells of {1}."
family = "press"
said = [{{ source = "paper", lines = "1" }}]
[[reports.clauses]]
kind = "{2}"
place = "{1}"
window = {{ from = 2024-05-01T{3}:00+10:00, to = 2024-05-01T{4}:00+10:00 }}
zone = "Asia/Vladivostok"
zone_known = "printed"
words = "then"
"""
TEN_UTC = parse_time("2023-09-11T10:00Z")


@pytest.fixture(scope="module")
def sure(tmp_path_factory):
    """A posterior whose reports are all believed, with soft ends inside the hard ones."""
    told = [
        ("R1", "Ussuriysk", "depart", "08:10", "08:40"),
        ("R2", "Vladivostok", "arrive", "10:00", "10:30"),
    ]
    path = tmp_path_factory.mktemp("sure") / "sure.toml"
    text = SMALL[: SMALL.index("[[reports]]")]
    path.write_text(text + "".join(REPORTS.format(*one) for one in told), encoding="utf-8")
    return condition(load_journey(path), draws=2000, reliability=1.0, ends="inside")


@pytest.fixture(scope="module")
def page_text(journey, write, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    return write(journey, path, draws=500).read_text("utf-8")


@pytest.fixture(scope="module")
def page_2019(journey_2019, write, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    return write(journey_2019, path, draws=500).read_text("utf-8")


def read_text(html):
    return re.sub(r"<[^>]+>", "", html)


def read_section(page, name):
    start = page.index(f'<section aria-labelledby="{name}"')
    return page[start : page.index("</section>", start)]


def read_rows(html, caption):
    """Return the cells of the body of the table with a caption, a list a row."""
    table = html[html.index(f"<caption>{caption}") :]
    body = table[table.index("<tbody>") : table.index("</table>")]
    return [
        [read_text(cell).strip() for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", body)
    ]


def test_where_nothing_is_thrown_out_no_draw_leaves_the_certain_region(sure):
    assert sure.thrown_out == ()
    certain = bounds(sure.layout.journey)
    times_s = np.linspace(sure.departure_s.min(), sure.arrive_s[:, -1].max(), 40)
    low, high = certain.trace(times_s)
    for time_s, least, most in zip(times_s, low, high, strict=True):
        km = sure.where(_to_iso(time_s)).km
        assert km.min() >= least - 1e-6
        assert km.max() <= most + 1e-6


def test_the_drawn_band_lies_inside_the_certain_region(sure):
    certain = bounds(sure.layout.journey)
    figure = draw_diagram(sure.layout.journey, sure, bounds=certain)
    band = figure.axes[0].collections[1].get_paths()[0].vertices
    assert np.ptp(band[:, 1]) > 0.9 * sure.route.length_km
    low, high = certain.trace(np.sort(band[:, 0]))
    order = np.argsort(band[:, 0])
    assert np.all(band[order, 1] >= low - 1e-6)
    assert np.all(band[order, 1] <= high + 1e-6)


def _to_iso(seconds):
    return np.datetime64(round(seconds * 1e6), "us").astype(str) + "Z"


@pytest.mark.parametrize(
    ("which", "label"),
    [
        ("ensemble", "likely from the priors alone: 90 %"),
        ("posterior", "likely given the reports: 90 %"),
    ],
)
def test_the_diagram_says_what_its_band_is(journey, which, label, request):
    figure = draw_diagram(journey, request.getfixturevalue(which))
    told = [text.get_text() for text in figure.legends[0].get_texts()]
    assert label in told
    assert len([text for text in told if text.startswith("likely")]) == 1


def test_a_posterior_is_bounded_by_the_reports_that_it_heard(small_journey):
    unheard = condition(small_journey, draws=300, drop=("R1",))
    figure = draw_diagram(small_journey, unheard)
    told = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "likely from the priors alone: 90 %" in told
    assert not any(text.startswith("certain") for text in told)


def test_a_posterior_plots_itself(posterior):
    figure = posterior.plot()
    assert "likely given the reports: 90 %" in [
        text.get_text() for text in figure.legends[0].get_texts()
    ]


def test_windows_of_a_posterior_are_rounded_to_their_error(posterior):
    index = posterior.route.index_of("Khasan")
    plain = posterior.windows(every=True).iloc[index]
    (window,) = measure_windows(posterior, indices=[index])
    assert window.arrive == tuple(
        int(plain[f"arrive_{name}"].timestamp()) for name in ("p05", "p50", "p95")
    )
    (finer,) = measure_windows(posterior, indices=[index], is_rounded=False)
    np.testing.assert_allclose(
        finer.arrive,
        np.quantile(posterior.get_arrivals(index), (0.05, 0.5, 0.95)),
        rtol=0.0,
        atol=0.5,
    )


def test_a_standing_that_moved_is_not_called_untold():
    # As far up as it is wide: nothing narrower, but another answer.
    even = np.linspace(0.0, 100.0, 1001)
    assert format_change(even, even + 100.0) == "more"
    assert format_change(even, even - 100.0) == "less"
    # 5 to 95 % of 45 to 55 are 9 wide, of 0 to 100 they are 90.
    assert format_change(even, 45.0 + even / 10.0) == "90 % narrower"
    assert format_change(45.0 + even / 10.0, even).endswith("% wider")


@pytest.mark.parametrize("chance", [0.0, 1e-6, 0.004, 0.5, 0.996, 1.0 - 1e-9, 1.0])
@pytest.mark.parametrize(("error", "worth"), [(0.0, 1e9), (0.003, 900.0), (0.08, 20.0)])
def test_no_probability_is_told_as_all_or_nothing(chance, error, worth):
    assert format_chance(chance, error, worth) not in {"0 %", "100 %"}


def test_a_chance_is_rounded_by_the_rule_of_three():
    # 3 of 281 is 1.07 %, so steps of 2 %; 3 of 913 is 0.3 %, so steps of 1 %.
    assert format_chance(0.013, 0.0, 281.0) == "2 %"
    assert format_chance(0.013, 0.0, 913.0) == "1 %"


def test_instants_are_few_and_those_that_reports_name_are_there(journey, posterior):
    chosen = choose_instants(find_certain(journey), posterior)
    assert list(chosen) == sorted(chosen)
    assert 4 <= len(chosen) <= 15
    assert chosen[TEN_UTC] == ("C15",)
    even = [time_s for time_s, names in chosen.items() if not names]
    assert len({b - a for a, b in pairwise(even)}) == 1
    # By the clock of the first zone, Pyongyang: UTC+9.
    assert all((time_s + 9 * 3600) % 3600 == 0 for time_s in even)


def test_where_it_was_is_told_beside_what_is_certain(posterior, page_text):
    rows = read_rows(read_section(page_text, "likely"), "Where it was")
    (row,) = [row for row in rows if "C15" in row[0]]
    assert format_local(TEN_UTC, "Asia/Pyongyang") in row[0]
    # At 19:00 in Pyongyang it had not crossed the border (C15), and could not be far.
    assert row[1].startswith("km 854 to 857")
    assert "nearest: Tumangang" in row[2]
    share, _ = posterior.get_passed_share("Friendship Bridge border", "2023-09-11T10:00Z")
    assert share < 0.05
    assert re.fullmatch(r"(under )?\d+ %", row[3])
    assert row[4].startswith("under")


def test_the_section_says_once_what_it_rests_on(posterior, page_text):
    told = read_text(read_section(page_text, "likely"))
    heard = len(posterior.heard)
    assert f"{heard} of 47 reports are weighed" in told
    assert told.count("effective sample size") == 1
    assert f"worth {posterior.ess:,.0f} independent ones" in told
    assert "The priors are assumptions" in told
    for caption in ("How long it stood", "How fast it ran", "Routes, before the reports"):
        assert caption in told


def test_what_is_likely_stands_beside_what_is_certain(posterior, page_text):
    section = read_section(page_text, "certain")
    assert "beside what is likely given the reports" in section
    assert "The likely band beside it is given the reports" in section
    khasan = section[section.index(">Khasan<") :][:3000]
    (window,) = measure_windows(posterior, indices=[posterior.route.index_of("Khasan")])
    for time_s in (window.arrive[0], window.arrive[-1], window.depart[0], window.depart[-1]):
        assert format_local(time_s, "UTC") in khasan


def test_each_report_heard_tells_how_likely_it_is_right(journey, posterior, page_text):
    chances = format_chances(posterior)
    assert set(chances) == set(posterior.heard)
    for report in journey.reports:
        start = page_text.index(f'id="report-{report.id}"')
        entry = page_text[start : page_text.index("</article>", start)]
        assert ("<dt>Right</dt>" in entry) == (report.id in chances)
        if report.id in chances:
            assert f"right: {chances[report.id]}" in entry


def test_a_report_that_is_thrown_out_is_marked(posterior_2019, page_2019):
    assert "C49" in posterior_2019.thrown_out
    start = page_2019.index('id="report-C49"')
    entry = page_2019[start : page_2019.index("</article>", start)]
    assert '<span class="badge thrown-out">thrown out</span>' in entry
    lead = read_text(page_2019[page_2019.index("<header") : page_2019.index("</header>")])
    assert "Thrown out, being more likely wrong than right: " in lead
    assert page_2019.count("badge thrown-out") == len(posterior_2019.thrown_out)


def test_where_nothing_is_thrown_out_the_least_likely_is_named(sure):
    told = format_rejected(sure, format_chances(sure))
    assert told.startswith("No report is thrown out; the least likely to be right is R")


def test_where_it_set_out_is_told_where_the_plan_leaves_it_open(page_text, page_2019):
    rows = read_rows(read_section(page_2019, "likely"), "Where it set out")
    assert any(row[0].startswith("Pyongyang") for row in rows)
    assert all(re.fullmatch(r"(under |over )?\d+ %", row[2]) for row in rows)
    assert "Where it set out" not in read_section(page_text, "likely")


def test_routes_are_told_with_their_priors(journey, page_text):
    rows = read_rows(read_section(page_text, "likely"), "Routes, before")
    assert [row[1:3] for row in rows] == [
        [f"{100 * h.prior:.0f} %", f"{100 * h.prior:.0f} %"] for h in journey.routes.values()
    ]


def test_whether_one_could_tell_the_route(journey):
    rows = compare_evenly(journey)
    assert "could not be told even once every report was known" in format_odds(journey, rows)
    others = rows.assign(probability=[0.04, 0.95, 0.01])
    told = format_odds(journey, others)
    assert "has 95 %; the default route has 4 %." in told
    assert "could not be told" not in told
    assert make_odds(journey, None) == "<p>The journey names one route only.</p>"


def test_the_sentence_of_what_is_likely_names_two_clocks(journey, posterior):
    told = format_likely(journey, measure_ensemble(posterior))
    assert told.startswith("Given the reports, and if it took the default route (")
    assert "Pyongyang time (UTC+9; " in told
    assert "Vladivostok time (UTC+10; " in told
    assert told.endswith("each with a probability of 90 %.")


def test_all_timing_points_are_told_of_the_default_route_alone(page_text):
    section = read_section(page_text, "windows")
    assert section.count("timing points</summary>") == 1
    bands = re.findall(r'route-title">[^<]+</span><span class="note"> ([^<]+)<', section)
    assert bands == ["given the reports", *["from the priors alone"] * 2]


def test_a_posterior_of_another_question_is_refused(journey, posterior, tmp_path):
    for changed, words in (
        (replace(posterior, route_id="vostochny"), "condition on vladivostok"),
        (replace(posterior, dropped=("C01",)), "condition on all of them"),
        (replace(posterior, as_of_s=TEN_UTC), "condition on all of them"),
        (replace(posterior, journey_id="2019-04"), "simulate this journey"),
    ):
        with pytest.raises(ArgumentError, match=words):
            write_page(journey, tmp_path / "p.html", ensemble=changed)
    rows = compare_evenly(journey).iloc[:2]
    with pytest.raises(ArgumentError, match="compare the routes of this one"):
        write_page(journey, tmp_path / "p.html", ensemble=posterior, routes=rows)
    assert list(tmp_path.iterdir()) == []


def test_hostile_text_stays_text(hostile_journey, posterior):
    lent = lend(posterior, hostile_journey)
    prior = simulate(hostile_journey, draws=50)
    clocks = list_clocks(hostile_journey.zones, 1694336400.0, 1694500000.0)
    odds = make_odds(hostile_journey, compare_evenly(hostile_journey))
    findings = find_certain(hostile_journey)
    html = make_likely(findings, measure_ensemble(lent), lent, prior, clocks, odds)
    assert isinstance(html, Markup)
    for sign in ("<script", "<img", "{{7*7}}<"):
        assert sign not in html
    assert HOSTILE_TEXT not in html
    assert "&lt;script&gt;" in html


def test_without_a_report_the_page_says_so(tmp_path):
    path = tmp_path / "silent.toml"
    path.write_text(SMALL[: SMALL.index("[[reports]]")], encoding="utf-8")
    journey = load_journey(path)
    page = write_page(journey, tmp_path / "p.html", draws=50).read_text("utf-8")
    told = read_text(read_section(page, "likely"))
    assert "No report is heard, so that what is likely is what the priors say." in told
    assert "The journey names one route only." in told
    assert "given the reports, 5 % to 95 %" not in page
