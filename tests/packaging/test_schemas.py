from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.generate.schemas import make_schema

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["corridor", "journey", "sources", "train", "words"])
def test_the_written_schemas_are_those_of_the_models(name):
    written = (ROOT / "geodata" / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert json.loads(written) == json.loads(make_schema(name)), "run: make schemas"
    assert ">>>" not in written  # examples are for Python
