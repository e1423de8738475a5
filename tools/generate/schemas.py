"""Write the JSON Schemas of the data files, for completion and checks in an editor.

Usage: ``python -m tools.generate.schemas [--out geodata/schemas]``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from routesim.evidence import SourceBook, WordsRow
from routesim.files.write import write_atomically
from routesim.journey import JourneyRow
from routesim.kinematics import TrainRow
from routesim.network.records import Corridor

if TYPE_CHECKING:
    from pydantic import BaseModel

SCHEMAS: dict[str, type[BaseModel]] = {
    "corridor": Corridor,
    "journey": JourneyRow,
    "sources": SourceBook,
    "train": TrainRow,
    "words": WordsRow,
}


def make_schema(name: str) -> str:
    """Return the schema of a kind of file as JSON text."""
    schema = SCHEMAS[name].model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> None:
    """Write all schemas."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("geodata/schemas"))
    folder = parser.parse_args().out
    for name in SCHEMAS:
        with write_atomically(folder / f"{name}.schema.json") as temporary:
            temporary.write_text(make_schema(name), encoding="utf-8")


if __name__ == "__main__":
    main()
