"""Students of a teacher: how they learn, what their weights do meanwhile, and the phase plane."""

from dnnising.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__, __file__)
