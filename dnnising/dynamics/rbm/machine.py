"""The Gaussian restricted Boltzmann machine, whose learning can be predicted without a free parameter.

Visible φ and hidden h, both Gaussian, have the energy μ²φᵀφ/2 + hᵀh/2 - φᵀWh. Without h, φ has the kernel
(inverse covariance) μ² - X with X = WWᵀ, and a model that has learnt a target kernel K has X = μ² - K: mode
by mode x* = μ² - κ. All is said in the eigenbasis of K, which changes nothing: neither learning nor a start
from independent Gaussian weights prefers a direction.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising.printing import one_line


@one_line
@dataclass(frozen=True, eq=False)
class GaussianRBM:
    """A target to learn, and the machine that learns it, with as many hidden as visible units.

    Args:
        kappa: (n,) eigenvalues κ of the target kernel K, descending, so that x* ascends; an inverse variance,
            in the units of mu squared.
        mu: the mass μ of the visible units: without couplings each has the variance 1/μ².

    Raises:
        ValueError: eigenvalues that do not descend, or outside 0 < κ < μ², where no X ≥ 0 gives K.

    A machine that has learnt the kernel K has X = WWᵀ = μ² - K:

    >>> GaussianRBM(kappa=np.array([8.0, 4.0]), mu=3.0).fixed_points.tolist()
    [1.0, 5.0]
    """

    kappa: NDArray[np.float64]
    mu: float

    def __post_init__(self) -> None:
        if self.kappa.ndim != 1 or np.any(np.diff(self.kappa) > 0):
            raise ValueError(f"kappa must be (n,) and descend, got {self.kappa}")
        if not 0 < self.kappa.min() <= self.kappa.max() < self.mu**2:
            raise ValueError(
                f"kappa reaches from {self.kappa.min()} to {self.kappa.max()}; it must lie between 0 and "
                f"mu² = {self.mu**2}: choose a larger mu"
            )

    @property
    def fixed_points(self) -> NDArray[np.float64]:
        """The eigenvalues of X that learning leads to, x* = μ² - κ, (n,), ascending, in units of mu².

        >>> GaussianRBM(kappa=np.array([3.0, 2.0, 1.0]), mu=2.0).fixed_points.tolist()
        [1.0, 2.0, 3.0]
        """
        return self.mu**2 - self.kappa

    @property
    def modes(self) -> list[NDArray[np.int64]]:
        """The indices of the levels of each mode, ascending: one of a single level, two of a pair.

        >>> [mode.tolist() for mode in GaussianRBM(kappa=np.array([8.0, 4.0, 4.0]), mu=3.0).modes]
        [[0], [1, 2]]
        """
        apart = np.flatnonzero(np.diff(self.fixed_points) > 1e-9 * self.mu**2) + 1
        return np.split(np.arange(self.kappa.size), apart)


def lattice_rbm(n: int = 10, *, mass: float = 2.0, mu: float = 3.0) -> GaussianRBM:
    """The target of Aarts (2025), the third source: a scalar field on a ring of n sites.

        κ_k = m² + 2 - 2 cos(2πk/n),     k = 0, …, n-1

    All modes but the first and, for even n, the last are doubly degenerate.

    Args:
        n: how many sites, and so visible units.
        mass: m, the mass of the field, in units of one over the spacing of the sites.
        mu: the mass μ of the visible units, likewise; μ² must exceed m² + 4 for an even n.

    Returns:
        The `GaussianRBM` with these κ, (n,).

    Raises:
        ValueError: a mass of 0, or a mu so small that some κ ≥ μ².

    >>> lattice_rbm().fixed_points.round(3).tolist()
    [1.0, 1.382, 1.382, 2.382, 2.382, 3.618, 3.618, 4.618, 4.618, 5.0]
    """
    k = np.minimum(np.arange(n), n - np.arange(n))  # k and n - k have one cosine
    return GaussianRBM(np.sort(mass**2 + 2 - 2 * np.cos(2 * np.pi * k / n))[::-1].copy(), mu)


def predicted_variance(
    rbm: GaussianRBM, learning_rate: float, chains: int, sweeps: float = np.inf
) -> NDArray[np.float64]:
    """The variance σ_i² of X_ii around x*_i that stochastic gradients leave, to first order in 1/B.

        σ² = 2 (α/B) x* · r/(1 - αΩ/(2r)),   r = (1 + ρ)/(1 - ρ),   ρ = (x*/μ²)^(2k),   Ω = 2x*/κ² .

    An update moves x by -αΩ(x - x*) and adds noise of variance 2g² = 8α²x*²/(Bκ²): in the terms of Aarts
    (2025) σ² = (α/B) g̃²/Ω with g̃² = 4x*²/κ². Three things more: the step is finite (the denominator);
    chains that make k sweeps an update remember their last sample with correlation ρ (r); and they lag behind
    the weights. Together x and the chains' variance are an autoregression of second order, and this its
    variance.

    Levels of a degenerate pair are those of a 2×2 matrix with σ² on the diagonal and σ²/2 beside it: the
    Coulomb gas at β = 1, ⟨S⟩ = √π σ.

    Args:
        rbm: the target κ and the mass μ.
        learning_rate: α, the step of an update.
        chains: B, samples in an update.
        sweeps: k, of each chain in an update; infinite for fresh samples.

    Returns:
        σ², (n,), in the units of x* squared, in the order of `rbm.fixed_points`.

    Raises:
        ValueError: a learning rate that no mode or not all modes survive, αΩ ≥ 2r.

    One mode with x* = 1 and κ = 2 has Ω = ½; fresh samples at α = 0.4 and B = 8 leave σ² = 0.1/(1 - 0.1) =
    1/9:

    >>> one = GaussianRBM(np.array([2.0]), mu=np.sqrt(3.0))
    >>> bool(np.allclose(predicted_variance(one, learning_rate=0.4, chains=8), 1 / 9))
    True
    """
    x, kappa = rbm.fixed_points, rbm.kappa
    memory = (x / rbm.mu**2) ** (2 * sweeps)
    r = (1 + memory) / (1 - memory)
    step = learning_rate * 2 * x / kappa**2 / (2 * r)
    if not 0 < step.max() < 1:
        raise ValueError(
            f"learning_rate is {learning_rate}; it must be positive and below "
            f"{learning_rate / step.max():.3g}, from where the fixed point is unstable"
        )
    return 2 * learning_rate / chains * x * r / (1 - step)


def predicted_mean(rbm: GaussianRBM, learning_rate: float, chains: int) -> NDArray[np.float64]:
    """The mean ⟨x_i⟩ of the ordered levels for fresh samples (k = ∞), to first order in α and in 1/B.

    With c_ij = (α/2B)(x_i + x_j) the variance of X_ij, twice that for i = j, the mean of X_ii moves by

        m_i = κ_i²/2x_i [(α/B)(x_i/κ_i² + Σ_j x_j/κ_iκ_j) - 2 Σ_j c_ij/κ_iκ_j] - Σ_j c_ij/κ_j ,

    from the Itô term δWδWᵀ, the curvature of the drift and its mixing of modes; off-diagonal fluctuations
    then repel the levels by Σ_j c_ij/(x_i - x_j), and the two of a degenerate pair by ±√π σ/2. The eigenvalue
    equation of Aarts (2025) has the repulsion alone, and twice as much of it: where x* differ, the drift that
    fluctuations rotate out of the eigenbasis takes half of it back.

    Args:
        rbm: the target κ and the mass μ.
        learning_rate: α, the step of an update.
        chains: B, samples in an update.

    Returns:
        ⟨x_i⟩, (n,), in the units and the order of `rbm.fixed_points`.

    Of a single mode all this is ⟨x⟩ = x* - (α/B)(1 + 2x*/κ), here 1 - 0.05 · 2:

    >>> one = GaussianRBM(np.array([2.0]), mu=np.sqrt(3.0))
    >>> bool(np.allclose(predicted_mean(one, learning_rate=0.4, chains=8), 0.9))
    True
    """
    x, kappa, ratio = rbm.fixed_points, rbm.kappa, learning_rate / chains
    c = ratio / 2 * np.add.outer(x, x)
    c[np.diag_indices_from(c)] *= 2
    pairs = np.outer(kappa, kappa)
    ito = x / kappa**2 + (x / pairs).sum(axis=1)
    mean = kappa**2 / (2 * x) * (ratio * ito - 2 * (c / pairs).sum(axis=1)) - (c / kappa).sum(axis=1)
    distance = np.subtract.outer(x, x)
    for mode in rbm.modes:
        distance[np.ix_(mode, mode)] = np.inf
    mean += (c / distance).sum(axis=1)
    for mode in rbm.modes:
        if mode.size == 2:
            mean[mode] += np.sqrt(np.pi * 2 * ratio * x[mode]) / 2 * np.array([-1, 1])
    return x + mean


def mode_variances(
    rbm: GaussianRBM, eigenvalues: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The variance σ² of each mode as it was found, and its standard error.

    It is the variance of a single level, and ⟨S²⟩/4 of a pair with spacing S, which the pair's mean and all
    that moves it do not enter. The relative errors are √(2/(m-1)) and √(1/m).

    Args:
        rbm: the target, which says what levels are pairs.
        eigenvalues: (m, n), ascending, of m independent runs.

    Returns:
        σ² and its standard error, both (modes,), in the units of the eigenvalues squared.

    Raises:
        ValueError: fewer than two runs, another number of levels, or a mode of more than two levels.

    One pair of levels, found four times at a distance of 2:

    >>> pair = GaussianRBM(np.array([4.0, 4.0]), mu=3.0)
    >>> variance, error = mode_variances(pair, [[4.0, 6.0], [4.5, 6.5], [3.0, 5.0], [5.0, 7.0]])
    >>> variance.tolist(), error.tolist()
    ([1.0], [0.5])
    """
    levels = np.asarray(eigenvalues, dtype=np.float64)
    if levels.ndim != 2 or len(levels) < 2 or levels.shape[1] != rbm.kappa.size:
        raise ValueError(f"eigenvalues have shape {levels.shape}; pass (m ≥ 2, {rbm.kappa.size})")
    variances, relative_errors = [], []
    for mode in rbm.modes:
        if mode.size > 2:
            raise ValueError(
                f"the mode at x* = {rbm.fixed_points[mode[0]]} has {mode.size} levels; 1 or 2 are told apart"
            )
        if mode.size == 1:
            variances.append(levels[:, mode[0]].var(ddof=1))
            relative_errors.append(np.sqrt(2 / (len(levels) - 1)))
        else:
            variances.append(np.mean((levels[:, mode[1]] - levels[:, mode[0]]) ** 2) / 4)
            relative_errors.append(np.sqrt(1 / len(levels)))
    return np.array(variances), np.array(variances) * np.array(relative_errors)
