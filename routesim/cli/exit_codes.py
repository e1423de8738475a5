"""Exit codes of the command line."""

from __future__ import annotations

EXIT_VERDICT = 1
"""A verdict as asked for with ``--fail-on``."""
EXIT_BAD_INPUT = 2
EXIT_INTERRUPTED = 130
