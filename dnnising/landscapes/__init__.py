"""Energy landscapes: the spherical p-spin glass, its critical points, and the loss surfaces of networks."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
