"""Set up and solve one run: pieces of track, forces, and the motion on them."""
