"""The tests of routesim."""
