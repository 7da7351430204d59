"""Eight transformer families: where a block keeps its weights, and in what layout.

They are the seven of Stosic et al. 2022, and MPNet (Song et al., arXiv:2004.09297).

Every family has the same four linear maps in a block, under other names. Two layouts need care: GPT-2 stores
(inputs, outputs) where torch's Linear stores (outputs, inputs), and GPT-2 and BLOOM fuse query, key and value
into one tensor, whose outputs run (3, H) in GPT-2 and (heads, 3, head size) in BLOOM.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dnnising.printing import one_line


@one_line
@dataclass(frozen=True)
class Family:
    """The modules of one transformer block; each keeps its matrix in a tensor called ``weight``.

    Args:
        blocks: the list of blocks, by its path inside the base model. The other paths start at a block.
        query_key_value: three modules, or one that fuses all three.
        output: the attention's output projection.
        up: the first layer of the feed-forward network, H to F.
        down: its second layer, F to H.
        inputs_first: matrices are stored as (inputs, outputs); otherwise as (outputs, inputs).
        fused_by_head: the outputs of the fused module run (heads, 3, head size); otherwise (3, H).

    >>> gpt2 = FAMILIES["gpt2"]
    >>> f"{gpt2.blocks}.0.{gpt2.up}.weight", gpt2.inputs_first
    ('h.0.mlp.c_fc.weight', True)
    """

    blocks: str
    query_key_value: tuple[str, ...]
    output: str
    up: str
    down: str
    inputs_first: bool = False
    fused_by_head: bool = False


_VISION = Family(
    blocks="layers",
    query_key_value=("attention.q_proj", "attention.k_proj", "attention.v_proj"),
    output="attention.o_proj",
    up="mlp.fc1",
    down="mlp.fc2",
)

FAMILIES: Mapping[str, Family] = {
    "bert": Family(
        blocks="encoder.layer",
        query_key_value=("attention.self.query", "attention.self.key", "attention.self.value"),
        output="attention.output.dense",
        up="intermediate.dense",
        down="output.dense",
    ),
    "gpt2": Family(
        blocks="h",
        query_key_value=("attn.c_attn",),
        output="attn.c_proj",
        up="mlp.c_fc",
        down="mlp.c_proj",
        inputs_first=True,
    ),
    "opt": Family(
        blocks="decoder.layers",
        query_key_value=("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
        output="self_attn.out_proj",
        up="fc1",
        down="fc2",
    ),
    "bloom": Family(
        blocks="h",
        query_key_value=("self_attention.query_key_value",),
        output="self_attention.dense",
        up="mlp.dense_h_to_4h",
        down="mlp.dense_4h_to_h",
        fused_by_head=True,
    ),
    "mpnet": Family(
        blocks="encoder.layer",
        query_key_value=("attention.attn.q", "attention.attn.k", "attention.attn.v"),
        output="attention.attn.o",
        up="intermediate.dense",
        down="output.dense",
    ),
    "vit": _VISION,
    "deit": _VISION,
    "beit": _VISION,
}
"""Families by the ``model_type`` of a transformers configuration."""


def family_of(model_type: object) -> Family:
    """The family with this ``model_type``.

    Raises:
        ValueError: any other type; the message lists the eight.
    """
    if not isinstance(model_type, str) or model_type not in FAMILIES:
        raise ValueError(f"model_type is {model_type!r}; the eight families are {', '.join(FAMILIES)}")
    return FAMILIES[model_type]


def weight_names(family: Family, block: int) -> tuple[str, ...]:
    """Full names, inside the base model, of the weight tensors of one block."""
    modules = (*family.query_key_value, family.output, family.up, family.down)
    return tuple(f"{family.blocks}.{block}.{module}.weight" for module in modules)
