from __future__ import annotations

import pytest

from routesim.errors import DataError, UnknownNameError
from routesim.files.read import find_geodata
from routesim.kinematics import Train, find_train, list_trains, load_train
from routesim.kinematics.catalogue import load_train_row, read_train_row

FIGURE = 'value = {}\nlow = 0\nhigh = 1e9\nbasis = "assumed"\nreason = "a test"\n'
PLAIN = {
    "length_m": 100,
    "mass_kg": 1000,
    "max_speed_kmh": 90,
    "acceleration_mps2": 0.5,
    "braking_mps2": 0.5,
    "startup_delay_s": 0,
}
TRACTION = (
    "[traction]\nspeed_kmh_force_kn = [[0, 2], [36, 2], [72, 1]]\n"
    'low_share = 0.5\nhigh_share = 2\nbasis = "assumed"\nreason = "a test"\n'
)
RESISTANCE = (
    "[resistance]\na_n = 10\nb_n_s_per_m = 2\nc_n_s2_per_m2 = 0.5\n"
    'low_share = 0.5\nhigh_share = 2\nbasis = "assumed"\nreason = "a test"\n'
)


def write_train(folder, more="", **changes):
    figures = PLAIN | changes
    tables = [
        f"[{name}]\n{FIGURE.format(value)}"
        for name, value in figures.items()
        if value is not None
    ]
    path = folder / "mine.toml"
    head = 'format = 1\nid = "mine"\nname = "Mine"\n'
    path.write_text(head + "\n".join([*tables, more]), encoding="utf-8")
    return path


def list_faults(path):
    with pytest.raises(DataError) as caught:
        read_train_row(path)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("name", ["special", "passenger", "freight"])
def test_every_figure_of_a_bundled_train_has_a_source_or_a_range(name):
    assert name in {row.id for row in list_trains()}
    row = load_train_row(name)
    assert row.id == name
    assert isinstance(load_train(name), Train)
    for field in type(row).model_fields:
        figure = getattr(row, field)
        if hasattr(figure, "basis"):
            assert figure.reason, field
            if figure.basis == "read":
                assert figure.source or figure.reports, field


def test_the_special_train_has_no_unreported_forces():
    row = load_train_row("special")
    assert row.traction is None
    assert row.resistance is None
    assert load_train("special").traction is None


def test_forces_are_converted_to_si_units(tmp_path):
    train = read_train_row(write_train(tmp_path, TRACTION + RESISTANCE)).make_train()
    # 36 km/h are 10 m/s, and 72 km/h are 20 m/s.
    assert train.traction == ((0.0, 2000.0), (10.0, 2000.0), (20.0, 1000.0))
    # 10 + 2 * 10 + 0.5 * 100
    assert train.resistance.at(10.0) == 80.0


def test_acceleration_is_optional_with_forces(tmp_path):
    row = read_train_row(write_train(tmp_path, TRACTION, acceleration_mps2=None))
    assert row.make_train().acceleration_mps2 is None
    (fault,) = list_faults(write_train(tmp_path, acceleration_mps2=None))
    assert fault == "mine.toml: neither acceleration_mps2 nor traction is given; give one"


def test_all_faults_of_a_file_are_reported_at_once(tmp_path):
    path = write_train(tmp_path, length_m=-1, mass_kg='"heavy"', max_speed_kmh="nan")
    text = "\n".join(list_faults(path))
    for key in ("length_m", "mass_kg", "max_speed_kmh"):
        assert f"mine.toml, {key}" in text


def test_an_impossible_figure_is_reported_with_file_and_key(tmp_path):
    falling = TRACTION.replace("[36, 2]", "[80, 2]")
    faults = list_faults(write_train(tmp_path, falling, length_m=0, braking_mps2=0))
    assert faults[:2] == [
        "mine.toml, length_m: is 0; must be greater than zero",
        "mine.toml, braking_mps2: is 0; must be greater than zero",
    ]
    assert faults[2].startswith("mine.toml, traction[2]: 20 m/s comes after 22.2")


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ('"assumed"', '"read"', "neither source nor reports is given"),
        ("low = 0\n", "", "low and high must be given"),
        ("low = 0\n", "low = 1e8\n", "is below low"),
        ("high = 1e9", "high = 0", "is above high"),
        ('basis = "assumed"', 'basis = "guessed"', "must be 'read' or 'assumed'"),
        ('reason = "a test"', 'reason = ""', "at least 1 character"),
    ],
)
def test_a_figure_must_have_a_basis(tmp_path, old, new, text):
    path = write_train(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    (fault,) = list_faults(path)
    assert fault.startswith("mine.toml, length_m")
    assert text in fault


@pytest.mark.parametrize("table", [TRACTION, RESISTANCE])
def test_an_assumed_table_must_have_a_range(tmp_path, table):
    (fault,) = list_faults(write_train(tmp_path, table.replace("low_share = 0.5\n", "")))
    assert "low_share and high_share must be given" in fault


def test_an_unknown_train_gets_suggestions():
    with pytest.raises(UnknownNameError, match="did you mean freight"):
        load_train("freigt")


def test_a_train_is_loaded_by_id_or_path(tmp_path, monkeypatch):
    own = write_train(tmp_path)
    bundled = load_train("special")
    path = find_geodata() / "trains" / "special.toml"
    assert load_train(path) == load_train(str(path)) == find_train("special") == bundled
    monkeypatch.chdir(tmp_path)
    assert load_train("mine.toml") == load_train("./mine.toml") == load_train(own) != bundled
    own.rename(tmp_path / "mine")
    assert load_train(tmp_path / "mine") == load_train("./mine")
    with pytest.raises(UnknownNameError):
        load_train("mine")


@pytest.mark.parametrize("name", ["mine.toml", "./mine.toml", "../trains/special", ""])
def test_find_train_accepts_no_path(tmp_path, monkeypatch, name):
    write_train(tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownNameError, match="no bundled train named"):
        find_train(name)


def test_the_list_of_trains_has_figures():
    trains = list_trains()
    assert [row["id"] for row in trains.to_dict()["trains"]] == [row.id for row in trains]
    special = trains.to_frame().set_index("id").loc["special"]
    assert special["length_m"] == load_train("special").length_m
