"""Benchmarks: against peers, against another checkout, and by size of the job."""
