"""Development scripts; run them as ``python -m tools.FOLDER.NAME``."""
