"""A training run watched: the width of g(E) and the transition temperature beside the losses.

The first source proposes its widths as a "metric when to pause". A cell is TEXT/SAMPLE: a GPT of 1,856 spins
learns "plays" (all of Shakespeare, which it cannot memorise) or "page" (20,000 characters, which it can, so
that the validation loss turns up). Fields, each (n_checkpoints,): iterations, train_loss, validation_loss;
lowest_energy of the best of 64 annealed replicas, and that of the same weights shuffled (across) and rotated;
transition_temperature (NaN where there is none); squares, Σ J²; n_spins.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import experiment
import measure
import numpy as np

import dnnising as di
from dnnising.dynamics import GPTConfig, as_gpt2, shakespeare, train_gpt

AT = (0, 100, 200, 400, 700, 1000, 1500, 2000, 3000)
SCALES = {"quick": ((0, 20), 20, 1), "full": (AT, 300, 3)}  # iterations, sweeps, samples
LENGTHS = {"plays": None, "page": 20_000}


def watched(rng: np.random.Generator, text: str, at: Sequence[int], sweeps: int) -> dict[str, np.ndarray]:
    rows: list[dict[str, Any]] = []
    for checkpoint in train_gpt(GPTConfig(), shakespeare()[: LENGTHS[text]], rng=rng, at=at):
        network = di.load_network(as_gpt2(checkpoint))
        row: dict[str, Any] = {"iterations": checkpoint.iteration}
        row |= {"train_loss": checkpoint.loss.train, "validation_loss": checkpoint.loss.validation}
        row |= measure.annealed(network, rng, sweeps) | measure.transition(network) | measure.squares(network)
        for null in ("across", "rotated"):
            other = measure.NULLS[null](network, rng)
            row[f"lowest_energy_{null}"] = measure.annealed(other, rng, sweeps)["lowest_energy"]
        rows.append(row)
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return columns | {"n_spins": np.array(network.n_spins)}


def cells(scale: str) -> dict[str, experiment.Cell]:
    at, sweeps, samples = SCALES[scale]
    cell = partial(watched, at=at, sweeps=sweeps)
    texts = ("page",) if scale == "quick" else LENGTHS
    return {f"{text}/{k}": partial(cell, text=text) for text in texts for k in range(samples)}


if __name__ == "__main__":
    experiment.run("watched", cells)
