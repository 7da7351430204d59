"""The zoo: what learns in it, and how its result is read."""

import numpy as np
import pytest
import torch

import dnnising as di
from book.experiments import learners, zoo as experiment
from book.readings import zoo
from book.readings.law import all_networks
from dnnising.dynamics import shakespeare
from dnnising.results import Cells
from tests.mutants import put_mutant

FAMILIES = sorted(learners.FAMILIES)
PAGE = shakespeare()[:20_000]


@pytest.fixture(autouse=True)
def a_page(monkeypatch):
    """In place of all plays, which take seconds to count."""
    monkeypatch.setattr(learners, "shakespeare", lambda: PAGE)


def tiny(family, initialisation="normal", at=(0, 2), twin=None, seed=0):
    shape = learners.Shape(16, 1, initialisation)
    return learners.learner(family, np.random.default_rng(seed), shape, at, twin)


def matrices(look):
    return [matrix.copy() for matrix in di.load_network(look.model).couplings]


# --- what learns --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_a_twin_starts_where_its_model_does_and_learns_something_else(family):
    models, twins = (
        [matrices(look) for look in tiny(family, twin=twin).looks]
        for twin in (None, np.random.default_rng(1))
    )
    assert all(map(np.array_equal, models[0], twins[0]))
    assert not any(map(np.array_equal, models[1], twins[1]))


@pytest.mark.parametrize("family", FAMILIES)
def test_initial_weights_are_as_wide_as_is_said(family):
    """Of a block's couplings the third, H to F, is one matrix of the model as it is."""
    for initialisation in ("normal", "torch"):
        (look,) = tiny(family, initialisation, at=(0,)).looks
        up = matrices(look)[2]  # H to F
        assert up.shape == (16, 64)
        spread = learners.Shape(16, 1, initialisation).spread
        assert up.std() == pytest.approx(spread, rel=0.1)  # 1,024 weights: 2 % an error
        assert abs(up.mean()) < 0.15 * spread


def test_shuffled_plays_keep_their_letters_and_nothing_else(monkeypatch):
    monkeypatch.setattr(learners, "shakespeare", lambda: "to be or not to be — " * 100)
    twin = learners._plays(np.random.default_rng(0))
    assert sorted(twin) == sorted(learners._plays(None))
    pairs = ("to", "be", "or", "no")
    assert [twin.count(pair) < learners._plays(None).count(pair) / 2 for pair in pairs] == [True] * 4


def test_the_loss_of_chance_is_the_entropy_of_letters():
    """Frequencies 3/4 and 1/4, up to the one that is added: -(3 ln 3/4 + ln 1/4)/4."""
    tokens = torch.tensor([0, 0, 0, 1] * 10_000)
    assert learners.chance_loss(tokens, tokens[:400]) == pytest.approx(0.562335, abs=1e-5)
    assert learners.chance_loss(tokens, torch.tensor([2])) == pytest.approx(np.log(40_003))


def test_digits_are_learnt_and_shuffled_labels_are_not():
    for twin, verdict in ((None, True), (np.random.default_rng(1), False)):
        learner = tiny("vit", "torch", at=(150,), twin=twin)
        (look,) = learner.looks
        assert (look.validation_loss < zoo.LEARNT * learner.chance_loss) == verdict


@pytest.mark.parametrize("family", ["bert", "vit"])
def test_where_one_looks_does_not_change_what_is_learnt(family):
    (*_, last), (again,) = tiny(family, at=(0, 1, 3)).looks, tiny(family, at=(3,)).looks
    assert all(map(np.array_equal, matrices(last), matrices(again)))


def test_a_bert_sees_no_character_that_it_has_to_fill_in(monkeypatch):
    """Of two letters, each drawn by itself, nobody knows more than ln 2; who sees the answer does."""
    letters = np.random.default_rng(0).integers(2, size=20_000)
    monkeypatch.setattr(learners, "shakespeare", lambda: "".join("ab"[i] for i in letters))
    (look,) = tiny("bert", at=(200,)).looks
    assert look.validation_loss == pytest.approx(np.log(2), rel=0.05)
    put_mutant(monkeypatch, learners, "_bert", "windows.masked_fill(masked, mask)", "windows")
    monkeypatch.setitem(learners.FAMILIES, "bert", learners._bert)
    (look,) = tiny("bert", at=(200,)).looks
    assert look.validation_loss < 0.5 * np.log(2)


