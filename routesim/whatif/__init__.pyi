from .own_priors import set_priors
from .scenario import compare_windows, what_if

__all__ = ["compare_windows", "set_priors", "what_if"]
