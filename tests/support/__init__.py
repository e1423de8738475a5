"""Test cases and independent checks that tests and tools share."""
