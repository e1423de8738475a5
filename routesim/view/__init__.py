"""Views: map, time-distance diagram, page and files of windows.

Matplotlib and folium are loaded when something is drawn, not with this package. No text of a
data file passes through folium: it is escaped by :mod:`routesim.view.html.markup`, or put in a
JSON block by :mod:`routesim.view.map.map_data`. The content security policy of every file is
made in :mod:`routesim.view.html.document`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
