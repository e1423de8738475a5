"""The windows of reports in the diagram: at their place, and a row each below."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np

from routesim.view.diagram.palette import GRID, INK, MUTED, PLAIN, VERDICT_STYLES, VerdictStyle
from routesim.view.spots import Spot, list_spots

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matplotlib.axes import Axes

    from routesim.evidence import Report
    from routesim.journey import Ensemble
    from routesim.network import Route
    from routesim.view.diagram.axes import TimeAxis

__all__ = ["ReportRow", "draw_places", "draw_rows", "list_rows"]

Likely = tuple[float, float | None, float]
"""The 5 %, 50 % and 95 % points; a stay has no median."""

BAR_HALF = 0.3
LABEL_CHARACTERS = 52
BOLD_WIDTH = 1.3
WORD_SHARE = 0.1
LABEL_LEFT_POINTS = -228.0
ARROW_SHARE = 0.06
"""Of the span of time, the length of the arrow of a one-sided window."""

LEFT_OUT_DASH = (0, (3, 2))
PLACE_KM_SHARE = 0.006
"""Of the route's length, the half height of the box of a report at one place."""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """Reports that tell the same of the same places in the same window.

    ``start_s`` and ``end_s`` bound the event: a "not yet" as of 19:00 begins there and has
    no end. ``likely_s`` is the ensemble's 90 % window of the event and its median, None
    where the event has no one place on the route. ``standing`` says what the worlds do to
    the clause if they do not just keep it.
    """

    report_ids: tuple[str, ...]
    text: str
    places: tuple[str, ...]
    km: tuple[float, float]
    start_s: float
    end_s: float
    style: VerdictStyle
    likely_s: Likely | None
    standing: str = ""

    @property
    def word(self) -> str:
        """What is written beside it: the verdict and what the worlds do to it."""
        return ", ".join(part for part in (self.style.word, self.standing) if part)


def list_rows(
    reports: Iterable[Report],
    ensemble: Ensemble,
    judged: Mapping[str, str],
    standings: Mapping[str, str] = MappingProxyType({}),
) -> tuple[ReportRow, ...]:
    """Return a row for each timed clause on the route, along the route."""
    merged: dict[tuple[object, ...], ReportRow] = {}
    for spot in list_spots(reports):
        row = _make_row(spot, ensemble, judged, standings)
        if row is None:
            continue
        key = (row.text, row.places, row.start_s, row.end_s, row.word)
        if key in merged:
            ids = tuple(dict.fromkeys((*merged[key].report_ids, *row.report_ids)))
            row = replace(row, report_ids=ids)
        merged[key] = row
    return tuple(sorted(merged.values(), key=lambda row: (-row.km[1], -row.km[0])))


def draw_places(axes: Axes, rows: Iterable[ReportRow], route: Route) -> None:
    """Draw each window at its place among the bands: a box, or an arrow if one-sided."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415 (heavy)

    half_km = PLACE_KM_SHARE * route.length_km
    for row in rows:
        low, high = row.km
        if isfinite(row.start_s) and isfinite(row.end_s):
            wide = high - low > 4 * half_km
            axes.add_patch(
                Rectangle(
                    (row.start_s, low - half_km), row.end_s - row.start_s,
                    high - low + 2 * half_km, facecolor="none" if wide else row.style.colour,
                    edgecolor=row.style.colour, alpha=0.7 if wide else 0.28,
                    linewidth=0.9, zorder=5,
                    linestyle=LEFT_OUT_DASH if wide or row.standing else "solid",
                )
            )  # fmt: skip
            if wide:
                axes.text(
                    row.start_s, high - half_km, " " + ", ".join(row.report_ids), fontsize=7.5,
                    color=row.style.colour, va="top", parse_math=False, zorder=6, clip_on=True,
                )  # fmt: skip
        else:
            _draw_arrow(axes, row, (low + high) / 2, 1.2)


