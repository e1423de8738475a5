"""The railway: stations, lines, sections, and routes over them.

``network`` finds routes. A ``route`` has passages, one distance axis and its ``reversals``.
``stations``, which are found by any of their names, and ``sections`` make up a network.
``folder`` reads a geodata folder into ``records`` and runs its ``checks``.
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
