"""The eleven networks of Stosic et al. 2022, Table I, by their configurations alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from dnnising.lazy import naming_the_extra
from dnnising.printing import one_line

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@one_line
@dataclass(frozen=True, eq=False)
class PublishedNetwork:
    """A network of Table I.

    Args:
        hub_id: its checkpoint on the Hugging Face hub.
        model_type: its family, a key of `FAMILIES`.
        settings: the transformers configuration, where it matters to the architecture.

    >>> published_networks["gpt2"].hub_id, published_networks["gpt2"].settings["hidden_size"]
    ('openai-community/gpt2', 768)
    """

    hub_id: str
    model_type: str
    settings: Mapping[str, Any]


_BASE = {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12}
_MEDIUM = {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16}
_IMAGE = {"intermediate_size": 3072, "image_size": 224, "patch_size": 16}
_OPT = {"vocab_size": 50272, "max_position_embeddings": 2048}

published_networks: Mapping[str, PublishedNetwork] = {
    "vit-base": PublishedNetwork("google/vit-base-patch16-224", "vit", _BASE | _IMAGE),
    "deit-base": PublishedNetwork("facebook/deit-base-distilled-patch16-224", "deit", _BASE | _IMAGE),
    "beit-base": PublishedNetwork(
        "microsoft/beit-base-patch16-224", "beit", _BASE | _IMAGE | {"use_relative_position_bias": True}
    ),
    "bert-base": PublishedNetwork(
        "google-bert/bert-base-uncased", "bert", _BASE | {"intermediate_size": 3072, "vocab_size": 30522}
    ),
    "bert-large": PublishedNetwork(
        "google-bert/bert-large-uncased", "bert", _MEDIUM | {"intermediate_size": 4096, "vocab_size": 30522}
    ),
    "opt-125m": PublishedNetwork(
        "facebook/opt-125m", "opt", _BASE | _OPT | {"ffn_dim": 3072, "word_embed_proj_dim": 768}
    ),
    "opt-350m": PublishedNetwork(
        "facebook/opt-350m",
        "opt",
        _MEDIUM | _OPT | {"ffn_dim": 4096, "word_embed_proj_dim": 512, "do_layer_norm_before": False},
    ),
    "opt-1.3b": PublishedNetwork(
        "facebook/opt-1.3b",
        "opt",
        _OPT
        | {"hidden_size": 2048, "num_hidden_layers": 24, "num_attention_heads": 32}
        | {"ffn_dim": 8192, "word_embed_proj_dim": 2048},
    ),
    "bloom-350m": PublishedNetwork("bigscience/bloom-560m", "bloom", _MEDIUM | {"vocab_size": 250880}),
    "gpt2": PublishedNetwork("openai-community/gpt2", "gpt2", _BASE),
    "gpt2-medium": PublishedNetwork("openai-community/gpt2-medium", "gpt2", _MEDIUM),
}
"""The networks of Table I, by their names there. The source does not say which DeiT it took: here it is the
distilled one, as the plain one is a ViT in transformers. ``bloom-350m`` is called bloom-560m by now."""


def build_on_meta(name: str) -> "PreTrainedModel":
    """The base model of a published network on the meta device: its shapes without its weights.

    Args:
        name: as in Table I, such as "bert-base".

    Raises:
        ValueError: a name outside `published_networks`; the message lists them.

    >>> from dnnising.weights import coupling_shapes, spins_and_bonds
    >>> spins_and_bonds(coupling_shapes(build_on_meta("bert-base")))
    (65280, 70778880)
    """
    with naming_the_extra("stosic.build_on_meta"):
        from transformers import AutoConfig, AutoModel

    if name not in published_networks:
        raise ValueError(f"{name!r} is not in Table I, which has {', '.join(published_networks)}")
    network = published_networks[name]
    with torch.device("meta"):
        model: PreTrainedModel = AutoModel.from_config(
            AutoConfig.for_model(network.model_type, **network.settings)
        )
    return model
