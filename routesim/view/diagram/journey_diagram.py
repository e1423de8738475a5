"""Time-distance (Marey) diagram of an ensemble, with the windows of reports."""

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
    REGION_LABELS,
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
"""Share of the figure's width left for station labels and the texts of reports."""

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
    """Draw the time-distance diagram of a journey: certain region, likely bands and reports.

    Parameters
    ----------
    journey : Journey
        Journey whose reports are drawn.
    ensemble : Ensemble, optional
        Draws of one of its routes: a posterior from :func:`routesim.condition`, or draws from
        the priors. By default, the default route is simulated from the priors.
    verdicts : iterable of Verdict, optional
        Verdicts on the reports, from :func:`routesim.check`. They set the colour and hatch of
        the windows. Without them the windows are plain.
    bounds : Bounds, optional
        Certain bounds on the ensemble's route, from :func:`routesim.bounds`. By default, those
        of the posterior, or those over the best worlds.

    Returns
    -------
    matplotlib.figure.Figure
        The figure, without a pyplot window. Save it with :func:`routesim.save_diagram`.

    Raises
    ------
    ArgumentError
        If ``journey`` is not a :class:`~routesim.Journey`, or the bounds belong to another
        route or journey than the ensemble.
    UnknownNameError
        If the ensemble is from the priors, no bounds are given, and the journey does not have
        its route.

    See Also
    --------
    save_diagram : Write the figure as SVG or PNG.
    draw_map : Draw the journey on a map.
    write_page : Write a page with map, diagram and tables.

    Notes
    -----
    Time runs to the right, in the journey's first zone below and in UTC above. Kilometres run
    upwards. The region where the train must have been is shaded. It is missing if the reports
    do not bound the train's position. The bands hold 50 % and 90 % of the draws. The legend
    says whether the draws are given the reports or from the priors alone.

    Below the diagram, each timed report on the route has a row: its window as a box, or as an
    arrow if it is one-sided, and the ensemble's 90 % window of the same event as a thin line.
    A report that the worlds used for the bounds drop or read otherwise is drawn dashed and
    labelled.

    Examples
    --------
    >>> import routesim as rs
    >>> journey = rs.load_journey("2023-09")
    >>> ensemble = rs.simulate(journey, draws=200)
    >>> figure = rs.draw_diagram(journey, ensemble)
    >>> [text.get_text() for text in figure.legends[0].get_texts()][1:4]
    ['likely from the priors alone: 90 %', '50 %', 'median']
    """
    require_journey(journey)
    shown = ensemble if ensemble is not None else simulate(journey)
    judged = {verdict.report_id: verdict.verdict for verdict in verdicts or ()}
    if bounds is None and isinstance(shown, Posterior):
        bounds = shown.certain
    elif bounds is None:
        bounds = certain.bounds(journey, route=shown.route_id)
    elif (bounds.route_id, bounds.journey_id) != (shown.route_id, shown.journey_id):
        fault = f"{bounds!r} do not belong to {shown!r}"
        raise ArgumentError(Fault("bounds", fault, "give bounds on the route of the ensemble"))
    bars = list_bars(journey.reports, shown, judged, list_treatments(bounds))
    return _draw(shown, bars, f"{journey.title}, route {shown.route_id}", bounds)


def draw_ensemble(ensemble: Ensemble) -> Figure:
    """Draw the time-distance diagram of an ensemble without reports or bounds."""
    return _draw(ensemble, (), f"{ensemble.journey_id}, route {ensemble.route_id}")


def save_diagram(figure: Figure, path: str | PathLike[str]) -> Path:
    """Write a diagram as SVG or PNG.

    The same figure always gives the same bytes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Figure from :func:`routesim.draw_diagram` or ``ensemble.plot()``.
    path : str or PathLike
        Output file. The suffix ``.svg`` or ``.png`` selects the format. Missing folders are
        created, and an existing file is replaced once the new one is complete.

    Returns
    -------
    Path
        The written file.

    Raises
    ------
    ArgumentError
        If the suffix is neither ``.svg`` nor ``.png``, or the file cannot be written.

    See Also
    --------
    draw_diagram : Draw the time-distance diagram of a journey.
    Ensemble.plot : Draw the diagram of an ensemble, without reports.

    Notes
    -----
    In an SVG, letters are drawn as paths, so no font is needed to view it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import routesim as rs
    >>> figure = rs.simulate(rs.load_journey("2023-09"), draws=200).plot()
    >>> with TemporaryDirectory() as folder:
    ...     path = rs.save_diagram(figure, Path(folder) / "diagram.svg")
    ...     path.name, path.stat().st_size > 0
    ('diagram.svg', True)
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
    """Write a diagram as SVG, with letters as paths so that no font is needed."""
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
    region = None
    if bounds is not None and draw_certain(main, bounds, time):
        region = REGION_LABELS[bounds.is_complete]
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
    _draw_legend(figure, ensemble, height_in, region=region)
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
    figure: Figure, ensemble: Ensemble, height_in: float, *, region: str | None
) -> None:
    def make_line(colour: str, width: float, label: str, style: Any = "-") -> Line2D:
        return Line2D([], [], color=colour, linewidth=width, label=label, linestyle=style)

    shaded = Patch(facecolor=palette.CERTAIN, edgecolor=palette.CERTAIN_EDGE, label=region)
    likely = f"likely {format_band(ensemble)}: 90 %"
    sample = f"{min(SAMPLES, ensemble.draws)} single draws"
    handles: list[Any] = [
        *([shaded] if region else []),
        Patch(color=palette.BAND_90, alpha=BAND_ALPHA, label=likely),
        Patch(color=palette.BAND_50, alpha=BAND_ALPHA, label="50 %"),
        make_line(palette.MEDIAN, 1.8, "median"),
        make_line(palette.SAMPLE, 0.8, sample),
        make_line(palette.BORDER, 1.0, "border", (0, (5, 3))),
    ]
    figure.legend(
        handles=handles, loc="upper left", ncols=len(handles), frameon=False, fontsize=8,
        bbox_to_anchor=(0.004, 1 - 0.44 / height_in), labelcolor=palette.MUTED,
        handlelength=1.6, columnspacing=1.6,
    )  # fmt: skip
