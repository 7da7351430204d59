"""Tiny models of the real transformers classes, every parameter drawn at random."""

import torch
import transformers
from transformers import PreTrainedModel

BLOCKS = 3
_SIZES = {"hidden_size": 8, "num_hidden_layers": BLOCKS, "num_attention_heads": 2}
_WORDS = {"vocab_size": 11, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}
_IMAGE = {"intermediate_size": 12, "image_size": 8, "patch_size": 4}
_SETTINGS = {
    "Bert": {"intermediate_size": 12} | _WORDS,
    "GPT2": {"n_inner": 12} | _WORDS,
    "OPT": {"ffn_dim": 12, "word_embed_proj_dim": 4, "do_layer_norm_before": False} | _WORDS,
    "Bloom": _WORDS,  # its feed-forward size is always 4H
    "MPNet": {"intermediate_size": 12} | _WORDS,
    "ViT": _IMAGE,
    "DeiT": _IMAGE,
    "Beit": {"vocab_size": 11, "use_relative_position_bias": True} | _IMAGE,
}

BASE_CLASSES = [f"{family}Model" for family in _SETTINGS]
HEADED_CLASSES = [
    "BertForMaskedLM",
    "GPT2LMHeadModel",
    "OPTForCausalLM",
    "BloomForCausalLM",
    "MPNetForMaskedLM",
    "ViTForImageClassification",
    "DeiTForImageClassificationWithTeacher",
    "BeitForImageClassification",
]


def tiny_model(class_name: str, seed: int = 0) -> PreTrainedModel:
    """A model with 3 blocks, H = 8, 2 heads and F = 12 (BLOOM: 32), all parameters standard normal."""
    family = next(family for family in _SETTINGS if class_name.startswith(family))
    config = getattr(transformers, f"{family}Config")(**_SIZES, **_SETTINGS[family])
    model = getattr(transformers, class_name)(config).eval()
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(generator=generator)
    return model
