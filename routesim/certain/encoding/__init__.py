"""Reports as constraints: what must hold of the times of one route from one start."""
