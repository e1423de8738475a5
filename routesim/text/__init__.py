"""Plain values in words: times, durations, quantities and names."""
