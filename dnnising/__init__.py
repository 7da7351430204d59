"""dnnising: the statistical physics of deep neural networks.

A transformer's weights are the couplings of an Ising spin glass. The package maps one to the other, finds
its density of states and thermodynamics, and holds every method against an exact answer first.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
