"""`rng` is one thing everywhere, a numpy Generator or an integer seed; all else is refused at once."""

import dataclasses
import inspect
import re

import numpy as np
import pandas as pd
import pytest
import torch

import dnnising as di
from dnnising import randomness, sampling
from dnnising.dynamics import GPTConfig
from dnnising.landscapes import loss_function
from dnnising.randomness import generator_of, torch_generator, torch_seeded
from dnnising.sampling import Windows
from dnnising.students import TeacherStudent
from tests.conftest import random_chain
from tests.public import public_functions
from tests.weights.tiny_models import tiny_model

WRONG = {
    "None": None,
    "True": True,
    "numpy's True": np.True_,
    "a float": 0.0,
    "a string": "0",
    "a list": [0],
    "an array": np.array(0),
    "a RandomState": np.random.RandomState(0),
    "numpy.random": np.random,
    "default_rng, not called": np.random.default_rng,
    "a SeedSequence": np.random.SeedSequence(0),
    "a torch generator": torch.Generator(),
    "a negative seed": -1,
    "numpy's negative seed": np.int64(-1),
}


def doors():
    """Public functions that take `rng`; the module that turns it into a generator is not one of them."""
    return [
        function
        for function in public_functions()
        if "rng" in inspect.signature(function).parameters and function.__module__ != randomness.__name__
    ]


def name_of(function):
    return f"{function.__module__.removeprefix('dnnising.')}.{function.__qualname__}"


class Untouched:
    """Stands for every other argument; whoever looks at it has begun to work."""

    def __getattribute__(self, name):
        raise AssertionError(f"{name} was asked for before rng was checked")


def call_with(function, rng):
    """Call a function with this rng and no other argument that could be used."""
    needed = [
        name
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.default is parameter.empty and name != "rng"
    ]
    return function(**dict.fromkeys(needed, Untouched()), rng=rng)


def check_refusal(function, wrong):
    with pytest.raises((TypeError, ValueError), match=r"rng must be a numpy Generator.* or an integer") as e:
        call_with(function, wrong)
    received = str(wrong) if isinstance(wrong, np.integer) else repr(wrong)
    assert received[:20] in str(e.value), "the message does not say what was received"


@pytest.mark.parametrize("function", doors(), ids=name_of)
def test_what_is_no_generator_is_refused_before_any_work(function):
    for wrong in WRONG.values():
        if wrong is not None or inspect.signature(function).parameters["rng"].default is not None:
            check_refusal(function, wrong)


@pytest.mark.parametrize("function", doors(), ids=name_of)
def test_a_docstring_says_what_rng_may_be(function):
    assert re.search(r"^ +rng: a numpy Generator, or an integer seed for one[.;]", function.__doc__, re.M)


CHAIN = random_chain(np.random.default_rng(1), (4, 6, 4))
LONG_CHAIN = random_chain(np.random.default_rng(1), (9, 9, 9))
MEMORIES = np.random.default_rng(1).choice([-1, 1], size=(12, 40))
DENSE = di.models.sherrington_kirkpatrick(12, rng=np.random.default_rng(1))
GLASS = di.spherical_pspin(3, 4, rng=np.random.default_rng(1))
TASK = TeacherStudent(examples=20)
STUDENTS = {"task": TASK, "temperature": 0.1, "weight_scale": 0.5, "updates": 8, "snapshots": 2, "runs": 2}
GPT = GPTConfig(blocks=1, heads=1, width=4, context=4)
INPUTS, TARGETS = torch.linspace(-1, 1, 12).reshape(6, 2), torch.tensor([0, 1, 0, 1, 1, 0])
LAYERS = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2)).requires_grad_(
    True
)
with torch.no_grad():
    for parameter in LAYERS.parameters():
        parameter.copy_(torch.linspace(-1, 1, parameter.numel()).reshape(parameter.shape))
LOSS = loss_function(LAYERS, INPUTS, TARGETS)
POINT = torch.linspace(-1, 1, sum(parameter.numel() for parameter in LAYERS.parameters()))
TAIL = np.random.default_rng(1).pareto(2.0, 40) + 1


def trained(rng):
    model = torch.nn.Linear(2, 2)
    with torch.no_grad():
        model.weight.fill_(0.1), model.bias.zero_()
    return di.landscapes.train(model, INPUTS, TARGETS, rng=rng, epochs=2, batch=2)