def draw_rows(axes: Axes, rows: tuple[ReportRow, ...], time: TimeAxis) -> None:
    """Draw a row a report: its window, and the ensemble's window of the same event."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415 (heavy)

    count = len(rows)
    axes.set_xlim(time.start_s, time.end_s)
    axes.set_ylim(count - 0.4, -1.0)
    for number, row in enumerate(rows):
        if number % 2 == 0:
            axes.axhspan(number - 0.5, number + 0.5, color="#f5f6f7", zorder=-1)
        if isfinite(row.start_s) and isfinite(row.end_s):
            axes.add_patch(
                Rectangle(
                    (row.start_s, number - BAR_HALF), row.end_s - row.start_s, 2 * BAR_HALF,
                    facecolor="white", edgecolor=row.style.colour, hatch=row.style.hatch,
                    linewidth=1.3, zorder=3,
                    linestyle=LEFT_OUT_DASH if row.standing else "solid",
                )
            )  # fmt: skip
        else:
            _draw_arrow(axes, row, number, 1.6)
        _draw_likely(axes, row, number)
        _label_row(axes, row, number)
    axes.text(
        0.0, -0.75, "Reports, in the order of the route: a box or an arrow is what is told; "
        "the thin line is the 90 % window of the draws",
        transform=axes.get_yaxis_transform(), fontsize=8, color=MUTED, va="center",
    )  # fmt: skip
    axes.set_yticks([])
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(GRID)


def _make_row(
    spot: Spot,
    ensemble: Ensemble,
    judged: Mapping[str, str],
    standings: Mapping[str, str],
) -> ReportRow | None:
    route = ensemble.route
    if spot.time is None or not spot.is_timed or not all(map(route.passes, spot.places)):
        return None
    km = [route.km_of(place) for place in spot.places]
    start_s, end_s = spot.time.window.start_s, spot.time.window.end_s
    if spot.event == "not_yet":
        end_s = inf
    style = VERDICT_STYLES.get(judged.get(spot.report_id, ""), PLAIN)
    standing = standings.get(f"{spot.report_id}.{spot.number}", "")
    return ReportRow(
        report_ids=(spot.report_id,),
        text=spot.text,
        places=spot.places,
        km=(min(km), max(km)),
        start_s=start_s,
        end_s=end_s,
        style=style,
        likely_s=_find_likely(spot, ensemble),
        standing=standing or standings.get(spot.report_id, ""),
    )


def _find_likely(spot: Spot, ensemble: Ensemble) -> Likely | None:
    """Return the 5, 50 and 95 % points of an event's time, or of the stay at the place."""
    first = ensemble.route.index_of(spot.places[0])
    last = ensemble.route.index_of(spot.places[-1])
    early, late = min(first, last), max(first, last)
    if spot.event in {"present", "under_way"}:
        starts = ensemble.get_departures(early) if early == 0 else ensemble.get_arrivals(early)
        ends = ensemble.get_arrivals(late) if late > early else ensemble.get_departures(late)
        starts, ends = starts[np.isfinite(starts)], ends[np.isfinite(ends)]
        if not starts.size or not ends.size:
            return None
        return float(np.quantile(starts, 0.05)), None, float(np.quantile(ends, 0.95))
    if early != late:
        return None
    departs = spot.event in {"depart", "board"}
    times = ensemble.get_departures(early) if departs else ensemble.get_arrivals(early)
    times = times[np.isfinite(times)]
    if not times.size:
        return None
    p05, p50, p95 = np.quantile(times, (0.05, 0.5, 0.95))
    return float(p05), float(p50), float(p95)


def _draw_likely(axes: Axes, row: ReportRow, number: int) -> None:
    if row.likely_s is None:
        return
    p05, _, p95 = row.likely_s
    axes.plot([p05, p95], [number, number], color=INK, linewidth=0.9, zorder=4)
    marks = [point for point in row.likely_s if point is not None]
    axes.plot(marks, [number] * len(marks), color=INK, linestyle="none", marker="|",
              markersize=5, markeredgewidth=1.0, zorder=4)  # fmt: skip


def _draw_arrow(axes: Axes, row: ReportRow, y: float, width: float) -> None:
    low, high = axes.get_xlim()
    forward = isfinite(row.start_s)
    tail = row.start_s if forward else row.end_s
    head = tail + (1 if forward else -1) * ARROW_SHARE * (high - low)
    axes.annotate(
        "", xy=(head, y), xytext=(tail, y), zorder=5, annotation_clip=True,
        arrowprops={"arrowstyle": "-|>", "color": row.style.colour, "linewidth": width,
                    "linestyle": LEFT_OUT_DASH if row.standing else "solid",
                    "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip
    axes.plot([tail], [y], marker="|", color=row.style.colour, markersize=7,
              markeredgewidth=1.6, zorder=5)  # fmt: skip


def _label_row(axes: Axes, row: ReportRow, number: int) -> None:
    name = ", ".join(row.report_ids)
    room = LABEL_CHARACTERS - round(BOLD_WIDTH * len(name))
    text = row.text.replace("is under way from", "under way,").removeprefix("is ")
    text = text if len(text) <= room else f"{text[: room - 1]}\u2026"
    blend = axes.get_yaxis_transform()
    parts: tuple[tuple[str, float, Literal["left", "right"], str], ...] = (
        (name, LABEL_LEFT_POINTS, "left", row.style.colour),
        (text, -8.0, "right", INK),
    )
    for words, offset, side, colour in parts:
        axes.annotate(
            words, (0.0, number), (offset, 0.0), xycoords=blend, fontsize=7.4, ha=side,
            textcoords="offset points", va="center", parse_math=False, color=colour,
            annotation_clip=False, weight="bold" if side == "left" else "normal",
        )  # fmt: skip
    if row.word:
        axes.annotate(
            row.word, (_find_right(axes, row), number), (6.0, 0.0), fontsize=7.8,
            textcoords="offset points", va="center", weight="bold", color=row.style.colour,
            annotation_clip=False,
        )  # fmt: skip


def _find_right(axes: Axes, row: ReportRow) -> float:
    """Return where the drawing of a row ends, not beyond what leaves room for a word."""
    low, high = axes.get_xlim()
    ends = [row.start_s, row.end_s, *(row.likely_s or ())]
    finite = [end for end in ends if end is not None and isfinite(end)]
    arrow_s = 0.0 if isfinite(row.end_s) else ARROW_SHARE * (high - low)
    share = WORD_SHARE * (1 + len(row.standing) / 12)
    return float(min(max(finite) + arrow_s, high - share * (high - low)))
