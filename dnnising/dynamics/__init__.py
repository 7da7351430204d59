"""How weights move while they learn: stochastic gradient descent, Dyson's Brownian motion, a GPT, a teacher's
students, perceptrons."""

from dnnising.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__, __file__)
