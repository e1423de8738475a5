from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.slow

FEW = ("--draws", "300")
UTC_TIME = re.compile(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")
BAD = (
    (("simulate", "1999-01"), "no bundled journey named '1999-01'"),
    (("simulate", "2020-01"), "known: 2019-04, 2023-09; or give the path of a .toml file"),
    (("simulate", "2023-09", "--route", "moscow"), "no route named 'moscow'"),
    (("simulate", "2023-09", "--draws", "0"), "--draws: cannot be 0"),
    (("simulate", "2023-09", "--seed", "-1"), "--seed: cannot be -1"),
    (("simulate", "2023-09", "-o", "w.xyz"), "ends in .csv or .geojson"),
)


def test_simulate_json_has_the_keys_that_others_rely_on(run_cli):
    document = run_cli("simulate", "2023-09", "--json", *FEW).document
    assert document["journey"] == "2023-09"
    assert document["route"] == "vladivostok"
    assert document["ess"] == 300
    first, last = document["windows"][0], document["windows"][-1]
    assert first["station"] == "Pyongyang"
    assert first["arrive"]["p50"] is None
    assert UTC_TIME.match(first["depart"]["p50"])
    assert last["station"] == "Vladivostok"
    assert last["depart"]["p50"] is None
    assert last["arrive"]["p05"] <= last["arrive"]["p50"] <= last["arrive"]["p95"]


def test_simulate_takes_another_route(run_cli):
    document = run_cli("simulate", "2023-09", "--route", "komsomolsk", "--json", *FEW).document
    assert document["windows"][-1]["station"] == "Komsomolsk-na-Amure"


def test_same_seed_same_bytes_other_seed_other_times(run_cli):
    first, again, other = (
        run_cli("simulate", "2019-04", "--json", *FEW, "--seed", seed).out for seed in "110"
    )
    assert first == again
    assert first != other


def test_simulate_also_writes_windows(run_cli, tmp_path):
    assert run_cli("simulate", "2019-04", *FEW, "-o", "windows.csv").code == 0
    header = (tmp_path / "windows.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "arrive_p50" in header


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_bad_input_is_rejected(reject, arguments, message):
    reject(arguments, message)
