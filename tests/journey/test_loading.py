"""Loading a journey file."""

import json
import shutil

import pytest

from routesim.errors import DataError, UnknownNameError
from routesim.evidence import Window
from routesim.files.read import find_geodata
from routesim.journey import list_journeys, load_journey
from routesim.text.times import format_utc
from routesim.whatif import what_if
from tests.support.journeys import fixed, load_text, write_route, write_stop
from tests.support.networks import copy_network

SHORT_ROUTE = write_route("other", "Vladivostok", via=["Ussuriysk"], prior=0.0)
USSURIYSK = write_stop("Ussuriysk", fixed(10), ["other"])
REASON = '\nreason = "a test"\n'


def change(text, old, new, count=1):
    assert text.count(old) >= count, old
    return text.replace(old, new, count)


def test_the_bundled_ids(net):
    listed = list_journeys(net)
    spring, autumn = listed
    assert [journey.id for journey in listed] == ["2019-04", "2023-09"]
    assert listed.to_dict() == {"journeys": [spring.to_dict(), autumn.to_dict()]}
    assert list(listed[1:]["id"]) == ["2023-09"]
    assert tuple(spring.routes) == ("direct", "via-ussuriysk")
    assert tuple(autumn.routes) == ("vladivostok", "vostochny", "komsomolsk")
    assert (len(spring.reports), len(autumn.reports)) == (15, 47)
    assert (
        repr(autumn)
        == "<Journey '2023-09': routes vladivostok, vostochny, komsomolsk; reports: 47>"
    )
    for journey in (spring, autumn):
        assert sum(h.prior for h in journey.routes.values()) == pytest.approx(1.0)
        assert journey.get_hypothesis().id == journey.default_route
        assert journey.network is net


def test_a_journey_and_its_parts_have_dicts_and_tables(net):
    journey = load_journey("2023-09", net)
    assert journey.to_dict() == {
        "id": "2023-09",
        "title": journey.title,
        "routes": ["vladivostok", "vostochny", "komsomolsk"],
        "default_route": journey.default_route,
        "reports": 47,
    }
    frame = journey.to_frame()
    assert list(frame["id"]) == [report.id for report in journey.reports]
    assert frame["known_at"].dt.tz is not None
    report, source = journey.get_report("C15"), next(iter(journey.sources.values()))
    assert report.to_dict()["sources"] == list(report.sources)
    window = report.clauses[0].time.window
    assert window.to_dict() == {
        "from": format_utc(window.start_s),
        "to": format_utc(window.end_s),
    }
    assert Window(0.0).to_dict() == {"from": "1970-01-01T00:00:00Z", "to": None}
    assert source.to_dict()["publisher"] == source.publisher
    for value in (journey, list_journeys(net), report, source, window):
        json.dumps(value.to_dict(), allow_nan=False)
        assert value._repr_html_().startswith("<table>")


def test_a_file_cannot_name_a_train_by_a_path(tmp_path, net):
    text = (find_geodata() / "journeys" / "2023-09.toml").read_text(encoding="utf-8")
    train = find_geodata() / "trains" / "special.toml"
    for name in (str(train), "../trains/special", "special.toml"):
        path = tmp_path / "j.toml"
        path.write_text(
            change(text, 'train = "special"', f'train = "{name}"'), encoding="utf-8"
        )
        with pytest.raises(DataError, match=r"j\.toml: no bundled train named"):
            load_journey(path, net)


def test_a_path_loads_the_same_journey(tmp_path, net):
    folder = tmp_path / "journeys"
    folder.mkdir()
    source = find_geodata() / "journeys" / "2023-09.toml"
    shutil.copy(source, folder / "mine.toml")
    bundled = load_journey("2023-09", net)
    for path in (folder / "mine.toml", str(folder / "mine.toml")):
        journey = load_journey(path, net)
        assert journey.id == "2023-09"
        assert journey.reports == bundled.reports
        assert journey.plan == bundled.plan


def test_sources_come_from_the_folder_of_the_journey(tmp_path, net):
    (tmp_path / "journeys").mkdir()
    path = tmp_path / "journeys" / "2023-09.toml"
    shutil.copy(find_geodata() / "journeys" / "2023-09.toml", path)
    text = (find_geodata() / "sources.toml").read_text("utf-8")
    (tmp_path / "sources.toml").write_text(text.replace("[families.F2]", "[families.F0]"))
    with pytest.raises(DataError, match=r"2023-09.toml, report C12: unknown family 'F2'"):
        load_journey(path, net)


def test_an_unknown_id_gets_a_suggestion(net):
    with pytest.raises(
        UnknownNameError, match="no bundled journey named '2023-9'; did you mean 2023-09"
    ):
        load_journey("2023-9", net)


@pytest.mark.parametrize("name", ["", "../journeys/2023-09", "2023-09.TOML", "\0"])
def test_an_id_is_not_a_path(name, net):
    with pytest.raises(UnknownNameError, match="no bundled journey named"):
        load_journey(name, net)


def test_unknown_routes_and_reports_get_suggestions(net):
    journey = load_journey("2019-04", net)
    with pytest.raises(UnknownNameError, match="no route named 'via-usuriysk'; did you mean"):
        journey.get_hypothesis("via-usuriysk")
    with pytest.raises(UnknownNameError, match="no report named 'C99'"):
        journey.get_report("C99")
    assert journey.get_report("C42").id == "C42"


def test_the_network_may_be_a_folder(tmp_path, tiny):
    journey = load_text(tiny, copy_network(tmp_path), name="j", network=tmp_path)
    assert journey.get_hypothesis().route.length_km == pytest.approx(238.0 + 89.4)
    (tmp_path / "lines.csv").unlink()
    with pytest.raises(DataError, match=r"lines.csv: cannot be read"):
        load_journey(tmp_path / "j.toml", tmp_path)


def test_a_plan_gets_the_plain_names_of_stations(load, tiny):
    text = change(tiny, 'station = "Baranovsky"', 'station = "Барановский"')
    text += '\n[[plan.origins]]\nstation = "하산"' + REASON
    text += '\n[[plan.lengths]]\nfrom = "Хасан"\nto = "Baranovskiy"'
    text += '\nkm = { dist = "fixed", value = 240 }' + REASON
    plan = load(text).plan
    assert plan.stops[0].station == "Baranovsky"
    assert plan.origins[0].station == "Khasan"
    assert (plan.lengths[0].from_, plan.lengths[0].to) == ("Khasan", "Baranovsky")


def test_a_stop_can_name_its_visit(load, tiny):
    # Via Ussuriysk the train passes Baranovsky twice; the stop is at the second visit.
    text = tiny.replace('station = "Baranovsky"', 'station = "Baranovsky"\nroutes = ["short"]')
    second = USSURIYSK.replace('"Ussuriysk"', '"Baranovsky"\nvisit = 2')
    journey = load(text + SHORT_ROUTE + USSURIYSK + second)
    assert [stop.visit for stop in journey.plan.stops] == [None, None, 2]


def test_a_journey_without_reports_has_an_empty_table_with_the_same_columns():
    journey = load_journey("2019-04")
    silent = what_if(journey, drop=[report.id for report in journey.reports])
    assert silent.to_frame().shape == (0, journey.to_frame().shape[1])
    assert list(silent.to_frame().columns) == list(journey.to_frame().columns)
