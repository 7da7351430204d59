"""Binder's cumulant and its crossings, against curves that are known exactly."""

import numpy as np
import pytest

from dnnising.exact import CRITICAL_BINDER, curie_weiss_moments
from dnnising.sampling import binder_crossings, overlap_cumulant, overlap_moments
from dnnising.sampling.tempering import binder
from tests.mutants import put_mutant

T = np.linspace(0.8, 1.2, 41)
SIZES = (48, 96, 192, 384)


def magnets():
    """⟨m²⟩ and ⟨m⁴⟩ of Curie-Weiss magnets of four layers, as in a block; T_c = 1 for many spins."""
    strengths = np.array([1.0, 1.0, 1.0]) / (2 * np.cos(np.pi / 5))  # largest eigenvalue of a path is 1
    mode = np.sin(np.pi * np.arange(1, 5) / 5)
    mode /= np.linalg.norm(mode)
    return [curie_weiss_moments((n, n, 4 * n, n), strengths, mode, T) for n in SIZES]


EXACT = magnets()


def noisy(rng, units=20, error=0.03):
    """Samples of them whose moments scatter."""
    return [size * (1 + error * rng.normal(size=(units, T.size, 2))) for size in EXACT]


def check_exact_crossings():
    found = binder_crossings(T, [np.stack([size, size]) for size in EXACT], rng=0)
    assert found.temperatures == pytest.approx(1, abs=0.01)
    assert abs(found.temperatures[-1] - 1) < abs(found.temperatures[0] - 1)
    assert (found.errors < 1e-12).all()
    assert (found.below > 0).all()
    assert (found.above < 0).all()


def test_crossings_of_exact_curves_close_in_on_the_transition():
    check_exact_crossings()


@pytest.mark.parametrize(
    ("function", "right", "wrong"),
    [
        ("_cumulant", "moments[..., 0] ** 2", "moments[..., 0]"),
        ("_crossing", "np.cumsum(D / scatter)", "np.cumsum(-D / scatter)"),
        ("_crossing", "(D[k - 1] - D[k])", "(D[k - 1] + D[k])"),
    ],
)
def test_wrong_versions_are_seen(function, right, wrong, monkeypatch):
    put_mutant(monkeypatch, binder, function, right, wrong)
    with pytest.raises(AssertionError):
        check_exact_crossings()


def test_the_error_by_bootstrap_is_the_scatter_of_many_trials():
    runs = [binder_crossings(T, noisy(np.random.default_rng(seed)), rng=seed) for seed in range(30)]
    found = np.array([run.temperatures for run in runs])
    errors = np.array([run.errors for run in runs])
    assert np.median(errors, axis=0) == pytest.approx(found.std(axis=0), rel=0.5)
    exact = binder_crossings(T, [np.stack([size, size]) for size in EXACT], rng=0).temperatures
    assert np.abs(found.mean(axis=0) - exact).max() < 4 * (found.std(axis=0) / np.sqrt(30)).max()
    assert np.mean([(run.below > 3) & (run.above < -3) for run in runs]) > 0.9


def test_what_never_orders_has_no_sure_crossing(rng):
    """Normal m at all sizes: U is 0 but for noise. None of 200 pairs passes both signs."""
    sure = 0
    for seed in range(100):
        m = np.random.default_rng(seed).normal(size=(3, 20, 50, T.size))
        sizes = [np.stack([(one**2).mean(axis=1), (one**4).mean(axis=1)], axis=-1) for one in m]
        found = binder_crossings(T, sizes, rng=seed)
        sure += np.count_nonzero((found.below > 3) & (found.above < -3))
    assert sure == 0


def test_curves_that_keep_their_places_do_not_cross():
    upper, lower = (np.broadcast_to([1.0, fourth], (2, T.size, 2)) for fourth in (1.5, 2.5))
    for sizes in ([lower, upper], [upper, lower]):
        found = binder_crossings(T, sizes, rng=0)
        assert np.isnan([found.temperatures[0], found.errors[0]]).all()
        assert (found.below[0], found.above[0]) == (0, 0)


def test_the_error_of_the_cumulant_is_its_scatter():
    """Of p(m) ∝ e^(-m⁴), whose m⁴ has a Gamma law of shape 1/4."""
    rng = np.random.default_rng(0)
    m = rng.gamma(0.25, size=(400, 500)) ** 0.25
    found = [overlap_cumulant(overlap_moments(one[None])) for one in m]
    U, errors = (np.array(values) for values in zip(*found))
    assert U.mean() == pytest.approx(CRITICAL_BINDER, abs=4 * U.std() / 20)
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(U.std(), rel=0.15)


def test_too_little_is_refused():
    with pytest.raises(ValueError, match="3 sweeps cannot be cut into 10 blocks"):
        overlap_moments(np.ones((1, 3)))
    with pytest.raises(ValueError, match="at least 2 units, got 1"):
        overlap_cumulant(np.ones((1, 2)))
    with pytest.raises(ValueError, match="two sizes or more"):
        binder_crossings(T, [np.ones((2, T.size, 2))], rng=0)
    with pytest.raises(ValueError, match="ascending"):
        binder_crossings(T[::-1], [np.ones((2, T.size, 2))] * 2, rng=0)
