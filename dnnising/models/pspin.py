"""The spherical p-spin glass: the simplest energy landscape whose critical points can be counted.

    H(σ) = - N^{-(p-1)/2} Σ_{i_1 … i_p} J_{i_1 … i_p} σ_{i_1} ⋯ σ_{i_p} ,   |σ|² = N

The sum runs over all N^p tuples with independent J ~ 𝒩(0, 1), so that E[H(σ) H(σ')] = N (σ·σ'/N)^p: the
energy has variance N (Auffinger, Ben Arous, Černý, Comm. Pure Appl. Math. 66, 165, 2013, eq. 1.1 and 1.2,
with the sign that physics gives it). Only the symmetric part of J enters.
"""

from dataclasses import dataclass, field

import torch
from numpy.typing import NDArray
from torch import Tensor

from dnnising.randomness import Rng, generator_of, torch_generator

MAX_COUPLINGS = 2**28
"""Entries of the largest tensor: 2.1 GB in double precision, twice that while it is made symmetric."""

SphericalSpins = Tensor | NDArray


@dataclass(frozen=True, eq=False)
class SphericalPSpin:
    """A sample of the spherical p-spin glass, H(σ) = - Σ T_{i_1 … i_p} σ_{i_1} ⋯ σ_{i_p} on |σ|² = N.

    All methods take one configuration (N,) or many (…, N), as tensors or arrays, and return tensors. Energies
    are extensive, in units in which E[H²] = N.

    Args:
        couplings: the symmetric tensor T of shape (N, …, N), p ≥ 2 axes, N ≥ 2; it holds the factor
            N^{-(p-1)/2} and is not checked for symmetry.

    Raises:
        ValueError: fewer than two axes, axes that differ, or a single spin.

    >>> model = SphericalPSpin(torch.diag(torch.tensor([2.0, 1.0])))  # p = 2: H = -2 σ_1² - σ_2²
    >>> model, model.energy(torch.tensor([1.0, 1.0])).item()
    (SphericalPSpin: p = 2, N = 2 spins, -3.0)
    """

    couplings: Tensor = field(repr=False)

    def __post_init__(self) -> None:
        shape = tuple(self.couplings.shape)
        if len(shape) < 2 or len(set(shape)) != 1 or shape[0] < 2:
            raise ValueError(f"couplings must have p >= 2 equal axes of N >= 2 spins, got shape {shape}")

    def __repr__(self) -> str:
        return f"SphericalPSpin: p = {self.p}, N = {self.n_spins} spins"

    @property
    def p(self) -> int:
        """How many spins interact at a time."""
        return self.couplings.ndim

    @property
    def n_spins(self) -> int:
        """The number of spins, N."""
        return self.couplings.shape[0]

    def energy(self, spins: SphericalSpins) -> Tensor:
        """The energy H of one configuration or of many.

        Args:
            spins: (…, N) on the sphere |σ|² = N.

        Returns:
            (…) extensive, in units in which E[H²] = N.

        Raises:
            ValueError: spins of another shape.

        >>> model = SphericalPSpin(torch.ones(2, 2, 2))  # H = -(σ_1 + σ_2)³
        >>> model.energy(torch.tensor([[1.0, 1.0], [-1.0, -1.0]])).tolist()  # odd, as p is
        [-8.0, 8.0]
        """
        flat, shape = self._flat(spins)
        return -(flat * self._contract(flat, self.p - 1)).sum(1).reshape(shape)

    def euclidean_gradient(self, spins: SphericalSpins) -> Tensor:
        """The gradient in R^N: ∂H/∂σ_i = -p Σ T_{i j …} σ_j ⋯ ; σ·∂H = pH, as H is homogeneous.

        Args:
            spins: (…, N) on the sphere |σ|² = N.

        Returns:
            (…, N), in units of the energy.

        Raises:
            ValueError: spins of another shape.

        >>> model = SphericalPSpin(torch.ones(2, 2, 2))  # ∂H/∂σ_i = -3 (σ_1 + σ_2)²
        >>> model.euclidean_gradient(torch.tensor([1.0, 1.0])).tolist()
        [-12.0, -12.0]
        """
        flat, shape = self._flat(spins)
        return -self.p * self._contract(flat, self.p - 1).reshape(*shape, self.n_spins)

    def gradient(self, spins: SphericalSpins) -> Tensor:
        """The gradient on the sphere, ∂H - (σ·∂H/|σ|²) σ.

        Args:
            spins: (…, N) on the sphere |σ|² = N.

        Returns:
            (…, N), orthogonal to the spins; it vanishes at the critical points.

        Raises:
            ValueError: spins of another shape.

        >>> model = SphericalPSpin(torch.ones(2, 2, 2))
        >>> model.gradient(torch.tensor([1.0, 1.0])).tolist()  # the minimum: all gradient is along σ
        [0.0, 0.0]
        """
        sigma = torch.as_tensor(spins, dtype=self.couplings.dtype)
        return tangent(sigma, self.euclidean_gradient(sigma))

    def hessian(self, spins: SphericalSpins) -> Tensor:
        """The Riemannian Hessian B (∂²H) Bᵀ - (σ·∂H/|σ|²) 1 in the basis B = tangent_basis(σ), (…, N-1, N-1).

        At an energy uN its spectrum is, for large N, a semicircle of radius 2√(p(p-1)) about -pu.

        Args:
            spins: (…, N) on the sphere |σ|² = N.

        Returns:
            (…, N-1, N-1) symmetric; the number of its negative eigenvalues is the index of a critical point.

        Raises:
            ValueError: spins of another shape.

        >>> model = SphericalPSpin(torch.diag(torch.tensor([2.0, 1.0])))
        >>> model.hessian(torch.tensor([2.0**0.5, 0.0])).round(decimals=4).tolist()  # at the minimum: 2 > 0
        [[2.0]]
        """
        flat, shape = self._flat(spins)
        curvature = -self.p * (self.p - 1) * self._contract(flat, self.p - 2)
        curvature = curvature.reshape(-1, self.n_spins, self.n_spins)
        basis = tangent_basis(flat)
        along = (flat * self.euclidean_gradient(flat)).sum(1) / (flat * flat).sum(1)
        shift = along[:, None, None] * torch.eye(self.n_spins - 1, dtype=flat.dtype)
        return (basis @ curvature @ basis.mT - shift).reshape(*shape, self.n_spins - 1, self.n_spins - 1)

    def random_spins(self, runs: int, rng: Rng) -> Tensor:
        """Configurations (runs, N), uniform on the sphere of radius √N.

        Args:
            runs: how many configurations to draw, one for each run.
            rng: a numpy Generator, or an integer seed for one.

        >>> model = spherical_pspin(p=3, n_spins=16, rng=0)
        >>> model.random_spins(5, rng=0).square().sum(dim=1).round(decimals=9).tolist()
        [16.0, 16.0, 16.0, 16.0, 16.0]
        """
        rng = generator_of(rng)
        return to_sphere(torch.as_tensor(rng.normal(size=(runs, self.n_spins)), dtype=self.couplings.dtype))

    def _flat(self, spins: SphericalSpins) -> tuple[Tensor, tuple[int, ...]]:
        sigma = torch.as_tensor(spins, dtype=self.couplings.dtype)
        if sigma.ndim < 1 or sigma.shape[-1] != self.n_spins:
            raise ValueError(f"spins have shape {tuple(sigma.shape)}, expected (..., {self.n_spins})")
        return sigma.reshape(-1, self.n_spins), tuple(sigma.shape[:-1])

    def _contract(self, flat: Tensor, times: int) -> Tensor:
        """T with σ put into `times` of its slots, shape (runs, N^(p - times))."""
        if times == 0:
            return self.couplings.reshape(1, -1).expand(len(flat), -1)
        left = flat @ self.couplings.reshape(self.n_spins, -1)  # (runs, N^(p-1))
        for _ in range(times - 1):
            left = (flat[:, None] @ left.reshape(len(flat), self.n_spins, -1))[:, 0]
        return left


