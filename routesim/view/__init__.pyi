from .diagram.journey_diagram import draw_diagram, draw_ensemble, save_diagram
from .diagram.train_chart import draw_train
from .map.journey_map import JourneyMap, draw_map
from .page.journey_page import write_page
from .window_files import WINDOW_FORMATS, write_windows

__all__ = [
    "WINDOW_FORMATS",
    "JourneyMap",
    "draw_diagram",
    "draw_ensemble",
    "draw_map",
    "draw_train",
    "save_diagram",
    "write_page",
    "write_windows",
]
