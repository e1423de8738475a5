"""Proofs of conflicts: sums of constraints, their misses, and the possible resolutions."""
