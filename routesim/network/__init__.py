"""The railway: stations, lines, the graph and routes over it."""

from routesim.network.folder import LinePoint, Station
from routesim.network.junctions import Reversal
from routesim.network.network import Network, load_network
from routesim.network.route import Passage, Route
from routesim.network.sections import Section

__all__ = [
    "LinePoint",
    "Network",
    "Passage",
    "Reversal",
    "Route",
    "Section",
    "Station",
    "load_network",
]
