"""The bands of the diagram: where the train likely was, and a few single draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from routesim.journey import measure_windows
from routesim.view.diagram.palette import BAND_50, BAND_90, MEDIAN, SAMPLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from routesim.journey import Ensemble


LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
SAMPLES = 20
"""The number of single draws over the bands."""

LEAST_SHARE = 0.05
"""Where fewer of the draws pass, no band is drawn: it would look like that of them all."""

BAND_ALPHA = 0.7
"""The certain region shows through the bands."""


def draw_bands(axes: Axes, ensemble: Ensemble) -> None:
    """Draw the bands of 90 % and 50 %, the median and single draws."""
    for km, times in _cut_bands(ensemble):
        p05, p25, p50, p75, p95 = np.array(times, dtype=float).T
        axes.fill_betweenx(km, p05, p95, color=BAND_90, linewidth=0, zorder=1, alpha=BAND_ALPHA)
        axes.fill_betweenx(km, p25, p75, color=BAND_50, linewidth=0, zorder=2, alpha=BAND_ALPHA)
        axes.plot(p50, km, color=MEDIAN, linewidth=1.8, zorder=4)
    # Neighbouring draws of a posterior are of one lineage group: take them from all over.
    chosen = np.linspace(0, ensemble.draws - 1, min(SAMPLES, ensemble.draws)).astype(int)
    for draw in chosen:
        axes.plot(*_trace_draw(ensemble, draw), color=SAMPLE, linewidth=0.5, zorder=3)


def _cut_bands(ensemble: Ensemble) -> list[tuple[list[float], list[tuple[int, ...]]]]:
    """Return kilometres and quantiles where many draws pass, cut where more depart.

    Beyond such a place the band is that of more draws: it begins anew, and no line joins
    the two.
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
    """Return times and kilometres of one draw, standing at planned stops included."""
    times: list[float] = []
    km: list[float] = []
    origin = int(ensemble.origin_index[draw])
    for index in range(origin, len(ensemble.route.passages)):
        arrive_s = float(ensemble.arrive_s[draw, index])
        times.append(arrive_s)
        km.append(ensemble.route.passages[index].km)
        if index in ensemble.dwell_s and index > origin:
            times.append(arrive_s + float(ensemble.dwell_s[index][draw]))
            km.append(ensemble.route.passages[index].km)
    return times, km
