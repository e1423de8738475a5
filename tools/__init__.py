"""Scripts for those who work on routesim; run them as ``python -m tools.ROOM.NAME``."""
