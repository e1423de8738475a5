"""Settings of hypothesis, `ci` reproducible, `dev` searching on; and what runs first."""

import os

from hypothesis import settings

settings.register_profile("ci", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("dev", deadline=None, max_examples=200)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_collection_modifyitems(items):
    """Begin with the notebooks, which take minutes, so that no worker is left with them."""
    items.sort(key=lambda item: item.get_closest_marker("notebook") is None)
