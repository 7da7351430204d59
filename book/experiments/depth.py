"""Loss surfaces of networks of one parameter budget and different depths: more than a picture gives.

A cell is DATA/DEPTH/SEED: two ReLU networks with DEPTH hidden layers learn the same samples from different
starts. Fields: loss (epochs + 1,) and test_error () of the first network; first_epoch (), in which its loss
has come down to the target of `TASKS`, NaN if it never does; barrier_straight and barrier_curve (), between
the ends of both. Of the first network at the end, and (prefix matched_) in first_epoch, NaN without one:
sharpness (), width (), smallest, largest and trace () of the Hessian, minima (), the mean number on a line,
rough (), the share of a line's variance in wave numbers above 2, and line (41,), the mean loss over lines.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

import dnnising as di
from book.experiments import experiment
from book.experiments.agreement import SINGLE, close, wrongly_read
from book.experiments.digits import split


@dataclass(frozen=True)
class Lesson:
    """Samples to learn, learning rate, epochs, and the loss at which networks are compared, in nats."""

    train: int
    rate: float
    epochs: int
    target: float


TASKS = {"digits": Lesson(1000, 0.01, 60, 0.2), "mnist1d": Lesson(1000, 0.02, 100, 0.7)}
PARAMETERS, BATCH, DIRECTIONS = 4000, 64, 8
RADIUS, REACH = 0.25, 5.0  # in filter norms
RISE = 0.5  # nats
AT = np.linspace(-1, 1, 41)
SCALES = {"quick": ((3,), 1, 0.05), "full": ((1, 5, 10), 10, 1.0)}  # depths, seeds, share of the epochs
MEASURES = ("sharpness", "width", "smallest", "largest", "trace", "minima", "rough")


def samples(name: str, rng: np.random.Generator) -> list[Tensor]:
    """Training and test inputs and labels, as tensors."""
    n_train = TASKS[name].train
    if name == "digits":
        data = split(rng, n_train)
        arrays = (data.train_images, data.train_labels, data.test_images, data.test_labels)
    else:
        made = di.landscapes.mnist1d(2 * n_train, rng=rng)
        inputs = made.inputs.astype(np.float32)
        arrays = (inputs[:n_train], made.labels[:n_train], inputs[n_train:], made.labels[n_train:])
    return [torch.as_tensor(array) for array in arrays]


def learn(
    rng: np.random.Generator, task: Lesson, inputs: Tensor, labels: Tensor, depth: int, epochs: int
) -> tuple[torch.nn.Module, di.landscapes.Training]:
    sizes = di.landscapes.sizes_for_budget(inputs.shape[1], 10, depth=depth, parameters=PARAMETERS)
    network = di.landscapes.relu_network(sizes, rng=rng)
    run = di.landscapes.train(
        network, inputs, labels, rng=rng, epochs=epochs, batch=BATCH, learning_rate=task.rate
    )
    return network, run


def surroundings(
    rng: np.random.Generator, network: torch.nn.Module, loss: di.landscapes.LossFunction, point: Tensor
) -> dict[str, np.ndarray]:
    """What `MEASURES` names, and line, about a point; the network is moved there."""
    torch.nn.utils.vector_to_parameters(point, network.parameters())
    directions = di.landscapes.filter_directions(network, DIRECTIONS, rng=rng)
    lines = np.array([di.landscapes.loss_line(loss, point, d, AT).loss for d in directions])
    ends = di.landscapes.extreme_eigenvalues(loss, point, rng=rng, tolerance=1e-3)
    values = {
        "sharpness": di.landscapes.sharpness(loss, point, directions, radius=RADIUS),
        "width": di.landscapes.basin_width(loss, point, directions, rise=RISE, reach=REACH).mean,
        # Lanczos vouches for three digits; those beyond the fourth hang on where arrays lie in memory.
        "smallest": float(f"{ends.smallest:.4g}"),
        "largest": float(f"{ends.largest:.4g}"),
        "trace": di.landscapes.hessian_trace(loss, point, rng=rng, probes=20),
        "minima": np.mean([di.landscapes.count_minima(line) for line in lines]),
        "rough": np.mean([di.landscapes.roughness_spectrum(line)[2:].sum() for line in lines]),
    }
    return {name: np.array(value) for name, value in values.items()} | {"line": lines.mean(axis=0)}


def nowhere() -> dict[str, np.ndarray]:
    """`surroundings` of a loss that was never reached."""
    return {name: np.array(np.nan) for name in MEASURES} | {"line": np.full(AT.size, np.nan)}


def compared(rng: np.random.Generator, data: str, depth: int, share: float) -> dict[str, np.ndarray]:
    task = TASKS[data]
    inputs, labels, *test = samples(data, rng)
    epochs = round(share * task.epochs)
    network, run = learn(rng, task, inputs, labels, depth, epochs)
    other = learn(rng, task, inputs, labels, depth, epochs)[1].points[-1]
    end, loss = run.points[-1], di.landscapes.loss_function(network, inputs, labels)
    wrong = network(test[0]).argmax(1) != test[1]
    reached = np.flatnonzero(run.loss <= task.target)
    matched = surroundings(rng, network, loss, run.points[reached[0]]) if reached.size else nowhere()
    return {
        "loss": run.loss,
        "test_error": np.array(wrong.float().mean().item()),
        "first_epoch": np.array(reached[0] if reached.size else np.nan),
        "barrier_straight": np.array(di.landscapes.straight_path(loss, end, other).barrier),
        "barrier_curve": np.array(di.landscapes.connect(loss, end, other, rng=rng).barrier),
        **surroundings(rng, network, loss, end),
        **{f"matched_{name}": value for name, value in matched.items()},
    }


WAYS = {name: close(SINGLE) for name in ("loss", "barrier_straight", "barrier_curve")}
WAYS |= {"first_epoch": close(), "test_error": wrongly_read(797, 1000)}
WAYS |= {f"{of}{name}": close(SINGLE) for of in ("", "matched_") for name in (*MEASURES, "line")}


def cells(scale: str) -> dict[str, experiment.Cell]:
    depths, seeds, share = SCALES[scale]
    return {
        f"{data}/{depth}/{seed}": experiment.cell(
            partial(compared, data=data, depth=depth, share=share), seed=seed
        )
        for data in TASKS
        for depth in depths
        for seed in range(seeds)
    }


if __name__ == "__main__":
    experiment.run("depth", cells, WAYS)
