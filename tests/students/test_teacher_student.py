"""Students of a teacher: the compiled updates against torch's autograd, observables against plain loops."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from dnnising.students import TeacherStudent, compiled as compiled_students, train_students
from dnnising.students.batched import train_batched
from dnnising.students.history import observe
from dnnising.students.kernel import ACTIVATIONS, descend_batches
from dnnising.students.student import draw_batches, draw_student

DEFAULT = TeacherStudent()
DEEP = TeacherStudent(widths=(2, 5, 7, 6, 3), trained=(1, 3), activation="relu", examples=50)
LINEAR = TeacherStudent(widths=(4, 3, 2), trained=(0, 1), activation="identity", examples=30)


def network(task, flat):
    """The learning part of a student as a plain torch module."""
    hidden = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "identity": torch.nn.Identity}[task.activation]
    layers = []
    for matrix, learns in zip(task.matrices(flat), task.learning):
        linear = torch.nn.Linear(*matrix.shape, bias=False, dtype=torch.float64)
        linear.weight = torch.nn.Parameter(torch.tensor(matrix.T.copy()), requires_grad=bool(learns))
        layers += [linear, hidden()]
    return torch.nn.Sequential(*layers[:-1])


def half_square(net, x, y):
    return 0.5 * ((net(torch.tensor(x)) - torch.tensor(y)) ** 2).sum(dim=1).mean()


def flat_weights(net):
    return np.concatenate([w.detach().numpy().T.ravel() for w in net.parameters()])


def plain_loop(task, student, order, temperature):
    """torch's own modules, autograd and SGD at the rate ε = T B."""
    net = network(task, student.weights)
    learning = [w for w in net.parameters() if w.requires_grad]
    optimiser = torch.optim.SGD(learning, lr=temperature * order.shape[1])
    for chosen in order:
        optimiser.zero_grad()
        half_square(net, student.inputs[chosen], student.targets[chosen]).backward()
        optimiser.step()
    return flat_weights(net)


def compiled(task, student, order, temperature):
    weights, sizes = student.weights.copy(), np.array(task.learning_widths)
    activation = ACTIVATIONS[task.activation]
    descend_batches(
        weights, sizes, task.learning, activation, student.inputs, student.targets, order, temperature
    )
    return weights


@pytest.mark.parametrize(
    ("task", "batch", "updates"), [(DEFAULT, 4, 300), (DEEP, 6, 200), (LINEAR, 1, 200), (LINEAR, 5, 200)]
)
def test_compiled_updates_are_those_of_a_plain_torch_loop(task, batch, updates):
    student = draw_student(task, 0.5, np.random.default_rng(1))
    (order,) = draw_batches(student, updates, batch)
    expected = plain_loop(task, student, order, 0.03)
    assert np.abs(compiled(task, student, order, 0.03) - expected).max() < 1e-6
    assert np.abs(compiled(task, student, order, 0.0303) - expected).max() > 1e-6
    assert np.abs(compiled(task, student, order[::-1].copy(), 0.03) - expected).max() > 1e-6


@pytest.mark.parametrize("task", [DEFAULT, DEEP, LINEAR])
def test_batched_updates_are_the_compiled_ones(task):
    times = np.array([0, 3, 20])
    students = [draw_student(task, 0.5, own) for own in np.random.default_rng(2).spawn(3)]
    again = [draw_student(task, 0.5, own) for own in np.random.default_rng(2).spawn(3)]
    paths = train_batched(task, students, 0.03, 5, times, "cpu")
    for path, student in zip(paths, again):
        weights = student.weights
        for t, stretch in enumerate(np.diff(times)):
            (order,) = draw_batches(student, stretch, 5)
            student = type(student)(student.inputs, student.targets, weights, student.below, student.rng)
            weights = compiled(task, student, order, 0.03)
            assert np.abs(path[t + 1] - weights).max() < 1e-12
        assert not np.array_equal(path[0], path[2])


@pytest.mark.parametrize("task", [DEFAULT, DEEP, LINEAR])
def test_forward_is_torchs_own(task):
    rng = np.random.default_rng(8)
    matrices = [rng.standard_normal(shape) for shape in pairwise(task.widths)]
    x = rng.standard_normal((7, task.widths[0]))
    whole = replace(task, trained=tuple(range(task.depth)))  # so that `network` has all layers
    layers = network(whole, np.concatenate([matrix.ravel() for matrix in matrices]))
    expected = [x] + [layers[: 2 * l](torch.tensor(x)).detach().numpy() for l in range(1, task.depth)]
    expected.append(layers(torch.tensor(x)).detach().numpy())
    for phi, torchs in zip(task.forward(x, matrices), expected, strict=True):
        assert phi == pytest.approx(torchs, abs=1e-12)


