"""A teacher network, the examples that it labels, and a student that starts out to learn from them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from dnnising.students.kernel import ACTIVATIONS

_AT_ONCE = 8192  # updates whose examples are drawn together


@dataclass(frozen=True)
class TeacherStudent:
    """Two feed-forward networks of one shape, without biases; the last layer is linear.

        φ_0 = x,   φ_l = f(φ_(l-1) W_l),   y = φ_(L-1) W_L

    The teacher's weights are N(0, 1/n_(l-1)), the examples' inputs N(0, 1). Layers of the student that are
    not trained are the teacher's.

    Args:
        widths: n_0, …, n_L; by default the network of Aarts (2025), the third source.
        trained: which of the L matrices learn, counted from 0, so that 0 is W_1; by default only the one
            between the two hidden layers.
        activation: f of the hidden layers, "tanh", "relu" or "identity".
        examples: how many fixed ones there are.

    Raises:
        ValueError: fewer than two widths, one that is not positive, no trained layer or one that does not
            exist, another activation, or no sample.

    >>> TeacherStudent(widths=(3, 8, 1), trained=(0, 1))
    TeacherStudent(widths=(3, 8, 1), trained=(0, 1), activation='tanh', examples=4000)
    """

    widths: tuple[int, ...] = (3, 32, 16, 1)
    trained: tuple[int, ...] = (1,)
    activation: str = "tanh"
    examples: int = 4000

    def __post_init__(self) -> None:
        if len(self.widths) < 2 or min(self.widths) < 1:
            raise ValueError(f"widths must be two or more positive numbers, got {self.widths}")
        if not self.trained or not set(self.trained) <= set(range(self.depth)):
            raise ValueError(
                f"trained is {self.trained}; name at least one of the {self.depth} layers, "
                f"0 to {self.depth - 1}"
            )
        if self.activation not in ACTIVATIONS:
            raise ValueError(f"activation is {self.activation!r}; take one of {', '.join(ACTIVATIONS)}")
        if self.examples < 1:
            raise ValueError(f"examples must be at least 1, got {self.examples}")

    @property
    def depth(self) -> int:
        """The number L of matrices.

        >>> TeacherStudent(widths=(3, 32, 16, 1)).depth
        3
        """
        return len(self.widths) - 1

    @property
    def lowest(self) -> int:
        """The first layer that learns. What lies below it never changes and is computed once.

        >>> TeacherStudent(widths=(3, 32, 16, 1), trained=(1, 2)).lowest
        1
        """
        return min(self.trained)

    @property
    def learning_widths(self) -> tuple[int, ...]:
        """The widths from the input of the first layer that learns to the output.

        >>> TeacherStudent(widths=(3, 32, 16, 1), trained=(1,)).learning_widths
        (32, 16, 1)
        """
        return self.widths[self.lowest :]

    @property
    def learning(self) -> NDArray[np.bool_]:
        """Which layers learn, of those from the lowest one that does to the last; one bool each.

        >>> TeacherStudent(widths=(3, 32, 16, 1), trained=(1,)).learning.tolist()
        [True, False]
        """
        return np.array([l in self.trained for l in range(self.lowest, self.depth)])

    def activate(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """The activation of a hidden layer, f(z).

        Args:
            z: (…), sums of weighted inputs.

        Returns:
            φ = f(z), of the shape of z.

        >>> TeacherStudent(activation="relu").activate(np.array([-2.0, 3.0])).tolist()
        [0.0, 3.0]
        """
        if self.activation == "tanh":
            return np.tanh(z)
        return np.maximum(z, 0.0) if self.activation == "relu" else z

    def slope(self, phi: NDArray[np.float64]) -> NDArray[np.float64]:
        """The derivative f'(z) of the activation, from the activation's value φ = f(z).

        Args:
            phi: φ, (…), values of the activation.

        Returns:
            f'(z), of the shape of phi, which is 1 - φ² of tanh, 1 where φ > 0 and else 0 of relu, and 1 of
            identity.

        >>> TeacherStudent(activation="tanh").slope(np.array([0.0, 0.5])).tolist()
        [1.0, 0.75]
        """
        if self.activation == "tanh":
            return 1.0 - phi**2
        return (phi > 0).astype(np.float64) if self.activation == "relu" else np.ones_like(phi)

    def forward(
        self, inputs: NDArray[np.float64], matrices: Sequence[NDArray[np.float64]]
    ) -> list[NDArray[np.float64]]:
        """What each layer of a network makes of its inputs; the last layer is linear.

        Args:
            inputs: φ_0, (examples, n_0).
            matrices: W_1, …, W_k, each (n_(l-1), n_l).

        Returns:
            φ_0, …, φ_k, each (examples, n_l).

        >>> ones = [np.ones((1, 2)), np.ones((2, 1))]
        >>> [phi.tolist() for phi in TeacherStudent(activation="relu").forward(np.array([[-1.0]]), ones)]
        [[[-1.0]], [[0.0, 0.0]], [[0.0]]]
        """
        phi = [inputs]
        for matrix in matrices[:-1]:
            phi.append(self.activate(phi[-1] @ matrix))
        return [*phi, phi[-1] @ matrices[-1]]

    def matrices(self, flat: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """The matrices that flat weights of the layers from the lowest on stand for.

        Args:
            flat: (Σ_l n_(l-1) n_l,), layer after layer and row after row.

        Returns:
            One matrix (n_(l-1), n_l) a layer; they are views, so that writing into them changes `flat`.

        >>> task = TeacherStudent(widths=(3, 2, 1), trained=(0,))
        >>> [matrix.tolist() for matrix in task.matrices(np.arange(8.0))]
        [[[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]], [[6.0], [7.0]]]
        """
        shapes = list(pairwise(self.learning_widths))
        ends = np.cumsum([n_in * n_out for n_in, n_out in shapes])
        return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes)]


@dataclass(frozen=True, eq=False)
class Student:
    """One student before its first update.

    Args:
        inputs: (examples, n) to the lowest layer that learns.
        targets: (examples, n_L), the teacher's answers.
        weights: flat, of the layers from the lowest on.
        below: the matrices beneath, which are the teacher's.
        rng: draws the batches.
    """

    inputs: NDArray[np.float64]
    targets: NDArray[np.float64]
    weights: NDArray[np.float64]
    below: tuple[NDArray[np.float64], ...]
    rng: np.random.Generator


def draw_student(task: TeacherStudent, weight_scale: float, rng: np.random.Generator) -> Student:
    """A teacher, its examples, and a student whose learning layers are N(0, σ_W²/n_(l-1)).

    All numbers are drawn whatever σ_W, so one seed means one teacher, one set of examples, one order of
    batches and one start up to its scale.
    """
    shapes = list(pairwise(task.widths))
    teacher = [rng.standard_normal(shape) / np.sqrt(shape[0]) for shape in shapes]
    examples = rng.standard_normal((task.examples, task.widths[0]))
    start = [
        weight_scale * rng.standard_normal(shape) / np.sqrt(shape[0]) if l in task.trained else teacher[l]
        for l, shape in enumerate(shapes)
    ]
    phi = task.forward(examples, teacher)
    weights = np.concatenate([matrix.ravel() for matrix in start[task.lowest :]])
    return Student(phi[task.lowest], phi[-1], weights, tuple(teacher[: task.lowest]), rng)


def draw_batches(student: Student, updates: int, batch: int) -> Iterator[NDArray[np.int32]]:
    """Indices of examples, drawn independently with replacement, in pieces of shape (updates', batch)."""
    for done in range(0, updates, _AT_ONCE):
        size = (min(_AT_ONCE, updates - done), batch)
        yield student.rng.integers(len(student.inputs), size=size, dtype=np.int32)
