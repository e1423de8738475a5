"""Rearrangement of halts."""

import numpy as np
import pytest
from routesim.likely.halts import Halts

import routesim as rs
from routesim.journey import lay_plan, make_stream

COUNT = 4096


def test_a_single_halt_exchanges_hours_with_the_start_or_the_end():
    # A single halt has no neighbour. The start becomes later by the hours it leaves behind, and
    # earlier by the hours it takes, so it shifts by the old hours, the new, or the difference.
    # No other column compensates if the halt slides (0.3) or would swap (0.2), or if it both
    # leaves and takes hours (a quarter of the rest): 0.3 + 0.2 + 0.5 / 4 = 0.625, with a
    # standard error of 0.008.
    layout = lay_plan(rs.load_journey("2019-04"))
    part = next(Halts(run) for run in layout.runs if run.row.halts == 1)
    stream = make_stream(5, "handing")
    starts_km = np.full(COUNT, part.span_km[0])
    hours = part.from_z(stream.standard_normal((COUNT, part.size)), starts_km)
    found = part.rearrange(hours, stream)
    before, after = hours[:, -1], found.hours[:, -1]
    handed = found.earlier != 0.0
    may_be = np.array([-before, after, after - before])[:, handed]
    assert handed.mean() > 0.1
    assert np.abs(may_be - found.earlier[handed]).min(axis=0) == pytest.approx(0.0, abs=1e-12)
    assert (np.abs(found.longer) < 1e-12).mean() == pytest.approx(0.625, abs=0.03)
