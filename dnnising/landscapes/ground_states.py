"""Ground-state energies over samples of a disorder, and how they concentrate."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dnnising.exact.enumeration import enumerate_energies
from dnnising.models.model import Model
from dnnising.printing import one_line
from dnnising.randomness import Rng, generator_of

_RESAMPLES = 400


@one_line
@dataclass(frozen=True, eq=False)
class Concentration:
    """How far a quantity varies from sample to sample, relative to its size.

    Args:
        spread: interquartile range over |median|; it exists for every tail.
        error: one standard error, from the bootstrap.
    """

    spread: float
    error: float


def ground_state_energies(
    draw: Callable[[np.random.Generator], Model], *, samples: int, rng: Rng
) -> NDArray[np.float64]:
    """Exact lowest energies per spin, (samples,), by enumeration; each sample has its own generator.

    Args:
        rng: a numpy Generator, or an integer seed for one.

    Raises:
        ValueError: more than 24 spins.

    >>> from dnnising.models.dense import sherrington_kirkpatrick
    >>> draw = lambda rng: sherrington_kirkpatrick(8, rng=rng)
    >>> bool((ground_state_energies(draw, samples=5, rng=np.random.default_rng(0)) < 0).all())
    True
    """
    rng = generator_of(rng)
    models = (draw(child) for child in rng.spawn(samples))
    return np.array([enumerate_energies(model).min() / model.n_spins for model in models])


def concentration(values: NDArray[np.float64], *, rng: Rng) -> Concentration:
    """The relative spread of values (samples,): it vanishes with size for what is self-averaging.

    Args:
        rng: a numpy Generator, or an integer seed for one.

    Raises:
        ValueError: fewer than 8 values.
    """
    rng = generator_of(rng)
    if len(values) < 8:
        raise ValueError(f"quartiles need at least 8 values, got {len(values)}; draw more samples")
    resampled = values[rng.integers(len(values), size=(_RESAMPLES, len(values)))]
    return Concentration(float(_spread(values)), float(_spread(resampled).std(ddof=1)))


def _spread(values: NDArray[np.float64]) -> NDArray[np.float64]:
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75], axis=-1)
    return (high - low) / np.abs(middle)
