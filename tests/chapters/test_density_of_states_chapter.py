"""Chapter 3: what three networks say of the width, and what their leading vectors predict."""

import numpy as np
import pytest

import dnnising as di
from book.claims.claim import Verdict
from book.claims.nulls import arrangement, wider
from dnnising.results import Cells, stored


def networks(**depths):
    """Two samples of each kind; depths by name: trained, rotated, across, per spin."""
    parameters, fields = {}, {}
    for name, of_kinds in depths.items():
        for kind, depth in zip(("trained", "rotated", "across"), of_kinds):
            for sample in range(2):
                cell = f"{name}/{kind}/{sample}"
                parameters[cell] = {"name": name, "kind": kind, "sample": sample}
                lowest = np.array(-10.0 * depth - 0.001 * sample)
                fields[cell] = {"lowest_energy": lowest, "n_spins": np.array(10)}
    return Cells("leading_vectors", "quick", {}, parameters, fields)


@pytest.mark.parametrize(
    ("depths", "verdict"),
    [
        ({"one": (2.7, 3.0, 1.6), "two": (2.5, 2.6, 1.1)}, Verdict.REFUTED),  # random vectors do as well
        ({"one": (2.7, 1.7, 1.6), "two": (2.5, 1.2, 1.1)}, Verdict.REPRODUCED),  # without vectors all is lost
        ({"one": (2.7, 3.0, 1.6), "two": (2.7, 2.3, 1.1)}, Verdict.DIFFERS),  # one network each way
    ],
)
def test_where_weights_stand_is_judged_by_all_networks(depths, verdict):
    (claim,) = arrangement(networks(**depths))
    assert claim.verdict is verdict
    assert all(name in claim.ours for name in depths)


@pytest.mark.parametrize(
    ("depths", "verdict"),
    [
        ({"one": (2.7, 3.0, 1.6), "two": (2.5, 2.6, 1.1)}, Verdict.REPRODUCED),
        ({"one": (1.7, 3.0, 1.6), "two": (1.1, 2.6, 1.1)}, Verdict.REFUTED),  # no further than searches miss
        ({"one": (2.7, 3.0, 1.6), "two": (1.1, 2.6, 1.1)}, Verdict.DIFFERS),
    ],
)
def test_which_is_wider_is_judged_by_all_networks(depths, verdict):
    (claim,) = wider(networks(**depths))
    assert claim.verdict is verdict
    assert all(name in claim.ours for name in depths)


def test_the_leading_vectors_know_which_of_two_is_deeper():
    """Trained against rotated, in every stored network, by the exact theory of one direction and by that with
    noise; and annealing is never worse than what the leading vectors carry."""
    three = stored("leading_vectors")
    for name in three.values("name"):
        of = three.select(name=name).by("kind")
        found, exact, theory = (
            of["trained"][field].mean(axis=0) - of["rotated"][field].mean(axis=0)
            for field in ("lowest_energy", "predicted_energy", "theory_energies")
        )
        assert np.sign(exact) == np.sign(theory[-1]) == np.sign(found), name
        assert theory[-1] == pytest.approx(found, rel=0.25), name
    for cell in three:
        assert cell.one["lowest_energy"] <= cell.one["carried_energy"]


@pytest.mark.slow
def test_the_leader_that_a_shuffle_leaves_mpnet_is_the_mean_of_its_weights():
    try:
        network = di.load_network("mpnet", range(6, 7))
    except di.MissingExtraError as error:
        pytest.skip(str(error))
    for J in di.shuffle(network, within=True, rng=0).couplings[2:3]:
        assert abs(J.mean()) * np.sqrt(J.size) > 0.9 * np.linalg.norm(J.astype(float), 2)
