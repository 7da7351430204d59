import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

import dnnising as di
from dnnising.exact import transition
from dnnising.exact.transition import NoTransitionError, transition_temperature
from tests.conftest import random_chain
from tests.mutants import put_mutant


def dense_eigenvalue(network, beta):
    """λ_max(β A - β² diag r) from all eigenvalues of the dense matrix."""
    A = network.coupling_matrix()
    return np.linalg.eigvalsh(beta * A - beta**2 * np.diag(np.sum(A**2, axis=1)))[-1]


def dense_solutions(network):
    """All T at which 1 - A/T + diag r/T² is singular, descending: a quadratic eigenvalue problem."""
    A, unit = network.coupling_matrix(), np.eye(network.n_spins)
    companion = np.block([[A, -np.diag(np.sum(A**2, axis=1))], [unit, 0 * unit]])
    values = np.linalg.eigvals(companion)
    return np.sort(values[np.abs(values.imag) < 1e-9 * np.abs(values).max()].real)[::-1]


def ferromagnet(n, m, J=1.0):
    return di.LayeredCouplings([np.full((n, m), J)])


def ferromagnetic_temperature(n, m, J=1.0):
    """x = (βJ)² solves (1 + m x)(1 + n x) = n m x."""
    x = np.roots([n * m, n + m - n * m, 1]).real.min()
    return J / np.sqrt(x)


@pytest.mark.parametrize(("n", "m"), [(5, 5), (7, 6), (40, 100), (300, 200)])
def test_a_ferromagnet_of_rank_one(n, m):
    assert transition_temperature(ferromagnet(n, m, 0.3)) == pytest.approx(
        ferromagnetic_temperature(n, m, 0.3), rel=1e-8
    )


def test_an_eigenvalue_that_touches_one_exactly():
    assert transition_temperature(ferromagnet(4, 4)) == pytest.approx(2, rel=1e-4)
    with pytest.raises(NoTransitionError) as caught:
        transition_temperature(ferromagnet(3, 3))
    assert caught.value.largest_eigenvalue == pytest.approx(3 / 4)
    assert caught.value.beta == pytest.approx(1 / 2)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(2, 9), min_size=2, max_size=4),
    mean=st.floats(0, 3),
    seed=st.integers(0, 2**32),
)
def test_it_is_the_first_solution_or_there_is_none(sizes, mean, seed):
    rng = np.random.default_rng(seed)
    glass = random_chain(rng, sizes)
    network = di.LayeredCouplings([J + mean * rng.exponential() for J in glass.couplings])
    solutions = dense_solutions(network)
    if solutions.size and solutions[0] > 0:
        found = transition_temperature(network)
        assert found == pytest.approx(solutions[0], rel=1e-7)
        assert dense_eigenvalue(network, 1 / found) == pytest.approx(1, abs=1e-7)
    else:
        with pytest.raises(NoTransitionError) as caught:
            transition_temperature(network)
        largest, beta = caught.value.largest_eigenvalue, caught.value.beta
        assert largest - 1e-9 <= dense_eigenvalue(network, beta) < 1
        assert max(dense_eigenvalue(network, b) for b in np.geomspace(0.1, 10, 100) * beta) < 1


def test_lanczos_agrees_with_the_dense_matrix(rng, monkeypatch):
    noise = random_chain(rng, (12, 30, 10, 8))
    network = di.LayeredCouplings([J + 0.4 for J in noise.couplings])
    monkeypatch.setattr(transition, "_DENSE", 1000)
    dense = transition_temperature(network)
    monkeypatch.setattr(transition, "_DENSE", 0)
    assert transition_temperature(network) == pytest.approx(dense, rel=1e-8)
    assert dense == pytest.approx(dense_solutions(network)[0], rel=1e-8)


def spiked(rng, sizes, dtype):
    """Noise and one direction a matrix that stands out of it."""
    noise = random_chain(rng, sizes)
    return di.LayeredCouplings([(J + 0.3).astype(dtype) for J in noise.couplings])


@pytest.mark.parametrize("J", [0.25, 1024.0])
def test_single_precision_gives_the_exact_answer_to_more_digits_than_it_has(J):
    network = di.LayeredCouplings([np.full((300, 200), J, dtype=np.float32)])
    assert transition_temperature(network) == pytest.approx(ferromagnetic_temperature(300, 200, J), rel=1e-9)


def test_single_precision_gives_the_digits_of_double_precision(rng):
    single = spiked(rng, (150, 200, 100, 150), np.float32)
    double = di.LayeredCouplings([J.astype(np.float64) for J in single.couplings])
    assert transition_temperature(single) == pytest.approx(transition_temperature(double), rel=1e-10)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_couplings_are_not_copied(rng, dtype):
    network = spiked(rng, (400,) * 11, dtype)
    tracemalloc.start()
    transition_temperature(network)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < sum(J.nbytes for J in network.couplings) / 1.5


