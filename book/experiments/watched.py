"""A training run watched: the width of g(E) and the transition temperature beside the losses.

The first source proposes its widths as a "metric when to pause". A cell is TEXT/SAMPLE: a GPT of 1,856 spins
learns "plays" (all of Shakespeare, which it cannot memorise) or "page" (20,000 characters, which it can, so
that the validation loss turns up). Fields, each (n_checkpoints,): iterations, train_loss, validation_loss;
those of `measure.by_annealing`, with an axis of checkpoints in front, and, their names ending in _across and
_rotated, those of the same weights shuffled and rotated;
transition_temperature (NaN where there is none); squares, Σ J²; n_spins.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

import dnnising as di
from book.experiments import experiment, measure
from book.experiments.agreement import SINGLE, bound, close, exact, starts
from dnnising.dynamics import GPTConfig, as_gpt2, shakespeare, train_gpt

AT = (0, 100, 200, 400, 700, 1000, 1500, 2000, 3000)
SCALES = {  # iterations, sweeps, samples, and what differs in the shape of the GPT
    "quick": ((0, 10), 20, 1, {"blocks": 1, "context": 8, "width": 32}),
    "full": (AT, 300, 3, {}),
}
LENGTHS = {"plays": None, "page": 20_000}


def watched(
    rng: np.random.Generator, text: str, at: Sequence[int], sweeps: int, shape: dict[str, Any]
) -> dict[str, np.ndarray]:
    rows: list[dict[str, Any]] = []
    for checkpoint in train_gpt(GPTConfig(**shape), shakespeare()[: LENGTHS[text]], rng=rng, iterations=at):
        network = di.load_network(as_gpt2(checkpoint))
        row: dict[str, Any] = {"iterations": checkpoint.iteration}
        row |= {"train_loss": checkpoint.loss.train, "validation_loss": checkpoint.loss.validation}
        row |= (
            measure.by_annealing(network, rng, sweeps)
            | measure.by_stability(network)
            | measure.squares(network)
        )
        for null in ("across", "rotated"):
            other = measure.NULLS[null](network, rng)
            row |= {
                f"{name}_{null}": value for name, value in measure.by_annealing(other, rng, sweeps).items()
            }
        rows.append(row)
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return columns | {"n_spins": np.array(network.n_spins)}


WAYS = {"iterations": exact, "train_loss": close(SINGLE), "validation_loss": close(SINGLE)}
WAYS |= measure.TRANSITION | {"squares": close(SINGLE), "n_spins": exact}
for end in ("", "_across", "_rotated"):
    WAYS |= {f"lowest_energy{end}": bound, f"lowest_energies{end}": starts}


def cells(scale: str) -> dict[str, experiment.Cell]:
    at, sweeps, samples, shape = SCALES[scale]
    cell = partial(watched, at=at, sweeps=sweeps, shape=shape)
    texts = ("page",) if scale == "quick" else LENGTHS
    return {
        f"{text}/{k}": experiment.cell(partial(cell, text=text), sample=k)
        for text in texts
        for k in range(samples)
    }


if __name__ == "__main__":
    experiment.run("watched", cells, WAYS)
