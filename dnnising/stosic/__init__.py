"""The first source's own quantities: its released data, its scaling of the specific heat, its networks."""

from dnnising.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__, __file__)
