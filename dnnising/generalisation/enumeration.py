"""Every student of an Ising perceptron, one by one: learning without a limit and without replicas."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from dnnising.generalisation.annealed import generalisation_error
from dnnising.printing import one_line
from dnnising.randomness import Rng, generator_of

MAX_WEIGHTS = 24


@one_line
@dataclass(frozen=True, eq=False)
class StudentCounts:
    """How many of the 2^N students lie where, for independent sets of examples.

    Args:
        n_weights: N, the weights of a student.
        examples: (k,) ascending numbers of examples m.
        counts: (samples, k, N + 1, m_max + 1) int64: students that differ from the teacher in d weights, so
            that R = 1 - 2d/N, and err on e of the first m examples.

    Without examples nobody errs, and the students of each overlap are counted by a binomial:

    >>> found = enumerate_students(3, [0, 2], samples=4, rng=0)
    >>> found.counts.shape, found.counts[0, 0, :, 0].tolist()
    ((4, 2, 4, 3), [1, 3, 3, 1])
    """

    n_weights: int
    examples: NDArray[np.int64]
    counts: NDArray[np.int64]

    @property
    def loads(self) -> NDArray[np.float64]:
        """The loads α = m/N, (k,), in examples per weight.

        >>> enumerate_students(2, [0, 3, 4], rng=0).loads.tolist()
        [0.0, 1.5, 2.0]
        """
        return self.examples / self.n_weights

    @property
    def overlaps(self) -> NDArray[np.float64]:
        """The overlaps R = 1 - 2d/N with the teacher, (N + 1,), by the number d of weights that differ.

        >>> enumerate_students(4, [0], rng=0).overlaps.tolist()
        [1.0, 0.5, 0.0, -0.5, -1.0]
        """
        return 1 - 2 * np.arange(self.n_weights + 1) / self.n_weights

    def entropies(self) -> NDArray[np.float64]:
        """The entropy ln Ω/N of the Ω students without a training error; Ω ≥ 1, as the teacher is always one.

        Returns:
            (samples, k), in nats a weight, ln 2 without examples, and falling as they come.

        >>> found = enumerate_students(5, [0, 200], rng=0)
        >>> (found.entropies() / np.log(2)).round(6).tolist()  # all students, the teacher alone
        [[1.0, 0.0]]
        """
        return np.log(self.counts[..., 0].sum(axis=2)) / self.n_weights

    def gibbs_errors(self, beta: float = np.inf) -> NDArray[np.float64]:
        """The mean generalisation error of students drawn with weight e^(-βe), e their training errors.

        Args:
            beta: β ≥ 0, the inverse temperature, one over a number of errors; β = ∞, zero temperature, draws
                among the students without any.

        Returns:
            (samples, k) means of ε = arccos(R)/π.

        Raises:
            ValueError: a negative beta.

        At β = 0 every student is as likely as its negative, of error 1 - ε, so the mean is ½ whatever the
        examples:

        >>> found = enumerate_students(5, [0, 200], rng=0)
        >>> found.gibbs_errors(beta=0.0).round(6).tolist()
        [[0.5, 0.5]]
        >>> found.gibbs_errors().round(6).tolist()
        [[0.5, 0.0]]
        """
        if not beta >= 0:
            raise ValueError(f"beta must be 0 or more, got {beta}")
        errors = np.arange(self.counts.shape[-1])
        penalty = np.where(errors > 0, -np.inf, 0.0) if beta == np.inf else -beta * errors
        with np.errstate(divide="ignore"):
            weights = logsumexp(np.log(self.counts) + penalty, axis=3)  # (samples, k, N + 1)
        share = np.exp(weights - logsumexp(weights, axis=2, keepdims=True))
        return share @ generalisation_error(self.overlaps)


def enumerate_students(
    n_weights: int, examples: Sequence[int] | ArrayLike, *, samples: int = 1, rng: Rng
) -> StudentCounts:
    """Count all 2^N students by overlap and training errors, on Gaussian inputs labelled by a teacher.

    Gaussian inputs are isotropic, so ε = arccos(R)/π holds at any N, and no student is ever undecided. Work
    grows like 2^N m: a set of 63 examples at N = 21 takes about a second.

    Args:
        n_weights: N, the weights of a student, from 1 to 24.
        examples: m ≥ 0, one number or (k,) ascending; each takes the first m of the same examples.
        samples: how many independent sets of examples.
        rng: a numpy Generator, or an integer seed for one.

    Returns:
        The `StudentCounts`, (samples, k, N + 1, m_max + 1).

    Raises:
        ValueError: N outside 1 … 24, examples that are negative or do not ascend, or no set.

    A student of error ε errs on none of m examples with probability (1 - ε)^m, so over many sets of examples
    Σ_d (N choose d) (1 - ε_d)^m students are left in the mean:

    >>> found = enumerate_students(3, [2], samples=4000, rng=0)
    >>> left = found.counts[:, 0, :, 0].sum(axis=1)  # (samples,)
    >>> expected = np.array([1, 3, 3, 1]) @ (1 - generalisation_error(found.overlaps)) ** 2
    >>> bool(abs(left.mean() / expected - 1) < 0.05)
    True
    """
    rng = generator_of(rng)
    numbers = np.atleast_1d(np.asarray(examples, dtype=np.int64))
    if not 1 <= n_weights <= MAX_WEIGHTS:
        raise ValueError(f"n_weights must be 1 to {MAX_WEIGHTS}, got {n_weights}: there are 2^N students")
    if numbers.ndim != 1 or numbers.size == 0 or numbers[0] < 0 or np.any(np.diff(numbers) <= 0):
        raise ValueError(f"examples must be ascending numbers, 0 or more, got {numbers}")
    if samples < 1:
        raise ValueError(f"samples must be at least 1, got {samples}")
    counts = np.zeros((samples, numbers.size, n_weights + 1, int(numbers[-1]) + 1), dtype=np.int64)
    for own, generator in zip(counts, rng.spawn(samples)):
        # By symmetry the teacher is (1, …, 1). An input or its negative teaches the same: take its side.
        inputs = generator.standard_normal((int(numbers[-1]), n_weights))
        inputs *= np.sign(inputs.sum(axis=1, keepdims=True))
        count_students(np.ascontiguousarray(inputs.T), numbers, own)
    return StudentCounts(n_weights, numbers, counts)


@njit(cache=True, nogil=True)
def count_students(inputs, numbers, counts):  # type: ignore[no-untyped-def]
    """Add every student to counts (k, N + 1, m_max + 1), in place.

    Students follow each other in the order of a Gray code, so that each differs from the last in one weight
    and its fields in one term.

    Args:
        inputs: (N, m_max), on the side where the teacher (1, …, 1) says +1; numbers: (k,) ascending.
    """
    n, m = inputs.shape
    fields = inputs.sum(axis=0)
    spins = np.ones(n)
    differing = 0
    for code in range(1 << n):
        if code > 0:
            i = 0
            while not (code >> i) & 1:
                i += 1
            spins[i] = -spins[i]
            differing += -1 if spins[i] > 0 else 1
            twice = 2.0 * spins[i]
            for a in range(m):
                fields[a] += twice * inputs[i, a]
        errors, first = 0, 0
        for k in range(numbers.size):
            for a in range(first, numbers[k]):
                errors += fields[a] < 0.0
            first = numbers[k]
            counts[k, differing, errors] += 1
