"""A GPT in the middle of its training: all that it takes to go on, and to look at it."""

import os
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from dnnising import store
from dnnising.dynamics.gpt import GPT, GPTConfig
from dnnising.errors import DataFormatError
from dnnising.printing import one_line


class Loss(NamedTuple):
    """Mean cross-entropy of the next character, in nats; ln(vocabulary) for a uniform guess."""

    train: float
    validation: float


@one_line
@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A GPT after so many updates.

    Args:
        config: its shape and training.
        characters: the vocabulary; a token is an index into it.
        iteration: updates so far.
        loss: on the text it learns from and on the text held back.
        state: float32 parameters by name; a matrix is (outputs, inputs), as in torch's Linear.
        moments: AdamW's running means of gradients and of their squares, "mean/NAME" and "square/NAME".
        generator: state of the torch generator that draws the batches.
        text_sha256: of the text, which resuming needs again.
    """

    config: GPTConfig
    characters: str
    iteration: int
    loss: Loss
    state: dict[str, NDArray[np.float32]]
    moments: dict[str, NDArray[np.float32]]
    generator: NDArray[np.uint8]
    text_sha256: str

    def _told(self) -> list[str]:
        told = [f"iteration {self.iteration}"]
        told += [f"loss {self.loss.train:.4g} trained, {self.loss.validation:.4g} held back"]
        return [*told, f"{sum(array.size for array in self.state.values())} parameters"]

    def save(self, path: str | os.PathLike) -> None:
        """Write everything to one .npz, atomically and without pickles."""
        arrays: dict[str, NDArray] = {f"state/{name}": array for name, array in self.state.items()}
        arrays |= {f"moments/{name}": array for name, array in self.moments.items()}
        arrays["generator"] = self.generator
        record = {name: getattr(self, name) for name in ("characters", "iteration", "loss", "text_sha256")}
        store.save(path, arrays, record | {"config": asdict(self.config)})

    def model(self) -> GPT:
        """The network, ready to be called."""
        with torch.device("meta"):
            model = GPT(self.config, len(self.characters))
        state = {name: torch.tensor(array) for name, array in self.state.items()}
        model.load_state_dict(state, assign=True)
        return model

    def head_matrices(self, kind: Literal["query", "key", "value"], block: int = 0) -> NDArray[np.float32]:
        """The matrices W of a block's heads, (heads, H, H/heads): a head's keys are x W for a row x.

        Raises:
            ValueError: another kind, or a block outside the network.
        """
        if kind not in ("query", "key", "value") or not 0 <= block < self.config.blocks:
            raise ValueError(
                f"asked for {kind!r} of block {block}; there are query, key and value of blocks 0 to "
                f"{self.config.blocks - 1}"
            )
        stored = self.state[f"blocks.{block}.attention.{kind}.weight"]  # (outputs, inputs)
        return stored.reshape(self.config.heads, -1, stored.shape[1]).swapaxes(1, 2)


def load_checkpoint(path: str | os.PathLike) -> Checkpoint:
    """Read what `Checkpoint.save` wrote.

    Raises:
        FileNotFoundError: there is no such file.
        DataFormatError: the file is damaged or holds something else.
    """
    arrays, record = store.load(path)
    try:
        return Checkpoint(
            config=GPTConfig(**record["config"]),
            characters=record["characters"],
            iteration=record["iteration"],
            loss=Loss(*record["loss"]),
            state=_group(arrays, "state/"),
            moments=_group(arrays, "moments/"),
            generator=arrays["generator"],
            text_sha256=record["text_sha256"],
        )
    except (KeyError, TypeError) as error:
        raise DataFormatError(f"{path} holds no checkpoint of a GPT: {error!r}") from error


def _group(arrays: dict[str, NDArray], prefix: str) -> dict[str, NDArray]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
