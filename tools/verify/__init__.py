"""Verification: answers compared with independent methods for the same answer."""
