"""Walks through configurations: the quench and flat-histogram sampling."""

from dnnising.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__, __file__)
