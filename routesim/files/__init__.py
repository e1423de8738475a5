"""Reading of data files, with all faults reported together, and atomic writing of results."""
