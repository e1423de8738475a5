import numpy as np

from routesim.view.windows import measure_windows


def test_windows_of_a_posterior_are_rounded_to_their_error(posterior):
    index = posterior.route.index_of("Khasan")
    plain = posterior.windows(every=True).iloc[index]
    (window,) = measure_windows(posterior, indices=[index])
    assert window.arrive == tuple(
        int(plain[f"arrive_{name}"].timestamp()) for name in ("p05", "p50", "p95")
    )
    (finer,) = measure_windows(posterior, indices=[index], is_rounded=False)
    np.testing.assert_allclose(
        finer.arrive,
        np.quantile(posterior.get_arrivals(index), (0.05, 0.5, 0.95)),
        rtol=0.0,
        atol=0.5,
    )
