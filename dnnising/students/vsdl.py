"""Very simple deep learning: how well a network learns, by load and temperature alone.

Martin and Mahoney (arXiv:1710.09553) describe learning by two numbers. The load α is how much the examples
say of the rule, per input; noise in the labels lowers it. The temperature τ is how loosely the network fits
them; stopping early raises it. Here a network with one hidden layer learns the signs that a perceptron gives
to Gaussian inputs, a share of them redrawn by a coin.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising.printing import one_line
from dnnising.progress import ShowProgress, tracked
from dnnising.randomness import Rng, generator_of
from dnnising.students.compiled import train_compiled
from dnnising.students.student import Student, TeacherStudent

_TEMPERATURE = 0.02  # T = ε/B of the descent, small enough to fit every label in the end


class Regime(Enum):
    """What has become of learning, by its two errors.

    >>> Regime.MEMORISING.value
    'memorising (overtrained)'
    """

    GENERALISING = "generalising"
    """The network errs on few new examples."""
    MEMORISING = "memorising (overtrained)"
    """The network errs on few of its own examples, and on many new ones."""
    UNTRAINED = "untrained"
    """The network errs on many of its own examples, and on many new ones."""


def assign_regime(
    training_error: ArrayLike, generalisation_error: ArrayLike, *, small: float = 0.25
) -> NDArray[np.object_]:
    """The regime of learning from the shares of wrong labels.

    Generalising, where the network errs on fewer than `small` of new examples, by default half of what
    guessing does; otherwise memorising, where it errs on fewer than that of its own; and untrained.

    Args:
        training_error: share of wrong answers on its own labels, of any shape, from 0 to 1.
        generalisation_error: that on new examples, of the same shape or one that broadcasts.
        small: the share below which an error is small.

    Returns:
        Members of `Regime`, in the common shape of both errors.

    >>> [regime.name for regime in assign_regime([0.01, 0.02, 0.4], [0.05, 0.4, 0.4])]
    ['GENERALISING', 'MEMORISING', 'UNTRAINED']
    """
    own, new = np.broadcast_arrays(np.asarray(training_error), np.asarray(generalisation_error))
    regimes = np.full(own.shape, Regime.UNTRAINED, dtype=object)
    regimes[own < small] = Regime.MEMORISING
    regimes[new < small] = Regime.GENERALISING
    return regimes


@one_line
@dataclass(frozen=True, eq=False)
class VSDLPlane:
    """Errors over the plane of load and temperature, of independent teachers.

    Args:
        noises: (m,) share of the training labels that a coin has redrawn; half of them are wrong.
        updates: (k,) after how many training stops.
        loads: (m,) α, the examples that say something of the rule per input, (1 - noise) m/N.
        temperatures: (k,) τ, one over the number of epochs.
        training_errors: (runs, m, k) share of wrong answers on the labels as they were learnt.
        generalisation_errors: (runs, m, k) on new inputs, labelled by the teacher without noise.

    With 300 examples of 20 inputs, α is 15 without noise; in batches of 4, an epoch takes 75 updates:

    >>> plane = vsdl_plane([0.0, 0.5], [75, 150], new_examples=10, runs=3, rng=0)
    >>> plane.loads.tolist(), plane.temperatures.tolist(), plane.training_errors.shape
    ([15.0, 7.5], [1.0, 0.5], (3, 2, 2))
    """

    noises: NDArray[np.float64]
    updates: NDArray[np.int64]
    loads: NDArray[np.float64]
    temperatures: NDArray[np.float64]
    training_errors: NDArray[np.float64]
    generalisation_errors: NDArray[np.float64]

    def regimes(self) -> NDArray[np.object_]:
        """The regime at each point, from the errors' means over the runs; `assign_regime` has the rule.

        Returns:
            Members of `Regime`, (m, k).

        >>> own, new = np.array([[[0.4, 0.0]], [[0.5, 0.0]]]), np.array([[[0.5, 0.1]], [[0.5, 0.2]]])
        >>> alpha, tau = np.array([15.0]), np.array([7.5, 0.025])
        >>> plane = VSDLPlane(np.zeros(1), np.array([10, 3000]), alpha, tau, own, new)
        >>> [regime.name for regime in plane.regimes()[0]]
        ['UNTRAINED', 'GENERALISING']
        """
        return assign_regime(self.training_errors.mean(axis=0), self.generalisation_errors.mean(axis=0))


def vsdl_plane(
    noises: ArrayLike,
    updates: ArrayLike,
    *,
    n_inputs: int = 20,
    hidden: int = 40,
    examples: int = 300,
    new_examples: int = 4000,
    batch: int = 4,
    runs: int = 10,
    progress: ShowProgress = None,
    rng: Rng,
) -> VSDLPlane:
    """Train `runs` networks at each noise by SGD on ½(ŷ - y)², and look when training could have stopped.

    The rate is ε = 0.02 B, the hidden units are tanh, all weights start from N(0, 1/n_(l-1)) and learn. The
    networks of one seed have the same teacher, inputs and start; as the noise grows, more of the same labels
    are redrawn. Load and temperature are those of Martin and Mahoney (arXiv:1710.09553).

    Args:
        noises: (m,) shares of the training labels that a coin redraws, in [0, 1].
        updates: (k,) when to look, ascending, from 1.
        n_inputs: N, inputs of teacher and network.
        hidden: how many hidden units the network has.
        examples: m, how many to learn from.
        new_examples: how many the generalisation error is measured on.
        batch: B, examples in an update.
        runs: how many independent teachers.
        progress: called with the teachers done, how many there are, and {}; None shows a bar in notebooks and
            terminals, False nothing.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        The `VSDLPlane`, (runs, m, k).

    Raises:
        ValueError: a noise outside [0, 1], updates that are not positive or do not ascend, or another number
            below 1.

    >>> plane = vsdl_plane([0.0], [10, 3000], runs=2, rng=np.random.default_rng(0))
    >>> plane.regimes()[0, -1].name
    'GENERALISING'
    """
    rng = generator_of(rng)
    shares, times = np.atleast_1d(np.asarray(noises, dtype=np.float64)), np.atleast_1d(np.asarray(updates))
    if shares.ndim != 1 or not np.all((shares >= 0) & (shares <= 1)):
        raise ValueError(f"noises must lie between 0 and 1, got {shares}")
    if times.ndim != 1 or times[0] < 1 or np.any(np.diff(times) <= 0):
        raise ValueError(f"updates must be ascending numbers from 1 on, got {times}")
    counts = {"n_inputs": n_inputs, "hidden": hidden, "examples": examples, "new_examples": new_examples}
    for name, count in (counts | {"batch": batch, "runs": runs}).items():
        if count < 1:
            raise ValueError(f"{name} must be at least 1, got {count}")
    task = TeacherStudent(widths=(n_inputs, hidden, 1), trained=(0, 1), examples=examples)
    looks = np.concatenate([[0], times]).astype(np.int64)
    own = tracked(rng.spawn(runs), progress, "vsdl_plane")
    errors = np.array([_errors(task, shares, looks, new_examples, batch, each) for each in own])
    return VSDLPlane(
        shares,
        looks[1:],
        loads=(1 - shares) * examples / n_inputs,
        temperatures=examples / (batch * looks[1:]),
        training_errors=errors[..., 0],
        generalisation_errors=errors[..., 1],
    )


def _errors(
    task: TeacherStudent,
    noises: NDArray[np.float64],
    looks: NDArray[np.int64],
    new_examples: int,
    batch: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Training and generalisation error, (noises, looks - 1, 2), of one teacher's students."""
    n_inputs, hidden, _ = task.widths
    teacher = rng.standard_normal(n_inputs)
    inputs, new = (rng.standard_normal((n, n_inputs)) for n in (task.examples, new_examples))
    coins, rank = rng.choice([-1.0, 1.0], size=task.examples), rng.permutation(task.examples)
    start = np.concatenate(
        [
            rng.standard_normal(n_inputs * hidden) / np.sqrt(n_inputs),
            rng.standard_normal(hidden) / np.sqrt(hidden),
        ]
    )
    found = np.empty((noises.size, looks.size - 1, 2))
    for i, (noise, own) in enumerate(zip(noises, rng.spawn(noises.size))):
        labels = np.where(rank < round(noise * task.examples), coins, np.sign(inputs @ teacher))
        student = Student(inputs, labels[:, None], start, (), own)
        for k, flat in enumerate(train_compiled(task, student, _TEMPERATURE, batch, looks)[1:]):
            found[i, k, 0] = np.mean(_answers(task, flat, inputs) != labels)
            found[i, k, 1] = np.mean(_answers(task, flat, new) != np.sign(new @ teacher))
    return found


def _answers(task: TeacherStudent, flat: NDArray[np.float64], inputs: NDArray) -> NDArray[np.float64]:
    return np.sign(task.forward(inputs, task.matrices(flat))[-1][:, 0])
