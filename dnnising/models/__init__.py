"""What has an energy: the square lattice, chains of layers, couplings between all spins, the p-spin glass."""

from dnnising.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__, __file__)
