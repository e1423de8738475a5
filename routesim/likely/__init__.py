"""Likely answers: journeys drawn from the posterior given the reports, and their summaries.

The docstrings give the shape of an array in parentheses, such as (draws,).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
