"""The railway: stations, lines, sections, and routes over them.

``network``
    The network, which finds stations and routes.
``route``, ``reversals``
    A route with its passages and its distance axis, and the places where the train reverses.
``stations``, ``sections``
    Stations and their names, and sections of lines.
``operating_points``
    Classes and weights of the places where trains wait.
``exact_km``, ``lengths``
    Kilometres that are taken as exact, and lengths on which sources disagree.
``folder``, ``records``, ``checks``
    The reading of a geodata folder, the records of its files, and their checks.
"""

from routesim.network.exact_km import ExactKm
from routesim.network.lengths import DisputedLength
from routesim.network.network import Network, load_network
from routesim.network.operating_points import POINT_CLASSES, LineWeights, PointClass
from routesim.network.reversals import Reversal
from routesim.network.route import Passage, Route
from routesim.network.sections import Section
from routesim.network.stations import LinePoint, Station

__all__ = [
    "POINT_CLASSES",
    "DisputedLength",
    "ExactKm",
    "LinePoint",
    "LineWeights",
    "Network",
    "Passage",
    "PointClass",
    "Reversal",
    "Route",
    "Section",
    "Station",
    "load_network",
]
