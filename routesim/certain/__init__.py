"""Certain answers: what must hold of a journey if the reports used are true.

The reports are encoded as constraints on times (``encoding``) and searched for contradictions
(``problem``). The other modules use both: for conflicts with their certificates and repairs,
for worlds, for the bounds of times and positions, for the answers of ``could``, and for the
zones in which a clock can be read.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