def test_what_learns_changes_and_what_does_not_is_the_teachers():
    student = draw_student(DEEP, 2.0, np.random.default_rng(3))
    (order,) = draw_batches(student, 10, 4)
    before, after = (DEEP.matrices(w) for w in (student.weights, compiled(DEEP, student, order, 0.1)))
    assert [not np.array_equal(*pair) for pair in zip(before, after)] == [True, False, True]
    teacher = draw_student(DEEP, 1e-300, np.random.default_rng(3))
    assert np.array_equal(DEEP.matrices(teacher.weights)[1], before[1])
    assert np.array_equal(teacher.targets, student.targets)
    assert before[0].std() * np.sqrt(5) == pytest.approx(2.0, rel=0.4)


def test_a_student_with_its_teachers_weights_has_nothing_to_learn():
    task = TeacherStudent(trained=(2,), examples=100)
    own = np.random.default_rng(4)
    teacher = [own.standard_normal(shape) / np.sqrt(shape[0]) for shape in ((3, 32), (32, 16), (16, 1))]
    student = draw_student(task, 1.0, np.random.default_rng(4))
    seen = observe(task, student, [student.weights, teacher[2].ravel()])
    assert seen.losses[1] < 1e-30 < seen.losses[0]
    assert seen.gradient_norms[1] < 1e-15
    assert seen.spectra[0][0] == pytest.approx(np.linalg.svd(teacher[0], compute_uv=False))


@pytest.mark.parametrize("task", [DEFAULT, DEEP, LINEAR])
def test_observables(task):
    """Loss and gradient by autograd, the rest sample by sample."""
    student = draw_student(task, 0.7, np.random.default_rng(5))
    later = student.weights + 0.1 * np.random.default_rng(6).standard_normal(student.weights.size)
    for matrix, start, learns in zip(task.matrices(later), task.matrices(student.weights), task.learning):
        matrix[:] = matrix if learns else start
    seen = observe(task, student, [student.weights, later])
    net = network(task, later)
    loss = half_square(net, student.inputs, student.targets)
    loss.backward()
    gradients = [w.grad.numpy() for w in net.parameters() if w.requires_grad]
    assert seen.losses[1] == pytest.approx(loss.item())
    assert seen.gradient_norms[1] == pytest.approx(np.sqrt(sum(np.sum(g**2) for g in gradients)))

    features = [
        network(task, flat)[:-1](torch.tensor(student.inputs)).detach().numpy()
        for flat in (student.weights, later)
    ]
    last = task.matrices(later)[-1]
    product = squares_h = squares_phi = 0.0
    for phi, y in zip(features[1], student.targets):
        h = np.array([sum(y[i] * last[j, i] for i in range(y.size)) for j in range(phi.size)])
        product, squares_h, squares_phi = product + h @ phi, squares_h + h @ h, squares_phi + phi @ phi
    assert seen.alignments[1] == pytest.approx(product / np.sqrt(squares_h * squares_phi))
    assert seen.correlations[0, 1] == pytest.approx(np.mean(features[0] * features[1]))
    assert seen.correlations[1, 1] == pytest.approx(np.mean(features[1] ** 2))
    learning = np.concatenate(
        [np.full(m.size, learns) for m, learns in zip(task.matrices(later), task.learning)]
    )
    moved = np.linalg.norm((later - student.weights)[learning]) / np.linalg.norm(student.weights[learning])
    assert seen.displacements.tolist() == pytest.approx([0.0, moved])
    for matrix, values in zip(task.matrices(later), seen.spectra[task.lowest :]):
        assert values[1] == pytest.approx(np.linalg.svd(matrix, compute_uv=False))
    assert len(seen.spectra) == task.depth


def test_a_run_puts_it_together():
    run = train_students(DEEP, temperature=0.02, weight_scale=0.5, updates=60, runs=3, rng=seeded())
    assert run.updates[0] == 0
    assert run.updates[-1] == 60
    assert run.singular_values.shape == (3, run.updates.size, 5)
    for s, own in enumerate(seeded().spawn(3)):
        student = draw_student(DEEP, 0.5, own)
        (order,) = draw_batches(student, 60, 4)
        seen = observe(DEEP, student, [student.weights, compiled(DEEP, student, order, 0.02)])
        assert run.loss[s] == pytest.approx(seen.losses[1], rel=1e-12)
        assert run.alignment[s] == pytest.approx(seen.alignments[1])
        assert run.displacement[s] == pytest.approx(seen.displacements[1])
        G = seen.correlations
        assert run.correlation[s] == pytest.approx(G[0, 1] / np.sqrt(G[0, 0] * G[1, 1]))
        assert run.null_losses[s] == pytest.approx(0.5 * np.mean(np.sum(student.targets**2, axis=1)))
    assert np.diagonal(run.normalised_correlations, axis1=1, axis2=2) == pytest.approx(1)


