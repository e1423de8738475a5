"""Charts: the time-distance diagram of a journey, and the curves of a train."""
