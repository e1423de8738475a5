from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def load_tool():
    spec = importlib.util.spec_from_file_location(
        "write_schemas", ROOT / "tools" / "write_schemas.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["corridor", "journey", "sources", "train", "words"])
def test_the_written_schemas_are_those_of_the_models(name):
    written = (ROOT / "geodata" / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert json.loads(written) == json.loads(load_tool().make_schema(name)), "run: make schemas"
