"""What a Hopfield memory makes of a cue."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising.models.dense import hopfield
from dnnising.printing import one_line
from dnnising.randomness import Rng, generator_of
from dnnising.sampling.ground_states.quenching import descend_from


@one_line
@dataclass(frozen=True, eq=False)
class Recall:
    """Where a memory comes to rest.

    Args:
        spins: (N,) int8, ±1; no single flip lowers the energy.
        overlaps: (P,) m_μ = Σ_i ξ_i^μ S_i/N with every pattern, from -1 to 1.
        sweeps: how often every spin was looked at until all were at rest.

    >>> found = recall([[1, 1, 1, -1, -1]], [1, 1, 1, -1, 1], rng=0)
    >>> found.spins.tolist(), found.overlaps.tolist()
    ([1, 1, 1, -1, -1], [1.0])
    """

    spins: NDArray[np.int8]
    overlaps: NDArray[np.float64]
    sweeps: int


def recall(patterns: ArrayLike, cue: ArrayLike, *, rng: Rng) -> Recall:
    """Zero-temperature dynamics of the memory `hopfield(patterns)` from a cue, spin by spin.

    Each sweep sets every spin, in a fresh random order, to the sign of its field. A cue that is a stored
    pattern shows how stable it is; sign(ξ^1 + ξ^2 + ξ^3) leads to a spurious state at low load, which has
    overlap 1/2 with each of the three.

    Args:
        patterns: (P, N) of ±1, what is stored.
        cue: (N,) of ±1, where the dynamics starts.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        the state in which it rests, and how near that is to every pattern.

    Raises:
        ValueError: another shape or an entry that is not ±1.

    >>> pattern = np.ones(100, dtype=int)
    >>> cue = np.where(np.arange(100) < 30, -1, 1)  # 30 of 100 spins are wrong
    >>> recall([pattern], cue, rng=0).overlaps.tolist()
    [1.0]
    """
    rng = generator_of(rng)
    xi, start = np.asarray(patterns), np.asarray(cue)
    memory = hopfield(xi)
    if start.shape != (memory.n_spins,) or not np.all(np.abs(start) == 1):
        raise ValueError(f"cue must be ±1 of shape ({memory.n_spins},), got shape {start.shape}")
    end = descend_from(memory, start.astype(np.int8), rng=rng)
    return Recall(end.spins, xi @ end.spins.astype(np.float64) / memory.n_spins, end.sweeps)


def recall_overlaps(n_spins: int, load: float, *, samples: int = 10, rng: Rng) -> NDArray[np.float64]:
    """Overlaps (samples,) of recalled states with the patterns they start from, each in its own memory.

    `exact.recall_overlap` has the limit of large N: about 0.97 up to a_c = 0.138, then a jump.

    Args:
        n_spins: N, the number of spins.
        load: a = P/N, stored patterns a spin.
        samples: how many memories, each of its own random patterns.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        (samples,) m, from -1 to 1.

    Raises:
        ValueError: a load that makes less than one pattern.

    >>> bool(np.all(recall_overlaps(200, 0.05, samples=3, rng=0) > 0.95))  # far below a_c
    True
    """
    rng = generator_of(rng)
    number = round(load * n_spins)
    if number < 1:
        raise ValueError(f"load {load} of {n_spins} spins is {load * n_spins:.3g} patterns; take one or more")
    overlaps = np.empty(samples)
    for k, own in enumerate(rng.spawn(samples)):
        patterns = own.choice(np.array([-1, 1], dtype=np.int8), size=(number, n_spins))
        overlaps[k] = recall(patterns, patterns[0], rng=own).overlaps[0]
    return overlaps
