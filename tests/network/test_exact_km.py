"""Kilometres without a stated uncertainty are listed as taken as exact."""

from routesim.network import ExactKm, load_network


def set_uncertainty(folder, value, *, line="Hongui"):
    folder.change_all(
        "stations.csv",
        lambda row: {"km_uncertainty_km": value} if row["line"] == line else {},
    )


def test_the_bundled_kilometres_without_an_uncertainty(net):
    rows = {one.line: (one.exact_points, one.points) for one in net.exact_km}
    # Counts of blank cells in stations.csv by line.
    assert rows["Pyongra"] == (139, 139)
    assert rows["Khasan branch"] == (2, 16)
    assert rows["Trans-Siberian"] == (186, 196)
    assert sum(points for _, points in rows.values()) == 397
    hongui = next(one for one in net.exact_km if one.line == "Hongui")
    assert (hongui.first_station, hongui.last_station) == ("Hongui", "Tumangang")


def test_a_stated_zero_is_not_listed(folder):
    set_uncertainty(folder, "0")
    assert "Hongui" not in [one.line for one in load_network(folder.path).exact_km]
    set_uncertainty(folder, "")
    exact = [one for one in load_network(folder.path).exact_km if one.line == "Hongui"]
    assert exact == [ExactKm("Hongui", 3, 3, "Hongui", "Tumangang")]


def test_only_some_points_are_counted(net):
    passed = {("Hongui", "Hongui"), ("Hongui", "Tumangang"), ("Hongui", "Chokchi")}
    # Chokchi has an uncertainty of 0.5 km.
    assert net.count_exact_km(passed) == (ExactKm("Hongui", 2, 3, "Hongui", "Tumangang"),)
    assert net.count_exact_km(passed, ranged={("Hongui", "Hongui")}) == (
        ExactKm("Hongui", 1, 3, "Tumangang", "Tumangang"),
    )
    assert net.count_exact_km(passed, ranged=passed) == ()
    assert net.count_exact_km(()) == net.count_exact_km([])
