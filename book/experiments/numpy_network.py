"""A fully connected ReLU network under plain SGD with momentum, in numpy.

At a batch of two a step is mostly overhead, and this has several times less of it than a framework. Nothing
regularises but what an experiment varies: no weight decay, no dropout, no early stopping, a constant rate.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from book.experiments.agreement import SINGLE, Way, close, roughly, wrongly_read
from book.experiments.digits import N_IMAGES, Split, batches


def ways(n_train: int, *, chaotic: bool = False) -> dict[str, Way]:
    """How what `report` gives of n_train training images is compared on another machine.

    chaotic: the training is long enough for its steps to forget their rounding.
    """
    return {
        "train_error": wrongly_read(n_train, chaotic=chaotic),
        "test_error": wrongly_read(N_IMAGES - n_train, chaotic=chaotic),
        "loss": roughly() if chaotic else close(SINGLE),
    }


MOMENTUM = np.float32(0.9)
Layers = list[tuple[np.ndarray, np.ndarray]]


def initial(sizes: Sequence[int], rng: np.random.Generator) -> Layers:
    """[(W, b), …], W (outputs, inputs) Gaussian of variance 1/inputs: a Marchenko-Pastur spectrum. b = 0."""
    return [
        (
            (rng.standard_normal((outputs, inputs)) / np.sqrt(inputs)).astype(np.float32),
            np.zeros(outputs, dtype=np.float32),
        )
        for inputs, outputs in pairwise(sizes)
    ]


def fit(
    layers: Layers, data: Split, rng: np.random.Generator, *, batch: int, steps: int, rate: float
) -> None:
    """Descend the mean cross-entropy of batches, in place."""
    for _ in fit_stepwise(layers, data, rng, batch=batch, steps=steps, rate=rate):
        pass


def fit_stepwise(
    layers: Layers,
    data: Split,
    rng: np.random.Generator,
    *,
    batch: int,
    steps: int,
    rate: float,
    momentum: float | np.float32 = MOMENTUM,
) -> Iterator[int]:
    """The same, step by step: yields the number of steps made so far."""
    velocities = [(np.zeros_like(W), np.zeros_like(b)) for W, b in layers]
    for made, picks in enumerate(batches(rng, len(data.train_labels), batch, steps), start=1):
        for layer, velocity, gradient in zip(
            layers, velocities, gradients(layers, data.train_images[picks], data.train_labels[picks])
        ):
            for weights, speed, slope in zip(layer, velocity, gradient):
                speed *= momentum
                speed += slope
                weights -= np.float32(rate) * speed
        yield made


def gradients(layers: Layers, images: np.ndarray, labels: np.ndarray) -> Layers:
    """[(∂/∂W, ∂/∂b), …] of the mean cross-entropy, by backpropagation."""
    activations = _forward(layers, images)
    error = _probabilities(activations.pop())  # (n, classes)
    error[np.arange(len(labels)), labels] -= 1
    error /= len(labels)
    result = []
    for (W, _), inputs in zip(layers[::-1], activations[::-1]):
        result.append((error.T @ inputs, error.sum(axis=0)))
        error = (error @ W) * (inputs > 0)
    return result[::-1]


def report(layers: Layers, data: Split) -> dict[str, np.ndarray]:
    """Shares of wrong labels in training and test, and the training loss in nats."""
    logits, test = (_forward(layers, images)[-1] for images in (data.train_images, data.test_images))
    likely = _probabilities(logits)[np.arange(len(logits)), data.train_labels]
    return {
        "train_error": np.array(np.mean(logits.argmax(axis=1) != data.train_labels)),
        "test_error": np.array(np.mean(test.argmax(axis=1) != data.test_labels)),
        "loss": np.array(-np.mean(np.log(np.maximum(likely, 1e-30)), dtype=np.float64)),
    }


def hidden(layers: Layers, images: np.ndarray) -> list[np.ndarray]:
    """What each hidden layer makes of the images, [(n, units), …]."""
    return _forward(layers, images)[1:-1]


def _forward(layers: Layers, images: np.ndarray) -> list[np.ndarray]:
    """The inputs of every layer, and the logits."""
    activations = [images]
    for W, b in layers[:-1]:
        activations.append(np.maximum(activations[-1] @ W.T + b, 0))
    W, b = layers[-1]
    return [*activations, activations[-1] @ W.T + b]


def _probabilities(logits: np.ndarray) -> np.ndarray:
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)
