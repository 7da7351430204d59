"""From checkpoints to couplings: real transformers as spin glasses."""

from dnnising.weights.couplings import coupling_shapes, model_couplings, spins_and_bonds
from dnnising.weights.families import FAMILIES, Family
from dnnising.weights.network import load_matrices, load_network
from dnnising.weights.published import PublishedNetwork, build_on_meta, published_networks
from dnnising.weights.rotate import rotate
from dnnising.weights.shuffle import shuffle
from dnnising.weights.shuffle_model import shuffle_model
from dnnising.weights.singular_values import flatten, truncate

__all__ = [
    "FAMILIES",
    "Family",
    "PublishedNetwork",
    "build_on_meta",
    "coupling_shapes",
    "flatten",
    "load_matrices",
    "load_network",
    "model_couplings",
    "published_networks",
    "rotate",
    "shuffle",
    "shuffle_model",
    "spins_and_bonds",
    "truncate",
]
