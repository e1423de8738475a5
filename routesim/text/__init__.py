"""Plain values as text, and the sentences about results."""
