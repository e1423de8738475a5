"""The list of all cases."""

from __future__ import annotations

import shlex
from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from .bundled import GEODATA, INSTANTS, JOURNEYS, KNOWN
from .commands import (
    AS_JSON,
    AS_TEXT,
    AS_TEXT_AND_JSON,
    COMMANDS,
    ON_A_TERMINAL,
    WITH_BAD_INPUT,
    WITH_VERDICT,
)
from .faulty_files import FAULTY_FOLDERS, FAULTY_JOURNEYS
from .steps import Case, Edit, Run, Script

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["list_cases"]

EXIT_VERDICT = 1
"""Exit code of ``check --fail-on`` if a report has the given verdict or a worse one."""

EXIT_BAD_INPUT = 2
"""Exit code of a command with invalid input."""

SCRIPT_RUNS = (
    *(Script(name) for name in ("names", "network", "trains", "run", "errors", "full disk")),
    *(Script("geodata", part) for part in ("facts", "schemas")),
    *(Script("run many", engine) for engine in ("numpy", "auto")),
    *(
        Script(name, journey)
        for name, journey in product(
            (
                "journey", "simulate", "condition", "condition by route",
                "condition with options", "routes", "check", "conflicts", "worlds", "bounds",
                "could", "zones", "score", "whatif", "priors", "page",
            ),
            JOURNEYS,
        )
    ),
)  # fmt: skip
"""Scripts and their subjects."""


def list_cases(*, numba: bool) -> tuple[Case, ...]:
    """List all cases.

    Parameters
    ----------
    numba
        Whether numba is installed, so that the compiled engine can run.

    Raises
    ------
    ValueError
        If two cases have the same name.
    """
    scripts = (*SCRIPT_RUNS, Script("run many", "numba")) if numba else SCRIPT_RUNS
    cases = (
        *_list_help(),
        *_read_commands(AS_TEXT_AND_JSON),
        *(_add_json(case) for case in _read_commands(AS_TEXT_AND_JSON)),
        *_read_commands(AS_TEXT),
        *(_add_json(case) for case in _read_commands(AS_JSON)),
        *_read_commands(ON_A_TERMINAL, terminal=True),
        *_read_commands(WITH_VERDICT, exits=EXIT_VERDICT),
        *_read_commands(WITH_BAD_INPUT, exits=EXIT_BAD_INPUT),
        *_list_faulty_files(),
        *(Case(script.name, (script,)) for script in scripts),
        *_list_documents(),
    )
    twice = [name for name, count in Counter(case.name for case in cases).items() if count > 1]
    if twice:
        message = f"two cases have the same name: {', '.join(twice)}"
        raise ValueError(message)
    return cases


def _list_help() -> Iterator[Case]:
    yield Case("(no arguments)", (Run((), exits=EXIT_BAD_INPUT),))
    for arguments in (("--help",), *((command, "--help") for command in COMMANDS)):
        yield Case(shlex.join(arguments), (Run(arguments),))


def _read_commands(table: str, *, exits: int = 0, terminal: bool = False) -> Iterator[Case]:
    """Make a case of each line; ``&&`` separates commands that share a folder."""
    for line in filter(None, table.strip().splitlines()):
        for command in _fill_in(line):
            *first, last = (tuple(shlex.split(part)) for part in command.split("&&"))
            steps = (*(Run(part) for part in first), Run(last, exits, terminal))
            yield Case(" && ".join(step.name for step in steps), steps)


def _fill_in(line: str) -> Iterator[str]:
    """Expand the placeholders of a line: one command for each journey and route."""
    named = [journey for journey in JOURNEYS if journey in line]
    journeys = JOURNEYS if "{journey}" in line else named[:1]
    if not journeys:
        yield line
    for journey in journeys:
        facts = JOURNEYS[journey]
        for route in facts.routes if "{route}" in line else ("",):
            yield line.format(
                journey=journey,
                route=route,
                instant=facts.instant,
                noon=INSTANTS[-1],
                known=KNOWN,
                drop=facts.drop,
                depart=facts.depart,
            )


def _add_json(case: Case) -> Case:
    *first, last = case.steps
    if not isinstance(last, Run):
        message = f"{case.name}: the last step is not a command"
        raise TypeError(message)
    return Case(
        f"{case.name} --json",
        (*first, replace(last, arguments=(*last.arguments, "--json"))),
    )


def _list_faulty_files() -> Iterator[Case]:
    for what, edits in FAULTY_JOURNEYS.items():
        check = Run(("validate", "mine.toml"), exits=EXIT_BAD_INPUT)
        case = Case(f"validate a journey with {what}", (Run(("new", "mine")), *edits, check))
        yield from (case, _add_json(case)) if len(edits) > 1 else (case,)
    for what, edits in FAULTY_FOLDERS.items():
        check = Run(("validate", GEODATA), exits=EXIT_BAD_INPUT)
        case = Case(f"validate a folder with {what}", (*edits, check))
        yield from (case, _add_json(case))
    no_reports = (
        Edit("mine.toml", r"(?s)\[\[report.*", ""),
        Edit("mine.toml", r'\["R2"\]', "[]"),
    )
    for command in ("worlds", "bounds", "conflicts", "zones", "condition", "check"):
        steps = (Run(("new", "mine")), *no_reports, Run((command, "mine.toml")))
        yield Case(f"{command} of a journey without reports", steps)


def _list_documents() -> Iterator[Case]:
    """List cases that run the Python code of a document."""
    notebooks = (f"notebooks/{name}.ipynb" for name in ("from_facts_to_page", "what_is_likely"))
    for path in ("README.md", *notebooks):
        yield Case(f"python of {path}", (Script("document", Path(path).name),), (path,))
