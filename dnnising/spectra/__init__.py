"""Spectra of weight matrices: the laws of noise, power-law tails, phases, and a table for a whole network."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
