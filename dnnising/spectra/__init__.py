"""Spectra of weight matrices: the laws of noise, power-law tails, phases, and a table for a whole network."""

from dnnising.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__, __file__)
