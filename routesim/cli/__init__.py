"""The command line.

Exit codes: 0 done, 1 a verdict as asked for with ``--fail-on``, 2 bad usage or input.
"""

from routesim.cli.app import app, main

__all__ = ["app", "main"]
