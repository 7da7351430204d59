"""Ground-state energies over samples of a disorder, and how they concentrate."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dnnising.exact.enumeration import enumerate_energies
from dnnising.models.model import Model
from dnnising.randomness import Rng, generator_of
from dnnising.uncertainty import Estimate

_RESAMPLES = 400


def ground_state_energies(
    draw: Callable[[np.random.Generator], Model], *, samples: int, rng: Rng
) -> NDArray[np.float64]:
    """Exact lowest energies per spin over samples of a disorder, by enumeration.

    Args:
        draw: a function from a generator to a model of at most 24 spins; each sample has its own generator.
        samples: how many samples of the disorder.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        min E/N of each sample, (samples,), in the units of the couplings.

    Raises:
        ValueError: more than 24 spins.

    A Hopfield model of one pattern is lowest at the pattern, whatever it is: E/N = -(N-1)/2N, here -7/16.

    >>> from dnnising.models import hopfield
    >>> draw = lambda rng: hopfield(rng.choice([-1, 1], size=(1, 8)))
    >>> ground_state_energies(draw, samples=3, rng=0).round(6).tolist()
    [-0.4375, -0.4375, -0.4375]
    """
    rng = generator_of(rng)
    models = (draw(child) for child in rng.spawn(samples))
    return np.array([enumerate_energies(model).min() / model.n_spins for model in models])


def concentration(values: NDArray[np.float64], *, rng: Rng) -> Estimate:
    """The relative spread of a quantity over samples: it vanishes with size for what is self-averaging.

    Args:
        values: (samples,), at least 8, with a median that is not 0.
        rng: a numpy Generator, or an integer seed for one. It draws the 400 resamples of the bootstrap.

    Returns:
        The interquartile range over |median|, which exists for every tail, and its bootstrap error.

    Raises:
        ValueError: fewer than 8 values.

    The numbers from 1 to 9 have the quartiles 3, 5 and 7:

    >>> round(concentration(np.arange(1.0, 10.0), rng=0), 6)
    0.8
    """
    rng = generator_of(rng)
    if len(values) < 8:
        raise ValueError(f"quartiles need at least 8 values, got {len(values)}; draw more samples")
    resampled = values[rng.integers(len(values), size=(_RESAMPLES, len(values)))]
    return Estimate(float(_spread(values)), float(_spread(resampled).std(ddof=1)))


def _spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75], axis=-1)
    return (high - low) / np.abs(middle)
