"""HTML with automatic escaping, and self-contained files."""