def spherical_pspin(p: int, n_spins: int, *, rng: Rng, dtype: torch.dtype = torch.float64) -> SphericalPSpin:
    """A random spherical p-spin glass of N spins.

    Args:
        p: how many spins interact at a time, p ≥ 2.
        n_spins: N ≥ 2, the number of spins; the tensor has N^p entries.
        rng: a numpy Generator, or an integer seed for one.
        dtype: torch.float32 halves memory and time.

    Returns:
        the model with the symmetric part of Gaussian couplings, its energies of variance N.

    Raises:
        ValueError: p or n_spins below 2, or more than 2^28 couplings.

    >>> spherical_pspin(p=3, n_spins=16, rng=0)
    SphericalPSpin: p = 3, N = 16 spins
    >>> glass = spherical_pspin(p=2, n_spins=300, rng=0)  # lowest at -N λ_max, and λ_max tends to √2
    >>> abs(torch.linalg.eigvalsh(glass.couplings)[-1].item() - 2**0.5) < 0.1
    True
    """
    rng = generator_of(rng)
    if p < 2 or n_spins < 2:
        raise ValueError(f"p and n_spins must be at least 2, got p={p}, n_spins={n_spins}")
    if n_spins**p > MAX_COUPLINGS:
        raise ValueError(
            f"p={p} and n_spins={n_spins} need {n_spins**p:.3g} couplings, more than {MAX_COUPLINGS:.3g}; "
            f"at p={p} take n_spins <= {_largest(p)}"
        )
    generator = torch_generator(rng)
    couplings = torch.randn((n_spins,) * p, generator=generator, dtype=dtype)
    # Each axis in turn joins those that are symmetric already: p(p-1)/2 sums in place of p!.
    for axis in range(1, p):
        swapped = sum((couplings.transpose(axis, other) for other in range(axis)), start=couplings)
        couplings = swapped / (axis + 1)
    return SphericalPSpin((couplings * n_spins ** (-(p - 1) / 2)).contiguous())


