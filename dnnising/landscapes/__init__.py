"""Energy landscapes: the spherical p-spin glass, its critical points, and the loss surfaces of networks."""

from dnnising.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__, __file__)
