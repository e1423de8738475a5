"""Random streams."""

import numpy as np

from routesim.journey import make_stream


def test_streams_differ_by_name_and_by_seed():
    first = make_stream(1, "speed").random(4)
    assert np.array_equal(first, make_stream(1, "speed").random(4))
    assert not np.any(first == make_stream(1, "dwell").random(4))
    assert not np.any(first == make_stream(2, "speed").random(4))
