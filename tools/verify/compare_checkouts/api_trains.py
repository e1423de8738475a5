"""Scripts about trains and their runs."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from .api_format import format_fields, save_array

if TYPE_CHECKING:
    from .api_format import Files

__all__ = ["dump_many_runs", "dump_runs", "dump_trains", "make_stops", "make_tracks"]


def dump_trains(rs: Any, _subject: str) -> Files:
    """Yield the bundled trains and their runs."""
    for name in ("special", "passenger", "freight"):
        train = rs.load_train(name)
        yield f"{name}.txt", f"{train!r}\n{train.steady_acceleration_mps2!r}"
        for number, track in enumerate(make_tracks(rs)):
            found = rs.run(train, track, stops=make_stops(rs))
            yield from _dump_run(found, f"{name} {number}")


def dump_runs(rs: Any, _subject: str) -> Files:
    """Yield runs with supplements, with entry and exit speeds, and with forces."""
    track, climbing = make_tracks(rs)
    stops = make_stops(rs)
    slow = rs.Train(max_speed_mps=22, startup_delay_s=7)
    forced = rs.Train(
        mass_kg=1.5e6,
        rotating_mass_factor=1.06,
        traction=((0, 300_000), (10, 300_000), (25, 120_000)),
        resistance=rs.Davis(15_000, 200, 20),
    )
    for name, train, options in (
        ("percent", slow, {"supplements": rs.Supplements(percent=7)}),
        ("minutes", slow, {"supplements": rs.Supplements(minutes_per_100_km=4)}),
        ("coasting", forced, {"supplements": rs.Supplements(percent=5, coasting=True)}),
        ("fixed", slow, {"supplements": rs.Supplements(arrivals=(rs.Arrival(8000, 1500),))}),
        ("ends", slow, {"entry_speed_mps": 5.0, "exit_speed_mps": 4.0}),
        ("forces", forced, {}),
    ):
        for number, way in enumerate((track, climbing, climbing.reverse())):
            found = rs.run(train, way, stops=stops, **options)
            yield from _dump_run(found, f"{name} {number}")


def make_tracks(rs: Any) -> tuple[Any, Any]:
    """Make two tracks with speed limits: a plain one, and one with gradients and curves."""
    limits = (
        rs.SpeedLimit(0, 4000, 18),
        rs.SpeedLimit(3000, 5000, 12),
        rs.SpeedLimit(6000, 9000, 30, applies_to="head"),
    )
    gradients = (rs.Gradient(1000, 3000, 6), rs.Gradient(7000, 10_000, -5))
    curves = (rs.Curve(4000, 4600, 500), rs.Curve(9500, 10_500, 800))
    return (
        rs.Track(length_m=12_000, limits=limits),
        rs.Track(length_m=12_000, limits=limits, gradients=gradients, curves=curves),
    )


def make_stops(rs: Any) -> tuple[Any, ...]:
    """Make three stops on these tracks."""
    return rs.Stop(2500, 60), rs.Stop(8000, 90), rs.Stop(12_000, 20)


def _dump_run(found: Any, name: str) -> Files:
    import numpy as np  # noqa: PLC0415 (of the checkout's environment)

    yield f"{name} phases.csv", found.phases.to_csv()
    yield f"{name} stops.csv", found.stop_times.to_csv()
    yield (
        f"{name}.txt",
        format_fields(found, "length_m", "duration_s", "supplement_s") + repr(found),
    )
    places_m = np.linspace(0.0, found.length_m, 241)
    times_s = np.linspace(0.0, found.duration_s, 241)
    arrays = (
        found.time_at(places_m),
        found.speed_at(places_m),
        found.position_at(times_s),
        found.rear_position_at(times_s),
    )
    yield f"{name}.npy", save_array(np.stack(arrays))


def dump_many_runs(rs: Any, engine: str) -> Files:
    """Yield many runs at once with one engine, at constant rates and with forces."""
    import numpy as np  # noqa: PLC0415 (of the checkout's environment)

    rng = np.random.default_rng(3)
    draws = 600
    options = {
        "stops": make_stops(rs),
        "speed_factor": rng.uniform(0.6, 1.2, draws),
        "dwell_s": rng.uniform(0.0, 200.0, (draws, 3)),
        "braking_mps2": rng.uniform(0.3, 0.6, draws),
        "engine": engine,
    }
    levels = [0.05, 0.5, 0.95]
    for name, number in product(("special", "passenger", "freight"), (0, 1)):
        train, track = rs.load_train(name), make_tracks(rs)[number]
        at_m = np.linspace(0.0, track.length_m, 25)
        many = rs.run_many(train, track, at_m=at_m, **options)
        bands = rs.run_many(train, track, quantiles=levels, **options)
        for array in ("arrive_s", "depart_s", "duration_s"):
            yield f"{name} {number} {array}.npy", save_array(getattr(many, array))
            yield f"{name} {number} bands {array}.npy", save_array(getattr(bands, array))
        text = format_fields(bands, "at_m", "quantiles", "resolution_s")
        yield f"{name} {number}.txt", f"{text}{many!r}\n{bands!r}"
