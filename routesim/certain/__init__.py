"""What is certain: what must hold of a journey if the reports used are true.

The reports become constraints on times (``encoding``), which are searched for contradictions
(``problem``). From these follow the conflicts, their certificates and repairs; the worlds;
the bounds of a world, its positions and stretches; the answers of ``could``; and the zones
that a clock allows.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
