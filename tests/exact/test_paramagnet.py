import tracemalloc

import numpy as np
import pytest
from scipy.special import logsumexp

import dnnising as di
from dnnising.exact import enumerate_energies
from dnnising.exact.closed_loops import ParamagnetEndsError, paramagnet
from dnnising.exact.moments import energy_cumulants
from dnnising.exact.transition import transition_temperature
from tests.conftest import random_chain


@pytest.fixture(scope="module")
def minilm():
    return di.load_network("minilm")


def enumerated(network, temperatures):
    """ln Z, U and C by summing over all configurations."""
    log_weights = -enumerate_energies(network) / np.array(temperatures)[:, None]
    energies = enumerate_energies(network)
    log_z = logsumexp(log_weights, axis=1)
    p = np.exp(log_weights - log_z[:, None])
    U = p @ energies
    C = np.sum(p * (energies - U[:, None]) ** 2, axis=1) / np.array(temperatures) ** 2
    return np.array([log_z, U, C])


def dense_log_z(network, beta, bonds_counted=1.0, own_weight=True):
    """The closed form by a dense determinant, and what it becomes with a bond's share or weight mistaken."""
    w = np.tanh(beta * network.coupling_matrix())
    scale = 1 - w**2 if own_weight else np.ones_like(w)
    M = np.diag(1 + np.sum(w**2 / scale, axis=1)) - w / scale
    bonds = np.sum(np.log(1 - w**2)) / 2  # each one appears twice
    return network.n_spins * np.log(2) - bonds_counted * bonds - np.linalg.slogdet(M)[1] / 2


def without_turning_back(network, beta, power):
    """The largest |eigenvalue| of the matrix of steps i→j→k, k ≠ i, each with weight tanh(βJ_jk)^power."""
    A = network.coupling_matrix()
    steps = np.argwhere(A != 0)
    follows = (steps[:, None, 1] == steps[None, :, 0]) & (steps[:, None, 0] != steps[None, :, 1])
    return np.abs(np.linalg.eigvals(follows * np.tanh(beta * A[tuple(steps.T)]) ** power)).max()


def unit_scale(network):
    """1/λ_max(A), a β well above the transition."""
    return 1 / np.linalg.eigvalsh(network.coupling_matrix())[-1]


GLASSES = [(2, 2), (4, 5), (3, 4, 3), (2, 3, 2, 3), (5, 2, 1, 4), (2, 2, 2, 2, 2)]


@pytest.mark.parametrize("sizes", GLASSES)
def test_errors_fall_with_the_eighth_power_of_beta(rng, sizes):
    """ln Z ~ β⁸, U ~ β⁷, C ~ β⁸, between β and β/2."""
    network = random_chain(rng, sizes)
    T = np.array([1, 2]) * 3 / unit_scale(network)
    heat = paramagnet(network, T)
    errors = np.abs([heat.log_z, heat.energy, heat.heat_capacity] - enumerated(network, T))
    assert np.log2(errors[:, 0] / errors[:, 1]) == pytest.approx([8, 7, 8], abs=0.35)
    assert heat.entropy == pytest.approx(heat.log_z + heat.energy / T)


@pytest.mark.parametrize(
    ("mistake", "order"), [({"bonds_counted": 0.5}, 2), ({"bonds_counted": 2}, 2), ({"own_weight": False}, 6)]
)
@pytest.mark.parametrize("sizes", GLASSES)
def test_mistaken_formulas_show_lower_powers(rng, sizes, mistake, order):
    network = random_chain(rng, sizes)
    beta = unit_scale(network) / np.array([3, 6])
    exact = enumerated(network, 1 / beta)[0]
    wrong = [abs(dense_log_z(network, b, **mistake) - z) for b, z in zip(beta, exact)]
    assert np.log2(wrong[0] / wrong[1]) == pytest.approx(order, abs=0.5)


@pytest.mark.parametrize("sizes", [(3, 8, 5, 9, 4), (9, 4, 8, 5), (1, 7), (6, 1, 6), (7, 7)])
def test_elimination_by_layers_equals_a_dense_determinant(rng, sizes):
    network = random_chain(rng, sizes)
    beta, step = 0.6 * unit_scale(network), 0.01 * unit_scale(network)
    heat = paramagnet(network, [1 / beta])
    log_z = [dense_log_z(network, beta + k * step) for k in range(-3, 4)]
    slope = np.dot([-1, 9, -45, 0, 45, -9, 1], log_z) / (60 * step)
    curvature = np.dot([2, -27, 270, -490, 270, -27, 2], log_z) / (180 * step**2)
    assert heat.log_z[0] == pytest.approx(log_z[3], rel=1e-12)
    assert heat.energy[0] == pytest.approx(-slope, rel=1e-8)
    assert heat.heat_capacity[0] == pytest.approx(beta**2 * curvature, rel=1e-7)


@pytest.mark.parametrize("sizes", [(1, 1), (1, 6), (6, 1), (1, 1, 1, 1)])
def test_trees_are_exact_far_below_the_coupling(rng, sizes):
    network = random_chain(rng, sizes)
    T = np.array([0.5, 1.0, 5.0])
    heat = paramagnet(network, T)
    assert np.array([heat.log_z, heat.energy, heat.heat_capacity]) == pytest.approx(
        enumerated(network, T), rel=1e-7
    )


def test_one_cycle_in_closed_form(rng):
    """ln Z = 4 ln 2 + Σ ln cosh βJ - ln(1 - Π w), where the exact one has + ln(1 + Π w)."""
    network = random_chain(rng, (2, 2))
    J = network.couplings[0]
    expected = 4 * np.log(2) + np.sum(np.log(np.cosh(J / 2))) - np.log(1 - np.prod(np.tanh(J / 2)))
    assert paramagnet(network, [2.0]).log_z[0] == pytest.approx(expected, rel=1e-13)


