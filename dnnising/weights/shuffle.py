"""Shuffle a network's couplings: the same weights, without their arrangement."""

import numpy as np

from dnnising.models.layered import LayeredCouplings


def shuffle(
    network: LayeredCouplings, fraction: float = 1.0, *, rng: np.random.Generator
) -> LayeredCouplings:
    """Permute a random fraction of all couplings among themselves, across all layers.

    Every permutation of the chosen positions is equally likely. The multiset of couplings is kept exactly,
    and with it Σ J², the variance of g(E). With fraction = 1 this is the limit of the first source's
    repeated swaps; smaller fractions are those of its Table II.

    Args:
        fraction: share of the B positions to permute; round(fraction · B) of them.

    Raises:
        ValueError: a fraction outside [0, 1].
    """
    if not 0 <= fraction <= 1:
        raise ValueError(f"fraction must lie between 0 and 1, got {fraction}")
    weights = np.concatenate([matrix.ravel() for matrix in network.couplings])
    chosen = rng.choice(weights.size, round(fraction * weights.size), replace=False)  # in random order
    weights[np.sort(chosen)] = weights[chosen]
    ends = np.cumsum([matrix.size for matrix in network.couplings])[:-1]
    parts = np.split(weights, ends)
    return LayeredCouplings([part.reshape(old.shape) for part, old in zip(parts, network.couplings)])
