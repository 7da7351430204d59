"""A small decoder in the manner of GPT-2, whose weights are watched as they learn."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

_NORMAL = 0.02  # standard deviation of every matrix in GPT-2's initialisation


@dataclass(frozen=True)
class GPTConfig:
    """Shape, start and training of a GPT; the defaults are the nano-GPT of Aarts (2025), the third source.

    Args:
        blocks: how many transformer blocks.
        heads: attention heads of a block; they must divide the width.
        width: size H of the residual stream; the feed-forward layer has 4 H.
        context: characters that a prediction can look back on.
        initialisation: "normal" draws every matrix from N(0, 0.02²) with biases 0, as GPT-2 does; "torch" is
            what torch's layers start from, U(±1/√n_in) for matrices and biases and N(0, 1) for embeddings.
        batch: how many windows of text an update averages over.
        learning_rate: that of AdamW, with torch's other settings; the typical change of a weight in an
            update.

    Raises:
        ValueError: heads that do not divide the width, a number that is not positive, or another
            initialisation.

    >>> config = GPTConfig(heads=8)
    >>> config.width // config.heads  # the size of a head
    8
    >>> GPTConfig(heads=5)
    Traceback (most recent call last):
    ValueError: 5 heads do not divide a width of 64; take a divisor
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

    It is GPT-2 with ReLU in place of GELU, no biases on Q, K and V, and a head of its own in place of the
    transposed embedding. At the reference shape and a vocabulary of V it has 201,344 + 128 V parameters.

    Args:
        config: shape of the network; its start and training do not matter here.
        vocabulary: V, how many characters there are.

    >>> with torch.device("meta"):  # shapes alone, no numbers
    ...     model = GPT(GPTConfig(), vocabulary=65)
    >>> sum(parameter.numel() for parameter in model.parameters()) == 201_344 + 128 * 65
    True
    """

    def __init__(self, config: GPTConfig, vocabulary: int) -> None:
        super().__init__()
        self.characters = nn.Embedding(vocabulary, config.width)
        self.positions = nn.Embedding(config.context, config.width)
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.blocks))
        self.norm = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, vocabulary, bias=False)

    def forward(self, tokens: Tensor) -> Tensor:  # (batch, length) -> (batch, length, vocabulary)
        """The logits of the next character after each beginning of some texts.

        Args:
            tokens: (batch, length) integers from 0 to V - 1, at most `context` long.

        Returns:
            (batch, length, V) logits; their softmax over the last axis is the probability of each character.

        A prediction looks back only: texts that differ in their last token differ in their last logits alone.

        >>> from dnnising.dynamics import train_gpt
        >>> tiny = GPTConfig(blocks=1, heads=2, width=8, context=8)
        >>> (start,) = train_gpt(tiny, "to be or not to be, " * 10, rng=0, iterations=(0,))
        >>> first, second = start.model()(torch.tensor([[0, 1, 2], [0, 1, 3]]))
        >>> torch.allclose(first[:2], second[:2], atol=1e-5), torch.allclose(first[2], second[2], atol=1e-5)
        (True, False)
        """
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