def test_the_series_begins_with_the_cumulants(rng):
    network = random_chain(rng, (30, 40, 30))
    variance, fourth = energy_cumulants(network)
    beta = unit_scale(network) / np.array([32, 16])
    left_over = paramagnet(network, 1 / beta[::-1]).log_z[::-1] - 100 * np.log(2) - variance * beta**2 / 2
    assert left_over == pytest.approx(fourth * beta**4 / 24, rel=0.05)
    rest = left_over - fourth * beta**4 / 24
    assert np.log2(rest[1] / rest[0]) == pytest.approx(6, abs=0.1)


@pytest.mark.parametrize("n", [5, 12, 60])
def test_a_ferromagnet_ends_where_it_orders(n):
    """λ_min(M) = 1 - n (1 - e^(-2βJ))/2."""
    network = di.LayeredCouplings([np.full((n, n), 0.3)])
    expected = -0.6 / np.log(1 - 2 / n)
    with pytest.raises(ParamagnetEndsError, match=r"ends at T = .* is lower: keep to higher") as caught:
        paramagnet(network, [0.2 * expected, 2 * expected])
    assert caught.value.temperature == pytest.approx(expected, rel=2e-4)
    paramagnet(network, [caught.value.temperature])


def test_it_ends_where_walks_no_longer_add_up(rng):
    """A network with a preferred sign orders: at the end the matrix of walks has the eigenvalue 1."""
    network = di.LayeredCouplings([J + 1 for J in random_chain(rng, (8, 6, 7)).couplings])
    with pytest.raises(ParamagnetEndsError) as caught:
        paramagnet(network, [0.5])
    assert without_turning_back(network, 1 / caught.value.temperature, 1) == pytest.approx(1, abs=1e-3)
    assert caught.value.temperature == pytest.approx(transition_temperature(network), rel=0.15)


def test_a_glass_ends_where_squared_walks_no_longer_add_up(rng):
    """M itself stays positive definite: without the matrix of squares the end would not be seen."""
    network = random_chain(rng, (12, 12))
    with pytest.raises(ParamagnetEndsError) as caught:
        paramagnet(network, [0.5])
    end = caught.value.temperature
    assert without_turning_back(network, 1 / end, 2) == pytest.approx(1, abs=1e-3)
    w = np.tanh(network.coupling_matrix() / (0.9 * end))
    M = np.diag(1 + np.sum(w**2 / (1 - w**2), axis=1)) - w / (1 - w**2)
    assert np.linalg.eigvalsh(M)[0] > 0


@pytest.mark.slow
def test_a_large_glass_freezes_where_the_sk_model_does(rng):
    with pytest.raises(ParamagnetEndsError) as caught:
        paramagnet(random_chain(rng, (200, 200)), [5.0])
    assert caught.value.temperature == pytest.approx(np.sqrt(200), rel=0.03)


def test_bonds_too_strong_for_double_precision_are_refused():
    network = di.LayeredCouplings([[[6.0]]])
    assert paramagnet(network, [0.6]).energy[0] == pytest.approx(-6 * np.tanh(10), abs=1e-6)
    with pytest.raises(ValueError, match=r"T = 0\.59 is so low .* keep to T ≥ 0\.6"):
        paramagnet(network, [0.59])


@pytest.mark.parametrize("temperatures", [[0.0, 9.0], [-1.0], [9.0, 8.0], [np.nan], [np.inf], [[9.0, 10.0]]])
def test_bad_temperatures_are_refused(rng, temperatures):
    with pytest.raises(ValueError, match="temperatures must be"):
        paramagnet(random_chain(rng, (2, 2)), temperatures)


@pytest.mark.slow
def test_the_embedded_model(minilm):
    """Sampled by tempering, u = -0.2028 and -0.1485; annealed, without loops, -0.1852 and -0.1420."""
    heat = paramagnet(minilm, [1 / 0.075, 1 / 0.0575])
    assert heat.energy / heat.n_spins == pytest.approx([-0.20401, -0.14857], abs=1e-5)
    assert heat.entropy / heat.n_spins == pytest.approx([0.68508, 0.68877], abs=1e-5)


@pytest.mark.slow
def test_the_embedded_model_shuffled(minilm):
    """Sampled by tempering, u = -0.7388 at β = 0.3."""
    shuffled = di.shuffle(minilm, rng=np.random.default_rng(1))
    heat = paramagnet(shuffled, [1 / 0.3])
    assert heat.energy[0] / heat.n_spins == pytest.approx(-0.73806, abs=1e-5)


def peak_of(network):
    """Bytes that `paramagnet` holds at its worst beside the network."""
    tracemalloc.start()
    try:
        paramagnet(network, [40.0])
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_depth(rng):
    shallow, deep = (random_chain(rng, (96,) * layers) for layers in (6, 36))
    paramagnet(shallow, [40.0])  # what is loaded once counts for neither
    assert peak_of(deep) < 1.25 * peak_of(shallow)


@pytest.mark.parametrize("layers", [2, 3, 4, 5, 6, 7, 8])
@pytest.mark.parametrize("sizes", [(3, 5), (5, 3)], ids=["even layers go first", "odd layers go first"])
def test_chains_of_either_parity_agree_with_the_dense_determinant(rng, layers, sizes):
    network = random_chain(rng, [sizes[l % 2] for l in range(layers)])
    beta = unit_scale(network) / 2
    assert paramagnet(network, [1 / beta]).log_z[0] == pytest.approx(dense_log_z(network, beta), rel=1e-13)
