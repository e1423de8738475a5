"""The table of the scripts that use the Python API.

The scripts run in the environment of a checkout. They import only the standard library, the
modules of this package that they need, and the public names of that checkout's routesim. Each
yields the names and contents of files.
"""

from __future__ import annotations

import importlib
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .api_journeys import (
    dump_changes,
    dump_journey,
    dump_page,
    dump_posterior,
    dump_posteriors_by_route,
    dump_posteriors_with_options,
    dump_priors,
    dump_simulation,
)
from .api_package import (
    dump_document,
    dump_errors,
    dump_full_disk,
    dump_geodata,
    dump_names,
    dump_network,
)
from .api_reports import (
    dump_bounds,
    dump_check,
    dump_conflicts,
    dump_could,
    dump_routes,
    dump_score,
    dump_worlds,
    dump_zones,
)
from .api_trains import dump_many_runs, dump_runs, dump_trains

if TYPE_CHECKING:
    from collections.abc import Callable

    from .api_format import Files

__all__ = ["SCRIPTS", "run_script"]

SCRIPTS: dict[str, Callable[[Any, str], Files]] = {
    "names": dump_names,
    "network": dump_network,
    "journey": dump_journey,
    "simulate": dump_simulation,
    "condition": dump_posterior,
    "condition by route": dump_posteriors_by_route,
    "condition with options": dump_posteriors_with_options,
    "routes": dump_routes,
    "check": dump_check,
    "conflicts": dump_conflicts,
    "worlds": dump_worlds,
    "bounds": dump_bounds,
    "could": dump_could,
    "zones": dump_zones,
    "score": dump_score,
    "whatif": dump_changes,
    "priors": dump_priors,
    "page": dump_page,
    "trains": dump_trains,
    "run": dump_runs,
    "run many": dump_many_runs,
    "errors": dump_errors,
    "full disk": dump_full_disk,
    "geodata": dump_geodata,
    "document": dump_document,
}
"""Scripts by name. The second argument is the subject."""


def run_script(name: str, subject: str) -> None:
    """Run one of the `SCRIPTS` and write its files to the working directory."""
    warnings.simplefilter("always")
    warnings.showwarning = _print_warning  # type: ignore[assignment]
    for file, content in SCRIPTS[name](importlib.import_module("routesim"), subject):
        data = content.encode() if isinstance(content, str) else content
        Path(file).write_bytes(data)


def _print_warning(message: Warning | str, category: type[Warning], *_where: Any) -> None:
    """Print a warning without its file and line number, which may change."""
    print(f"{category.__name__}: {message}")