CALLS = {
    di.anneal: lambda rng: di.anneal(LONG_CHAIN, rng=rng, sweeps=1, runs=1),
    di.density_of_states: lambda rng: di.density_of_states(LONG_CHAIN, rng=rng, sweeps=400),
    di.parallel_tempering: lambda rng: di.parallel_tempering(CHAIN, rng=rng, sweeps=20),
    sampling.sample_overlaps: lambda rng: sampling.sample_overlaps(
        CHAIN, np.ones((1, CHAIN.n_spins)), [0.1, 0.5], rng=rng, sweeps=20
    ),
    sampling.binder_crossings: lambda rng: sampling.binder_crossings(
        [1.0, 2.0], [np.random.default_rng(0).uniform(1, 2, (3, 2, 2)) for _ in range(2)], rng=rng
    ),
    di.quench: lambda rng: di.quench(CHAIN, rng=rng),
    di.replica_exchange_wang_landau: lambda rng: di.replica_exchange_wang_landau(
        di.square_lattice(4), rng=rng, max_flips=20_000, windows=Windows(number=2, overlap=0.75)
    ),
    di.rotate: lambda rng: di.rotate(CHAIN, rng=rng),
    di.shuffle: lambda rng: di.shuffle(CHAIN, rng=rng),
    di.spherical_pspin: lambda rng: di.spherical_pspin(3, 4, rng=rng),
    di.SphericalPSpin.random_spins: lambda rng: GLASS.random_spins(2, rng),
    di.wang_landau: lambda rng: di.wang_landau(CHAIN, rng=rng, max_flips=10_000),
    di.generalisation.enumerate_students: lambda rng: di.generalisation.enumerate_students(
        5, [2, 4], samples=2, rng=rng
    ),
    di.students.phase_diagram: lambda rng: di.students.phase_diagram(
        [0.1], [0.5, 1.0], task=TASK, updates=8, snapshots=1, runs=2, rng=rng
    ),
    di.dynamics.simulate_dyson: lambda rng: di.dynamics.simulate_dyson(3, runs=2, time=0.1, rng=rng),
    di.dynamics.simulate_matrix: lambda rng: di.dynamics.simulate_matrix(3, runs=2, snapshots=2, rng=rng),
    di.dynamics.train_gpt: lambda rng: list(
        di.dynamics.train_gpt(GPT, "to be or not " * 9, rng=rng, iterations=(1,))
    ),
    di.dynamics.train_rbm: lambda rng: di.dynamics.train_rbm(updates=5, start="target", runs=2, rng=rng),
    di.students.train_students: lambda rng: di.students.train_students(rng=rng, **STUDENTS),
    di.students.vsdl_plane: lambda rng: di.students.vsdl_plane(
        [0.0, 0.5], [3], n_inputs=3, hidden=2, examples=8, new_examples=8, runs=2, rng=rng
    ),
    di.landscapes.concentration: lambda rng: di.landscapes.concentration(TAIL, rng=rng),
    di.landscapes.connect: lambda rng: di.landscapes.connect(LOSS, POINT, -POINT, rng=rng, steps=3, points=5),
    di.landscapes.critical_points: lambda rng: di.landscapes.critical_points(GLASS, rng=rng),
    di.landscapes.descend: lambda rng: di.landscapes.descend(GLASS, runs=2, rng=rng),
    di.landscapes.expected_critical_points: lambda rng: di.landscapes.expected_critical_points(
        3, 4, rng=rng, samples=20
    ),
    di.landscapes.extreme_eigenvalues: lambda rng: di.landscapes.extreme_eigenvalues(LOSS, POINT, rng=rng),
    di.landscapes.filter_directions: lambda rng: di.landscapes.filter_directions(LAYERS, 2, rng=rng),
    di.landscapes.ground_state_energies: lambda rng: di.landscapes.ground_state_energies(
        lambda own: di.models.sherrington_kirkpatrick(5, rng=own), samples=3, rng=rng
    ),
    di.landscapes.hessian_trace: lambda rng: di.landscapes.hessian_trace(LOSS, POINT, rng=rng, probes=3),
    di.landscapes.langevin: lambda rng: di.landscapes.langevin(
        GLASS, temperature=0.5, duration=0.1, rng=rng, runs=2, snapshots=2
    ),
    di.landscapes.mnist1d: lambda rng: di.landscapes.mnist1d(10, rng=rng),
    di.landscapes.relu_network: lambda rng: di.landscapes.relu_network((2, 3, 2), rng=rng),
    di.landscapes.train: trained,
    di.models.levy_glass: lambda rng: di.models.levy_glass(5, 1.0, rng=rng),
    di.models.sherrington_kirkpatrick: lambda rng: di.models.sherrington_kirkpatrick(5, rng=rng),
    di.sampling.anneal_dense: lambda rng: di.sampling.anneal_dense(DENSE, rng=rng, runs=2, sweeps=2),
    di.sampling.recall: lambda rng: di.sampling.recall(MEMORIES, np.ones(40), rng=rng),
    di.sampling.recall_overlaps: lambda rng: di.sampling.recall_overlaps(40, 0.2, samples=3, rng=rng),
    di.sampling.sk_ground_energies: lambda rng: di.sampling.sk_ground_energies(
        [6, 8], samples=3, rng=rng, runs=1, sweeps=1
    ),
    di.spectra.analyze: lambda rng: di.spectra.analyze(
        {"a": TAIL.reshape(10, 4), "b": np.outer(TAIL, TAIL)[:, :20] + np.eye(40, 20)},
        n_bootstrap=3,
        n_refits=3,
        randomise=True,
        rng=rng,
    ),
    di.spectra.fit_power_law: lambda rng: di.spectra.fit_power_law(TAIL, n_bootstrap=9, n_refits=9, rng=rng),
    di.spectra.gaussian_eigenvalues: lambda rng: di.spectra.gaussian_eigenvalues(5, 4, rng=rng),
    di.spectra.planted: lambda rng: di.spectra.planted("Heavy-Tailed", 40, 40, rng=rng),
    di.spectra.with_signal: lambda rng: di.spectra.with_signal(np.zeros((4, 3)), np.ones(2), rng=rng),
    di.weights.shuffle_model: lambda rng: di.weights.shuffle_model(tiny_model("BertModel"), rng=rng),
}


