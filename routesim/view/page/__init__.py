"""Page of a journey: one HTML file for readers without routesim."""
