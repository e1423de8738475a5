import json
import re
from itertools import pairwise

import folium
import pytest
from folium.template import Template

from routesim.errors import ArgumentError, RouteSimError
from routesim.network import load_network
from routesim.view import draw_map
from routesim.view.html.document import DATA_ID
from routesim.view.map.folium_layers import RailwayElement, make_folium_map, take_pieces
from routesim.view.map.journey_map import JourneyMap
from tests.support.networks import Folder, copy_network

pytestmark = pytest.mark.slow

MAX_MAP_BYTES = 900_000


def read_data(html):
    block = re.search(rf'<script type="application/json" id="{DATA_ID}">(.*?)</script>', html)
    return json.loads(block[1])["map"]


def test_every_station_of_every_route_is_there_once(journey, ensemble, verdicts):
    data = read_data(draw_map(journey, ensemble, verdicts).to_html())
    names = {p.station.name for h in journey.routes.values() for p in h.route.passages}
    assert sorted(station["name"] for station in data["stations"]) == sorted(names)
    assert [len(route["passages"]) for route in data["routes"]] == [
        len(hypothesis.route.passages) for hypothesis in journey.routes.values()
    ]


def test_strokes_join_every_passage_in_order(journey):
    data = read_data(draw_map(journey).to_html())
    assert data["routes"]
    for route in data["routes"]:
        ends = [stroke["s"] for stroke in route["strokes"]]
        assert all(a[-1] == b[0] for a, b in pairwise(ends))
        assert sum(len(end) - 1 for end in ends) == len(route["passages"]) - 1


def test_the_same_input_gives_the_same_bytes(journey, ensemble, verdicts, tmp_path):
    paths = [tmp_path / "a.html", tmp_path / "b.html"]
    for path in paths:
        draw_map(journey, ensemble, verdicts).save(path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[0].stat().st_size < MAX_MAP_BYTES
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "b.html"]


def test_a_map_can_be_written_twice(ensemble):
    shown = ensemble.explore()
    assert shown.to_html() == shown.to_html()


def test_no_address_is_requested(journey):
    html = draw_map(journey).to_html()
    assert not re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=", html)
    assert "sourceMappingURL" not in html


def test_the_policy_comes_first_and_the_encoding_early(journey):
    html = draw_map(journey).to_html()
    head = html[html.index("<head>") + 6 :]
    assert head.startswith('<meta http-equiv="Content-Security-Policy" content="default-src')
    assert "unsafe" not in head[: head.index(">")]
    assert html.encode().index(b'charset="utf-8"') < 1024


def test_folium_may_request_known_files_only():
    made = make_folium_map()
    made.add_js_link("new", "https://example.org/new.js")
    try:
        with pytest.raises(RouteSimError, match="requests the unknown file"):
            take_pieces(made)
    finally:
        folium.Map.default_js[:] = [link for link in folium.Map.default_js if link[0] != "new"]


def test_the_template_has_no_text():
    source = RailwayElement._template
    assert isinstance(source, Template)
    pieces = take_pieces(make_folium_map())
    assert "routesimDrawMap(map_routesim);" in pieces.script


def test_every_value_explores_as_a_map(journey, ensemble, posterior):
    route = ensemble.route
    for shown in (
        route.explore(),
        journey.explore(),
        ensemble.explore(),
        posterior.explore(),
    ):
        assert isinstance(shown, JourneyMap)
        assert shown._repr_html_().startswith("<iframe srcdoc=")


def test_attribution_is_visible(journey):
    html = re.sub(r"<script.*?</script>", "", draw_map(journey).to_html(), flags=re.DOTALL)
    assert "OpenStreetMap contributors" in html


def test_a_path_without_html_suffix_is_refused(journey, tmp_path):
    shown = draw_map(journey)
    with pytest.raises(ArgumentError, match=r"m\.pdf: .* ends in \.html"):
        shown.save(tmp_path / "m.pdf")
    assert list(tmp_path.iterdir()) == []


def test_an_id_instead_of_a_journey_is_refused():
    with pytest.raises(ArgumentError, match="load it first"):
        draw_map("2023-09")


def test_windows_state_what_they_are_based_on(journey, ensemble, posterior):
    bands = [
        [route["band"] for route in read_data(draw_map(journey, shown).to_html())["routes"]]
        for shown in (ensemble, posterior)
    ]
    assert bands == [["from the priors alone", "", ""], ["given the reports", "", ""]]


def test_the_legend_explains_verdicts_and_lines(journey, ensemble, verdicts):
    html = draw_map(journey, ensemble, verdicts).to_html()
    legend = re.search(r'<ul class="legend".*?</ul>', html, re.DOTALL)[0]
    text = re.sub(r"<[^>]+>", "", legend)
    assert "strained: outside the band that holds 90 % of the draws from the priors, or" in text
    assert "dotted: end at an unknown position, or section over 15 km" in text
    assert "possible" not in text.replace("impossible", "")
    assert "They are dotted where the position of an end is not known" in html
    assert "no base map for this area" not in html


def test_an_approximate_position_is_drawn_and_explained(journey, tmp_path):
    folder = Folder(copy_network(tmp_path))
    folder.change_station("Ugolnaya", "Trans-Siberian", position="approximate")
    route = load_network(folder.path).route("Khasan", "Vladivostok")
    html = route.explore().to_html()
    marked = [s for s in read_data(html)["stations"] if s["approximate"]]
    assert [station["name"] for station in marked] == ["Ugolnaya"]
    assert marked[0]["position"] == "only roughly known, up to 10 km off"
    assert "rough position, up to 10 km off" in html
    assert "point-approximate" in html
    assert "rough position, up to 10 km off" not in draw_map(journey).to_html()


def test_a_far_network_has_no_empty_layer(journey, far_journey):
    near, far = (draw_map(shown).to_html() for shown in (journey, far_journey))
    assert 'data-layer="cities"' in near
    assert 'data-layer="cities"' not in far
    assert "There is no base map for this area." in far
    assert read_data(far)["cities"] == []
    assert len(read_data(far)["stations"]) == len(read_data(near)["stations"])


def test_planned_stops_are_marked_for_their_names(journey, ensemble):
    data = read_data(draw_map(journey, ensemble).to_html())
    stops = {station["name"] for station in data["stations"] if station["stop"]}
    assert stops == {"Tumangang", "Khasan", "Baranovsky"}


def test_a_not_yet_is_shown_as_of_its_time(journey, ensemble):
    reports = read_data(draw_map(journey, ensemble).to_html())["reports"]
    (report,) = [report for report in reports if report["id"] == "C15"]
    when = [line for spot in report["spots"] for line in spot["when"]]
    assert "as of Mon 11 Sep 19:00, Pyongyang (UTC+9)" in when
