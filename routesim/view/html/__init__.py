"""HTML that escapes by construction, and self-contained files."""
