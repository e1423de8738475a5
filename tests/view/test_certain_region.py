from io import BytesIO

import numpy as np
import pytest

import routesim as rs
from routesim.certain import bounds
from routesim.errors import ArgumentError
from routesim.view import draw_diagram
from routesim.view.diagram.journey_diagram import write_svg
from routesim.view.diagram.regions import REGION_ID, REGION_LABELS

pytestmark = pytest.mark.slow


def test_the_diagram_has_the_region(journey, ensemble, verdicts, findings):
    figure = draw_diagram(journey, ensemble, verdicts, bounds=findings.bounds)
    assert REGION_LABELS[True] in [text.get_text() for text in figure.legends[0].get_texts()]
    stream = BytesIO()
    write_svg(figure, stream)
    assert f'id="{REGION_ID}"'.encode() in stream.getvalue()
    by_default = draw_diagram(journey, ensemble, verdicts)
    again = BytesIO()
    write_svg(by_default, again)
    assert again.getvalue() == stream.getvalue()


def test_bounds_of_another_route_are_refused(journey, ensemble):
    other = rs.bounds(journey, route="vostochny")
    with pytest.raises(ArgumentError, match="bounds on the route of the ensemble"):
        draw_diagram(journey, ensemble, bounds=other)


def test_where_no_report_is_rejected_no_draw_leaves_the_region(sure):
    assert sure.rejected == ()
    certain = bounds(sure.layout.journey)
    times_s = np.linspace(sure.departure_s.min(), sure.arrive_s[:, -1].max(), 40)
    low, high = certain.trace(times_s)
    for time_s, least, most in zip(times_s, low, high, strict=True):
        km = sure.where(_to_iso(time_s)).km
        assert km.min() >= least - 1e-6
        assert km.max() <= most + 1e-6


def test_the_drawn_band_lies_inside_the_region(sure):
    certain = bounds(sure.layout.journey)
    figure = draw_diagram(sure.layout.journey, sure, bounds=certain)
    band = figure.axes[0].collections[1].get_paths()[0].vertices
    assert np.ptp(band[:, 1]) > 0.9 * sure.route.length_km
    low, high = certain.trace(np.sort(band[:, 0]))
    order = np.argsort(band[:, 0])
    assert np.all(band[order, 1] >= low - 1e-6)
    assert np.all(band[order, 1] <= high + 1e-6)


def _to_iso(seconds):
    return np.datetime64(round(seconds * 1e6), "us").astype(str) + "Z"
