"""A GPT in the middle of its training: all that it takes to go on, and to look at it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from dnnising import store
from dnnising.dynamics.gpt.model import GPT, GPTConfig
from dnnising.printing import one_line
from dnnising.resuming import load_run


class Loss(NamedTuple):
    """Mean cross-entropy of the next character, in nats; ln(vocabulary) for a uniform guess."""

    train: float
    validation: float


@one_line
@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A GPT after so many updates: enough to go on training, bit for bit, and to look at it.

    V is the number of characters in the vocabulary and H the width of the network.

    Args:
        config: shape, start and training of the network.
        characters: the vocabulary, V characters in one string; a token is an index into it.
        iteration: updates made so far.
        loss: mean cross-entropy of the next character in nats, `loss.train` on the text it learns from and
            `loss.validation` on the text held back.
        state: float32 parameters by name; a matrix is (outputs, inputs), as in torch's Linear.
        moments: AdamW's running means of gradients and of their squares, "mean/NAME" and "square/NAME", each
            of the shape of its parameter; empty before the first update.
        generator: state of the torch generator that draws the batches, as bytes.
        asked: by name, what tells the training from any other: config, text and rng.

    A network that has learnt nothing guesses, and a uniform guess among V characters costs ln V:

    >>> from dnnising.dynamics import GPTConfig, train_gpt
    >>> tiny = GPTConfig(blocks=1, heads=2, width=8, context=8)
    >>> (start,) = train_gpt(tiny, "to be or not to be, " * 10, rng=0, iterations=(0,))
    >>> start.characters, start.state["characters.weight"].shape  # (V, H)
    (' ,benort', (8, 8))
    >>> bool(abs(start.loss.train - np.log(8)) < 0.01)
    True
    """

    config: GPTConfig
    characters: str
    iteration: int
    loss: Loss
    state: dict[str, NDArray[np.float32]]
    moments: dict[str, NDArray[np.float32]]
    generator: NDArray[np.uint8]
    asked: Mapping[str, str]

    def _told(self) -> list[str]:
        told = [f"iteration {self.iteration}"]
        told += [f"loss {self.loss.train:.4g} trained, {self.loss.validation:.4g} held back"]
        return [*told, f"{sum(array.size for array in self.state.values())} parameters"]

    def save(self, path: str | os.PathLike) -> None:
        """Write everything to one .npz file, atomically and without pickles; `load_checkpoint` reads it.

        Args:
            path: the file; missing folders are made, and an old file is replaced.

        Raises:
            OSError: the file cannot be written; an old one is untouched.

        >>> import tempfile
        >>> from dnnising.dynamics import train_gpt
        >>> tiny = GPTConfig(blocks=1, heads=2, width=8, context=8)
        >>> (start,) = train_gpt(tiny, "to be or not to be, " * 10, rng=0, iterations=(0,))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     start.save(f"{folder}/start.npz")
        ...     again = load_checkpoint(f"{folder}/start.npz")
        >>> again.config == tiny, again.loss == start.loss
        (True, True)
        """
        save_checkpoints(path, [self])

    def model(self) -> GPT:
        """The network itself, which maps tokens to logits.

        Returns:
            A `GPT` on the CPU with a copy of these parameters, from (batch, length) tokens to (batch, length,
            V) logits.

        >>> from dnnising.dynamics import train_gpt
        >>> tiny = GPTConfig(blocks=1, heads=2, width=8, context=8)
        >>> (start,) = train_gpt(tiny, "to be or not to be, " * 10, rng=0, iterations=(0,))
        >>> tokens = torch.tensor([[start.characters.index(letter) for letter in "to be"]])
        >>> start.model()(tokens).shape
        torch.Size([1, 5, 8])
        """
        with torch.device("meta"):
            model = GPT(self.config, len(self.characters))
        state = {name: torch.tensor(array) for name, array in self.state.items()}
        model.load_state_dict(state, assign=True)
        return model

    def head_matrices(self, kind: Literal["query", "key", "value"], block: int = 0) -> NDArray[np.float32]:
        """The matrices W of a block's attention heads: a row x has the query, key or value x W.

        Args:
            kind: which of the three matrices, "query", "key" or "value".
            block: which transformer block, counted from 0.

        Returns:
            (heads, H, H/heads) float32, a view of the stored matrix.

        Raises:
            ValueError: another kind, or a block outside the network.

        The stored matrix holds the heads one below the other, transposed:

        >>> from dnnising.dynamics import train_gpt
        >>> tiny = GPTConfig(blocks=1, heads=2, width=8, context=8)
        >>> (start,) = train_gpt(tiny, "to be or not to be, " * 10, rng=0, iterations=(0,))
        >>> W = start.head_matrices("key")
        >>> W.shape
        (2, 8, 4)
        >>> bool(np.all(np.hstack(W).T == start.state["blocks.0.attention.key.weight"]))
        True
        """
        if kind not in ("query", "key", "value") or not 0 <= block < self.config.blocks:
            raise ValueError(
                f"asked for {kind!r} of block {block}; there are query, key and value of blocks 0 to "
                f"{self.config.blocks - 1}"
            )
        stored = self.state[f"blocks.{block}.attention.{kind}.weight"]  # (outputs, inputs)
        return stored.reshape(self.config.heads, -1, stored.shape[1]).swapaxes(1, 2)


def load_checkpoint(path: str | os.PathLike) -> Checkpoint:
    """Read a checkpoint that was saved, or the last that `train_gpt(path=…)` has kept.

    Args:
        path: the .npz file that was written.

    Returns:
        The `Checkpoint`, with all that was saved.

    Raises:
        FileNotFoundError: there is no such file.
        DataFormatError: the file is damaged or holds something else.

    >>> import tempfile
    >>> from dnnising.dynamics import train_gpt
    >>> tiny = GPTConfig(blocks=1, heads=2, width=8, context=8)
    >>> (start,) = train_gpt(tiny, "to be or not to be, " * 10, rng=0, iterations=(0,))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     start.save(f"{folder}/start.npz")
    ...     load_checkpoint(f"{folder}/start.npz").characters
    ' ,benort'
    """
    return load_run(path, "checkpoint of a GPT", checkpoints_of)[-1]


def save_checkpoints(path: str | os.PathLike, checkpoints: Sequence[Checkpoint]) -> None:
    """Write checkpoints of one training, in their order, to one file, atomically."""
    arrays: dict[str, NDArray] = {}
    for k, one in enumerate(checkpoints):
        arrays |= {f"{k}/state/{name}": array for name, array in one.state.items()}
        arrays |= {f"{k}/moments/{name}": array for name, array in one.moments.items()}
        arrays[f"{k}/generator"] = one.generator
    (last,) = checkpoints[-1:]
    record = {"config": asdict(last.config), "characters": last.characters, "asked": dict(last.asked)}
    record |= {name: [getattr(one, name) for one in checkpoints] for name in ("iteration", "loss")}
    store.save(path, arrays, record)


def checkpoints_of(arrays: dict[str, NDArray], record: dict[str, Any]) -> list[Checkpoint]:
    """The checkpoints that were written to a file, in their order."""
    return [
        Checkpoint(
            config=GPTConfig(**record["config"]),
            characters=record["characters"],
            iteration=iteration,
            loss=Loss(*loss),
            state=_group(arrays, f"{k}/state/"),
            moments=_group(arrays, f"{k}/moments/"),
            generator=arrays[f"{k}/generator"],
            asked=record["asked"],
        )
        for k, (iteration, loss) in enumerate(zip(record["iteration"], record["loss"]))
    ]


def _group(arrays: dict[str, NDArray], prefix: str) -> dict[str, NDArray]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
