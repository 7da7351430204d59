"""A zoo of small transformers trained here: what training leaves in them, and what is predicted of it.

A cell is FAMILY/WIDTH/INITIALISATION/SAMPLE, of `learners`: a model and its twin, which learns from shuffled
targets. Samples differ in their initial weights, batches, shuffles and annealings. At 0, a tenth and all of
the updates both are looked at. Each field has the axis (real, twin) in front, then the checkpoints:

- train_loss, validation_loss, and chance_loss (2,), in nats;
- squares, Σ J²; transition_temperature, NaN where there is none;
- predictions of the lowest energy without sampling, `predicted`: predicted_energy, with one singular value a
  matrix, and theory_energies (…, ranks) and theory_temperatures (…, ranks) of `measure.by_theory`;
- of annealing, lowest_energy and lowest_energies (…, 64), the best and all of `measure.by_annealing`: bounds;
- the last two groups of the same weights rotated, _rotated, with an axis of ROTATIONS samples behind the
  checkpoints, and the last of them shuffled, _across all matrices and _within each.

iterations (checkpoints,), ranks (ranks,) and n_spins () have no such axis. `book.readings.zoo` says
beforehand which models count as trained, and how prediction and measurement are compared.

The cells of the first sample come first. More samples are a larger number in SAMPLES and `--resume`: cells
have their own random numbers, so that those that are there stay as they are.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

import dnnising as di
from book.experiments import experiment, learners, measure
from book.experiments.agreement import SINGLE, bound, close, exact, starts

FAMILIES = tuple(learners.FAMILIES)
WIDTHS = {"quick": (16,), "full": (32, 64, 96)}
INITIALISATIONS: tuple[learners.Initialisation, ...] = ("normal", "torch")
SAMPLES = {"quick": 1, "full": 1}
BLOCKS = {"quick": 1, "full": 3}
UPDATES = {"quick": dict.fromkeys(FAMILIES, 10), "full": {"gpt": 500, "bert": 1000, "vit": 300}}
SWEEPS = {"quick": 20, "full": 100}
ROTATIONS = 2


def model_and_twin(
    rng: np.random.Generator, family: str, shape: learners.Shape, updates: int, sweeps: int
) -> dict[str, np.ndarray]:
    start = int(rng.integers(2**63))  # of both trainings
    at = (0, updates // 10, updates)
    twins = (None, rng)
    columns = [
        _watched(learners.learner(family, np.random.default_rng(start), shape, at, twin), rng, sweeps)
        for twin in twins
    ]
    found = _stacked(columns)
    alike = {name: found[name][0, 0] for name in ("ranks", "n_spins")}
    return found | alike | {"iterations": np.array(at)}


def _watched(learner: learners.Learner, rng: np.random.Generator, sweeps: int) -> dict[str, np.ndarray]:
    rows = []
    for look in learner.looks:
        losses = {"train_loss": look.train_loss, "validation_loss": look.validation_loss}
        network = di.load_network(look.model)
        rows.append(losses | measured(network, rng, sweeps) | {"n_spins": network.n_spins})
    return {"chance_loss": np.array(learner.chance_loss)} | _stacked(rows)


def predicted(network: di.LayeredCouplings) -> dict[str, np.ndarray]:
    """All that is said of a network before it is sampled; a new law has its place here."""
    rank_one = {"predicted_energy": np.array(di.exact.rank_one_ground_state(network).energy)}
    return rank_one | measure.by_theory(network)


def measured(network: di.LayeredCouplings, rng: np.random.Generator, sweeps: int) -> dict[str, np.ndarray]:
    """A checkpoint: predictions and bounds for its weights and their nulls."""
    rotated = [measure.NULLS["rotated"](network, rng) for _ in range(ROTATIONS)]
    of_rotated = _stacked([predicted(other) | _annealed(other, rng, sweeps) for other in rotated])
    del of_rotated["ranks"]
    found = predicted(network) | _annealed(network, rng, sweeps) | _named(of_rotated, "rotated")
    for null in ("across", "within"):
        found |= _named(_annealed(measure.NULLS[null](network, rng), rng, sweeps), null)
    return found | measure.by_stability(network) | measure.squares(network)


def _annealed(network: di.LayeredCouplings, rng: np.random.Generator, sweeps: int) -> dict[str, np.ndarray]:
    """As by_annealing has it, in single precision: half the size, and far finer than the spread."""
    return {
        name: value.astype(np.float32) for name, value in measure.by_annealing(network, rng, sweeps).items()
    }


def _named(fields: Mapping[str, np.ndarray], null: str) -> dict[str, np.ndarray]:
    return {f"{name}_{null}": value for name, value in fields.items()}


def _stacked(rows: Sequence[Mapping[str, Any]]) -> dict[str, np.ndarray]:
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


WAYS = dict.fromkeys(("train_loss", "validation_loss", "chance_loss", "squares"), close(SINGLE))
WAYS |= measure.TRANSITION | dict.fromkeys(("iterations", "ranks", "n_spins"), exact)
for end in ("", "_rotated"):
    names = (f"{name}{end}" for name in ("predicted_energy", "theory_energies", "theory_temperatures"))
    WAYS |= dict.fromkeys(names, close(SINGLE))
for end in ("", "_across", "_within", "_rotated"):
    WAYS |= {f"lowest_energy{end}": bound, f"lowest_energies{end}": starts}


def cells(scale: str) -> dict[str, experiment.Cell]:
    found = {}
    for sample in range(SAMPLES[scale]):
        for i, width in enumerate(WIDTHS[scale]):
            for j, initialisation in enumerate(INITIALISATIONS[: 1 if scale == "quick" else None]):
                shape = learners.Shape(width, BLOCKS[scale], initialisation)
                for k, family in enumerate(FAMILIES):
                    compute = partial(
                        model_and_twin,
                        family=family,
                        shape=shape,
                        updates=UPDATES[scale][family],
                        sweeps=SWEEPS[scale],
                    )
                    found[f"{family}/{width}/{initialisation}/{sample}"] = experiment.cell(
                        compute,
                        stream=(k, i, j, sample),
                        width=width,
                        initialisation=initialisation,
                        sample=sample,
                    )
    return found


if __name__ == "__main__":
    experiment.run("zoo", cells, WAYS)
