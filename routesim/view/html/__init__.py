"""HTML that escapes by construction, and files that need nothing from outside."""
