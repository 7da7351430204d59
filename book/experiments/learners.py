"""Transformers of three families that learn here from one generator, and are looked at on the way.

- `gpt`: a decoder continues the plays, character by character (`dnnising.dynamics.train_gpt`).
- `bert`: an encoder fills in characters of the plays that are masked.
- `vit`: a vision transformer reads scikit-learn's handwritten digits.

Each comes with a twin that learns from the same data, their targets shuffled: of the plays' characters only
the frequencies are left, of the digits' labels only how many there are of each. A twin has the same initial
weights and draws the same batches, so that what differs is what there was to learn.

The last tenth of the text, or 297 of 1,797 images, are held back. Initialisations are "normal", N(0, 0.02²)
as in GPT-2 and BERT, and "torch", as wide as torch's own: a standard deviation of 1/√(3H), three to five
times as much at these widths.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor
from torch.nn import functional as F
from transformers import BertConfig, BertForMaskedLM, PreTrainedModel, ViTConfig, ViTForImageClassification

from book.experiments.gpt import Initialisation
from dnnising.dynamics import GPTConfig, as_gpt2, shakespeare, train_gpt
from dnnising.randomness import torch_generator, torch_seeded

RATES = {"gpt": 3e-3, "bert": 1e-3, "vit": 3e-3}  # of AdamW; at 3e-3 a BERT of width 64 learns nothing
WARM = 50  # updates in which a BERT's or ViT's rate rises to that
HEADS = 4
CONTEXT = 8  # characters that are seen at once: with more, a BERT takes thousands of updates to use any
HELD_BACK = 297  # images
WINDOWS = 2048  # of text, on which the loss of a BERT is measured


class Shape(NamedTuple):
    """What a learner is built of, but for its family.

    Args:
        width: H of the residual stream; the feed-forward layers have 4 H.
        blocks: how many transformer blocks.
        initialisation: as above.
    """

    width: int
    blocks: int
    initialisation: Initialisation

    @property
    def spread(self) -> float:
        """Standard deviation of the initial weights."""
        return 0.02 if self.initialisation == "normal" else (3 * self.width) ** -0.5


class Look(NamedTuple):
    """A learner after so many updates.

    Args:
        iteration: updates made.
        model: of the transformers package, which goes on learning.
        train_loss, validation_loss: mean cross-entropy of what is learnt and of what is held back, in nats.
    """

    iteration: int
    model: PreTrainedModel
    train_loss: float
    validation_loss: float


class Learner(NamedTuple):
    """A training that is about to begin.

    Args:
        chance_loss: validation loss, in nats, of one who knows how frequent each target is and looks at
            nothing else.
        looks: the training, looked at after given numbers of updates.
    """

    chance_loss: float
    looks: Iterator[Look]


def learner(
    family: str, rng: np.random.Generator, shape: Shape, at: Sequence[int], twin: np.random.Generator | None
) -> Learner:
    """A learner of a family; where there is a generator `twin`, it shuffles the targets."""
    return FAMILIES[family](rng, shape, at, twin)


# --- text ---------------------------------------------------------------------------------------------------


def _plays(twin: np.random.Generator | None) -> str:
    text = shakespeare()
    if twin is None:
        return text
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    return twin.permutation(codes).tobytes().decode("utf-32-le")


def _gpt(
    rng: np.random.Generator, shape: Shape, at: Sequence[int], twin: np.random.Generator | None
) -> Learner:
    text = _plays(twin)
    config = GPTConfig(
        blocks=shape.blocks,
        heads=HEADS,
        width=shape.width,
        context=CONTEXT,
        initialisation=shape.initialisation,
        batch=32,
        learning_rate=RATES["gpt"],
    )
    looks = (
        Look(checkpoint.iteration, as_gpt2(checkpoint), *checkpoint.loss)
        for checkpoint in train_gpt(config, text, rng=rng, iterations=at)
    )
    return Learner(chance_loss(*_learnt_and_held_back(text)), looks)


def _bert(
    rng: np.random.Generator, shape: Shape, at: Sequence[int], twin: np.random.Generator | None
) -> Learner:
    learnt, held_back = _learnt_and_held_back(_plays(twin))
    mask = int(learnt.max()) + 1  # one more than there are characters
    inherited: dict[str, Any] = {"attn_implementation": "eager"}  # from PreTrainedConfig
    config = BertConfig(
        vocab_size=mask + 1,
        hidden_size=shape.width,
        num_hidden_layers=shape.blocks,
        num_attention_heads=HEADS,
        intermediate_size=4 * shape.width,
        max_position_embeddings=CONTEXT,
        type_vocab_size=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        initializer_range=shape.spread,
        pad_token_id=None,
        **inherited,
    )
    with torch_seeded(rng):
        model = BertForMaskedLM(config)

    def loss(model: PreTrainedModel, windows: Tensor, masked: Tensor) -> Tensor:
        logits = model(input_ids=windows.masked_fill(masked, mask)).logits
        return F.cross_entropy(logits[masked], windows[masked])

    def batch(generator: torch.Generator) -> tuple[Tensor, Tensor]:
        starts = torch.randint(len(learnt) - CONTEXT, (64,), generator=generator)
        windows = learnt[starts[:, None] + torch.arange(CONTEXT)]
        return windows, torch.rand(windows.shape, generator=generator) < 1 / CONTEXT

    def evenly(tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Windows spaced evenly, with one masked character each, at one place after the other."""
        starts = torch.linspace(0, len(tokens) - CONTEXT, WINDOWS, dtype=torch.float64).long()
        places = torch.arange(CONTEXT)
        masked = torch.arange(WINDOWS)[:, None] % CONTEXT == places
        return tokens[starts[:, None] + places], masked

    looks = _looks(
        model, loss, batch, (evenly(learnt), evenly(held_back)), torch_generator(rng), RATES["bert"], at
    )
    return Learner(chance_loss(learnt, held_back), looks)


