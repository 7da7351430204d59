"""The slow, obvious twin of the power-law fit."""

import numpy as np


def power_law(values):
    """(alpha, xmin, D, n_tail), trying every value but the largest as xmin."""
    x = np.sort(np.asarray(values, dtype=np.float64))
    x = x[x > 0]
    best = (np.inf, None)
    for xmin in np.unique(x)[:-1]:
        tail = x[x >= xmin]
        alpha = 1 + tail.size / np.sum(np.log(tail / xmin))
        below = np.searchsorted(tail, tail, side="left") / tail.size
        D = np.max(np.abs(1 - (tail / xmin) ** (1 - alpha) - below))
        if best[0] > D:
            best = (D, (float(alpha), float(xmin), float(D), tail.size))
    return best[1]
