from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

pytestmark = pytest.mark.slow

LINE = ("--route", "Khasan", "Ussuriysk")
BAD = (
    (("train", "specal"), "did you mean special?"),
    (("train", "nowhere.toml"), "cannot be read"),
    (("train", *LINE), "TRAIN: is not given; name one"),
    (("train", "special", "--speed", "50"), "--speed: needs a route"),
    (("train", "special", "--stop", "Khasan=1h", "--via", "Rajin"), "2 faults:"),
    (
        ("train", "special", *LINE, "--speed", "0"),
        "--speed: cannot be 0; give more than 0 km/h",
    ),
    (("train", "special", *LINE, "--speed", "nan"), "--speed: cannot be nan"),
    (("train", "special", *LINE, "--speed", "1e99"), "--speed: is 1e+99"),
    (("train", "special", *LINE, "--stop", "Ryazanovka"), "is not a pair"),
    (("train", "special", *LINE, "--stop", "Ryazanovka=soon"), "is not a duration"),
    (("train", "special", *LINE, "--stop", "Rajin=1h"), "no station on this route"),
    (("train", "special", "--route", "Khasan", "Atlantis"), "Atlantis"),
    (("train", "special", "-o", "chart.pdf"), "ends in .svg or .png"),
    (("train", "special", "--route", "Khasan", "Khasan"), "Khasan"),
    (("train", "special", "--route", "Khasan"), "requires 2 arguments"),
)


def test_list_names_the_bundled_trains(run_cli):
    rows = run_cli("train", "--list", "--json").document["trains"]
    assert [row["id"] for row in rows] == ["freight", "passenger", "special"]
    assert rows[2]["length_m"]["basis"] == "assumed"
    for arguments in (["train"], ["train", "--list"]):
        outcome = run_cli(*arguments)
        assert outcome.code == 0
        assert "Armoured special train" in outcome.out


def test_figures_come_with_their_basis(run_cli):
    out = run_cli("train", "freight").out
    assert "TrainRuns.jl" in out
    assert "400 to 1,000" in out
    assert "traction" in out
    figures = run_cli("train", "freight", "--json").document["figures"]
    assert figures["braking_mps2"]["basis"] == "read"
    assert figures["mass_kg"] == {
        "value": 3.2e6,
        "low": 1.2e6,
        "high": 6.0e6,
        "basis": "assumed",
        "reason": figures["mass_kg"]["reason"],
        "reports": [],
    }


def test_curves_of_the_special_train(run_cli):
    curves = run_cli("train", "special", "--json").document["curves"]
    # 0.15 m/s² to 90 km/h, which is 25 m/s: 166.7 s, 2083 m.
    ninety = next(row for row in curves["accelerate"] if row["speed_kmh"] == 90)
    assert ninety["time_s"] == pytest.approx(25 / 0.15, rel=1e-6)
    assert ninety["distance_m"] == pytest.approx(625 / 0.3, rel=1e-6)
    # 0.4 m/s² from 90 km/h: 62.5 s, 781.25 m.
    ninety = next(row for row in curves["brake"] if row["speed_kmh"] == 90)
    assert (ninety["time_s"], ninety["distance_m"]) == pytest.approx((62.5, 781.25))
    assert [row["speed_kmh"] for row in curves["brake"]][-1] == 100


def test_running_time_on_a_route(run_cli):
    options = ("--speed", "54", "--stop", "Ryazanovka=10min")
    route = run_cli("train", "special", *LINE, *options, "--json").document["route"]
    # At 15 m/s each of two starts loses 15 / 0.3 = 50 s, each of two stops 15 / 0.8 =
    # 18.75 s. There are 20 s before each start.
    running_s = route["length_km"] * 1000 / 15 + 2 * (50 + 18.75)
    assert route["running_s"] == pytest.approx(running_s, abs=0.01)
    assert route["standing_s"] == pytest.approx(640, abs=1e-6)
    assert route["duration_s"] == pytest.approx(running_s + 640, abs=0.01)
    assert route["overall_speed_kmh"] < route["running_speed_kmh"] < 54
    assert route["limit_kmh"] == 54
    (stop,) = [point for point in route["points"] if point["stops"]]
    assert stop["station"] == "Ryazanovka"
    assert stop["depart_s"] - stop["arrive_s"] == pytest.approx(600)
    out = run_cli("train", "special", *LINE, *options).out
    assert "54 km/h allow" in out
    assert "standing 0:10:40" in out


