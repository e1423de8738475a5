"""Chart of a train: acceleration and braking curves, and its run over a route."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from routesim.kinematics.curves import trace_acceleration, trace_braking
from routesim.units import metres_to_km, mps_to_kmh, seconds_to_hours
from routesim.view.diagram.palette import BORDER, GRID, INK, MEDIAN, MUTED

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from routesim.arrays import Array
    from routesim.kinematics import RouteRun, Run, Train


WIDTH_IN = 11.0
CURVES_IN = 3.0
ROUTE_IN = 2.7
GAP_IN = 1.05
TOP_IN = 0.85
BOTTOM_IN = 0.6
SPEEDS = 241
SAMPLES = 4000
HEADROOM = 1.12
ACCELERATING = "accelerating"
BRAKING = "braking"
LIMIT = "#a8b3ba"
TEXT_PT = 8.5
STEPS_H = (0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 6.0, 12.0, 24.0)
MOST_TICKS = 14
NAME_ROWS = 3
NAME_PT = 11
NAME_WIDTH = 0.0058
"""Width of a letter in a stop's name, as a share of the axes' width."""


def draw_train(name: str, train: Train, route_run: RouteRun | None = None) -> Figure:
    """Draw a train's speed over distance and over time.

    Parameters
    ----------
    name
        Name of the train, for the title.
    train
        Train whose acceleration from rest and braking from its maximum speed are drawn at the
        top, on straight and level track.
    route_run
        Run over a route to draw below: speed over distance, with the limits and the elapsed
        hours, and speed over time. None draws the curves only.

    Returns
    -------
    matplotlib.figure.Figure
        The figure, with speeds in km/h.
    """
    rows = [CURVES_IN] if route_run is None else [CURVES_IN, ROUTE_IN, ROUTE_IN]
    height_in = TOP_IN + sum(rows) + GAP_IN * (len(rows) - 1) + BOTTOM_IN
    figure = Figure(figsize=(WIDTH_IN, height_in), facecolor="white")
    grid = figure.add_gridspec(
        len(rows), 2, height_ratios=rows, left=0.065, right=0.975, wspace=0.13,
        hspace=GAP_IN / (sum(rows) / len(rows)), top=1 - TOP_IN / height_in,
        bottom=BOTTOM_IN / height_in,
    )  # fmt: skip
    _draw_curves(figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1]), train)
    if route_run is not None:
        _draw_over_km(figure.add_subplot(grid[1, :]), route_run)
        _draw_over_time(figure.add_subplot(grid[2, :]), route_run)
    figure.text(
        0.012, 1 - 0.2 / height_in, name, fontsize=13, weight="bold", color=INK, va="top",
        parse_math=False,
    )  # fmt: skip
    figure.text(
        0.012, 1 - 0.5 / height_in, "On straight and level track, without the startup delay.",
        fontsize=TEXT_PT, color=MUTED, va="top",
    )  # fmt: skip
    return figure


def _draw_curves(over_distance: Axes, over_time: Axes, train: Train) -> None:
    """Draw acceleration from rest to the maximum speed, and braking back to rest."""
    speeds_mps = np.linspace(0.0, train.max_speed_mps, SPEEDS)
    up, down = trace_acceleration(train, speeds_mps), trace_braking(train, speeds_mps)
    kmh = mps_to_kmh(speeds_mps)
    pairs = [
        (over_distance, metres_to_km(up.distance_m), metres_to_km(down.distance_m)),
        (over_time, up.time_s, down.time_s),
    ]
    for axes, rising, falling in pairs:
        axes.plot(rising, kmh, color=MEDIAN, linewidth=1.8, label=ACCELERATING)
        axes.plot(
            falling[-1] - falling, kmh, color=BORDER, linewidth=1.8, linestyle=(0, (5, 2)),
            label=BRAKING,
        )  # fmt: skip
        axes.set_xlim(0.0, 1.02 * float(np.nanmax([*rising, falling[-1]])))
        _set_speed_axis(axes, float(kmh[-1]))
    over_distance.set_xlabel("km", fontsize=TEXT_PT, color=MUTED)
    over_time.set_xlabel("seconds", fontsize=TEXT_PT, color=MUTED)
    over_time.legend(loc="lower right", frameon=False, fontsize=TEXT_PT, labelcolor=INK)


def _draw_over_km(axes: Axes, route_run: RouteRun) -> None:
    """Draw speed over the route's kilometres, with the limits and the elapsed hours."""
    run, track = route_run.run, route_run.track
    at_m = np.clip(_choose_samples(run, track.length_m, "m"), 0.0, track.length_m)
    km = metres_to_km(at_m)
    _draw_limits(axes, route_run)
    axes.plot(km, mps_to_kmh(np.asarray(run.speed_at(at_m))), color=MEDIAN, linewidth=1.2)
    axes.set_xlim(0.0, float(km[-1]))
    _set_speed_axis(axes, _find_top_kmh(route_run))
    axes.set_xlabel(
        f"km from {route_run.route.origin} to {route_run.route.destination}. Grey: speed "
        "limit or the train's maximum speed. Above: elapsed hours.",
        fontsize=TEXT_PT, color=MUTED, parse_math=False,
    )  # fmt: skip
    hours = _choose_hours(run.duration_s)
    above = axes.secondary_xaxis("top")
    places_m = np.asarray(run.position_at(np.minimum(hours * 3600.0, run.duration_s)))
    apart = np.diff(places_m, prepend=-track.length_m) > track.length_m / (2 * MOST_TICKS)
    above.set_ticks(metres_to_km(places_m[apart]), [f"{hour:g} h" for hour in hours[apart]])
    above.tick_params(labelsize=8, colors=MUTED)
    above.spines["top"].set_color(GRID)


