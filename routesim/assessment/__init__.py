"""Assessment: verdicts on single reports, and a score of the model's predictions."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
