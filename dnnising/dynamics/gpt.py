"""A small decoder in the manner of GPT-2, whose weights are watched as they learn."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_NORMAL = 0.02  # standard deviation of every matrix in GPT-2's initialisation


@dataclass(frozen=True)
class GPTConfig:
    """Shape, start and training of a GPT; the defaults are the second application of the third source.

    Args:
        blocks: transformer blocks.
        heads: attention heads of a block; they must divide the width.
        width: size H of the residual stream; the feed-forward layer has 4 H.
        context: characters that a prediction can look back on.
        initialisation: "normal" draws every matrix from N(0, 0.02²) with biases 0, as GPT-2 does; "torch" is
            what torch's layers start from, U(±1/√n_in) for matrices and biases and N(0, 1) for embeddings.
        batch: windows of text in an update.
        learning_rate: of AdamW with torch's other settings.

    Raises:
        ValueError: heads that do not divide the width, or a number that is not positive.
    """

    blocks: int = 4
    heads: int = 4
    width: int = 64
    context: int = 32
    initialisation: Literal["normal", "torch"] = "normal"
    batch: int = 16
    learning_rate: float = 1e-3

    def __post_init__(self) -> None:
        for name in ("blocks", "heads", "width", "context", "batch", "learning_rate"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be positive, got {getattr(self, name)}")
        if self.width % self.heads:
            raise ValueError(f"{self.heads} heads do not divide a width of {self.width}; take a divisor")
        if self.initialisation not in ("normal", "torch"):
            raise ValueError(f"initialisation is {self.initialisation!r}; take 'normal' or 'torch'")


class Attention(nn.Module):
    """Causal self-attention: softmax(QKᵀ/√d) V over the past, head by head, mixed by the output."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.heads = config.heads
        self.query, self.key, self.value = (nn.Linear(config.width, config.width, bias=False) for _ in "QKV")
        self.output = nn.Linear(config.width, config.width)

    def forward(self, x: Tensor) -> Tensor:  # (batch, length, width)
        q, k, v = (
            part(x).unflatten(2, (self.heads, -1)).transpose(1, 2)  # (batch, heads, length, d)
            for part in (self.query, self.key, self.value)
        )
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.output(mixed.transpose(1, 2).flatten(2))


class Block(nn.Module):
    """Attention, then a feed-forward network, each added to the residual stream after a norm before it."""

    def __init__(self, config: GPTConfig) -> None:
        super().__init__()
        self.norm_1, self.norm_2 = nn.LayerNorm(config.width), nn.LayerNorm(config.width)
        self.attention = Attention(config)
        self.up = nn.Linear(config.width, 4 * config.width)
        self.down = nn.Linear(4 * config.width, config.width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.norm_1(x))
        return x + self.down(F.relu(self.up(self.norm_2(x))))


class GPT(nn.Module):
    """Logits of the next character at every place of a text.

    At the reference shape and a vocabulary of V, 2.0e5 + 128 V parameters. It is GPT-2 with ReLU in place of
    GELU, no biases on Q, K and V, and a head of its own in place of the transposed embedding.
    """

    def __init__(self, config: GPTConfig, vocabulary: int) -> None:
        super().__init__()
        self.characters = nn.Embedding(vocabulary, config.width)
        self.positions = nn.Embedding(config.context, config.width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.blocks))
        self.norm = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, vocabulary, bias=False)

    def forward(self, tokens: Tensor) -> Tensor:  # (batch, length) -> (batch, length, vocabulary)
        x = self.characters(tokens) + self.positions.weight[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


def build_gpt(config: GPTConfig, vocabulary: int, generator: torch.Generator) -> GPT:
    """A GPT at the start of its training, drawn from the generator alone: torch's global one is not used."""
    with torch.device("meta"):  # where torch's own initialisation draws nothing
        model = GPT(config, vocabulary)
    model.to_empty(device="cpu")
    for module in model.modules():
        if isinstance(module, nn.LayerNorm):
            module.reset_parameters()  # ones and zeros
        elif isinstance(module, nn.Embedding):
            spread = _NORMAL if config.initialisation == "normal" else 1.0
            nn.init.normal_(module.weight, std=spread, generator=generator)
        elif isinstance(module, nn.Linear):
            _draw_linear(module, config.initialisation, generator)
    return model


def _draw_linear(layer: nn.Linear, initialisation: str, generator: torch.Generator) -> None:
    if initialisation == "normal":
        nn.init.normal_(layer.weight, std=_NORMAL, generator=generator)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    else:
        bound = layer.in_features**-0.5
        for parameter in layer.parameters():
            nn.init.uniform_(parameter, -bound, bound, generator=generator)
