"""Fixtures: journeys as targets."""

from tests.support.targets import with_halts, with_origins

__all__ = ["with_halts", "with_origins"]
