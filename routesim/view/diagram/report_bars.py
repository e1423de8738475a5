"""Reports in the diagram: windows at their places, and a row below for each timed clause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.patches import Rectangle

from routesim.evidence import PresenceClause
from routesim.journey import DEFAULT_LEVELS
from routesim.view.diagram import palette

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from routesim.evidence import Clause, Report
    from routesim.journey import Ensemble
    from routesim.network import Route
    from routesim.view.diagram.axes import TimeAxis


LOW, _, HIGH = DEFAULT_LEVELS

Likely = tuple[float, float | None, float]
"""5 %, 50 % and 95 % points in POSIX seconds; a stay has no median."""

BAR_HALF = 0.3
LABEL_CHARACTERS = 52
BOLD_WIDTH = 1.3
WORD_SHARE = 0.1
LABEL_LEFT_POINTS = -228.0
ARROW_SHARE = 0.06
"""Length of the arrow of a one-sided window, as a share of the time span."""

LEFT_OUT_DASH = (0, (3, 2))
PLACE_KM_SHARE = 0.006
"""Half the height of the box of a report at one place, as a share of the route's length."""


@dataclass(frozen=True, slots=True)
class ReportBar:
    """Bar of the reports on one event that state the same places and the same window.

    ``start_s`` and ``end_s`` bound the event in POSIX seconds: for "not yet" as of 19:00, the
    start is 19:00 and there is no end. ``likely_s`` is the ensemble's 90 % window of the event
    with its median, or None if the event has no single place on the route. ``treatment`` says
    how the worlds used for the bounds treat the clause; it is empty if all keep it unchanged.
    """

    report_ids: tuple[str, ...]
    text: str
    places: tuple[str, ...]
    km: tuple[float, float]
    start_s: float
    end_s: float
    style: palette.VerdictStyle
    likely_s: Likely | None
    treatment: str = ""

    @property
    def word(self) -> str:
        """Label beside the bar: the verdict and the treatment."""
        return ", ".join(part for part in (self.style.word, self.treatment) if part)


def list_bars(
    reports: Iterable[Report],
    ensemble: Ensemble,
    judged: Mapping[str, str],
    treatments: Mapping[str, str] = MappingProxyType({}),
) -> tuple[ReportBar, ...]:
    """Return the bars of all timed clauses on the route, from destination to origin."""
    merged: dict[tuple[object, ...], ReportBar] = {}
    for report in reports:
        style = palette.VERDICT_STYLES.get(judged.get(report.id, ""), palette.PLAIN)
        for number, clause in enumerate(report.clauses, 1):
            treatment = treatments.get(f"{report.id}.{number}") or treatments.get(report.id, "")
            bar = _make_bar(report.id, clause, ensemble, style, treatment)
            if bar is None:
                continue
            key = (bar.text, bar.places, bar.start_s, bar.end_s, bar.word)
            if key in merged:
                ids = tuple(dict.fromkeys((*merged[key].report_ids, *bar.report_ids)))
                bar = replace(bar, report_ids=ids)
            merged[key] = bar
    return tuple(sorted(merged.values(), key=lambda bar: (-bar.km[1], -bar.km[0])))


def draw_places(axes: Axes, bars: Iterable[ReportBar], route: Route) -> None:
    """Draw each window over the bands at its place: a box, or an arrow if one-sided."""
    half_km = PLACE_KM_SHARE * route.length_km
    for bar in bars:
        low, high = bar.km
        if isfinite(bar.start_s) and isfinite(bar.end_s):
            wide = high - low > 4 * half_km
            axes.add_patch(
                Rectangle(
                    (bar.start_s, low - half_km), bar.end_s - bar.start_s,
                    high - low + 2 * half_km, facecolor="none" if wide else bar.style.colour,
                    edgecolor=bar.style.colour, alpha=0.7 if wide else 0.28,
                    linewidth=0.9, zorder=5,
                    linestyle=LEFT_OUT_DASH if wide or bar.treatment else "solid",
                )
            )  # fmt: skip
            if wide:
                axes.text(
                    bar.start_s, high - half_km, " " + ", ".join(bar.report_ids), fontsize=7.5,
                    color=bar.style.colour, va="top", parse_math=False, zorder=6, clip_on=True,
                )  # fmt: skip
        else:
            _draw_arrow(axes, bar, (low + high) / 2, 1.2)


def draw_bars(axes: Axes, bars: tuple[ReportBar, ...], time: TimeAxis) -> None:
    """Draw one row per bar: its window, and the ensemble's window of the same event."""
    count = len(bars)
    axes.set_xlim(time.start_s, time.end_s)
    axes.set_ylim(count - 0.4, -1.0)
    for number, bar in enumerate(bars):
        if number % 2 == 0:
            axes.axhspan(number - 0.5, number + 0.5, color="#f5f6f7", zorder=-1)
        if isfinite(bar.start_s) and isfinite(bar.end_s):
            axes.add_patch(
                Rectangle(
                    (bar.start_s, number - BAR_HALF), bar.end_s - bar.start_s, 2 * BAR_HALF,
                    facecolor="white", edgecolor=bar.style.colour, hatch=bar.style.hatch,
                    linewidth=1.3, zorder=3,
                    linestyle=LEFT_OUT_DASH if bar.treatment else "solid",
                )
            )  # fmt: skip
        else:
            _draw_arrow(axes, bar, number, 1.6)
        _draw_likely(axes, bar, number)
        _label_bar(axes, bar, number)
    axes.text(
        0.0, -0.75, "Reports, destination first. Box or arrow: reported window. "
        "Thin line: 90 % window of the draws.",
        transform=axes.get_yaxis_transform(), fontsize=8, color=palette.MUTED, va="center",
    )  # fmt: skip
    axes.set_yticks([])
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(palette.GRID)


