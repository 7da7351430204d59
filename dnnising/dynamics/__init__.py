"""How weights move while they learn: stochastic gradient descent, Dyson's Brownian motion, a GPT."""

from dnnising.dynamics.checkpoint import Checkpoint, load_checkpoint
from dnnising.dynamics.gpt import GPT, GPTConfig
from dnnising.dynamics.gpt2 import as_gpt2
from dnnising.dynamics.plays import shakespeare
from dnnising.dynamics.train_gpt import train_gpt

__all__ = [
    "GPT",
    "Checkpoint",
    "GPTConfig",
    "as_gpt2",
    "load_checkpoint",
    "shakespeare",
    "train_gpt",
]