def _learnt_and_held_back(text: str) -> tuple[Tensor, Tensor]:
    """The characters as numbers; the last tenth is held back, as in `train_gpt`."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    tokens = torch.from_numpy(np.unique(codes, return_inverse=True)[1])
    split = len(tokens) - len(tokens) // 10
    return tokens[:split], tokens[split:]


# --- images -------------------------------------------------------------------------------------------------


def _vit(
    rng: np.random.Generator, shape: Shape, at: Sequence[int], twin: np.random.Generator | None
) -> Learner:
    images, labels = load_digits(return_X_y=True)
    pixels = torch.tensor(images / 8 - 1, dtype=torch.float32).reshape(-1, 1, 8, 8)
    targets = torch.tensor(labels if twin is None else twin.permutation(labels))
    inherited: dict[str, Any] = {"num_labels": 10, "attn_implementation": "eager"}  # from PreTrainedConfig
    config = ViTConfig(
        hidden_size=shape.width,
        num_hidden_layers=shape.blocks,
        num_attention_heads=HEADS,
        intermediate_size=4 * shape.width,
        image_size=8,
        patch_size=2,
        num_channels=1,
        initializer_range=shape.spread,
        **inherited,
    )
    with torch_seeded(rng):
        model = ViTForImageClassification(config)

    def loss(model: PreTrainedModel, pixels: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(model(pixels).logits, targets)

    learnt, held_back = ((pixels[part], targets[part]) for part in _parts(len(targets)))

    def batch(generator: torch.Generator) -> tuple[Tensor, Tensor]:
        chosen = torch.randint(len(learnt[1]), (32,), generator=generator)
        return learnt[0][chosen], learnt[1][chosen]

    looks = _looks(model, loss, batch, (learnt, held_back), torch_generator(rng), RATES["vit"], at)
    return Learner(chance_loss(learnt[1], held_back[1]), looks)


def _parts(number: int) -> tuple[slice, slice]:
    return slice(number - HELD_BACK), slice(number - HELD_BACK, number)


FAMILIES = {"gpt": _gpt, "bert": _bert, "vit": _vit}


# --- what they share ----------------------------------------------------------------------------------------


def chance_loss(learnt: Tensor, held_back: Tensor) -> float:
    """Cross-entropy in nats of the targets held back by the frequencies of those learnt.

    One is added to every count, so that a target that has never been seen costs no infinity.

    >>> round(chance_loss(torch.tensor([0, 1]), torch.tensor([0, 1, 1])), 6)  # ln 2
    0.693147
    """
    counts = torch.bincount(learnt, minlength=int(held_back.max()) + 1).double() + 1
    return float(-(counts / counts.sum()).log()[held_back].mean())


def _looks(
    model: PreTrainedModel,
    loss: Callable[..., Tensor],
    batch: Callable[[torch.Generator], tuple[Tensor, Tensor]],
    parts: tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]],
    generator: torch.Generator,
    rate: float,
    at: Sequence[int],
) -> Iterator[Look]:
    """Train by AdamW on random batches; looking draws no random number."""
    optimiser = torch.optim.AdamW(model.parameters())
    iteration = 0
    for stop in at:
        model.train()
        while iteration < stop:
            for group in optimiser.param_groups:
                group["lr"] = rate * min(1.0, (iteration + 1) / WARM)
            optimiser.zero_grad()
            loss(model, *batch(generator)).backward()
            optimiser.step()
            iteration += 1
        model.eval()
        with torch.no_grad():
            train, validation = (float(loss(model, *part)) for part in parts)
        yield Look(iteration, model, train, validation)
