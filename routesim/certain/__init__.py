"""What is certain: what must hold of a journey if the reports used are true."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
