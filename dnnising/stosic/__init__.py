"""The first source's own quantities: its released data, its scaling of the specific heat, its networks."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
