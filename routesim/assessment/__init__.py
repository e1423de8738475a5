"""How reports and model fared: verdicts on single reports, and a score of predictions."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
