from __future__ import annotations

import pytest

from routesim.network import load_network

pytestmark = pytest.mark.slow

BAD = (
    (("route", "Kasan", "Vladivostok"), "did you mean Khasan"),
    (("route", "KASAN", "Vladivostok"), "did you mean Khasan"),
    (("route", "Nowhere", "Vladivostok"), "`routesim stations` lists them"),
    (("route", "Khasan", "Khasan"), "name two different places"),
    (("stations", "--line", "Circle"), "no line named 'Circle'"),
)


def test_route_json_has_reversals_and_gauge(run_cli):
    document = run_cli("route", "Pyongyang", "Vladivostok", "--json").document
    assert document["reversals"][0]["station"] == "Baranovsky"
    assert document["gauge_changes"][0]["from_mm"] == 1435
    assert document["points"][0]["station"] == "Pyongyang"


def test_a_document_is_the_dict_of_the_value(run_cli):
    net = load_network()
    assert run_cli("stations", "--json").document == net.to_dict()
    document = run_cli("stations", "--line", "Khasan branch", "--json").document
    assert document == net.to_dict("Khasan branch")
    route = net.route("Pyongyang", "Vladivostok", via=["Ussuriysk"])
    arguments = ("route", "Pyongyang", "Vladivostok", "--via", "Ussuriysk", "--json")
    assert run_cli(*arguments).document == route.to_dict()


def test_route_via_a_station(run_cli):
    direct = run_cli("route", "Khasan", "Vladivostok", "--json").document["length_km"]
    longer = run_cli("route", "Khasan", "Vladivostok", "--via", "Ussuriysk", "--json").document
    # 22.1 km to Ussuriysk and back.
    assert longer["length_km"] - direct == pytest.approx(44.2, abs=0.01)


def test_stations_of_a_line(run_cli):
    stations = run_cli("stations", "--line", "Khasan branch", "--json").document["stations"]
    assert [s["station"] for s in (stations[0], stations[-1])] == ["Baranovsky", "Khasan"]


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_bad_input_is_rejected(reject, arguments, message):
    reject(arguments, message)