def test_cells_of_more_samples_leave_those_that_are_there(monkeypatch):
    before = experiment.cells("full")
    monkeypatch.setitem(experiment.SAMPLES, "full", experiment.SAMPLES["full"] + 1)
    after = experiment.cells("full")
    assert len(after) == len(before) + 18
    assert list(after)[: len(before)] == list(before)
    assert all(after[name].stream == before[name].stream for name in before)


# --- how it is read -----------------------------------------------------------------------------------------


def made_up(found, said, *, losses=(0.5, 1.0), spread=0.0, T_c=(2.0, 1.0), across=-50.0, squares=4.0):
    """Cells of 100 spins with E(trained) - E(rotated) = `found` and laws that say `said`, a number each."""
    parameters, fields = {}, {}
    for k, (difference, prediction) in enumerate(zip(found, said)):
        name = f"gpt/32/normal/{k}"
        parameters[name] = {"family": "gpt", "width": 32, "initialisation": "normal", "sample": k}
        rotated = np.array([-100 - spread, -100 + spread])
        shape = (2, 2)  # data, checkpoints
        fields[name] = {
            "n_spins": np.array(100),
            "ranks": np.array([0, 4]),
            "chance_loss": np.array([2.0, 2.0]),
            "validation_loss": np.array([[2.0, 2 * loss] for loss in losses]),
            "squares": np.full(shape, squares),
            "transition_temperature": np.array([[np.nan, T] for T in T_c]),
            "lowest_energy": np.stack([np.zeros(2), np.full(2, -100 + difference)], axis=1),
            "lowest_energy_rotated": np.broadcast_to(rotated, (2, 2, 2)),
            "lowest_energy_across": np.full(shape, across),
            "lowest_energy_within": np.full(shape, -100.0),
            "predicted_energy": np.full(shape, -90.0 + prediction),
            "predicted_energy_rotated": np.full((2, 2, 2), -90.0),
            "theory_energies": np.broadcast_to([-80.0, -80.0 - prediction], (2, 2)),
            "theory_energies_rotated": np.full((2, 2, 2), -80.0),
        }
    return Cells("zoo", "quick", {}, parameters, fields)


def test_differences_are_per_spin_and_in_units_of_the_weights():
    """√(N Σ J²) = 20: 10 lower is 1/2 lower."""
    networks = zoo.zoo_networks(made_up([-10.0], [-5.0]))
    assert networks["data"].tolist() == ["real", "twin"]
    assert networks["found"].tolist() == [-0.5, -0.5]
    assert networks[zoo.RANK_ONE].tolist() == [-0.25, -0.25]
    assert networks[zoo.in_noise(0)].tolist() == [0.0, 0.0]
    assert networks[zoo.in_noise(4)].tolist() == [0.25, 0.25]
    assert networks["ratio_across"].tolist() == [2.2, 2.2]
    assert networks["transition"].tolist() == [10.0, 5.0]


def test_a_law_is_right_wrong_open_or_silent():
    found = np.array([-10.0, 10.0] * 5)
    cases = {
        "right": (found, "right", 20, 20, 0, 1.0),
        "wrong": (-found, "wrong", 0, 20, 0, -1.0),
        "a coin": (np.abs(found), "open", 10, 20, 0, np.nan),
        "silent": (0 * found, "open", 0, 0, 20, np.nan),
    }
    for said, verdict, right, told, silent, correlation in cases.values():
        networks = zoo.zoo_networks(made_up(found, said))
        read = zoo.signs(networks, zoo.RANK_ONE)
        assert read[:3] == (right, told, silent)
        assert read.by_constant == told / 2
        assert read.correlation == pytest.approx(correlation, nan_ok=True)
        assert read.verdict == verdict
        opposite = zoo.signs(networks, zoo.in_noise(4))
        assert opposite.verdict == {"right": "wrong", "wrong": "right"}.get(verdict, "open")
        assert zoo.signs(networks, zoo.in_noise(0)).silent == 20


def test_what_theory_does_not_solve_is_silence():
    cells = made_up([-10.0, -11.0, -12.0], [-1.0, -2.0, np.nan])
    read = zoo.signs(zoo.zoo_networks(cells), zoo.RANK_ONE)
    assert (read.right, read.told, read.silent) == (4, 4, 2)
    assert read.correlation == pytest.approx(1.0)


