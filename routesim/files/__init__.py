"""Files in and out: guarded reading with every fault reported, and atomic writing."""
