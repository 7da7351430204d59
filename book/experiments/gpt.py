"""The key, query and value matrices of a small GPT as it learns the plays of Shakespeare.

A cell is INITIALISATION/SEED. Fields, at the iterations (k,):
- losses (k, 2): mean cross-entropy of the text learnt from and of the text held back, nats a character;
- key, query, value (k, blocks, heads, 16): eigenvalues of WᵀW of each head's 64×16 matrix, ascending.

The quick scale takes one block and a shorter context, and ends before rounding has grown.
"""

from collections.abc import Sequence
from functools import partial
from typing import Literal

import numpy as np
import torch

from book.experiments import experiment
from book.experiments.agreement import SINGLE, close, exact
from dnnising import dynamics

Kind = Literal["key", "query", "value"]
Initialisation = Literal["normal", "torch"]
ITERATIONS = {"quick": (0, 5, 20), "full": (0, 100, 300, 1000, 2000, 5000)}
SEEDS = {"quick": 1, "full": 4}
SHAPES: dict[str, dict[str, int]] = {"quick": {"blocks": 1, "context": 8}, "full": {}}
KINDS: tuple[Kind, ...] = ("key", "query", "value")
INITIALISATIONS: tuple[Initialisation, ...] = ("normal", "torch")


def levels(checkpoint: dynamics.Checkpoint, kind: Kind) -> np.ndarray:
    """Eigenvalues (blocks, heads, 16) of WᵀW."""
    blocks = range(checkpoint.config.blocks)
    heads = np.array([checkpoint.head_matrices(kind, block) for block in blocks], dtype=np.float64)
    return np.linalg.svd(heads, compute_uv=False)[..., ::-1] ** 2


def trained(
    rng: np.random.Generator, initialisation: Initialisation, iterations: Sequence[int], shape: dict[str, int]
) -> dict[str, np.ndarray]:
    torch.set_num_threads(1)
    config = dynamics.GPTConfig(initialisation=initialisation, **shape)
    checkpoints = list(dynamics.train_gpt(config, dynamics.shakespeare(), rng=rng, iterations=iterations))
    return {
        "iterations": np.array(iterations),
        "losses": np.array([checkpoint.loss for checkpoint in checkpoints]),
        **{kind: np.array([levels(c, kind) for c in checkpoints]) for kind in KINDS},
    }


WAYS = {"iterations": exact, "losses": close(SINGLE)}
WAYS |= {kind: close(SINGLE, of_largest=True) for kind in ("key", "query", "value")}


def cells(scale: str) -> dict[str, experiment.Cell]:
    return {
        f"{initialisation}/{seed}": experiment.cell(
            partial(
                trained, initialisation=initialisation, iterations=ITERATIONS[scale], shape=SHAPES[scale]
            ),
            seed=seed,
        )
        for seed in range(SEEDS[scale])
        for initialisation in INITIALISATIONS
    }


if __name__ == "__main__":
    experiment.run("gpt", cells, WAYS)
