from .posterior import make_posterior_document
from .simulation import make_simulation_document
from .whatif import make_what_if_document

__all__ = ["make_posterior_document", "make_simulation_document", "make_what_if_document"]
