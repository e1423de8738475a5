"""Start one of the scripts over the API, in the environment of a side.

The interpreter of a side runs this file by its path::

    python -P start_script.py SCRIPT SUBJECT

It does not use the name ``tools``, because each checkout has a package of that name. The
checkout of the side may not contain this package.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def main() -> None:
    """Run the script that the arguments name; it writes to the working directory."""
    package = Path(__file__).resolve().parent
    sys.path.append(str(package.parent))
    questions = importlib.import_module(f"{package.name}.api_questions")
    sys.path.pop()  # the script sees the same modules as a user of the checkout
    questions.run_script(*sys.argv[1:])


if __name__ == "__main__":
    main()