def seeded(seed=7):
    return np.random.default_rng(seed)


def test_neither_threads_nor_seeds_nor_looks_change_a_student():
    def final(**options):
        options = {"updates": 9000, "runs": 2, "snapshots": 2} | options
        run = train_students(DEEP, temperature=0.02, weight_scale=0.5, rng=seeded(), **options)
        return run.spectra[1][:, -1]

    whole = final()
    assert np.array_equal(whole, final(threads=2))
    assert np.array_equal(whole, final(runs=3)[:2])
    assert np.array_equal(whole, final(snapshots=7))
    assert not np.array_equal(*whole)
    torch_too = train_students(
        DEEP, temperature=0.02, weight_scale=0.5, updates=50, runs=2, device="cpu", rng=seeded()
    )
    here = train_students(DEEP, temperature=0.02, weight_scale=0.5, updates=50, runs=2, rng=seeded())
    assert np.abs(torch_too.spectra[1] - here.spectra[1]).max() < 1e-12
    assert torch_too.losses == pytest.approx(here.losses, rel=1e-9)


# --- the three reference points ------------------------------------------------------------------------

POINTS = {  # temperature, σ_W; bands of 2L, alignment and x_max
    "learning": (0.125, 0.5),
    "no convergence": (16.0, 0.5),
    "jammed": (0.0625, 128.0),
}


def reference(point, runs=9):
    temperature, weight_scale = POINTS[point]
    return train_students(
        temperature=temperature, weight_scale=weight_scale, runs=runs, snapshots=4, rng=seeded(0)
    )


def is_learning(run):
    x_max = run.singular_values[:, -1, 0] ** 2
    low = 1e-5 < 2 * np.median(run.loss) < 1e-4
    return low and np.median(run.alignment) > 0.18 and np.median(x_max) < 3


def is_without_convergence(run):
    x_max = run.singular_values[:, -1, 0] ** 2
    high = 0.02 < 2 * np.median(run.loss) < 0.08
    return high and np.median(run.alignment) < 0.13 and np.median(x_max) > 1e4


def is_jammed(run):
    x_max = run.singular_values[..., 0] ** 2
    static = np.abs(np.median(x_max[:, -1] / x_max[:, 0]) - 1) < 0.05
    return 0.08 < 2 * np.median(run.loss) < 0.35 and np.median(run.alignment) < 0.13 and static


CHECKS = {"learning": is_learning, "no convergence": is_without_convergence, "jammed": is_jammed}


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_the_reference_points_lie_in_their_bands(point):
    run = reference(point)
    assert [name for name, check in CHECKS.items() if check(run)] == [point]
    assert not run.diverged.any()


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [
        lambda order, temperature: (order, -temperature),  # up the gradient
        lambda order, temperature: (order, temperature / 16),  # ε/B divided by the batch once more, twice
        lambda order, temperature: (np.zeros_like(order), temperature),  # one sample for ever
    ],
    ids=["ascent", "slow", "one sample"],
)
def test_wrong_updates_leave_the_band_of_learning(wrong, monkeypatch):
    def mutant(weights, sizes, trained, activation, inputs, targets, order, temperature):
        order, temperature = wrong(order, temperature)
        descend_batches(weights, sizes, trained, activation, inputs, targets, order, temperature)

    monkeypatch.setattr(compiled_students, "descend_batches", mutant)
    assert not is_learning(reference("learning", runs=5))


# --- trouble -------------------------------------------------------------------------------------------


def test_overflow_is_recorded_and_nothing_is_raised():
    task = TeacherStudent(widths=(2, 4, 1), trained=(0, 1), activation="identity", examples=20)
    run = train_students(task, temperature=50.0, weight_scale=2.0, updates=300, runs=2, rng=seeded())
    assert run.diverged.all()
    assert np.isnan(run.singular_values[:, -1]).all()
    assert np.isfinite(run.losses[:, 0]).all()
    assert not np.isfinite(run.loss).any()
    calm = train_students(task, temperature=0.01, weight_scale=1.0, updates=300, runs=2, rng=seeded())
    assert not calm.diverged.any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": 0.0}, "temperature must be positive"),
        ({"weight_scale": np.inf}, "weight_scale must be positive"),
        ({"batch": 0}, "batch must be at least 1"),
        ({"threads": 0}, "threads must be at least 1"),
    ],
)
def test_impossible_training_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        train_students(**{"temperature": 1.0, "weight_scale": 1.0, "rng": seeded()} | options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"widths": (3,)}, "two or more positive"),
        ({"trained": (3,)}, "layers, 0 to 2"),
        ({"trained": ()}, "at least one"),
        ({"activation": "sine"}, "'sine'; take one of tanh, relu, identity"),
        ({"examples": 0}, "examples must be at least 1"),
    ],
)
def test_impossible_tasks_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        TeacherStudent(**options)
