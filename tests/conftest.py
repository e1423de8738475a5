"""Profiles of hypothesis (`ci` is reproducible, `dev` is random), and the order of tests."""

import os

from hypothesis import settings

settings.register_profile("ci", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("dev", deadline=None, max_examples=200)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_collection_modifyitems(items):
    """Run the notebooks first: they take minutes and would keep one worker busy at the end."""
    items.sort(key=lambda item: item.get_closest_marker("notebook") is None)