def same(one, other):
    """Whether two results agree in every bit, whatever they are made of."""
    if type(one) is not type(other):
        return False
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in dataclasses.fields(one))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, torch.nn.Module):
        return same(dict(one.named_parameters()), dict(other.named_parameters()))
    if isinstance(one, pd.DataFrame):
        return one.equals(other)
    if isinstance(one, torch.Tensor):
        one, other = one.detach().numpy(), other.detach().numpy()
    if isinstance(one, di.Estimate):
        return same((float(one), one.error), (float(other), other.error))
    if isinstance(one, (np.ndarray, float)):
        return np.array_equal(one, other, equal_nan=np.asarray(one).dtype.kind in "fc")
    return one == other


def check_seed(call):
    seeded = call(0)
    assert same(seeded, call(np.random.default_rng(0))), "the seed 0 is not default_rng(0)"
    return seeded


@pytest.mark.parametrize("function", doors(), ids=name_of)
def test_a_seed_is_the_generator_of_that_seed(function):
    assert function in CALLS, "a new function: add a small call of it"
    seeded = check_seed(CALLS[function])
    assert not same(seeded, CALLS[function](1)), "the seed decides nothing"


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.int32])
def test_numpys_integers_are_seeds_too(kind):
    assert same(generator_of(kind(7)).random(3), np.random.default_rng(7).random(3))


def test_what_is_drawn_from_one_generator_goes_on():
    rng = np.random.default_rng(0)
    assert generator_of(rng) is rng
    assert not same(di.quench(CHAIN, rng=rng), di.quench(CHAIN, rng=rng))


@pytest.mark.parametrize("device", ["cpu"])
def test_torch_is_seeded_by_one_draw(device):
    """Stored results depend on this very number."""
    rng, twin = np.random.default_rng(5), np.random.default_rng(5)
    seeded = torch_generator(rng, device)
    assert seeded.initial_seed() == int(twin.integers(2**63))
    assert rng.random() == twin.random()


def test_torch_s_own_generator_is_seeded_within_and_untouched_without():
    """Stored results depend on this very number."""
    twin = np.random.default_rng(5)
    before = torch.get_rng_state()
    with torch_seeded(np.random.default_rng(5)):
        assert torch.initial_seed() == int(twin.integers(2**31))
        torch.rand(3)
    assert torch.equal(torch.get_rng_state(), before)


def forgetful(*, rng):
    return rng.integers(3)


def late(model, *, rng):
    return model.energy, generator_of(rng)


def lazy(*, rng):
    yield generator_of(rng)


def anything(*, rng):
    return np.random.default_rng(rng)


@pytest.mark.parametrize(
    ("function", "wrong"),
    [(forgetful, "None"), (late, "None"), (lazy, "None"), (anything, "None"), (anything, "a negative seed")],
)
def test_the_check_sees_a_function_that_lets_it_pass(function, wrong):
    with pytest.raises((AssertionError, AttributeError, pytest.fail.Exception)):
        check_refusal(function, WRONG[wrong])


def test_the_check_sees_a_seed_that_is_used_twice():
    with pytest.raises(AssertionError, match="is not default_rng"):
        check_seed(lambda rng: (generator_of(rng).random(), generator_of(rng).random()))
