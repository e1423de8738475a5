"""Axes of the diagram: local time below, UTC above, and station labels on the left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

import numpy as np
from matplotlib import dates

from routesim.text.names import format_visit
from routesim.text.times import to_datetime
from routesim.view.diagram.palette import GRID, INK, MUTED
from routesim.view.times import list_clocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from matplotlib.axes import Axes

    from routesim.journey import Ensemble
    from routesim.network import Passage


MAX_TICKS = 15
DEFAULT_LEAST_TICKS = 5
"""Smallest number of ticks for which matplotlib chooses an interval by default."""
MARGIN = 0.02
LABEL_GAP = 0.027
"""Smallest gap between two station labels, as a share of the axes' height."""


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Time span of a diagram in POSIX seconds, and the zone of its local clock."""

    start_s: float
    end_s: float
    zone: str

    def draw_grid(self, axes: Axes) -> None:
        """Draw a vertical line at every tick, heavier at local midnight."""
        axes.set_xlim(self.start_s, self.end_s)
        axes.set_axisbelow(True)
        for seconds, local in self._list_ticks(self.zone):
            width = 1.1 if local.hour == 0 else 0.5
            axes.axvline(seconds, color=GRID, linewidth=width, zorder=0)

    def draw_ticks(self, top: Axes, bottom: Axes) -> None:
        """Label local time below the bottom axes and UTC above the top axes."""
        above = top.secondary_xaxis("top")
        for axis, zone in ((bottom.xaxis, self.zone), (above.xaxis, "UTC")):
            ticks = self._list_ticks(zone)
            axis.set_ticks([seconds for seconds, _ in ticks])
            labels = axis.set_ticklabels([_format_tick(local) for _, local in ticks])
            for label in labels:
                label.set(fontsize=8, color=MUTED, parse_math=False)
            axes, y, side = (top, 1.0, 1) if axis is above.xaxis else (bottom, 0.0, -1)
            axes.annotate(
                list_clocks([zone], self.start_s, self.start_s)[-1].label, (0.0, y),
                (-10.0, side * 6.0), xycoords="axes fraction", textcoords="offset points",
                ha="right", va="bottom" if side > 0 else "top", fontsize=8.5, weight="bold",
                color=INK, parse_math=False, annotation_clip=False,
            )  # fmt: skip
        above.spines["top"].set_color(MUTED)
        above.tick_params(color=MUTED)
        bottom.tick_params(color=MUTED)
        if top is not bottom:
            top.tick_params(bottom=False, labelbottom=False)

    def _list_ticks(self, zone: str) -> list[tuple[float, datetime]]:
        hours = list_hours(self.start_s, self.end_s, zone, MAX_TICKS)
        return [(hour.timestamp(), hour) for hour in hours]


def list_hours(start_s: float, end_s: float, zone: str, most: int) -> list[datetime]:
    """Return up to ``most`` evenly spaced local hours or days between two times."""
    info, untyped = ZoneInfo(zone), cast("Any", dates)
    # With few ticks and the default of 5, it finds no interval for 4 to 5 hours or days.
    least = min(DEFAULT_LEAST_TICKS, most // 2)
    locator = untyped.AutoDateLocator(tz=info, minticks=least, maxticks=most)
    ends = (to_datetime(seconds).astimezone(info) for seconds in (start_s, end_s))
    hours = untyped.num2date(locator.tick_values(*ends), tz=info)
    return [hour for hour in hours if start_s <= hour.timestamp() <= end_s][:most]


def make_time_axis(ensemble: Ensemble, ends_s: Iterable[float]) -> TimeAxis:
    """Choose the time span that shows nearly all draws and the nearby ends of windows.

    The span runs from the 1 % point of the departure to the 97 % point of the arrival at the
    destination. It is extended to the ends of windows that are less than its length away.
    """
    start_s = float(np.quantile(ensemble.departure_s, 0.01))
    end_s = float(np.quantile(ensemble.arrive_s[:, -1], 0.97))
    length_s = end_s - start_s
    near = [end for end in ends_s if start_s - length_s < end < end_s + length_s]
    start_s, end_s = min([start_s, *near]), max([end_s, *near])
    margin_s = MARGIN * (end_s - start_s)
    return TimeAxis(start_s - margin_s, end_s + margin_s, ensemble.zones[0])


def label_stations(axes: Axes, passages: Sequence[Passage]) -> None:
    """Label stations beside the axis.

    Labels that would overlap are moved apart and joined to their kilometre by a line.
    """
    low, high = axes.get_ylim()
    at = np.array([(passage.km - low) / (high - low) for passage in passages])
    spread = _spread(at, LABEL_GAP)
    axes.set_yticks([])
    blend = axes.transAxes
    for passage, true_y, label_y in zip(passages, at, spread, strict=True):
        axes.plot(
            [0.0, -0.008, -0.02, -0.026], [true_y, true_y, label_y, label_y],
            transform=blend, clip_on=False, color=MUTED, linewidth=0.6,
        )  # fmt: skip
        axes.axhline(passage.km, color=GRID, linewidth=0.5, zorder=0)
        axes.text(
            -0.1, label_y, format_visit(passage.station.name, passage.visit),
            transform=blend, ha="right", va="center", fontsize=8.5, color=INK, parse_math=False,
        )  # fmt: skip
        axes.text(
            -0.032, label_y, f"km {passage.km:,.0f}", transform=blend, ha="right", va="center",
            fontsize=8, color=MUTED,
        )  # fmt: skip


def _spread(places: np.ndarray, gap: float) -> list[float]:
    """Spread sorted positions to at least ``gap`` apart.

    Each group of positions that is moved keeps its mean.
    """
    groups: list[list[float]] = []
    for place in places:
        groups.append([place])
        while len(groups) > 1 and _starts(groups[-1], gap) < (
            _starts(groups[-2], gap) + gap * len(groups[-2])
        ):
            last = groups.pop()
            groups[-1] += last
    return [
        _starts(group, gap) + number * gap for group in groups for number in range(len(group))
    ]


def _starts(group: list[float], gap: float) -> float:
    return float(np.mean(group)) - gap * (len(group) - 1) / 2


def _format_tick(local: datetime) -> str:
    clock = f"{local:%H:%M}"
    return f"{clock}\n{local:%a} {local.day} {local:%b}" if local.hour == 0 else clock
