"""Shuffle a network's couplings: the same weights, without their arrangement."""

import numpy as np
from numpy.typing import NDArray

from dnnising.models.layered import LayeredCouplings
from dnnising.randomness import Rng, generator_of


def shuffle(
    network: LayeredCouplings, fraction: float = 1.0, *, within: bool = False, repeats: int = 1, rng: Rng
) -> LayeredCouplings:
    """Permute a random fraction of all couplings among themselves, across all layers or within each matrix.

    Every permutation of the chosen positions is equally likely. The multiset of couplings is kept exactly,
    and with it Σ J², the variance of g(E). With fraction = 1 this is the limit of the first source's
    repeated swaps; smaller fractions are those of its Table II. Its repository swaps across layers, which
    also mixes the layers' variances; the formula in its text swaps within one, which keeps them.

    The source repeats its shuffle ten times. Each repeat chooses positions anew, so a small fraction soon
    reaches most weights: after r of them a weight is where it was with probability

        1/B + (1 - 1/B) [(1 - f) B/(B - 1)]^r ,

    about (1 - f)^r. Ten repeats of f are one shuffle of 1 - (1 - f)^10, 65 % for f = 10 %.

    Args:
        network: a chain of layers of any size; it is left as it is.
        fraction: share of the B positions to permute; round(fraction · B) of them, or that share of each
            matrix's own positions.
        within: True keeps every coupling in its own matrix.
        repeats: how often all of this is done, 1 or more.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        a network of the same shapes and precisions.

    Raises:
        ValueError: a fraction outside [0, 1], or repeats below 1.

    >>> network = LayeredCouplings([np.arange(6.0).reshape(2, 3), np.arange(6.0, 9.0).reshape(3, 1)])
    >>> across, within = (shuffle(network, within=w, rng=0).couplings for w in (False, True))
    >>> sorted(np.concatenate([J.ravel() for J in across]).tolist()) == list(range(9))  # nothing is lost
    True
    >>> sorted(within[0].ravel().tolist()), sorted(within[1].ravel().tolist())
    ([0.0, 1.0, 2.0, 3.0, 4.0, 5.0], [6.0, 7.0, 8.0])
    """
    rng = generator_of(rng)
    if within:
        parts = [permuted(matrix.ravel(), fraction, rng, repeats) for matrix in network.couplings]
    else:
        weights = np.concatenate([matrix.ravel() for matrix in network.couplings])
        ends = np.cumsum([matrix.size for matrix in network.couplings])[:-1]
        parts = np.split(permuted(weights, fraction, rng, repeats), ends)
    return LayeredCouplings([part.reshape(old.shape) for part, old in zip(parts, network.couplings)])


def permuted(weights: NDArray, fraction: float, rng: np.random.Generator, repeats: int = 1) -> NDArray:
    """A copy of a flat array, a random fraction of its entries permuted among themselves, `repeats` times.

    Raises:
        ValueError: a fraction outside [0, 1], or repeats below 1.
    """
    if not 0 <= fraction <= 1:
        raise ValueError(f"fraction must lie between 0 and 1, got {fraction}")
    if repeats < 1:
        raise ValueError(f"repeats must be at least 1, got {repeats}; fraction=0 leaves all weights in place")
    permuted = weights.copy()
    for _ in range(repeats):
        chosen = rng.choice(weights.size, round(fraction * weights.size), replace=False)  # in random order
        permuted[np.sort(chosen)] = permuted[chosen]
    return permuted
