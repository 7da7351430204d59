"""A zoo of small transformers trained here: what training leaves in them, and what is predicted of it.

A cell is FAMILY/WIDTH/INITIALISATION/SAMPLE, of `learners`: a model and its twin, which learns from shuffled
targets. Samples differ in their initial weights, batches, shuffles and annealings. At 0, a tenth and all of
the updates both are looked at. Each field has the axis (real, twin) in front, then the checkpoints:

- train_loss, validation_loss, and chance_loss (2,), in nats;
- squares, Σ J²; transition_temperature, NaN where there is none;
- predicted_energy, exact with one singular value a matrix, known without sampling;
- of annealing, lowest_energy and lowest_energies (…, 64), the best and all of `measure.by_annealing`: bounds;
- these three of the same weights rotated, _rotated, with an axis of ROTATIONS samples behind the checkpoints,
  and the last two of them shuffled, _across all matrices and _within each;
- of the last checkpoint alone, without an axis for it, `predicted`: theory_energies (2, ranks) and
  theory_energies_rotated (2, ROTATIONS, ranks), of replica-symmetric theory, NaN where it is not solved.

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

WIDTHS = {"quick": (32,), "full": (32, 48, 64)}
INITIALISATIONS: dict[str, tuple[learners.Initialisation, ...]] = {
    "quick": ("torch",),
    "full": ("normal", "torch"),
}
SAMPLES = {"quick": 1, "full": 2}
BLOCKS = {"quick": 1, "full": 3}
UPDATES = {"quick": {"gpt": 10, "bert": 40, "vit": 20}, "full": {"gpt": 500, "bert": 800, "vit": 300}}
SWEEPS = {"quick": 20, "full": 100}
ROTATIONS = 2
RANKS = (0, 1, 4, 16)  # directions of a matrix, in theory


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
    alike = {"iterations": np.array(at), "ranks": np.array(RANKS)}
    return found | alike | {"n_spins": found["n_spins"][0, 0]}


def _watched(learner: learners.Learner, rng: np.random.Generator, sweeps: int) -> dict[str, np.ndarray]:
    rows = []
    for look in learner.looks:
        network = di.load_network(look.model)
        rotated = [measure.NULLS["rotated"](network, rng) for _ in range(ROTATIONS)]
        losses = {"train_loss": look.train_loss, "validation_loss": look.validation_loss}
        rows.append(losses | measured(network, rotated, rng, sweeps) | {"n_spins": network.n_spins})
    at_the_end = predicted(network) | _named(_stacked([predicted(other) for other in rotated]), "rotated")
    return {"chance_loss": np.array(learner.chance_loss)} | _stacked(rows) | at_the_end


def predicted(network: di.LayeredCouplings) -> dict[str, np.ndarray]:
    """What is said of a trained network before it is sampled; a new law has its place here."""
    return {"theory_energies": np.array([_by_theory(network, rank) for rank in RANKS])}


def _by_theory(network: di.LayeredCouplings, rank: int) -> float:
    """As `measure.by_theory` has it, but NaN where its equations are not solved."""
    try:
        model = di.exact.signal_and_noise(network, rank=rank)
        return float(di.exact.replica_symmetric(model, [0.0]).energy[0])
    except di.NotConvergedError:
        return np.nan


def measured(
    network: di.LayeredCouplings,
    rotated: Sequence[di.LayeredCouplings],
    rng: np.random.Generator,
    sweeps: int,
) -> dict[str, np.ndarray]:
    """A checkpoint: the exact energy with one singular value a matrix, and bounds for it and its nulls."""
    found = _rank_one(network) | _annealed(network, rng, sweeps)
    of_rotated = [_rank_one(other) | _annealed(other, rng, sweeps) for other in rotated]
    found |= _named(_stacked(of_rotated), "rotated")
    for null in ("across", "within"):
        found |= _named(_annealed(measure.NULLS[null](network, rng), rng, sweeps), null)
    return found | measure.by_stability(network) | measure.squares(network)


def _rank_one(network: di.LayeredCouplings) -> dict[str, np.ndarray]:
    return {"predicted_energy": np.array(di.exact.rank_one_ground_state(network).energy)}


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
    WAYS |= {
        f"predicted_energy{end}": close(SINGLE),
        f"theory_energies{end}": measure.THEORY["theory_energies"],
    }
for end in ("", "_across", "_within", "_rotated"):
    WAYS |= {f"lowest_energy{end}": bound, f"lowest_energies{end}": starts}


def cells(scale: str) -> dict[str, experiment.Cell]:
    found = {}
    for sample in range(SAMPLES[scale]):
        for i, width in enumerate(WIDTHS[scale]):
            for j, initialisation in enumerate(INITIALISATIONS[scale]):
                shape = learners.Shape(width, BLOCKS[scale], initialisation)
                for k, family in enumerate(learners.FAMILIES):
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
