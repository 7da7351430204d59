"""How weights move while they learn: stochastic gradient descent, Dyson's Brownian motion, a GPT, a teacher's
students, perceptrons."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
