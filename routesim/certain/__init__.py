"""Certain answers: what must hold of a journey if the reports used are true.

The reports are encoded as constraints on times (``encoding``) and searched for contradictions
(``problem``). Everything else follows from these: conflicts with their certificates and
repairs, worlds, the bounds of a world with its positions and stretches, the answers of
``could``, and the zones in which a clock can be read.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