def test_the_first_of_two_transitions():
    """A ferromagnet within the chain that would order ten times colder than another is not the answer."""
    both = np.zeros((60, 60))
    both[:20, :20] = 0.1
    both[20:, 20:] = 0.5
    expected = ferromagnetic_temperature(40, 40, 0.5)
    assert transition_temperature(di.LayeredCouplings([both])) == pytest.approx(expected, rel=1e-8)


def test_a_cluster_that_comes_close_does_not_hide_the_transition_below_it():
    both = np.zeros((53, 53))
    both[:3, :3] = 1.0  # comes to 3/4 at β = 1/2
    both[3:, 3:] = 1e-3
    expected = ferromagnetic_temperature(50, 50, 1e-3)
    assert transition_temperature(di.LayeredCouplings([both])) == pytest.approx(expected, rel=1e-8)


def test_the_reaction_lowers_it_and_cannot_be_left_out():
    network = ferromagnet(6, 6)
    without = np.linalg.eigvalsh(network.coupling_matrix())[-1]
    assert transition_temperature(network) == pytest.approx(3 + np.sqrt(3))
    assert without == pytest.approx(6)


def test_a_glass_without_structure_has_none(rng):
    glass = random_chain(rng, (80, 80))
    with pytest.raises(NoTransitionError, match=r"comes to 0\.\d+ at β = .* needs 1") as caught:
        transition_temperature(glass)
    largest, beta = caught.value.largest_eigenvalue, caught.value.beta
    assert largest == pytest.approx(
        max(dense_eigenvalue(glass, b) for b in np.linspace(0.08, 0.14, 31)), abs=1e-4
    )
    assert 0.9 < largest < 1
    assert beta * np.sqrt(80) == pytest.approx(1, rel=0.1)  # where the SK model freezes


def test_lanczos_that_does_not_converge_says_so(rng, monkeypatch):
    eigsh, looks = transition.eigsh, []

    def cut_short(*arguments, **options):
        looks.append(0)
        return eigsh(*arguments, **options | ({"maxiter": 1, "ncv": 3, "tol": 0} if len(looks) > 3 else {}))

    network = di.LayeredCouplings([J + 0.4 for J in random_chain(rng, (90, 80)).couplings])
    true = transition_temperature(network)
    monkeypatch.setattr(transition, "eigsh", cut_short)
    with pytest.raises(di.NotConvergedError, match="the transition lies between") as caught:
        transition_temperature(network)
    lowest, highest = caught.value.run
    assert 0 < lowest <= true <= highest < np.inf


@pytest.mark.parametrize("n", [3, 60])
def test_no_couplings_no_transition(n):
    with pytest.raises(NoTransitionError) as caught:
        transition_temperature(di.LayeredCouplings([np.zeros((n, n))]))
    assert caught.value.largest_eigenvalue == 0


@pytest.mark.slow
def test_the_embedded_model():
    network = di.load_network("minilm")
    assert transition_temperature(network) == pytest.approx(11.30783, abs=1e-4)


def check_softest(network, temperature):
    found = transition.soft_mode(network, temperature)
    A = network.coupling_matrix()
    values, vectors = np.linalg.eigh(A / temperature - np.diag(np.sum(A**2, axis=1)) / temperature**2)
    assert values[-1] - values[-2] > 1e-3
    assert abs(found @ vectors[:, -1]) == pytest.approx(1, abs=1e-6)
    assert found[np.abs(found).argmax()] > 0


@pytest.mark.parametrize("sizes", [(6, 7, 5), (40, 30, 50)])  # by all eigenvalues, and by Lanczos
def test_the_soft_mode_is_the_top_eigenvector(rng, sizes):
    check_softest(random_chain(rng, sizes), 3.0)


def test_a_soft_mode_without_the_reaction_is_seen(rng, monkeypatch):
    network = random_chain(rng, (6, 7, 5))
    put_mutant(monkeypatch, transition, "soft_mode", "(1 / temperature)", "(0.0)")
    with pytest.raises(AssertionError):
        check_softest(network, 3.0)


def test_at_the_transition_the_soft_mode_makes_the_inverse_susceptibility_singular(rng):
    n = 60
    d = rng.normal(size=(2, n)) / np.sqrt(n)
    network = di.LayeredCouplings([rng.normal(size=(n, n)) / np.sqrt(n) + 5 * np.outer(*d)])
    T = transition_temperature(network)
    w, A = transition.soft_mode(network, T), network.coupling_matrix()
    assert w @ A @ w / T - w**2 @ np.sum(A**2, axis=1) / T**2 == pytest.approx(1, abs=1e-6)


def test_without_couplings_no_direction_is_soft():
    with pytest.raises(ValueError, match="all couplings are zero"):
        transition.soft_mode(ferromagnet(3, 3, 0.0), 1.0)
    with pytest.raises(ValueError, match="positive and finite, got 0"):
        transition.soft_mode(ferromagnet(3, 3), 0.0)
