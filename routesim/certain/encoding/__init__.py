"""Encoding of reports as constraints on the times of one route from one start."""
