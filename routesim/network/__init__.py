"""The railway: stations, lines, the graph and routes over it.

``network`` finds routes by the graph; a ``route`` has passages and one distance axis, with
its ``reversals``. ``stations`` (found by any name) and ``sections`` are what a network is
made of. ``folder`` reads a geodata folder into ``records``,
with its ``checks``.
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
