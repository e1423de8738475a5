"""The region of the diagram where the train must have been."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from routesim.view.diagram.palette import CERTAIN, CERTAIN_EDGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from routesim.certain import Bounds
    from routesim.view.diagram.axes import TimeAxis


REGION_LABEL = "certain: where it must have been"
REGION_ID = "certain-region"
"""The region's name in the SVG."""

GRID_POINTS = 60
EDGE_S = 1.0
"""An instant is looked at just before and just after what changes at it."""

EVENTS = ("arrive", "depart")
ENDS = ("earliest", "latest")


def draw_certain(axes: Axes, bounds: Bounds, time: TimeAxis) -> bool:
    """Shade where the train must have been; return whether there is anything to shade.

    Where it may have been anywhere on the route nothing is shaded.
    """
    if not bounds.solved or not bounds.problem.distinct_reports:
        return False
    times_s = _list_times(bounds, time)
    low, high = replace(bounds, solved=_list_distinct(bounds)).trace(times_s)
    length_km = bounds.route.length_km
    known = np.isfinite(low) & np.isfinite(high) & (high - low < length_km - 1e-6)
    if not known.any():
        return False
    axes.fill_between(
        times_s, low, high, where=known.tolist(), facecolor=CERTAIN, linewidth=0, zorder=0.5,
        gid=REGION_ID,
    )  # fmt: skip
    for edge in (low, high):
        axes.plot(
            times_s, np.where(known, edge, np.nan), color=CERTAIN_EDGE, linewidth=0.9,
            zorder=3.5,
        )  # fmt: skip
    return True


def _list_distinct(bounds: Bounds) -> tuple[Any, ...]:
    """Return the solved cases of a start without those that bound every passage alike."""
    kept: dict[tuple[int, bytes, bytes], Any] = {}
    for solved in bounds.solved:
        ends = solved.earliest_s.tobytes(), solved.latest_s.tobytes()
        kept.setdefault((solved.case.origin, *ends), solved)
    return tuple(kept.values())


def _list_times(bounds: Bounds, time: TimeAxis) -> NDArray[np.float64]:
    """Return an even grid over the span that is shown, and the instants where it turns."""
    keys = list(bounds.key_passages)
    turns = [bounds.get_seconds(event, end)[keys] for event in EVENTS for end in ENDS]
    grid = np.linspace(time.start_s, time.end_s, GRID_POINTS)
    near = np.concatenate(turns)
    near = near[np.isfinite(near)]
    times_s = np.concatenate([grid, near - EDGE_S, near + EDGE_S])
    shown = (times_s >= time.start_s) & (times_s <= time.end_s)
    return np.unique(times_s[shown])
