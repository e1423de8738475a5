import numpy as np

from routesim.journey import measure_windows
from routesim.text.rounding import round_times
from routesim.view.windows import measure_ensemble


def test_windows_of_a_posterior_are_raw_and_shown_rounded_to_their_error(posterior):
    index = posterior.route.index_of("Khasan")
    measured = measure_ensemble(posterior)
    (window,) = measure_windows(posterior, indices=[index])
    assert window == measured.raw[index]
    expected = np.quantile(posterior.get_arrivals(index), window.levels)
    np.testing.assert_allclose(window.arrive, expected, rtol=0.0, atol=0.5)
    shown = measured.windows[index]
    assert shown.arrive == round_times(window.arrive, window.arrive_mcse_s, window.levels)
    assert shown.arrive != window.arrive
    assert shown.rounded == shown
