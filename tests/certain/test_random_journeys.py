"""Random journeys, with true and with planted false reports, against a linear programme."""

import numpy as np

from tools.verify import journeys as tool


def test_random_journeys_true_and_false(journeys):
    """A linear programme checks each conflict; the tool runs thousands of journeys."""
    journey = journeys["2023-09"]
    rng = np.random.default_rng(20)
    found = 0
    for truth in tool.list_truths(journey, 25, 20):
        true = tool.report_journey(journey, truth, rng, reports=12)
        assert tool.verify_true(true) == []
        false = tool.report_journey(journey, truth, rng, reports=12, lies=2)
        counts, faults = tool.verify_false(false)
        assert faults == []
        found += counts["found"]
    assert found > 10
