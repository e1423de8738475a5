"""What the page says is certain: conflicts, worlds, bounds, and their place in the diagram."""

import re
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest

import routesim as rs
from routesim.errors import ArgumentError
from routesim.journey import load_journey, simulate
from routesim.text.times import format_local
from routesim.view import draw_diagram, write_page
from routesim.view.diagram.certain_region import REGION_ID, REGION_LABEL
from routesim.view.diagram.journey_diagram import write_svg
from routesim.view.findings import find_certain, list_treatments
from routesim.view.page.certain import format_certain, make_certain
from routesim.view.page.conflicts import format_conflicts, format_miss, make_conflicts
from routesim.view.page.ledger import make_ledger
from routesim.view.page.worlds import make_worlds
from routesim.view.times import list_clocks
from routesim.view.windows import measure_ensemble
from tests.view.conftest import HOSTILE_TEXT, SMALL

SILENT = """silent = "it only says that there was a train"
"""
CLAUSES = SMALL.index("[[reports.clauses]]")
TWO_STARTS = """
[[plan.origins]]
station = "Ussuriysk"
weight = 1
reason = "a test"
[[plan.origins]]
station = "Nadezhdinskaya"
weight = 1
reason = "a test"
"""
EVENT = """
[[reports]]
id = "{0}"
claim = "{0} tells of {1}."
family = "press"
said = [{{ source = "paper", lines = "1" }}]
[[reports.clauses]]
kind = "arrive"
place = "{1}"
window = {{ from = 2024-05-01T{2}:00:00+10:00, to = 2024-05-01T{3}:00:00+10:00 }}
zone = "Asia/Vladivostok"
zone_known = "printed"
words = "then"
"""


@pytest.fixture(scope="module")
def findings(journey):
    return find_certain(journey)


