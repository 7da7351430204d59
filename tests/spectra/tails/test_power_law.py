from types import FunctionType

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from dnnising.spectra import fit_power_law, planted, spectrum
from dnnising.spectra.tails import power_law, tail_scan
from tests.spectra import naive


def pareto(alpha, n, rng, xmin=1.0):
    """n independent numbers of density x^(-alpha) above xmin."""
    return xmin * (1 - rng.random(n)) ** (-1 / (alpha - 1))


def with_body(alpha, n_body, n_tail, rng):
    """A power-law tail above 1, on a body in which the density rises."""
    return np.concatenate([np.sqrt(rng.random(n_body)), pareto(alpha, n_tail, rng)])


def as_tuple(fit):
    return fit.alpha, fit.xmin, fit.D, fit.n_tail


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(["pareto", "lognormal", "uniform", "ties", "body"]),
    n=st.integers(10, 120),
    seed=st.integers(0, 2**32),
)
def test_it_is_the_best_of_all_tails(kind, n, seed):
    rng = np.random.default_rng(seed)
    values = {
        "pareto": lambda: pareto(2.5, n, rng),
        "lognormal": lambda: rng.lognormal(size=n),
        "uniform": lambda: rng.random(n),
        "ties": lambda: 1.0 + rng.integers(0, 2 + n // 3, n) ** 2,
        "body": lambda: with_body(3.0, n, n, rng),
    }[kind]()
    if np.unique(values).size < 2:
        return
    alpha, xmin, D, n_tail = naive.power_law(values)
    fit = fit_power_law(rng.permutation(values))
    assert pytest.approx(D, abs=1e-12) == fit.D
    assert fit.xmin == xmin  # ties between tails are broken alike
    assert fit.n_tail == n_tail
    assert fit.alpha == pytest.approx(alpha, rel=1e-10)
    assert fit.alpha.error == pytest.approx((alpha - 1) / np.sqrt(n_tail))


@pytest.mark.parametrize("phase", ["Random-like", "Bulk-decay", "Heavy-Tailed"])
def test_it_is_the_best_of_all_tails_of_spectra(rng, phase):
    values = spectrum(planted(phase, 500, 250, rng=rng)).eigenvalues
    assert as_tuple(fit_power_law(values)) == pytest.approx(naive.power_law(values), rel=1e-10)


@settings(max_examples=30, deadline=None)
@given(power=st.integers(-60, 60), seed=st.integers(0, 2**32))
def test_no_scale_enters(power, seed):
    """Powers of 2 are exact, so the whole fit is; W → 1e-4 W, the issue's example, to rounding."""
    values = pareto(3.0, 60, np.random.default_rng(seed))
    plain, scaled = fit_power_law(values), fit_power_law(values * 2.0**power)
    assert (scaled.alpha, scaled.D, scaled.n_tail) == (plain.alpha, plain.D, plain.n_tail)
    assert scaled.xmin == plain.xmin * 2.0**power
    assert fit_power_law(values * 1e-8).alpha == pytest.approx(plain.alpha, rel=1e-10)


def test_zeros_are_left_out(rng):
    values = pareto(2.2, 50, rng)
    padded = fit_power_law(np.concatenate([np.zeros(30), values]))
    assert as_tuple(padded) == as_tuple(fit_power_law(values))
    assert padded.n == 50


@pytest.mark.parametrize("alpha", [1.8, 2.5, 4.0])
def test_a_planted_exponent_comes_back(alpha):
    """40 samples of 1000 with a body: their mean, and their spread as the standard error says."""
    rng = np.random.default_rng(7)
    fits = [fit_power_law(with_body(alpha, 500, 500, rng)) for _ in range(40)]
    errors = np.array([(fit.alpha - alpha) / fit.alpha.error for fit in fits])
    assert abs(errors.mean()) < 0.6  # 3.5 standard errors of the mean, if xmin were given
    assert 0.7 < errors.std() < 1.7
    assert np.median([fit.xmin for fit in fits]) == pytest.approx(1, rel=0.15)


@pytest.mark.slow
def test_goodness_of_fit_accepts_its_own_and_rejects_others():
    rng = np.random.default_rng(3)
    own = [fit_power_law(with_body(2.5, 200, 300, rng), n_refits=200, rng=rng).p_value for _ in range(60)]
    assert np.mean(np.array(own) < 0.1) < 0.25  # nominal 0.1: 15 or more of 60 is 1 in 2000
    assert np.mean(own) > 0.35
    uniform = [fit_power_law(rng.random(2000), n_refits=200, rng=rng) for _ in range(10)]
    assert np.median([fit.p_value for fit in uniform]) < 0.05


def test_p_comes_from_whole_refits(monkeypatch):
    """Distances that are not minimised over xmin, a usual shortcut, make other laws look like power laws."""

    def without_refit(body, slope, lowest, n_body, picks, exponentials):
        distances = []
        for below, draws in zip(n_body, exponentials):
            tail = np.sort(draws[below:])
            shares = 1 - np.exp(-tail / tail.mean())
            distances.append(np.abs(shares - np.arange(tail.size) / tail.size).max())
        return np.array(distances)

    def mean_p():
        rng = np.random.default_rng(4)
        return np.mean([fit_power_law(rng.random(500), n_refits=200, rng=rng).p_value for _ in range(12)])

    right = mean_p()
    monkeypatch.setattr(power_law, "synthetic_distances", without_refit)
    assert mean_p() > right + 0.1


def test_synthetic_samples_have_the_law_that_was_fitted():
    """Without a body, distances match those of samples drawn and sorted the plain way."""
    rng = np.random.default_rng(5)
    n, slope, samples = 80, 1.5, 1500
    zeros = np.zeros(samples, dtype=np.int64)
    picks = np.zeros((samples, n), dtype=np.int64)
    exponentials = rng.standard_exponential((samples, n))
    fast = np.sort(tail_scan.synthetic_distances(np.zeros(0), slope, 0.3, zeros, picks, exponentials))
    slow = np.sort([fit_power_law(pareto(1 + slope, n, rng)).D for _ in range(samples)])
    ranks = np.searchsorted(slow, fast) / samples
    assert np.abs(ranks - (np.arange(samples) + 0.5) / samples).max() < 0.08  # two samples: 1 in 10,000


@pytest.mark.slow
def test_the_bootstrap_covers_the_planted_exponent():
    rng = np.random.default_rng(6)
    covered = []
    for _ in range(60):
        low, high = fit_power_law(pareto(2.5, 400, rng), n_bootstrap=150, rng=rng).interval
        covered.append(low < 2.5 < high)
    assert np.mean(covered) > 0.8  # nominal 0.95


def test_the_seed_decides(rng):
    values = pareto(2.5, 100, rng)
    one, same, other = (
        fit_power_law(values, n_bootstrap=120, n_refits=120, rng=np.random.default_rng(seed))
        for seed in (1, 1, 2)
    )
    assert (one.interval, one.p_value) == (same.interval, same.p_value)
    assert one.interval != other.interval


class CountingNumpy:
    """numpy, which counts its exponentials."""

    def __init__(self):
        self.exponentials = 0

    def __getattr__(self, name):
        return getattr(np, name)

    def exp(self, x):
        self.exponentials += 1
        return np.exp(x)


def share_of_points(logs, **replaced):
    """How many of the n²/2 points of all tails the scan looks at, run without being compiled."""
    counting = CountingNumpy()
    namespace = vars(tail_scan) | {"np": counting}
    for name in ("_first_of_equals", "_distance", "best_tail"):
        namespace[name] = FunctionType(getattr(tail_scan, name).py_func.__code__, namespace)
    namespace |= {name: wrapped(namespace[name]) for name, wrapped in replaced.items()}
    assert namespace["best_tail"](logs) == pytest.approx(tail_scan.best_tail(logs), rel=1e-12)
    return counting.exponentials / (logs.size**2 / 2)


def test_most_tails_of_a_spectrum_lose_after_one_look(rng):
    """On which a thousand refits a layer live; over eight matrices, 3 to 4 % of the points are seen."""
    logs = np.log(spectrum(rng.standard_normal((200, 200))).eigenvalues)
    assert share_of_points(logs) < 0.08

    def to_the_end(distance):
        return lambda logs, start, slope, hint, bound: distance(logs, start, slope, hint, np.inf)

    assert share_of_points(logs, _distance=to_the_end) > 0.5


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "0 positive eigenvalues are too few"),
        (np.arange(10), "9 positive eigenvalues are too few"),
        (np.ones(20), "all 20 positive eigenvalues are equal"),
        ([1.0] * 20 + [np.nan], "to nan"),
        ([1.0] * 20 + [np.inf], "to inf"),
        ([-0.1] + [1.0] * 20, "finite and ≥ 0"),
    ],
)
def test_a_fit_that_fails_raises(values, message):
    with pytest.raises(ValueError, match=message):
        fit_power_law(values)


def test_randomness_is_an_argument(rng):
    with pytest.raises(ValueError, match="need rng"):
        fit_power_law(pareto(2.0, 50, rng), n_refits=10)
