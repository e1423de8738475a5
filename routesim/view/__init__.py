"""Views: the map, the time-distance diagram, the page and files of windows.

What the views draw with (matplotlib, folium) is loaded when something is drawn, not with
this package. No text of a data file passes through folium: it is either escaped, see
:mod:`routesim.view.html.markup`, or lies in a JSON block, see
:mod:`routesim.view.map.map_data`. The security policy of every file is made in
:mod:`routesim.view.html.document`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
