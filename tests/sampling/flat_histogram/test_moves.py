from itertools import product

import numpy as np
import pytest

import dnnising as di
from dnnising.sampling.flat_histogram import moves as module
from dnnising.sampling.flat_histogram.moves import increments, most_likely_log_g
from tests.mutants import put_mutant

REACH = 2


def every_move():
    """All single flips of the 3x3 lattice, by level and by how many levels they lead up."""
    lattice = di.square_lattice(3)
    bins = di.energy_bins(lattice)
    moves = np.zeros((bins.number, 2 * REACH + 1), dtype=np.int64)
    for spins in product([-1, 1], repeat=9):
        state = np.array(spins)
        here = bins.index(lattice.energy(lattice.unflatten(state)))
        for i in range(9):
            state[i] *= -1
            moves[here, bins.index(lattice.energy(lattice.unflatten(state))) - here + REACH] += 1
            state[i] *= -1
    return bins, moves


def error():
    """Against Beale, of ln g from moves that are exact but made at some levels more often than at others."""
    bins, moves = every_move()
    exact = di.beale_dos(3)
    levels = np.array([bins.index(energy) for energy in exact.energies])
    often = 10**6 * (1 + np.arange(bins.number) % 3)
    rough = np.zeros(bins.number)
    rough[levels] = exact.log_g + 5.0 + 0.5 * np.cos(levels)
    try:
        found = module.most_likely_log_g(moves * often[:, None], increments(rough[None]))
    except di.NotConvergedError:  # a wrong sign leads away from the maximum
        return np.inf
    assert np.array_equal(np.flatnonzero(np.isfinite(found)), levels)
    difference = found[levels] - exact.log_g
    return np.abs(difference - difference.mean()).max()


def test_exact_moves_give_the_exact_density():
    """What remains of the guess, half a nat off, has the weight of one proposal among a million."""
    assert error() <= 1e-5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        (
            "_pairs",
            "moves[:-d, reach + d], moves[d:, reach - d]",
            "moves[:-d, reach - d], moves[d:, reach + d]",
        ),
        ("_pairs", "np.log(made[low] / made[low + d])", "np.zeros(low.size)"),
        ("_pairs", "np.log(made[low] / made[low + d])", "np.log(made[low + d] / made[low])"),
        ("most_likely_log_g", "log_odds + log_g[high] - log_g[low]", "log_odds + log_g[low] - log_g[high]"),
        ("most_likely_log_g", "up - (up + down) * chance", "down - (up + down) * chance"),
    ],
)
def test_the_same_test_rejects_a_wrong_estimator(monkeypatch, name, right, wrong):
    put_mutant(monkeypatch, module, name, right, wrong)
    assert error() > 0.1


def test_where_no_moves_were_made_the_walkers_own_increments_count():
    log_g = np.array([[0.0, 3.0, 5.0, 4.0, 0.0], [0.0, 0.0, 16.0, 14.0, 0.0], [0.0, 0.0, 0.0, 7.0, 9.5]])
    found = most_likely_log_g(np.zeros((5, 3), dtype=np.int64), increments(log_g))
    assert np.isnan(found[0])
    assert np.diff(found[1:]) == pytest.approx([2.0, -1.5, 2.5])


def test_a_hundred_moves_outweigh_them():
    """Half of the higher level's and all of the lower's join the two, so g doubles; the walker says equal."""
    own = increments(np.array([[1.0, 1.0]]))
    found = most_likely_log_g(np.array([[0, 0, 100], [50, 50, 0]]), own)
    assert 0.9 * np.log(2) < np.diff(found)[0] < np.log(2)


def test_moves_in_one_direction_alone_stay_finite():
    found = most_likely_log_g(np.array([[0, 0, 10**6], [0, 10**6, 0]]), increments(np.array([[1.0, 1.0]])))
    assert 5 < np.diff(found)[0] < 20


def test_levels_in_two_pieces_are_refused():
    with pytest.raises(ValueError, match="do not overlap"):
        most_likely_log_g(
            np.zeros((4, 3), dtype=np.int64),
            increments(np.array([[1.0, 2.0, 0.0, 0.0], [0.0, 0.0, 1.0, 2.0]])),
        )
    with pytest.raises(ValueError, match="no walker has visited two levels"):
        most_likely_log_g(np.zeros((2, 3), dtype=np.int64), increments(np.array([[1.0, 0.0]])))


def test_increments_that_are_far_off_take_their_steps(monkeypatch):
    """500 nats between levels that are as large as each other, a nat a step; too few steps are not silent."""
    moves, own = np.array([[0, 0, 10**6], [10**6, 0, 0]]), increments(np.array([[1.0, 501.0]]))
    assert most_likely_log_g(moves, own) == pytest.approx([0.0, 0.0], abs=1e-2)
    monkeypatch.setattr(module, "_STEPS", 100)
    with pytest.raises(di.NotConvergedError, match=r"the last of 100 steps .* make more flips") as caught:
        most_likely_log_g(moves, own)
    assert 300 < np.diff(caught.value.run)[0] < 500