def test_five_of_five_are_too_few():
    """By a coin, 2/2⁵ = 1/16."""
    networks = zoo.zoo_networks(made_up([-10.0] * 5, [-1.0] * 5))
    read = zoo.signs(networks[networks["data"] == "real"], zoo.RANK_ONE)
    assert (read.right, read.told, read.by_constant, read.verdict) == (5, 5, 5, "open")
    assert read.probability == pytest.approx(1 / 16)


def test_what_lies_between_its_rotated_samples_has_no_sign():
    read = zoo.signs(zoo.zoo_networks(made_up([-10.0] * 9, [-1.0] * 9, spread=20.0)), zoo.RANK_ONE)
    assert (read.told, read.silent) == (0, 0)


@pytest.mark.parametrize(
    ("losses", "pairs"), [((0.5, 1.0), 2), ((0.79, 0.96), 2), ((0.81, 1.0), 0), ((0.5, 0.9), 0)]
)
def test_only_pairs_of_a_trained_model_and_an_untaught_twin_are_read(losses, pairs):
    assert len(zoo.sound(zoo.zoo_networks(made_up([1.0], [1.0], losses=losses)))) == pairs


def test_model_and_twin_are_compared_pair_by_pair():
    networks = zoo.zoo_networks(made_up([-10.0, -12.0, -11.0], [-1.0] * 3))
    higher = networks["ratio_across"].where(networks["data"] == "twin", networks["ratio_across"] + 1.0)
    noise = 0.1 * np.arange(len(networks))
    for shift, verdict in ((higher, "more"), (2 * networks["ratio_across"] - higher, "less")):
        mean, said = zoo.compared(
            zoo.left_by_data(networks.assign(ratio_across=shift + noise), "ratio_across")
        )
        assert said == verdict
        assert abs(mean) == pytest.approx(1.0, abs=0.2)
    same = zoo.left_by_data(networks, "ratio_across")
    assert zoo.compared(same)[1] == "open"
    assert zoo.compared(np.array([1.0, -1.0, 1.5]))[1] == "open"
    with pytest.raises(ValueError, match="at least 2 values"):
        zoo.compared(np.array([1.0]))


def test_a_pair_without_a_transition_is_left_out():
    networks = zoo.zoo_networks(made_up([-10.0] * 2, [-1.0] * 2, T_c=(2.0, np.nan)))
    assert zoo.left_by_data(networks, "transition").size == 0


# --- with networks trained elsewhere ------------------------------------------------------------------------


def elsewhere(**differences):
    """Two samples of trained and rotated networks; E(trained) - E(rotated) found and said by both laws."""
    parameters, fields = {}, {}
    for name, (found, said) in differences.items():
        for kind, more in (("trained", 1), ("rotated", 0)):
            for sample in range(2):
                cell = f"{name}/{kind}/{sample}"
                parameters[cell] = {"name": name, "kind": kind, "sample": sample}
                fields[cell] = {
                    "lowest_energy": np.array(-200.0 + more * found + 0.01 * sample),
                    "predicted_energy": np.array(-180.0 + more * said),
                    "ranks": np.array([0, 4]),
                    "theory_energies": np.array([-160.0, -160.0 + more * said]),
                }
    return Cells("leading_vectors", "full", {}, parameters, fields)


def test_all_networks_are_judged_together():
    networks = all_networks(elsewhere(one=(20, 10), two=(-40, -5)), made_up([-10, 30], [-5, 12]))
    assert networks["data"].tolist() == ["pretrained", "pretrained", "real", "twin", "real", "twin"]
    assert networks["found"].tolist() == pytest.approx([0.1, -0.2, -0.1, -0.1, 0.3, 0.3], rel=1e-3)
    judged = zoo.signs(networks, zoo.RANK_ONE)
    assert (judged.right, judged.told) == (6, 6)
    assert judged.correlation == pytest.approx(1.0, abs=0.2)
    wrong = zoo.signs(all_networks(elsewhere(one=(20, -10)), made_up([-10], [5])), zoo.RANK_ONE)
    assert (wrong.right, wrong.told) == (0, 3)


def test_what_has_not_learnt_is_left_out_there_as_well():
    networks = all_networks(elsewhere(one=(20, 10)), made_up([-10], [-5], losses=(1.0, 1.0)))
    assert networks["name"].tolist() == ["one"]
