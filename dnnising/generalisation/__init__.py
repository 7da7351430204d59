"""Learning theory: annealed and Gibbs learning, enumeration of all students, and bounds."""

from dnnising.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__, __file__)
