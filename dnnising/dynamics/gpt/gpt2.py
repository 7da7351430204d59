"""A trained GPT as a GPT-2 of the transformers package: the door from training to everything else here."""

from typing import TYPE_CHECKING

import torch

from dnnising.dynamics.gpt.checkpoint import Checkpoint
from dnnising.lazy import naming_the_extra

if TYPE_CHECKING:  # importing transformers' models takes seconds
    from transformers import GPT2LMHeadModel


def as_gpt2(checkpoint: Checkpoint) -> "GPT2LMHeadModel":
    """The same function as a GPT-2 of the transformers package, which `load_network` turns into a spin glass.

    Q, K and V become one fused matrix with biases 0. ``save_pretrained(folder)`` of what is returned writes
    a checkpoint folder that `load_network` and `spectra.analyze` read.

    Args:
        checkpoint: a trained GPT.

    Returns:
        A `GPT2LMHeadModel` in evaluation mode, with a copy of the parameters. For tokens (batch, length), its
        `logits` are those of `Checkpoint.model`, (batch, length, V).

    >>> from dnnising.dynamics import GPTConfig, train_gpt
    >>> tiny = GPTConfig(blocks=1, heads=2, width=8, context=8)
    >>> (start,) = train_gpt(tiny, "to be or not to be, " * 10, rng=0, iterations=(0,))
    >>> tokens = torch.tensor([[0, 3, 1, 4]])
    >>> torch.allclose(as_gpt2(start)(tokens).logits, start.model()(tokens), atol=1e-5)
    True
    """
    with naming_the_extra("dynamics.as_gpt2"):
        from transformers import GPT2Config, GPT2LMHeadModel

    config = checkpoint.config
    model = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=len(checkpoint.characters),
            n_positions=config.context,
            n_embd=config.width,
            n_layer=config.blocks,
            n_head=config.heads,
            activation_function="relu",
            tie_word_embeddings=False,
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            bos_token_id=None,
            eos_token_id=None,
        )
    )
    model.load_state_dict(_gpt2_state(checkpoint))
    return model.eval()


_GPT2_NAMES = {
    "norm_1": "ln_1",
    "norm_2": "ln_2",
    "attention.output": "attn.c_proj",
    "up": "mlp.c_fc",
    "down": "mlp.c_proj",
}


def _gpt2_state(checkpoint: Checkpoint) -> dict[str, torch.Tensor]:
    """Parameters under GPT-2's names, in its layout (inputs, outputs) for the matrices of the blocks."""
    ours = {name: torch.tensor(array) for name, array in checkpoint.state.items()}
    theirs = {
        "transformer.wte.weight": ours["characters.weight"],
        "transformer.wpe.weight": ours["positions.weight"],
        "transformer.ln_f.weight": ours["norm.weight"],
        "transformer.ln_f.bias": ours["norm.bias"],
        "lm_head.weight": ours["head.weight"],
    }
    for l in range(checkpoint.config.blocks):
        here, there = f"blocks.{l}", f"transformer.h.{l}"
        for our_name, their_name in _GPT2_NAMES.items():
            weight = ours[f"{here}.{our_name}.weight"]
            theirs[f"{there}.{their_name}.weight"] = weight.T if weight.ndim == 2 else weight
            theirs[f"{there}.{their_name}.bias"] = ours[f"{here}.{our_name}.bias"]
        fused = torch.cat([ours[f"{here}.attention.{part}.weight"] for part in ("query", "key", "value")])
        theirs[f"{there}.attn.c_attn.weight"] = fused.T  # (H, 3 H)
        theirs[f"{there}.attn.c_attn.bias"] = torch.zeros(len(fused))
    return theirs
