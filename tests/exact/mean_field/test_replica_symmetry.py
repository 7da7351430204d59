"""Replica-symmetric theory of directions in noise, against models that are solved in another way."""

import numpy as np
import pytest
from scipy.special import gammaln, logsumexp

import dnnising as di
from dnnising import exact
from dnnising.exact import SignalAndNoise, signal_and_noise
from dnnising.exact.mean_field import noisy_fields, replica_symmetry
from tests.mutants import put_mutant


def chain(sizes, theta, sigma, rng=None, rank=1):
    """Directions of equal strength a matrix, all spins up without rng; σ² of an entry."""
    draw = (
        (lambda n: np.full((n, 1), n**-0.5))
        if rng is None
        else (lambda n: rng.normal(size=(n, rank)) / n**0.5)
    )
    bonds = len(sizes) - 1
    return SignalAndNoise(
        (np.full(rank, float(theta)),) * bonds,
        tuple(draw(n) for n in sizes[:-1]),
        tuple(draw(n) for n in sizes[1:]),
        (sigma**2,) * bonds,
    )


def noise_alone(sizes, sigma):
    empty = [np.zeros((n, 0)) for n in sizes]
    bonds = len(sizes) - 1
    return SignalAndNoise((np.zeros(0),) * bonds, tuple(empty[:-1]), tuple(empty[1:]), (sigma**2,) * bonds)


def check_sherrington_kirkpatrick():
    """Two equal layers of noise alone obey the equations of one SK model."""
    n = 200
    T = np.array([0.0, 0.3, 0.7, 1.5])
    found = replica_symmetry.replica_symmetric(noise_alone((n, n), n**-0.5), T)
    q = np.array([1.0, *exact.sk_glass_overlap(T[1:])])
    assert found.overlap == pytest.approx(q, abs=1e-4)
    energy = np.array([-np.sqrt(2 / np.pi), *(-(1 - q[1:] ** 2) / (2 * T[1:]))])
    assert found.energy / (2 * n) == pytest.approx(energy, abs=1e-5)
    assert found.entropy[0] / (2 * n) == pytest.approx(-1 / (2 * np.pi))
    assert found.stable.tolist() == [False, False, False, True]
    assert found.magnetisation.max() < 1e-10


def check_derivatives():
    """dF/dT = -S: energy and entropy belong to one stationary free energy."""
    model = chain((50, 80, 60), 8.0, 0.3, np.random.default_rng(1), rank=2)
    T, step = np.array([1.0, 3.0, 6.0]), 1e-2  # F is known to 1e-9
    at = [replica_symmetry.replica_symmetric(model, T + shift) for shift in (-step, 0.0, step)]
    slope = (at[2].free_energy - at[0].free_energy) / (2 * step)
    assert at[1].magnetisation[0] > 0.1
    assert -slope == pytest.approx(at[1].entropy, rel=1e-4)


def check_both():
    check_sherrington_kirkpatrick()
    check_derivatives()


def test_noise_alone_is_the_sk_model_and_entropy_the_slope_of_the_free_energy():
    check_both()


@pytest.mark.parametrize(
    ("module", "function", "right", "wrong"),
    [
        (replica_symmetry, "_answers", "(1 + there.q)", "1"),
        (replica_symmetry, "_answers", "slack * slack_there / 2", "slack * slack_there"),
        (replica_symmetry, "_answers", "slack * float(x @ x) + slack_there * float(y @ y)", "0.0"),
        (replica_symmetry, "_field_and_variance", "- reaction * here", "+ 0 * here"),
        (replica_symmetry, "_field_and_variance", "- float(there @ there)", "- 0"),
        (replica_symmetry, "_between_copies", "noise * sizes[1:]", "noise"),
        (noisy_fields, "_averaged", "weight = np.exp(-(z**2) / 2)", "weight = np.exp(-(z**2))"),
        (noisy_fields, "response", "np.sqrt(2 / (np.pi * variance))", "np.sqrt(1 / (np.pi * variance))"),
    ],
)
def test_wrong_versions_are_seen(module, function, right, wrong, monkeypatch):
    put_mutant(monkeypatch, module, function, right, wrong)
    for name in ("response", "entropy_of", "stiffness_of"):  # as the solver has imported them
        monkeypatch.setattr(replica_symmetry, name, getattr(noisy_fields, name))
    with pytest.raises(AssertionError):
        check_both()


def curie_weiss_free_energy(n, theta, temperature):
    """F of two layers of n spins with J = θ/n, by summing over both magnetisations."""
    up = np.arange(n + 1)
    log_states = gammaln(n + 1) - gammaln(up + 1) - gammaln(n - up + 1)
    m = 2 * up - n
    exponents = log_states[:, None] + log_states + theta / (n * temperature) * np.outer(m, m)
    return -temperature * logsumexp(exponents)


