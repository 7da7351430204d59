from importlib import import_module

import numpy as np
import pytest
import torch
from scipy import stats

import dnnising as di
from dnnising import resuming
from dnnising.dynamics import GPTConfig, as_gpt2, load_checkpoint, train_gpt
from dnnising.errors import DataFormatError

TINY = GPTConfig(blocks=2, heads=2, width=16, context=8, batch=4, initialisation="torch")
TEXT = "Tomorrow, and tomorrow, and tomorrow, creeps in this petty pace from day to day. " * 20


def trained(at, seed=0, **options):
    return list(train_gpt(TINY, TEXT, rng=np.random.default_rng(seed), iterations=at, **options))


def same(one, other):
    groups = ("state", "moments")
    return (
        (one.iteration, one.loss, one.config) == (other.iteration, other.loss, other.config)
        and all(getattr(one, group).keys() == getattr(other, group).keys() for group in groups)
        and all(
            np.array_equal(array, getattr(other, group)[name])
            for group in groups
            for name, array in getattr(one, group).items()
        )
        and np.array_equal(one.generator, other.generator)
    )


@pytest.fixture(scope="module", autouse=True)
def few_windows():
    """Losses are measured on 256 windows, an eighth of what they are otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("dnnising.dynamics.gpt.training"), "_WINDOWS", 256)
        yield


@pytest.fixture(scope="module")
def checkpoint():
    return trained((30,))[0]


@pytest.mark.slow
@pytest.mark.parametrize("stop", [0, 1, 25])
def test_a_resumed_run_equals_an_unbroken_one_bit_for_bit(stop, tmp_path):
    (unbroken,), (part,) = trained((40,)), trained((stop,))
    part.save(tmp_path / "gpt.npz")
    again, resumed = trained((stop, 40), path=tmp_path / "gpt.npz")
    assert same(again, part)
    assert same(resumed, unbroken)
    assert same(load_checkpoint(tmp_path / "gpt.npz"), unbroken)


@pytest.mark.slow
def test_checkpoints_that_were_passed_come_again_and_others_cannot(tmp_path, monkeypatch):
    monkeypatch.setattr(resuming, "SAVE_SECONDS", -1.0)  # after every update, most of which nobody asked for

    def stop(done, total, shown):
        if done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained((0, 5, 9), path=tmp_path / "gpt.npz", progress=stop)
    assert load_checkpoint(tmp_path / "gpt.npz").iteration == 7
    with pytest.raises(
        ValueError, match=r"iteration 7 and has not kept \[3, 6\]: leave them out of iterations"
    ):
        trained((3, 5, 6, 9), path=tmp_path / "gpt.npz")
    all_of_them, unbroken = trained((0, 5, 9), path=tmp_path / "gpt.npz"), trained((0, 5, 9))
    assert all(map(same, all_of_them, unbroken))
    assert di.store.load(tmp_path / "gpt.npz")[1]["iteration"] == [0, 5, 9]


@pytest.mark.slow
def test_the_seed_decides_and_looking_changes_nothing():
    assert same(trained((40,))[0], trained((0, 7, 40))[-1])
    assert not same(trained((40,))[0], trained((40,), seed=1)[0])


def test_what_is_saved_comes_back(checkpoint, tmp_path):
    checkpoint.save(tmp_path / "gpt.npz")
    assert same(load_checkpoint(tmp_path / "gpt.npz"), checkpoint)
    with np.load(tmp_path / "gpt.npz", allow_pickle=False) as file:
        assert all(file[name].dtype != object for name in file.files)


def test_a_file_of_something_else_is_refused(tmp_path):
    di.store.save(tmp_path / "other.npz", {"numbers": np.arange(3)}, {})
    with pytest.raises(DataFormatError, match="holds no checkpoint"):
        load_checkpoint(tmp_path / "other.npz")


def test_checkpoints_are_copies():
    first, last = trained((0, 20))
    assert not np.array_equal(first.state["head.weight"], last.state["head.weight"])


def test_an_update_is_adamws(checkpoint):
    """One step by hand from the stored moments, against the next checkpoint."""
    (after,) = trained((31,))
    name = "blocks.1.attention.key.weight"
    mean, square = (after.moments[f"{kind}/{name}"].astype(float) for kind in ("mean", "square"))
    step = (mean / (1 - 0.9**31)) / (np.sqrt(square / (1 - 0.999**31)) + 1e-8)
    decayed = checkpoint.state[name] * (1 - 1e-3 * 0.01)
    assert after.state[name] == pytest.approx(decayed - 1e-3 * step, abs=1e-7)


def test_a_uniform_guess_costs_the_logarithm_of_the_vocabulary():
    config = GPTConfig(blocks=1, heads=2, width=16, context=8)  # all weights small: no prediction at all
    (start,) = train_gpt(config, TEXT, rng=np.random.default_rng(0), iterations=(0,))
    assert start.loss == pytest.approx([np.log(len(set(TEXT)))] * 2, abs=0.01)


@pytest.mark.slow
def test_nothing_is_learnt_from_the_text_held_back():
    """A text of noise whose last tenth has other letters: they cannot be foreseen."""
    letters = np.random.default_rng(0).choice(list("ab"), 2000)
    letters[-200:] = np.random.default_rng(1).choice(list("cd"), 200)
    (end,) = train_gpt(TINY, "".join(letters), rng=np.random.default_rng(0), iterations=(300,))
    assert end.loss.train < 0.75  # ln 2 is all there is to know
    assert end.loss.validation > 3


def test_progress_is_told_of_every_update():
    told = []
    trained((0, 5), progress=lambda done, total, shown: told.append((done, total)))
    assert told == [(done, 5) for done in range(6)]


@pytest.mark.slow
def test_a_gpt_2_of_transformers_computes_the_same(checkpoint):
    model = as_gpt2(checkpoint)
    tokens = torch.randint(len(checkpoint.characters), (3, 8), generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        ours, theirs = checkpoint.model()(tokens), model(tokens).logits
    assert ours.numpy() == pytest.approx(theirs.numpy(), abs=1e-5)


def test_it_becomes_a_spin_glass_in_memory_and_from_a_folder(checkpoint, tmp_path):
    network = di.load_network(as_gpt2(checkpoint))
    assert network.n_spins == 16 * (7 * 2 + 1)
    assert network.n_bonds == 10 * 16**2 * 2
    parts = (checkpoint.state[f"blocks.1.attention.{kind}.weight"] for kind in ("query", "key", "value"))
    assert network.couplings[4] == pytest.approx(sum(parts).T, abs=1e-6)
    assert np.array_equal(network.couplings[7], checkpoint.state["blocks.1.down.weight"].T)
    as_gpt2(checkpoint).save_pretrained(tmp_path)
    again = di.load_network(tmp_path)
    assert all(map(np.array_equal, again.couplings, network.couplings))


def test_the_matrices_of_heads_are_what_the_heads_multiply_by(checkpoint):
    keys = checkpoint.head_matrices("key", block=1)
    assert keys.shape == (2, 16, 8)
    x = np.random.default_rng(0).normal(size=16).astype(np.float32)
    whole = checkpoint.model().blocks[1].attention.key(torch.tensor(x)).detach().numpy()
    assert np.concatenate([x @ head for head in keys]) == pytest.approx(whole, abs=1e-5)
    with pytest.raises(ValueError, match="'keys' of block 0"):
        checkpoint.head_matrices("keys")
    with pytest.raises(ValueError, match="blocks 0 to 1"):
        checkpoint.head_matrices("key", block=2)


def test_contradictory_requests_are_refused(checkpoint, tmp_path):
    rng = np.random.default_rng(0)
    checkpoint.save(tmp_path / "gpt.npz")
    with pytest.raises(ValueError, match="differs in config"):
        train_gpt(GPTConfig(), TEXT, rng=np.random.default_rng(0), path=tmp_path / "gpt.npz")
    with pytest.raises(ValueError, match="iterations must increase"):
        train_gpt(TINY, TEXT, rng=rng, iterations=(10, 10))
    with pytest.raises(ValueError, match="it needs 90"):
        train_gpt(TINY, TEXT[:80], rng=rng)


def marchenko_pastur_p_value(heads):
    """Against the eigenvalues of Gaussian matrices of the same size, all scaled to a mean of 1."""
    found = np.concatenate([np.linalg.svd(W, compute_uv=False) ** 2 for W in heads.astype(float)])
    noise = np.random.default_rng(9).normal(size=(400, *heads.shape[1:]))
    expected = (np.linalg.svd(noise, compute_uv=False) ** 2).ravel()
    return stats.ks_2samp(found / found.mean(), expected / expected.mean()).pvalue


@pytest.mark.parametrize(
    ("config", "updates", "loss"),
    [
        pytest.param(
            GPTConfig(blocks=1, context=16, learning_rate=4e-3),
            100,
            2.8,
            id="one block",
            marks=pytest.mark.slow,
        ),
        pytest.param(GPTConfig(), 500, 2.5, id="reference", marks=pytest.mark.soak),
    ],
)
def test_the_keys_of_the_plays_start_as_noise_and_leave_it(config, updates, loss):
    """From ln 79 = 4.4 nats to less than letters that know nothing of each other, 3.3; not to a leak's 0."""
    start, end = train_gpt(
        config, di.dynamics.shakespeare(), rng=np.random.default_rng(0), iterations=(0, updates)
    )
    assert marchenko_pastur_p_value(start.head_matrices("key")) > 1e-3
    assert marchenko_pastur_p_value(end.head_matrices("key")) < 1e-4
    assert 1.5 < end.loss.validation < loss < 4.3 < start.loss.validation
