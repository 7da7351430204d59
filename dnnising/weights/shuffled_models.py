"""Shuffle the weights of a transformer itself, so that one can ask what its task makes of it."""

import copy
from typing import TYPE_CHECKING

import torch

from dnnising.randomness import Rng, generator_of
from dnnising.weights.families import family_of, weight_names
from dnnising.weights.shuffling import permuted

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def shuffle_model(
    model: "PreTrainedModel", fraction: float = 1.0, *, repeats: int = 1, rng: Rng
) -> "PreTrainedModel":
    """A copy of a model, a random fraction of the weights of its blocks permuted among themselves.

    The weights are those that `model_couplings` maps, Q, K and V each by itself: 12 H² a block where a
    network has 10 H² couplings. They are exchanged across all blocks, as in Table II of Stosic et al.
    (2022), whose task errors need the model, not its Ising image. Biases, norms, embeddings and heads stay.

    Args:
        model: one of the eight families, bare or with a head; it is left as it is.
        fraction: share of those weights to permute, in [0, 1].
        repeats: how often, each time at positions chosen anew; the first source does it ten times. See
            `shuffle`.
        rng: a numpy Generator, or an integer seed for one.

    Raises:
        ValueError: a fraction outside [0, 1], repeats below 1, or another ``model_type``.

    >>> from transformers import BertConfig, BertModel
    >>> tiny = BertConfig(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    >>> model = BertModel(tiny)
    >>> shuffled = shuffle_model(model, rng=0)
    >>> name = "encoder.layer.0.output.dense.weight"
    >>> torch.equal(shuffled.get_parameter(name), model.get_parameter(name))  # moved about
    False
    >>> name = "embeddings.word_embeddings.weight"
    >>> torch.equal(shuffled.get_parameter(name), model.get_parameter(name))  # stays
    True
    """
    rng = generator_of(rng)
    shuffled = copy.deepcopy(model)
    family = family_of(model.config.model_type)
    n_blocks = model.config.num_hidden_layers
    tensors = [
        shuffled.base_model.get_parameter(name)
        for block in range(n_blocks)
        for name in weight_names(family, block)
    ]
    with torch.no_grad():
        weights = torch.cat([tensor.flatten() for tensor in tensors]).cpu().numpy()
        flat = permuted(weights, fraction, rng, repeats)
        parts = torch.from_numpy(flat).split([tensor.numel() for tensor in tensors])
        for tensor, part in zip(tensors, parts):
            tensor.copy_(part.view_as(tensor))
    return shuffled
