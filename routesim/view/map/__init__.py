"""Offline map of a journey, a route or an ensemble."""
