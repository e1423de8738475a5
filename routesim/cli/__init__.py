"""Command line interface.

Exit codes: 0 for success, 1 for a verdict named by ``--fail-on``, 2 for bad usage or input.
"""

from routesim.cli.app import app, main

__all__ = ["app", "main"]
