"""Stochastic gradient descent on one small feed-forward network, compiled.

A network of layer sizes n_0, …, n_L without biases maps x to ŷ = φ_L, with

    z_l = φ_(l-1) W_l ,   φ_l = activation(z_l) for l < L ,   φ_L = z_L ,   φ_0 = x ,

W_l of shape (n_(l-1), n_l). All weights stand in one flat array, matrix after matrix, row by row: with inputs
along the rows both the product and the update run along contiguous memory. The loss of a sample is
½ Σ_i (ŷ_i - y_i)².

Everything that the kernel calls stands in this file: Numba's cache does not notice an edit elsewhere.
"""

import numpy as np
from numba import njit

ACTIVATIONS = {"tanh": 0, "relu": 1, "identity": 2}

# Sums may be taken in another order, so that they run in vectors; NaN and infinity keep their meaning.
_REORDER = {"reassoc", "contract"}


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_REORDER)
def descend_batches(weights, sizes, trained, activation, inputs, targets, order, temperature):  # type: ignore[no-untyped-def]
    """W_l ← W_l - T Σ_b ∂ℓ_b/∂W_l for each batch in turn: with T = ε/B, ε times the batch's mean gradient.

    Args:
        weights: (Σ n_(l-1) n_l,) float64, changed in place.
        sizes: (L + 1,) int64.
        trained: (L,) bool, which of the matrices learn.
        activation: its number in `ACTIVATIONS`.
        inputs: (examples, n_0); targets: (examples, n_L).
        order: (updates, batch) indices of examples.
        temperature: T.
    """
    depth, batch = sizes.size - 1, order.shape[1]
    widest = sizes.max()
    phi = np.zeros((depth + 1, batch, widest))
    delta = np.zeros((depth, batch, widest))  # ∂ℓ_b/∂z_l
    starts = np.zeros(depth + 1, np.int64)
    for l in range(depth):
        starts[l + 1] = starts[l] + sizes[l] * sizes[l + 1]
    lowest = 0
    while not trained[lowest]:
        lowest += 1
    for update in range(order.shape[0]):
        for b in range(batch):
            sample, first = inputs[order[update, b]], phi[0, b]
            for j in range(sizes[0]):
                first[j] = sample[j]
        for l in range(depth):
            W = weights[starts[l] : starts[l + 1]]
            _forward(W, sizes[l], sizes[l + 1], phi[l], phi[l + 1])
            if l < depth - 1:
                _activate(activation, phi[l + 1], sizes[l + 1])
        for b in range(batch):
            for i in range(sizes[depth]):
                delta[depth - 1, b, i] = phi[depth, b, i] - targets[order[update, b], i]
        for l in range(depth - 1, lowest, -1):
            W = weights[starts[l] : starts[l + 1]]
            _backward(W, sizes[l], sizes[l + 1], delta[l], delta[l - 1])
            _times_slope(activation, phi[l], delta[l - 1], sizes[l])
        for l in range(lowest, depth):
            if trained[l]:
                W = weights[starts[l] : starts[l + 1]]
                _step(W, sizes[l], sizes[l + 1], phi[l], delta[l], temperature)


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_REORDER)
def _forward(weights, n_in, n_out, phi, z):  # type: ignore[no-untyped-def]
    """z_b = φ_b W, in place; four inputs at a time, so that z is read and written a quarter as often.

    Whole arrays by their indices: a slice of each row would cost as much as the row's products.
    """
    W = weights.reshape((n_in, n_out))
    batch = phi.shape[0]
    for b in range(batch):
        for i in range(n_out):
            z[b, i] = 0.0
    for b in range(0, batch - 3, 4):
        for j in range(n_in):
            v0, v1, v2, v3 = phi[b, j], phi[b + 1, j], phi[b + 2, j], phi[b + 3, j]
            for i in range(n_out):
                w = W[j, i]
                z[b, i] += w * v0
                z[b + 1, i] += w * v1
                z[b + 2, i] += w * v2
                z[b + 3, i] += w * v3
    for b in range(batch - batch % 4, batch):
        for j in range(n_in):
            for i in range(n_out):
                z[b, i] += W[j, i] * phi[b, j]


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_REORDER)
def _activate(activation, phi, n):  # type: ignore[no-untyped-def]
    """φ = activation(z), in place.

    tanh z = p/(p + 2), p = e^(2z) - 1: a Taylor series at z/32, doubled by p ← p(p + 2) six times. That is
    free of branches and calls, so it runs in vectors, and is right to some 1e-15.
    """
    for b in range(phi.shape[0]):
        values = phi[b]
        if activation == 0:
            for i in range(n):
                x = values[i]
                x = 20.0 if x > 20.0 else x  # from where tanh is 1 to rounding; NaN passes
                x = -20.0 if x < -20.0 else x
                y = x * 0.03125
                p = 1.0 / 6227020800.0
                p = p * y + 1.0 / 479001600.0
                p = p * y + 1.0 / 39916800.0
                p = p * y + 1.0 / 3628800.0
                p = p * y + 1.0 / 362880.0
                p = p * y + 1.0 / 40320.0
                p = p * y + 1.0 / 5040.0
                p = p * y + 1.0 / 720.0
                p = p * y + 1.0 / 120.0
                p = p * y + 1.0 / 24.0
                p = p * y + 1.0 / 6.0
                p = p * y + 0.5
                p = (p * y + 1.0) * y
                p = p * (p + 2.0)
                p = p * (p + 2.0)
                p = p * (p + 2.0)
                p = p * (p + 2.0)
                p = p * (p + 2.0)
                p = p * (p + 2.0)
                values[i] = p / (p + 2.0)
        elif activation == 1:
            for i in range(n):
                values[i] = 0.0 if values[i] < 0.0 else values[i]


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_REORDER)
def _backward(weights, n_in, n_out, delta, below):  # type: ignore[no-untyped-def]
    """∂ℓ_b/∂φ_(l-1) = W ∂ℓ_b/∂z_l, in place."""
    for b in range(delta.shape[0]):
        above, out = delta[b], below[b]
        if n_out == 1:
            for j in range(n_in):
                out[j] = weights[j] * above[0]
        else:
            for j in range(n_in):
                w = weights[j * n_out : (j + 1) * n_out]
                total = 0.0
                for i in range(n_out):
                    total += w[i] * above[i]
                out[j] = total


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_REORDER)
def _times_slope(activation, phi, delta, n):  # type: ignore[no-untyped-def]
    """∂ℓ/∂z = activation'(z) ∂ℓ/∂φ, in place; the slope follows from φ itself."""
    for b in range(phi.shape[0]):
        values, out = phi[b], delta[b]
        if activation == 0:
            for i in range(n):
                out[i] *= 1.0 - values[i] * values[i]
        elif activation == 1:
            for i in range(n):
                out[i] = 0.0 if values[i] <= 0.0 else out[i]


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_REORDER)
def _step(weights, n_in, n_out, phi, delta, temperature):  # type: ignore[no-untyped-def]
    """W -= T Σ_b φ_b ∂ℓ_b/∂z, in place, four examples at a time; rows by their indices, as in `_forward`."""
    W = weights.reshape((n_in, n_out))
    batch = phi.shape[0]
    for b in range(0, batch - 3, 4):
        for j in range(n_in):
            v0, v1 = temperature * phi[b, j], temperature * phi[b + 1, j]
            v2, v3 = temperature * phi[b + 2, j], temperature * phi[b + 3, j]
            for i in range(n_out):
                W[j, i] -= (
                    v0 * delta[b, i] + v1 * delta[b + 1, i] + v2 * delta[b + 2, i] + v3 * delta[b + 3, i]
                )
    for b in range(batch - batch % 4, batch):
        for j in range(n_in):
            v0 = temperature * phi[b, j]
            for i in range(n_out):
                W[j, i] -= v0 * delta[b, i]
