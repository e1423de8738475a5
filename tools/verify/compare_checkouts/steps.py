"""The model: a case and the steps that it consists of."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

__all__ = ["Case", "Edit", "Run", "Script"]


@dataclass(frozen=True)
class Run:
    """A run of the command line.

    Parameters
    ----------
    arguments
        Arguments after ``routesim``.
    exits
        Expected exit code of BEFORE. Any other exit code means that the case does not test
        what it is meant to test.
    terminal
        Whether standard output is a terminal.
    """

    arguments: tuple[str, ...]
    exits: int = 0
    terminal: bool = False

    @property
    def name(self) -> str:
        """The arguments as typed in a shell."""
        return shlex.join(self.arguments) + (" (terminal)" if self.terminal else "")


@dataclass(frozen=True)
class Edit:
    """A change to a file between two commands.

    Parameters
    ----------
    file
        Path of the file.
    pattern
        Regular expression. The first match is replaced; there must be one.
    replacement
        Replacement for the match.
    """

    file: str
    pattern: str
    replacement: str

    @property
    def name(self) -> str:
        """A short description."""
        return f"edit {self.file}"


@dataclass(frozen=True)
class Script:
    """A run of one of the `SCRIPTS`, which use the Python API.

    Parameters
    ----------
    script
        Key in `SCRIPTS`.
    subject
        Argument of the script, such as the id of a journey.
    """

    script: str
    subject: str = ""

    @property
    def exits(self) -> int:
        """Expected exit code; a script must not fail."""
        return 0

    @property
    def name(self) -> str:
        """A short description."""
        return f"python {self.script} {self.subject}".strip()


@dataclass(frozen=True)
class Case:
    """Steps that run one after another in the same folder.

    Parameters
    ----------
    name
        Unique name.
    steps
        Commands, edits and scripts.
    copies
        Files to copy into the folder first. Each side gets those of its own checkout.
    """

    name: str
    steps: tuple[Run | Edit | Script, ...]
    copies: tuple[str, ...] = ()
