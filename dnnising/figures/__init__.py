"""Figures: each function draws a result on axes that it is given, and returns them."""

from dnnising.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__, __file__)
