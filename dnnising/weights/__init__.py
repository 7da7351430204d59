"""From checkpoints to couplings: real transformers as spin glasses."""

from dnnising.lazy import names_of_stub

__getattr__, __dir__, __all__ = names_of_stub(__name__, __file__)
