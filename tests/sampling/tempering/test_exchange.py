from functools import cache
from itertools import permutations

import numpy as np
import pytest

from dnnising.sampling.tempering.exchange import exchange

BETAS = np.array([0.0, 0.4, 1.0])
ENERGIES = np.array([-1.5, 0.3, 0.8])


@cache
def largest_z(sign):
    """Orders of three frozen rows, as visited by 40,000 exchanges, against Π e^(-β_k E_k)."""
    rng, row_of, offered = np.random.default_rng(0), np.arange(3)[None], np.zeros((1, 2))
    orders = list(permutations(range(3)))
    visits = np.zeros(len(orders))
    n = 40_000
    for _ in range(n):
        for _ in range(4):  # apart, for samples that are nearly independent
            exchange(row_of, BETAS, sign * ENERGIES, rng.random((1, 2)), offered)
        visits[orders.index(tuple(row_of[0]))] += 1
    p = np.exp([-BETAS @ ENERGIES[list(order)] for order in orders])
    p /= p.sum()
    return np.max(np.abs(visits - n * p) / np.sqrt(n * p * (1 - p))), p, orders, offered[0] / (4 * n)


@pytest.mark.slow
def test_orders_are_visited_as_often_as_boltzmann_says():
    z, *_ = largest_z(1.0)
    assert z < 5


@pytest.mark.slow
def test_the_same_test_rejects_an_inverted_exchange():
    assert largest_z(-1.0)[0] > 5


@pytest.mark.slow
def test_the_rate_is_the_mean_probability_of_an_offer():
    _, p, orders, rates = largest_z(1.0)
    rows = np.array(orders)

    def mean(k):
        gain = (BETAS[k + 1] - BETAS[k]) * (ENERGIES[rows[:, k + 1]] - ENERGIES[rows[:, k]])
        return p @ np.exp(np.minimum(gain, 0))

    assert rates == pytest.approx([mean(0), mean(1)], abs=0.01)
