"""The time-distance (Marey) diagram of an ensemble, with the windows of reports."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from routesim import certain
from routesim.errors import ArgumentError, Fault
from routesim.files.write import check_output, write_atomically
from routesim.journey import require_journey, simulate
from routesim.likely import Posterior
from routesim.view.diagram import palette
from routesim.view.diagram.axes import TimeAxis, label_stations, make_time_axis
from routesim.view.diagram.regions import (
    BAND_ALPHA,
    REGION_LABEL,
    SAMPLES,
    draw_bands,
    draw_certain,
)
from routesim.view.diagram.report_bars import ReportBar, draw_bars, draw_places, list_bars
from routesim.view.findings import list_treatments
from routesim.view.windows import find_key_indices, format_band

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from matplotlib.axes import Axes

    from routesim.assessment.verdicts import Verdict
    from routesim.certain import Bounds
    from routesim.journey import Ensemble, Journey


WIDTH_IN = 12.0
MAIN_IN = 6.4
ROW_IN = 0.21
MARGINS_IN = 1.75
LEFT = 0.27
"""Of the width, for the names of stations and the words of reports."""

HASH_SALT = "routesim"
PNG_DPI = 160
FORMATS = (".svg", ".png")


def draw_diagram(
    journey: Journey,
    ensemble: Ensemble | None = None,
    verdicts: Iterable[Verdict] | None = None,
    *,
    bounds: Bounds | None = None,
) -> Figure:
    """Draw time against distance: bands of the ensemble, and the windows of the reports.

    The legend says what the band is: given the reports for a posterior, from the priors
    alone for any other ensemble.

    Parameters
    ----------
    journey
        Whose reports are drawn.
    ensemble
        Of one of its routes; without one the default route is drawn from the priors.
    verdicts
        Of the reports, as :func:`routesim.check` returns them; they colour and hatch the
        windows.
    bounds
        On the ensemble's route, as :func:`routesim.bounds` returns them; without them they
        are found over the worlds that drop the fewest families.

    Returns
    -------
    matplotlib.figure.Figure
        Time runs to the right by the clock of the journey's first zone, with UTC above;
        kilometres run upwards. Below, a row a report: its window as a bar or an arrow,
        and the ensemble's 90 % window for the same event as a thin line. The region where
        the train must have been is shaded; reports that the worlds under the bounds leave
        out or read otherwise are dashed and say so.

    Raises
    ------
    ArgumentError
        If no journey is given, or the bounds are of another route.
    """
    require_journey(journey)
    shown = ensemble if ensemble is not None else simulate(journey)
    judged = {verdict.report_id: verdict.verdict for verdict in verdicts or ()}
    if bounds is None and isinstance(shown, Posterior):
        bounds = shown.certain
    elif bounds is None:
        bounds = certain.bounds(journey, route=shown.route_id)
    elif (bounds.route_id, bounds.journey_id) != (shown.route_id, shown.journey_id):
        fault = f"{bounds!r} are not of {shown!r}"
        raise ArgumentError(Fault("bounds", fault, "bound the route of the ensemble"))
    bars = list_bars(journey.reports, shown, judged, list_treatments(bounds))
    return _draw(shown, bars, f"{journey.title}, by route {shown.route_id}", bounds)


def draw_ensemble(ensemble: Ensemble) -> Figure:
    """Draw time against distance for an ensemble alone."""
    return _draw(ensemble, (), f"{ensemble.journey_id}, by route {ensemble.route_id}")


def save_diagram(figure: Figure, path: str | PathLike[str]) -> Path:
    """Write a diagram as SVG or PNG, by the suffix; the same figure gives the same bytes.

    Raises
    ------
    ArgumentError
        If the suffix is neither, or the path cannot become a file.
    """
    target = Path(path)
    check_output(target, FORMATS)
    with write_atomically(target) as temporary, temporary.open("wb") as stream:
        if target.suffix.lower() == ".svg":
            write_svg(figure, stream)
        else:
            figure.savefig(stream, format="png", dpi=PNG_DPI, metadata={"Software": None})
    return target


def write_svg(figure: Figure, stream: IO[bytes]) -> None:
    """Write a diagram as SVG; letters are drawn as paths, so that no font is needed."""
    with mpl.rc_context({"svg.hashsalt": HASH_SALT, "svg.fonttype": "path"}):
        figure.savefig(stream, format="svg", metadata={"Date": None})


def _draw(
    ensemble: Ensemble,
    bars: tuple[ReportBar, ...],
    title: str,
    bounds: Bounds | None = None,
) -> Figure:
    bars_in = ROW_IN * (len(bars) + 1) if bars else 0.0
    height_in = MAIN_IN + bars_in + MARGINS_IN
    figure = Figure(figsize=(WIDTH_IN, height_in), facecolor="white")
    heights = [MAIN_IN, bars_in] if bars else [MAIN_IN]
    grid = figure.add_gridspec(
        len(heights), 1, height_ratios=heights, left=LEFT, right=0.975, hspace=0.03,
        top=1 - 1.05 / height_in, bottom=0.62 / height_in,
    )  # fmt: skip
    main = figure.add_subplot(grid[0])
    time = make_time_axis(ensemble, [end for bar in bars for end in (bar.start_s, bar.end_s)])
    has_region = bounds is not None and draw_certain(main, bounds, time)
    draw_bands(main, ensemble)
    draw_places(main, bars, ensemble.route)
    _set_frame(main, ensemble, bars, time)
    lowest = main
    if bars:
        lowest = figure.add_subplot(grid[1])
        draw_bars(lowest, bars, time)
        time.draw_grid(lowest)
    time.draw_ticks(main, lowest)
    figure.text(
        0.012, 1 - 0.24 / height_in, title, fontsize=13, weight="bold", color=palette.INK,
        va="top", parse_math=False,
    )  # fmt: skip
    _draw_legend(figure, ensemble, height_in, has_region=has_region)
    return figure


def _set_frame(
    axes: Axes, ensemble: Ensemble, bars: tuple[ReportBar, ...], time: TimeAxis
) -> None:
    route = ensemble.route
    axes.set_xlim(time.start_s, time.end_s)
    margin = 0.025 * route.length_km
    axes.set_ylim(-margin, route.length_km + margin)
    time.draw_grid(axes)
    for passage in route.passages:
        if passage.station.kind == "border":
            axes.axhline(
                passage.km, color=palette.BORDER, linewidth=1.0, linestyle=(0, (5, 3)), zorder=3
            )
    places = {place for bar in bars for place in bar.places}
    reported = [i for i, p in enumerate(route.passages) if p.station.name in places]
    origins = [int(index) for index in np.unique(ensemble.origin_index)]
    keys = find_key_indices(route, (*ensemble.dwell_s, *reported, *origins))
    label_stations(axes, [route.passages[index] for index in keys])
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(palette.GRID)


def _draw_legend(
    figure: Figure, ensemble: Ensemble, height_in: float, *, has_region: bool
) -> None:
    def make_line(colour: str, width: float, label: str, style: Any = "-") -> Line2D:
        return Line2D([], [], color=colour, linewidth=width, label=label, linestyle=style)

    region = Patch(
        facecolor=palette.CERTAIN, edgecolor=palette.CERTAIN_EDGE, label=REGION_LABEL
    )
    likely = f"likely {format_band(ensemble)}: 90 %"
    single = f"{min(SAMPLES, ensemble.draws)} single draws"
    handles: list[Any] = [
        *([region] if has_region else []),
        Patch(color=palette.BAND_90, alpha=BAND_ALPHA, label=likely),
        Patch(color=palette.BAND_50, alpha=BAND_ALPHA, label="50 %"),
        make_line(palette.MEDIAN, 1.8, "median"),
        make_line(palette.SAMPLE, 0.8, single),
        make_line(palette.BORDER, 1.0, "border", (0, (5, 3))),
    ]
    figure.legend(
        handles=handles, loc="upper left", ncols=len(handles), frameon=False, fontsize=8,
        bbox_to_anchor=(0.004, 1 - 0.44 / height_in), labelcolor=palette.MUTED,
        handlelength=1.6, columnspacing=1.6,
    )  # fmt: skip
