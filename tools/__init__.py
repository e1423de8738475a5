"""Development scripts; run them as ``python -m tools.ROOM.NAME``."""
