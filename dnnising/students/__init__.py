"""Students of a teacher: how they learn, what their weights do meanwhile, and the phase plane."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