@pytest.fixture(scope="module")
def page_2019(journey_2019, write, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    return write(journey_2019, path, draws=200).read_text("utf-8")


def load_text(folder, text):
    path = folder / "small.toml"
    path.write_text(text, encoding="utf-8")
    return load_journey(path)


def read_text(html):
    return re.sub(r"<[^>]+>", "", html)


def read_cards(html):
    return re.findall(r'<article class="conflict" id="([^"]+)">(.*?)</article>', html)


def test_every_conflict_has_a_card_whose_sum_is_its_miss(findings):
    cards = read_cards(make_conflicts(findings))
    assert len(cards) == len(findings.conflicts)
    for (anchor, card), conflict in zip(cards, findings.ordered, strict=True):
        assert read_text(card).split(" ", 1)[1].startswith(format_miss(conflict))
        number = int(anchor.removeprefix("conflict-"))
        assert findings.ordered[number - 1] is conflict
        told = [int(seconds) for seconds in re.findall(r'data-seconds="(-?[0-9]+)"', card)]
        if conflict.miss_s is None:
            assert told == []
        else:
            *steps, total = told
            assert sum(steps) == total == -conflict.miss_s


def test_a_sum_can_be_added_up_from_what_is_read(findings):
    # Sunday 18:00 in Pyongyang is 09:00 UTC, and the window ends a second before; Monday
    # 00:00 in Seoul is Sunday 15:00 UTC: 8:59:59 - 15:00:00 = -6:00:01.
    card = dict(read_cards(make_conflicts(findings)))["conflict-1"]
    shown = re.findall(r'data-seconds="-?[0-9]+">([^<]+)<', card)
    assert shown == ["+8:59:59", "\u221215:00:00", "\u22126:00:01"]
    assert "clocks from Sun 10 Sep 00:00 UTC" in card
    assert "Sun 10 Sep 09:00 UTC" in card
    assert "Sun 10 Sep 18:00 Pyongyang (UTC+9)" in card
    assert "Sun 10 Sep 19:00 Vladivostok (UTC+10)" in card


def test_a_card_names_the_reading_it_hangs_on_and_the_mildest_way_out_first(findings):
    card = read_text(dict(read_cards(make_conflicts(findings)))["conflict-1"])
    assert "Only if: C06 read as: set out on Monday" in card
    order = [card.index(word) for word in ("Read otherwise: ", "Widened: ", "Wrong: ")]
    assert order == sorted(order)


def test_no_clock_of_a_sum_is_told_without_its_zone(page_2019):
    for _, card in read_cards(page_2019):
        for clocks in re.findall(r'<span class="clock num">([^<]+)<', card):
            assert all(re.search(r"UTC(\)|$|[+-])", part) for part in clocks.split(" \u00b7 "))


def test_conflicts_that_hang_on_another_reading_are_folded(findings):
    html = make_conflicts(findings)
    folded = html[html.index('<details class="more-conflicts">') :]
    assert len(read_cards(folded)) == len(findings.other) > 0
    assert "The list is complete" in html


def test_the_page_leads_from_reports_to_conflicts_and_worlds(page_2019):
    body = re.sub(r"<script.*?</script>", "", page_2019, flags=re.DOTALL)
    ids = set(re.findall(r' id="([^"]+)"', body))
    links = re.findall(r'href="#([^"]+)"', body)
    assert set(links) <= ids
    assert {"conflict-1", "world-1", "report-C49"} <= set(links)
    entry = page_2019[page_2019.index('id="report-C49"') :]
    entry = entry[: entry.index("</article>")]
    assert "<dt>In conflict</dt>" in entry
    assert "<dt>Left out in world</dt>" in entry


def test_copies_are_named_in_the_ledger(journey, findings):
    ledger = make_ledger(journey, {}, findings)
    entry = ledger[ledger.index('id="report-C17"') :]
    entry = read_text(entry[: entry.index("</article>")])
    assert "One witness withC16, C18" in entry


def test_the_bounds_are_those_of_the_library(journey, ensemble, findings):
    held = rs.bounds(journey)
    for ours, theirs in zip(
        findings.bounds.trace(np.array([1694440800.0])),
        held.trace(np.array([1694440800.0])),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, theirs)
    columns = [f"{event}_{end}" for event in ("arrive", "depart") for end in
               ("earliest", "latest")]  # fmt: skip
    assert findings.bounds.points[columns].equals(held.points[columns])
    clocks = list_clocks(journey.zones, 1694336400.0, 1694500000.0)
    html = make_certain(findings, measure_ensemble(ensemble), clocks)
    row = held.points[held.points["station"] == "Khasan"].iloc[0]
    khasan = html[html.index(">Khasan<") :][:2000]
    for clock in clocks:
        early = row["arrive_earliest"].floor("min").timestamp()
        late = row["arrive_latest"].ceil("min").timestamp()
        assert format_local(early, clock.zone) in khasan
        assert format_local(late, clock.zone) in khasan


def test_worlds_under_the_bounds_are_marked(findings):
    html = make_worlds(findings)
    marked = re.findall(r'id="world-(\d+)">\d+<span class="note"> for the bounds', html)
    assert [int(number) for number in marked] == [w.number for w in findings.bounds.worlds]


def test_a_band_outside_what_is_certain_is_named(ensemble, findings):
    # Draws a week late lie beyond every bound.
    late = replace(
        ensemble,
        arrive_s=ensemble.arrive_s + 604_800.0,
        departure_s=ensemble.departure_s + 604_800.0,
    )
    clocks = list_clocks(findings.journey.zones, 1694336400.0, 1694500000.0)
    html = read_text(make_certain(findings, measure_ensemble(late), clocks))
    assert "lies wholly outside what is certain" in html
    assert re.search(r"reaches Khasan \(the band begins \d+ h", html)
    assert "because the priors know no report" in html
    assert "wholly outside" not in make_certain(findings, measure_ensemble(ensemble), clocks)


def test_the_lead_tells_certain_before_likely(page_2019):
    lead = read_text(page_2019[page_2019.index("<header") : page_2019.index("</header>")])
    assert lead.index("Certain.") < lead.index("Likely.")
    assert "3 conflicts between reports are dissolved by no reading of them" in lead
    assert "miss each other by 4 h 29 min" in lead


def test_the_diagram_has_the_region(journey, ensemble, verdicts, findings):
    figure = draw_diagram(journey, ensemble, verdicts, bounds=findings.bounds)
    assert REGION_LABEL in [text.get_text() for text in figure.legends[0].get_texts()]
    stream = BytesIO()
    write_svg(figure, stream)
    assert f'id="{REGION_ID}"'.encode() in stream.getvalue()
    by_default = draw_diagram(journey, ensemble, verdicts)
    again = BytesIO()
    write_svg(by_default, again)
    assert again.getvalue() == stream.getvalue()


def test_bounds_of_another_route_are_refused(journey, ensemble):
    other = rs.bounds(journey, route="vostochny")
    with pytest.raises(ArgumentError, match="bound the route of the ensemble"):
        draw_diagram(journey, ensemble, bounds=other)


def test_reports_that_are_left_out_say_so(journey, ensemble, findings):
    assert list_treatments(findings.bounds)["C06"] == "left out or read otherwise"
    figure = draw_diagram(journey, ensemble, bounds=findings.bounds)
    words = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert "left out or read otherwise" in words


def test_hostile_text_stays_text(hostile_journey):
    findings = find_certain(hostile_journey)
    clocks = list_clocks(hostile_journey.zones, 1694336400.0, 1694500000.0)
    drawn = measure_ensemble(simulate(hostile_journey, draws=50))
    html = (
        make_conflicts(findings)
        + make_worlds(findings)
        + make_certain(findings, drawn, clocks)
        + make_ledger(hostile_journey, {}, findings)
    )
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert "<img" not in html
    assert HOSTILE_TEXT not in html


@pytest.mark.parametrize(
    "text", [SMALL[: SMALL.index("[[reports]]")], SMALL[:CLAUSES] + SILENT]
)
def test_a_journey_that_says_nothing_has_a_page(text, tmp_path):
    journey = load_text(tmp_path, text)
    page = read_text(write_page(journey, tmp_path / "p.html", draws=50).read_text("utf-8"))
    assert "No report sets a constraint, so none can contradict another." in page
    assert "Nothing is certain of this journey" in page
    figure = draw_diagram(journey, simulate(journey, draws=50))
    assert REGION_LABEL not in [text.get_text() for text in figure.legends[0].get_texts()]


def test_reports_that_agree_are_said_to_agree(tmp_path):
    text = SMALL[: SMALL.index("[[reports]]")] + EVENT.format("R1", "Vladivostok", 12, 13)
    findings = find_certain(load_text(tmp_path, text))
    assert format_conflicts(findings) == "No report contradicts another."
    assert format_certain(findings).startswith("If every report is true, the train reached")
    assert "None: all the reports can be true together" in make_conflicts(findings)


def test_reports_that_contradict_are_told(tmp_path):
    events = [("R1", "Vladivostok", "12", "13"), ("R2", "Vladivostok", "15", "16")]
    text = SMALL[: SMALL.index("[[reports]]")] + "".join(EVENT.format(*e) for e in events)
    journey = load_text(tmp_path, text)
    findings = find_certain(journey)
    # R1 ends at 12:59:59, R2 begins at 15:00:00.
    assert format_conflicts(findings).endswith("R1 and R2 miss each other by 2 h.")
    write_page(journey, tmp_path / "p.html", draws=50)


def test_without_a_world_the_page_says_what_empties_it(journey, findings, ensemble):
    empty = rs.certain.bound_worlds(findings.problem, (), journey.default_route)
    none = replace(findings, bounds=empty)
    clocks = list_clocks(journey.zones, 1694336400.0, 1694500000.0)
    told = read_text(make_certain(none, measure_ensemble(ensemble), clocks))
    assert "no set of the reports can all be true" in told
    assert "no set of the reports can all be true" in format_certain(none)
    assert "None of them takes the default route." in make_worlds(none)
    assert draw_diagram(journey, ensemble, bounds=empty)


def test_several_starts_are_named(tmp_path):
    head = SMALL[: SMALL.index("[[reports]]")]
    text = head.replace("[sources.paper]", TWO_STARTS + "\n[sources.paper]")
    journey = load_text(tmp_path, text + EVENT.format("R1", "Vladivostok", 12, 13))
    page = read_text(write_page(journey, tmp_path / "p.html", draws=50).read_text("utf-8"))
    assert "Where it set out is not certain: the reports allow any of" in page
