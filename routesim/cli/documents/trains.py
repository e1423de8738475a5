"""The JSON documents of trains: figures, curves, and a run over a route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from routesim.kinematics.curves import trace_acceleration, trace_braking
from routesim.units import kmh_to_mps, mps_to_kmh, seconds_to_hours

if TYPE_CHECKING:
    from collections.abc import Iterable

    from routesim.kinematics import TrainRow
    from routesim.kinematics.curves import SpeedCurve
    from routesim.kinematics.route_run import RouteRun

__all__ = ["make_train_document", "make_trains_document"]

CURVE_STEP_KMH = 10.0


def make_trains_document(rows: Iterable[TrainRow]) -> dict[str, Any]:
    """Return the figures of several trains."""
    return {"trains": [{"id": row.id, **_make_figures(row)} for row in rows]}


def make_train_document(
    row: TrainRow, route_run: RouteRun | None, speed_kmh: float | None
) -> dict[str, Any]:
    """Return the figures and curves of a train, and its run over a route if there is one.

    Parameters
    ----------
    row
        The train.
    route_run
        Its run.
    speed_kmh
        The limit of the run; None for the cap of each line.
    """
    train = row.make_train()
    top_kmh = row.max_speed_kmh.value
    speeds_kmh = [
        step * CURVE_STEP_KMH
        for step in range(1, int(top_kmh // CURVE_STEP_KMH) + 1)
        if step * CURVE_STEP_KMH < top_kmh
    ]
    speeds_mps = [kmh_to_mps(speed) for speed in speeds_kmh] + [train.max_speed_mps]
    return {
        "train": row.id,
        "figures": _make_figures(row),
        "curves": {
            "accelerate": _make_curve(trace_acceleration(train, speeds_mps)),
            "brake": _make_curve(trace_braking(train, speeds_mps)),
        },
        "route": None if route_run is None else _make_route_run(route_run, speed_kmh),
    }


def _make_figures(row: TrainRow) -> dict[str, Any]:
    return row.model_dump(mode="json", exclude={"format", "id"}, exclude_none=True)


def _make_curve(curve: SpeedCurve) -> list[dict[str, float]]:
    return [
        {
            "speed_kmh": round(mps_to_kmh(float(speed_mps)), 6),
            "time_s": float(time_s),
            "distance_m": float(distance_m),
        }
        for speed_mps, time_s, distance_m in zip(
            curve.speed_mps, curve.time_s, curve.distance_m, strict=True
        )
    ]


def _make_route_run(route_run: RouteRun, speed_kmh: float | None) -> dict[str, Any]:
    route = route_run.route
    return {
        "origin": route.origin,
        "destination": route.destination,
        "length_km": round(route.length_km, 3),
        "limit": "line caps" if speed_kmh is None else "one speed",
        "limit_kmh": speed_kmh,
        "duration_s": route_run.run.duration_s,
        "running_s": route_run.running_s,
        "standing_s": route_run.standing_s,
        "running_speed_kmh": route.length_km / seconds_to_hours(route_run.running_s),
        "overall_speed_kmh": route.length_km / seconds_to_hours(route_run.run.duration_s),
        "points": _list_points(route_run),
    }


def _list_points(route_run: RouteRun) -> list[dict[str, Any]]:
    halts = {halt.index: halt for halt in route_run.halts}
    points = []
    for index, (passage, arrive_s) in enumerate(
        zip(route_run.route.passages, route_run.arrive_s, strict=True)
    ):
        halt = halts.get(index)
        points.append(
            {
                "station": passage.station.name,
                "visit": passage.visit,
                "km": round(passage.km, 3),
                "arrive_s": float(arrive_s),
                "depart_s": halt.depart_s if halt else float(arrive_s),
                "stops": halt is not None,
                "reverses": halt.reverses if halt else False,
            }
        )
    return points
