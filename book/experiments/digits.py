"""scikit-learn's 1797 images of handwritten digits, 8×8 pixels, split at random; labels may be spoilt."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from sklearn.datasets import load_digits

N_IMAGES = 1797


@dataclass(frozen=True, eq=False)
class Split:
    """Pixels (n, 64) in [0, 1], float32, and labels (n,), for training and for the test."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def split(rng: np.random.Generator, n_train: int, label_noise: float = 0.0) -> Split:
    """A share `label_noise` of the training labels is redrawn among the ten classes; the test stays right."""
    images, labels = _digits()
    order = rng.permutation(len(labels))
    train, test = order[:n_train], order[n_train:]
    spoilt = labels[train]
    redrawn = rng.permutation(n_train)[: round(label_noise * n_train)]
    spoilt[redrawn] = rng.integers(10, size=redrawn.size)
    return Split(images[train], spoilt, images[test], labels[test])


@cache
def _digits() -> tuple[np.ndarray, np.ndarray]:
    images, labels = load_digits(return_X_y=True)
    return (images / 16).astype(np.float32), labels


def batches(rng: np.random.Generator, n: int, batch: int, steps: int) -> Iterator[np.ndarray]:
    """`steps` batches of indices, each epoch in a new order; what does not fill a batch is left out."""
    order, used = np.empty(0, dtype=np.int64), 0
    for _ in range(steps):
        if used + batch > order.size:
            order, used = rng.permutation(n), 0
        yield order[used : used + batch]
        used += batch
