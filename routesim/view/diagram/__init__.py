"""Charts: time-distance diagram of a journey, and curves of a train."""
