"""Cases and independent judges that tests and tools share."""