def _make_bar(
    report_id: str,
    clause: Clause,
    ensemble: Ensemble,
    style: palette.VerdictStyle,
    treatment: str,
) -> ReportBar | None:
    route, window, places = ensemble.route, clause.window, clause.places
    if window is None or not clause.is_timed or not all(map(route.passes, places)):
        return None
    km = [route.km_of(place) for place in places]
    return ReportBar(
        report_ids=(report_id,),
        text=clause.text,
        places=places,
        km=(min(km), max(km)),
        start_s=window.start_s,
        end_s=window.end_s,
        style=style,
        likely_s=_find_likely(clause, ensemble),
        treatment=treatment,
    )


def _find_likely(clause: Clause, ensemble: Ensemble) -> Likely | None:
    """Return the 5, 50 and 95 % points of an event's time, or the ends of a stay."""
    first = ensemble.route.index_of(clause.places[0])
    last = ensemble.route.index_of(clause.places[-1])
    early, late = min(first, last), max(first, last)
    if isinstance(clause, PresenceClause):
        starts = _list_times(ensemble, early, departs=early == 0)
        ends = _list_times(ensemble, late, departs=late == early)
        if not starts.size or not ends.size:
            return None
        return float(np.quantile(starts, LOW)), None, float(np.quantile(ends, HIGH))
    if clause.dated_event is None:
        return None
    times = _list_times(ensemble, early, departs=clause.dated_event[0] in {"depart", "board"})
    if not times.size:
        return None
    p05, p50, p95 = np.quantile(times, DEFAULT_LEVELS)
    return float(p05), float(p50), float(p95)


def _list_times(ensemble: Ensemble, index: int, *, departs: bool) -> NDArray[np.float64]:
    """Return the finite departure or arrival times of the draws at a passage."""
    times = ensemble.get_departures(index) if departs else ensemble.get_arrivals(index)
    return times[np.isfinite(times)]


def _draw_likely(axes: Axes, bar: ReportBar, number: int) -> None:
    if bar.likely_s is None:
        return
    p05, _, p95 = bar.likely_s
    axes.plot([p05, p95], [number, number], color=palette.INK, linewidth=0.9, zorder=4)
    marks = [point for point in bar.likely_s if point is not None]
    axes.plot(marks, [number] * len(marks), color=palette.INK, linestyle="none", marker="|",
              markersize=5, markeredgewidth=1.0, zorder=4)  # fmt: skip


def _draw_arrow(axes: Axes, bar: ReportBar, y: float, width: float) -> None:
    low, high = axes.get_xlim()
    forward = isfinite(bar.start_s)
    tail = bar.start_s if forward else bar.end_s
    head = tail + (1 if forward else -1) * ARROW_SHARE * (high - low)
    axes.annotate(
        "", xy=(head, y), xytext=(tail, y), zorder=5, annotation_clip=True,
        arrowprops={"arrowstyle": "-|>", "color": bar.style.colour, "linewidth": width,
                    "linestyle": LEFT_OUT_DASH if bar.treatment else "solid",
                    "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip
    axes.plot([tail], [y], marker="|", color=bar.style.colour, markersize=7,
              markeredgewidth=1.6, zorder=5)  # fmt: skip


def _label_bar(axes: Axes, bar: ReportBar, number: int) -> None:
    name = ", ".join(bar.report_ids)
    room = LABEL_CHARACTERS - round(BOLD_WIDTH * len(name))
    text = bar.text.replace("is under way from", "under way,").removeprefix("is ")
    text = text if len(text) <= room else f"{text[: room - 1]}\u2026"
    blend = axes.get_yaxis_transform()
    parts: tuple[tuple[str, float, Literal["left", "right"], str], ...] = (
        (name, LABEL_LEFT_POINTS, "left", bar.style.colour),
        (text, -8.0, "right", palette.INK),
    )
    for words, offset, side, colour in parts:
        axes.annotate(
            words, (0.0, number), (offset, 0.0), xycoords=blend, fontsize=7.4, ha=side,
            textcoords="offset points", va="center", parse_math=False, color=colour,
            annotation_clip=False, weight="bold" if side == "left" else "normal",
        )  # fmt: skip
    if bar.word:
        axes.annotate(
            bar.word, (_find_right(axes, bar), number), (6.0, 0.0), fontsize=7.8,
            textcoords="offset points", va="center", weight="bold", color=bar.style.colour,
            annotation_clip=False,
        )  # fmt: skip


def _find_right(axes: Axes, bar: ReportBar) -> float:
    """Return the right end of a row's drawing, leaving room for its label."""
    low, high = axes.get_xlim()
    ends = [bar.start_s, bar.end_s, *(bar.likely_s or ())]
    finite = [end for end in ends if end is not None and isfinite(end)]
    arrow_s = 0.0 if isfinite(bar.end_s) else ARROW_SHARE * (high - low)
    share = WORD_SHARE * (1 + len(bar.treatment) / 12)
    return float(min(max(finite) + arrow_s, high - share * (high - low)))
