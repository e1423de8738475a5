"""Verification: answers compared with those of independent methods."""
