"""The railway: stations, lines, sections, and routes over them.

``network``
    The network, which finds stations and routes.
``route``, ``reversals``
    A route with its passages and its distance axis, and the places where the train reverses.
``stations``, ``sections``
    Stations and their names, and sections of lines.
``folder``, ``records``, ``checks``
    The reading of a geodata folder, the records of its files, and their checks.
"""

from routesim.network.network import Network, load_network
from routesim.network.reversals import Reversal
from routesim.network.route import Passage, Route
from routesim.network.sections import Section
from routesim.network.stations import LinePoint, Station

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
