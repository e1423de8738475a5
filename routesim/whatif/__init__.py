"""What-if scenarios, and one's own priors."""

from routesim.whatif.own_priors import set_priors
from routesim.whatif.scenario import compare_windows, what_if

__all__ = ["compare_windows", "set_priors", "what_if"]
