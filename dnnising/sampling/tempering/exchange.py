"""Exchanges between neighbouring rungs of a ladder of temperatures."""

import numpy as np
from numba import njit


@njit(cache=True)
def exchange(row_of, betas, energies, uniforms, probability):  # type: ignore[no-untyped-def]
    """Offer min(1, e^((β-β')(E-E'))) to every second pair of neighbours, and then to the others.

    Args:
        row_of: (runs, n_betas) which row of energies is at rung k; changed in place.
        betas: (n_betas,) ascending; energies: (rows,).
        uniforms: (runs, n_betas - 1) in [0, 1).
        probability: (runs, n_betas - 1) to which the probabilities offered are added.
    """
    for run in range(row_of.shape[0]):
        rows = row_of[run]
        for parity in range(2):
            for k in range(parity, betas.size - 1, 2):
                gain = (betas[k + 1] - betas[k]) * (energies[rows[k + 1]] - energies[rows[k]])
                p = np.exp(min(gain, 0.0))
                probability[run, k] += p
                if uniforms[run, k] < p:
                    rows[k], rows[k + 1] = rows[k + 1], rows[k]
