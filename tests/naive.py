"""Slow, obvious twins of what the package does fast."""

import numpy as np


def layered_energy(couplings, spins):
    """E = -Σ J S S' by three loops in Python floats."""
    total = 0.0
    for l, matrix in enumerate(couplings):
        for i in range(matrix.shape[0]):
            for j in range(matrix.shape[1]):
                total -= float(matrix[i, j]) * int(spins[l][i]) * int(spins[l + 1][j])
    return total


def lattice_energy(length, spins):
    """Each site with its right and its lower neighbour."""
    total = 0
    for i in range(length):
        for j in range(length):
            total -= spins[i][j] * (spins[(i + 1) % length][j] + spins[i][(j + 1) % length])
    return total


def dense_energy(matrix, spins):
    """E = -Σ_{i<j} A_ij S_i S_j."""
    n = len(spins)
    return -sum(matrix[i, j] * spins[i] * spins[j] for i in range(n) for j in range(i + 1, n))


def wang_landau_walk(model, spins, log_g, histogram, moves, bins, log_f, uniforms):
    """One block of a Wang-Landau walk that computes every energy from scratch."""
    spins, log_g, histogram, moves = spins.copy(), log_g.copy(), histogram.copy(), moves.copy()
    reach = moves.shape[1] // 2

    def bin_of(energy):
        return int(np.floor((energy - bins.lower_edge) / bins.width))

    def bin_after(site):
        trial = spins.copy()
        trial[site] *= -1
        return trial, bin_of(model.energy(model.unflatten(trial)))

    here = bin_of(model.energy(model.unflatten(spins)))
    for proposal, uniform in enumerate(uniforms):
        if proposal % max(1, model.n_spins // 4) == 0 and moves.size > 0:
            for site in range(model.n_spins):
                rise = bin_after(site)[1] - here
                moves[here, reach + rise if abs(rise) <= reach else reach] += 1
        site = int(uniform * model.n_spins)
        chance = uniform * model.n_spins - site
        trial, there = bin_after(site)
        if 0 <= there < bins.number and chance < np.exp(min(0.0, log_g[here] - log_g[there])):
            spins, here = trial, there
        if log_g[here] == 0:
            log_g[here] = min((value for value in log_g if value > 0), default=0.0)
        log_g[here] += log_f
        histogram[here] += 1
    return spins, log_g, histogram, moves


def kaufman_log_z(length, temperature):
    """ln Z of the periodic square lattice by Kaufman's four products, in floating point."""
    K = 1.0 / temperature
    n = length

    def gamma(k):
        if k == 0:
            return 2 * K + np.log(np.tanh(K))
        return np.arccosh(np.cosh(2 * K) / np.tanh(2 * K) - np.cos(np.pi * k / n))

    odd = [gamma(2 * r + 1) for r in range(n)]
    even = [gamma(2 * r) for r in range(n)]
    products = [
        np.prod([2 * np.cosh(n * g / 2) for g in odd]),
        np.prod([2 * np.sinh(n * g / 2) for g in odd]),
        np.prod([2 * np.cosh(n * g / 2) for g in even]),
        np.prod([2 * np.sinh(n * g / 2) for g in even]),
    ]
    return np.log(0.5 * sum(products)) + n * n / 2 * np.log(2 * np.sinh(2 * K))
