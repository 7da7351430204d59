"""dnnising: the statistical physics of deep neural networks.

A transformer's weights are the couplings of an Ising spin glass. The package maps one to the other, finds
its density of states and thermodynamics, and holds every method against an exact answer first.
"""

from dnnising.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__, __file__)
__version__ = "0.1.0"
