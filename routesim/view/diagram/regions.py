"""Regions of the diagram: where the train certainly was, and where it likely was."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.journey import measure_windows
from routesim.view.diagram import palette

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from routesim.certain import Bounds
    from routesim.journey import Ensemble
    from routesim.view.diagram.axes import TimeAxis


REGION_LABELS = {
    True: "certain: where the train must have been",
    False: "possible in the worlds found, not certain",
}
"""Label of the region, by whether all best worlds were found."""
REGION_ID = "certain-region"
"""Id of the region in the SVG."""

GRID_POINTS = 60
EDGE_S = 1.0
"""Seconds before and after each turning point of the region at which it is evaluated."""

EVENTS = ("arrive", "depart")
ENDS = ("earliest", "latest")

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
SAMPLES = 20
"""Number of single draws drawn over the bands."""

LEAST_SHARE = 0.05
"""Smallest share of draws for which a band is drawn.

A band of fewer draws would look as if it held for all of them.
"""

BAND_ALPHA = 0.7
"""Opacity of the bands, which lets the certain region show through."""


def draw_certain(axes: Axes, bounds: Bounds, time: TimeAxis) -> bool:
    """Shade the region where the train must have been; return whether there is one.

    Times at which the train may have been anywhere on the route are not shaded.
    """
    if not bounds.problem.distinct_reports:
        return False
    times_s = _list_times(bounds, time)
    low, high = replace(bounds, solved=_list_distinct(bounds)).trace(times_s)
    length_km = bounds.route.length_km
    known = np.isfinite(low) & np.isfinite(high) & (high - low < length_km - 1e-6)
    if not known.any():
        return False
    axes.fill_between(
        times_s, low, high, where=known.tolist(), facecolor=palette.CERTAIN, linewidth=0,
        zorder=0.5, gid=REGION_ID,
    )  # fmt: skip
    for edge in (low, high):
        axes.plot(
            times_s, np.where(known, edge, np.nan), color=palette.CERTAIN_EDGE, linewidth=0.9,
            zorder=3.5,
        )  # fmt: skip
    return True


def draw_bands(axes: Axes, ensemble: Ensemble) -> None:
    """Draw the 90 % and 50 % bands, the median and single draws."""
    for km, times in _cut_bands(ensemble):
        p05, p25, p50, p75, p95 = np.array(times, dtype=float).T
        bands = (p05, p95, palette.BAND_90), (p25, p75, palette.BAND_50)
        for zorder, (low, high, colour) in enumerate(bands, 1):
            axes.fill_betweenx(
                km, low, high, color=colour, linewidth=0, zorder=zorder, alpha=BAND_ALPHA
            )
        axes.plot(p50, km, color=palette.MEDIAN, linewidth=1.8, zorder=4)
    # Neighbouring draws of a posterior share a lineage group, so spread the choice evenly.
    chosen = np.linspace(0, ensemble.draws - 1, min(SAMPLES, ensemble.draws)).astype(int)
    for draw in chosen:
        axes.plot(*_trace_draw(ensemble, draw), color=palette.SAMPLE, linewidth=0.5, zorder=3)


def _list_distinct(bounds: Bounds) -> tuple[Any, ...]:
    """Return the solved cases, dropping repeats with the same origin and bounds."""
    kept: dict[tuple[int, bytes, bytes], Any] = {}
    for solved in bounds.solved:
        ends = solved.earliest_s.tobytes(), solved.latest_s.tobytes()
        kept.setdefault((solved.case.origin, *ends), solved)
    return tuple(kept.values())


def _list_times(bounds: Bounds, time: TimeAxis) -> NDArray[np.float64]:
    """Return an even grid over the time span, and times around the region's turning points."""
    keys = list(bounds.key_passages)
    turns = [bounds.get_seconds(event, end)[keys] for event in EVENTS for end in ENDS]
    grid = np.linspace(time.start_s, time.end_s, GRID_POINTS)
    near = np.concatenate(turns)
    near = near[np.isfinite(near)]
    times_s = np.concatenate([grid, near - EDGE_S, near + EDGE_S])
    shown = (times_s >= time.start_s) & (times_s <= time.end_s)
    return np.unique(times_s[shown])


def _cut_bands(ensemble: Ensemble) -> list[tuple[list[float], list[tuple[int, ...]]]]:
    """Return pieces of the bands as kilometres and quantiles, cut at each origin.

    More draws pass after an origin than before it, so the bands before and after are not
    joined. Places passed by too few draws are skipped.
    """
    origins = {int(index) for index in np.unique(ensemble.origin_index)}
    pieces: list[tuple[list[float], list[tuple[int, ...]]]] = [([], [])]
    for window in measure_windows(ensemble, LEVELS, with_errors=False):
        if window.share < LEAST_SHARE:
            continue
        for event, quantiles in (("arrive", window.arrive), ("depart", window.depart)):
            if event == "depart" and window.index in origins and pieces[-1][0]:
                pieces.append(([], []))
            if quantiles is not None:
                pieces[-1][0].append(window.passage.km)
                pieces[-1][1].append(quantiles)
    return [piece for piece in pieces if piece[0]]


def _trace_draw(ensemble: Ensemble, draw: int) -> tuple[list[float], list[float]]:
    """Return the times and kilometres of one draw, including its planned stops."""
    times: list[float] = []
    km: list[float] = []
    origin = int(ensemble.origin_index[draw])
    for index in range(origin, len(ensemble.route.passages)):
        at_s = [float(ensemble.arrive_s[draw, index])]
        if index in ensemble.dwell_s and index > origin:
            at_s.append(at_s[0] + float(ensemble.dwell_s[index][draw]))
        times += at_s
        km += [ensemble.route.passages[index].km] * len(at_s)
    return times, km
