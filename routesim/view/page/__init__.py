"""The page of a journey: one HTML file for a reader who installs nothing."""
