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
        kappa: (n,) eigenvalues κ of the target kernel K, descending, so that x* ascends.
        mu: the mass μ of the visible units.

    Raises:
        ValueError: eigenvalues that do not descend, or outside 0 < κ < μ², where no X ≥ 0 gives K.
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
        """x* = μ² - κ, (n,), ascending."""
        return self.mu**2 - self.kappa

    @property
    def modes(self) -> list[NDArray[np.int64]]:
        """The indices of the levels of each mode, ascending: [0] for a single one, [1, 2] for a pair, …"""
        apart = np.flatnonzero(np.diff(self.fixed_points) > 1e-9 * self.mu**2) + 1
        return np.split(np.arange(self.kappa.size), apart)


def lattice_rbm(n: int = 10, *, mass: float = 2.0, mu: float = 3.0) -> GaussianRBM:
    """The third source's target: a scalar field on a ring of n sites, κ = m² + 2 - 2 cos(2πk/n).

    All modes but the first and, for even n, the last are doubly degenerate.

    >>> lattice_rbm().fixed_points.round(3).tolist()
    [1.0, 1.382, 1.382, 2.382, 2.382, 3.618, 3.618, 4.618, 4.618, 5.0]
    """
    k = np.minimum(np.arange(n), n - np.arange(n))  # k and n - k have one cosine
    return GaussianRBM(np.sort(mass**2 + 2 - 2 * np.cos(2 * np.pi * k / n))[::-1].copy(), mu)


def predicted_variance(
    rbm: GaussianRBM, learning_rate: float, chains: int, sweeps: float = np.inf
) -> NDArray[np.float64]:
    """σ_i², the variance of X_ii around x*_i that stochastic gradients leave, to first order in 1/B.

        σ² = 2 (α/B) x* · r/(1 - αΩ/(2r)),   r = (1 + ρ)/(1 - ρ),   ρ = (x*/μ²)^(2k),   Ω = 2x*/κ² .

    An update moves x by -αΩ(x - x*) and adds noise of variance 2g² = 8α²x*²/(Bκ²): in the source's terms
    σ² = (α/B) g̃²/Ω with g̃² = 4x*²/κ². Three things more: the step is finite (the denominator); chains that
    make k sweeps an update remember their last sample with correlation ρ (r); and they lag behind the
    weights. Together x and the chains' variance are an autoregression of second order, and this its variance.

    Levels of a degenerate pair are those of a 2×2 matrix with σ² on the diagonal and σ²/2 beside it: the
    Coulomb gas at β = 1, ⟨S⟩ = √π σ.

    Raises:
        ValueError: a learning rate that no mode or not all modes survive, αΩ ≥ 2r.
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
    """⟨x_i⟩ of the ordered levels for fresh samples (k = ∞), to first order in α and in 1/B.

    With c_ij = (α/2B)(x_i + x_j) the variance of X_ij, twice that for i = j, the mean of X_ii moves by

        m_i = κ_i²/2x_i [(α/B)(x_i/κ_i² + Σ_j x_j/κ_iκ_j) - 2 Σ_j c_ij/κ_iκ_j] - Σ_j c_ij/κ_j ,

    from the Itô term δWδWᵀ, the curvature of the drift and its mixing of modes; off-diagonal fluctuations
    then repel the levels by Σ_j c_ij/(x_i - x_j), and the two of a degenerate pair by ±√π σ/2. The source's
    eigenvalue equation has the repulsion alone, and twice as much of it: where x* differ, the drift that
    fluctuations rotate out of the eigenbasis takes half of it back.
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
    """σ² of each mode as found, and its standard error, both (modes,).

    The variance of a single level; ⟨S²⟩/4 of a pair, which its mean and all that moves it do not enter.

    Args:
        eigenvalues: (m, n), ascending, of independent runs.

    Raises:
        ValueError: fewer than two runs, or a mode of more than two levels.
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