def _choose_samples(run: Run, end: float, unit: str) -> Array:
    """Return sample positions (m) or times (s): an even grid and the ends of phases."""
    ends = [run.phases[f"{column}_{unit}"].to_numpy() for column in ("start", "end")]
    return np.unique(np.concatenate([np.linspace(0.0, end, SAMPLES), *ends]))


def _draw_limits(axes: Axes, route_run: RouteRun) -> None:
    top = route_run.train.max_speed_mps
    for limit in route_run.track.limits:
        ends_km = [metres_to_km(limit.start_m), metres_to_km(limit.end_m)]
        speed_kmh = mps_to_kmh(min(limit.speed_mps, top))
        ends_kmh = [speed_kmh, speed_kmh]
        axes.plot(
            ends_km, ends_kmh, color=LIMIT, linewidth=4.0, zorder=1, solid_capstyle="butt"
        )


def _draw_over_time(axes: Axes, route_run: RouteRun) -> None:
    """Draw speed over the elapsed hours, with the names of the stops."""
    times_s = _choose_samples(route_run.run, route_run.run.duration_s, "s")
    speeds = _speed_at_times(route_run, times_s)
    axes.plot(seconds_to_hours(times_s), mps_to_kmh(speeds), color=MEDIAN, linewidth=1.2)
    end_h = seconds_to_hours(route_run.run.duration_s)
    axes.set_xlim(0.0, end_h)
    _set_speed_axis(axes, _find_top_kmh(route_run))
    axes.set_xlabel("hours", fontsize=TEXT_PT, color=MUTED)
    _label_halts(axes, route_run)


def _label_halts(axes: Axes, route_run: RouteRun) -> None:
    """Label the stops above the axes, in several rows to avoid overlaps."""
    ends = [0.0] * NAME_ROWS
    for halt in route_run.halts:
        name = route_run.route.passages[halt.index].station.name
        text = f"{name} (reverses)" if halt.reverses else name
        at_h = seconds_to_hours(halt.arrive_s)
        axes.axvline(at_h, color=GRID, linewidth=0.8, zorder=0)
        share = halt.arrive_s / route_run.run.duration_s
        width = NAME_WIDTH * (len(text) + 2)
        start = min(max(share - width / 2, 0.0), 1.0 - width)
        row = next((row for row, end in enumerate(ends) if end <= start), None)
        if row is None:
            continue
        ends[row] = start + width
        axes.annotate(
            text, (start + width / 2, 1.0), (0, 3 + NAME_PT * row), xycoords="axes fraction",
            textcoords="offset points", fontsize=8, color=INK, ha="center", va="bottom",
            parse_math=False, annotation_clip=False,
        )  # fmt: skip


def _speed_at_times(route_run: RouteRun, times_s: Array) -> Array:
    """Return the speed in m/s at each time, 0 while the train stands."""
    run = route_run.run
    speeds = np.asarray(run.speed_at(np.asarray(run.position_at(times_s))))
    for phase in run.phases[run.phases["kind"] == "stand"].to_dict("records"):
        speeds[(times_s >= phase["start_s"]) & (times_s <= phase["end_s"])] = 0.0
    return speeds


def _find_top_kmh(route_run: RouteRun) -> float:
    fastest = max(limit.speed_mps for limit in route_run.track.limits)
    return mps_to_kmh(min(fastest, route_run.train.max_speed_mps))


def _choose_hours(duration_s: float) -> Array:
    """Return round hours from 0, at most as many as fit as ticks."""
    duration_h = seconds_to_hours(duration_s)
    step = next((step for step in STEPS_H if duration_h / step <= MOST_TICKS), None)
    return np.arange(0.0, duration_h, step or duration_h / MOST_TICKS)


def _set_speed_axis(axes: Axes, top_kmh: float) -> None:
    axes.set_ylim(-0.02 * top_kmh, HEADROOM * top_kmh)
    axes.set_ylabel("km/h", fontsize=TEXT_PT, color=MUTED)
    axes.grid(visible=True, color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8, colors=MUTED)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GRID)