def to_sphere(vectors: Tensor) -> Tensor:
    """Vectors (…, N), each scaled to |σ|² = N."""
    return vectors * (vectors.shape[-1] ** 0.5 / vectors.norm(dim=-1, keepdim=True))


def tangent(spins: Tensor, vectors: Tensor) -> Tensor:
    """The part of vectors (…, N) that is orthogonal to spins (…, N)."""
    along = (spins * vectors).sum(-1, keepdim=True) / (spins * spins).sum(-1, keepdim=True)
    return vectors - along * spins


def tangent_basis(spins: Tensor) -> Tensor:
    """Orthonormal bases B of the tangent spaces at spins (…, N), shape (…, N-1, N), B Bᵀ = 1 and B σ = 0.

    All but the first row of the Householder reflection that takes σ/|σ| to ∓e_1.
    """
    n = spins.shape[-1]
    mirror = spins / spins.norm(dim=-1, keepdim=True)
    first = torch.zeros_like(mirror)
    first[..., 0] = torch.where(mirror[..., 0] < 0, -1.0, 1.0)  # away from cancellation
    mirror = mirror + first
    outer = mirror[..., :, None] * mirror[..., None, :]
    norm = (mirror * mirror).sum(-1)[..., None, None]
    return (torch.eye(n, dtype=spins.dtype) - 2 * outer / norm)[..., 1:, :]


def _largest(p: int) -> int:
    n = int(MAX_COUPLINGS ** (1 / p)) + 1
    return n if n**p <= MAX_COUPLINGS else n - 1
