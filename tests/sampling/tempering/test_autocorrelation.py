import numpy as np
import pytest

import dnnising as di
from dnnising.sampling import EnergySamples


def autoregressive(rho, rng, shape):
    """x_t = ρ x_{t-1} + noise, for which τ = (1 + ρ)/(1 - ρ)."""
    noise = rng.normal(size=shape)
    x = noise / np.sqrt(1 - rho**2)
    for t in range(1, shape[1]):
        x[:, t] = rho * x[:, t - 1] + noise[:, t]
    return x


def test_autoregressive_noise(rng):
    rhos = np.array([0.0, 0.5, 0.9])
    samples = EnergySamples(np.arange(3.0), autoregressive(rhos, rng, (4, 20_000, 3)), 10)
    assert di.autocorrelation_times(samples) == pytest.approx((1 + rhos) / (1 - rhos), rel=0.15)


def test_energies_that_never_change_are_one_sample(rng):
    frozen = EnergySamples(
        np.array([0.0, 1.0]), np.stack([rng.normal(size=(1, 50)), np.ones((1, 50))], -1), 10
    )
    assert di.autocorrelation_times(frozen)[1] == 50
