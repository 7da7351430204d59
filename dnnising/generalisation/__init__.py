"""Learning theory: annealed and Gibbs learning, enumeration of all students, and bounds."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
