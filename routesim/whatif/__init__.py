"""What-if scenarios."""

from routesim.whatif.scenario import compare_windows, what_if

__all__ = ["compare_windows", "what_if"]
