"""Bins of energy as fine as the canonical distribution is narrow, at every temperature of a ladder."""

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from dnnising.sampling.tempering.energy_samples import EnergySamples

_BINS_PER_RUNG = 4  # rungs are about 1.5 standard deviations of the energy apart
_FINEST = 1e-5  # of the whole range: where the energy is frozen, no bin is narrower


def energy_edges(samples: EnergySamples) -> NDArray[np.float64]:
    """Edges of bins of |E|, ascending, the first centred at 0: four between mean energies of neighbours.

    A quarter of the spacing is 0.4 standard deviations of the energy, fine enough for sums over bins to equal
    integrals. At uniform width, bins that suit high temperatures would swallow the low ones whole.

    Args:
        samples: energies at two temperatures or more, from β = 0 on.

    Returns:
        (n_bins + 1,) in units of the coupling, beyond the largest |E| that was sampled.

    Raises:
        ValueError: a single temperature, or an energy that does not fall along the ladder.

    >>> samples = EnergySamples(np.array([0.0, 1.0, 2.0]), np.array([[[0.0, -4.0, -8.0]]]), n_spins=8)
    >>> energy_edges(samples)[:6].round(9).tolist()
    [-0.5, 0.5, 1.5, 2.5, 3.5, 4.5]
    """
    mean = -samples.energies.mean(axis=(0, 1))
    if mean.size < 2 or not mean.max() > 0:
        raise ValueError(
            "bins follow the mean energy as it falls from 0 along the ladder, and the lowest of "
            f"{mean.size} is {-mean.max():.4g}: give a bin_width"
        )
    steps = np.maximum(np.diff(mean), _BINS_PER_RUNG * _FINEST * mean.max())
    reach = np.concatenate([[0.0], np.cumsum(steps)])
    rungs = np.arange(reach.size)
    position = np.arange(0.5, _BINS_PER_RUNG * rungs[-1]) / _BINS_PER_RUNG
    edges = PchipInterpolator(rungs, reach)(position)
    width = edges[-1] - edges[-2]
    beyond = np.arange(edges[-1] + width, np.abs(samples.energies).max() + 2 * width, width)
    return np.concatenate([[-edges[0]], edges, beyond])