def test_without_noise_it_is_exact_for_large_layers():
    for n, bound in ((100, 0.02), (1000, 0.003)):
        found = exact.replica_symmetric(chain((n, n), 1.0, 0.0), [0.4, 0.8, 2.0])
        counted = [curie_weiss_free_energy(n, 1.0, T) for T in found.temperatures]
        assert found.free_energy / n == pytest.approx(np.array(counted) / n, abs=bound)


def test_its_ground_state_of_one_direction_is_that_of_enumeration():
    for seed in range(30):
        rng = np.random.default_rng(seed)
        model = chain((4, 6, 5), 3.0, 0.0, rng)
        network = di.LayeredCouplings([s * u @ v.T for s, u, v in zip(*model[:3])])
        lowest = exact.enumerate_energies(network).min()
        assert exact.replica_symmetric(model, [0.0]).energy[0] == pytest.approx(lowest)


def test_with_more_directions_its_ground_state_is_a_state():
    """It may be one of several minima: never below the lowest of all states, and mostly there."""
    hits = []
    for seed in range(30):
        model = chain((4, 6, 5), 3.0, 0.0, np.random.default_rng(seed), rank=3)
        network = di.LayeredCouplings([(u * s) @ v.T for s, u, v in zip(*model[:3])])
        lowest = exact.enumerate_energies(network).min()
        found = exact.replica_symmetric(model, [0.0]).energy[0]
        assert found >= lowest * (1 + 1e-9)
        assert found == pytest.approx(lowest, rel=0.3)
        hits.append(np.isclose(found, lowest, rtol=1e-6))
    assert np.mean(hits) > 0.5


def test_the_transition_of_a_planted_chain_worked_out_by_hand():
    """h = s (m_{l-1} + m_{l+1}) on L + 1 layers: T_c = 2 s cos(π/(L + 2))."""
    for layers in (2, 3, 6):
        T_c = 2 * 1.5 * np.cos(np.pi / (layers + 1))
        near = exact.replica_symmetric(chain((50,) * layers, 1.5, 0.0), [0.97 * T_c, 1.03 * T_c])
        assert near.magnetisation[0] > 0.02
        assert near.magnetisation[1] < 1e-6
        assert near.energy[1] == pytest.approx(0.0, abs=1e-3)


def test_what_directions_of_noise_are_taken_for_matters_little():
    """Singular vectors of noise are no signal: theory finds the same with or without them, up to k/n."""
    rng = np.random.default_rng(4)
    network = di.LayeredCouplings([rng.normal(size=(300, 400)), rng.normal(size=(400, 300))])
    energies = [
        exact.replica_symmetric(signal_and_noise(network, rank=k), [0.0]).energy[0] for k in (0, 1, 4)
    ]
    assert np.array(energies) == pytest.approx(energies[0], rel=0.015)  # 4/300


def test_planted_directions_in_noise_against_tempering():
    """Where its solution is stable it is exact for large layers; here, of 192 and 256 spins, to 2 %."""
    rng = np.random.default_rng(5)
    planted = chain((192, 256, 192), 6.0, 0.0, rng)
    couplings = [(u * s) @ v.T + 0.07 * rng.normal(size=(len(u), len(v))) for s, u, v, _ in zip(*planted)]
    network = di.LayeredCouplings(couplings)
    samples = di.parallel_tempering(network, rng=1, sweeps=300, beta_max=1.0, progress=False)
    rungs = np.flatnonzero((samples.betas > 0.3) & (samples.betas < 0.9))
    assert rungs.size > 2
    found = exact.replica_symmetric(signal_and_noise(network, rank=1), 1 / samples.betas[rungs])
    assert found.stable.all()
    assert found.magnetisation.min() > 0.1
    assert found.energy == pytest.approx(samples.energies.mean(axis=(0, 1))[rungs], rel=0.02)
    assert found.entropy / network.n_spins == pytest.approx(samples.signs.entropy[rungs], abs=0.01)


def test_answers_come_in_the_order_of_the_temperatures():
    model = chain((30, 30), 2.0, 0.05)
    forward, back = (exact.replica_symmetric(model, T) for T in ([0.5, 1.0, 3.0], [3.0, 1.0, 0.5]))
    assert back.energy[::-1] == pytest.approx(forward.energy, abs=1e-4)


@pytest.mark.parametrize("temperatures", [[-1.0], [np.nan], 1.0, [[1.0]]])
def test_temperatures_that_are_none(temperatures):
    with pytest.raises(ValueError, match="temperatures must be a list of numbers, 0 or above"):
        exact.replica_symmetric(chain((3, 3), 1.0, 0.0), temperatures)


def test_equations_that_are_not_solved_say_so(monkeypatch):
    monkeypatch.setattr(replica_symmetry, "_ROUNDS", 1)
    monkeypatch.setattr(replica_symmetry, "_SWEEPS", 2)
    with pytest.raises(
        di.NotConvergedError, match=r"not solved at T = 0\.99: after 2 sweeps overlaps still change by"
    ):
        exact.replica_symmetric(chain((30, 30), 1.0, 0.0), [0.99])
