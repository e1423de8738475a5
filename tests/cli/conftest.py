from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from routesim.cli import main

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run_cli(monkeypatch, capsys, tmp_path):
    """Run the command line in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["routesim", *arguments])
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1 if stop.code else 0
        else:
            code = 0
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return run


@pytest.fixture
def reject(run_cli):
    """Assert that arguments end in one message and exit code 2, without a traceback."""

    def check(arguments: Sequence[str], message: str) -> None:
        outcome = run_cli(*arguments)
        assert outcome.code == 2
        assert message in outcome.err
        assert "Traceback" not in outcome.err
        assert outcome.out == ""

    return check