def test_the_document_is_the_dict_of_the_values(run_cli):
    from routesim.kinematics import TrainSummary, list_trains, load_train_row, run_route
    from routesim.network import load_network

    row = load_train_row("freight")
    route = load_network().route("Khasan", "Ussuriysk")
    found = run_route(row.make_train(), route, speed_kmh=55)
    arguments = (
        "train",
        "freight",
        "--route",
        "Khasan",
        "Ussuriysk",
        "--speed",
        "55",
        "--json",
    )
    assert run_cli(*arguments).document == TrainSummary(row, found).to_dict()
    assert run_cli("train", "--list", "--json").document == list_trains().to_dict()


def test_a_route_has_stations_on_the_way_and_reversals(run_cli):
    short = run_cli("train", "passenger", "--route", "Khasan", "Vladivostok")
    assert re.search(r"Baranovsky .* reverses", short.out)
    by_way = run_cli(
        "train", "passenger", "--route", "Khasan", "Vladivostok", "--via", "Ussuriysk", "--json"
    )
    route = by_way.document["route"]
    assert "Ussuriysk" in [point["station"] for point in route["points"]]
    assert route["limit"] == "line caps"


def test_a_train_from_a_file(run_cli, tmp_path):
    from routesim.files.read import find_geodata

    text = (find_geodata() / "trains" / "special.toml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text(text.replace("Armoured special train", "$x^$ [red]"), encoding="utf-8")
    outcome = run_cli("train", "mine.toml", "-o", "mine.svg")
    assert outcome.code == 0
    assert "$x^$ [red]" in outcome.out
    assert (tmp_path / "mine.svg").is_file()


def test_the_chart_is_the_same_each_time(run_cli, tmp_path):
    options = (*LINE, "--stop", "Ryazanovka=10min")
    for name in ("first.svg", "second.svg"):
        assert run_cli("train", "passenger", *options, "-o", name).code == 0
    first = (tmp_path / "first.svg").read_bytes()
    assert first == (tmp_path / "second.svg").read_bytes()
    ET.fromstring(first)  # noqa: S314 (written just now)
    assert run_cli("train", "passenger", "-o", "alone.png").code == 0
    assert (tmp_path / "alone.png").read_bytes().startswith(b"\x89PNG")


def test_the_chart_names_stops_without_overlap():
    from routesim.kinematics import load_train
    from routesim.kinematics.route_run import run_route
    from routesim.network import load_network
    from routesim.view.diagram.train_chart import draw_train

    route = load_network().route("Pyongyang", "Khasan")
    stops = [(name, 600.0) for name in ("Rajin", "Hongui", "Tumangang")]
    train = load_train("freight")
    figure = draw_train("freight", train, run_route(train, route, stops=stops))
    figure.draw_without_rendering()
    lowest = figure.axes[-1]
    boxes = [text.get_window_extent() for text in lowest.texts]
    assert [text.get_text() for text in lowest.texts] == ["Rajin", "Hongui", "Tumangang"]
    for index, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[index + 1 :])


def test_a_faulty_file_lists_every_fault(run_cli, tmp_path):
    (tmp_path / "bad.toml").write_text('format = 1\nid = "bad"\nname = "Bad"\nlength_m = 3\n')
    outcome = run_cli("train", "bad.toml")
    assert outcome.code == 2
    for key in ("length_m", "mass_kg", "braking_mps2", "startup_delay_s"):
        assert f"bad.toml, {key}" in outcome.err


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_bad_input_is_rejected(reject, arguments, message):
    reject(arguments, message)
