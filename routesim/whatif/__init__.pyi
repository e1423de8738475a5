from .own_priors import set_priors
from .scenario import what_if
from .window_comparison import WindowComparison, compare_windows

__all__ = ["WindowComparison", "compare_windows", "set_priors", "what_if"]
