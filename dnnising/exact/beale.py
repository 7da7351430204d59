"""Exact density of states of the periodic square lattice, in integers.

Beale (Phys. Rev. Lett. 76, 78, 1996) expands Kaufman's partition function as a polynomial whose
coefficients are the g(E). With x = e^(-2K) and b broken bonds at energy E = -2N + 2b,

    Z e^(-2NK) = Σ_b g_b x^b = ½ (P₁ + P₂ + P₃ + P₄),

where the P are products over r = 0 … L-1 of 2 cosh(Lγ_k/2) or 2 sinh(Lγ_k/2), with k = 2r+1 or 2r and
cosh γ_k = ((1+x²)² / 2x(1-x²)) - cos(πk/L).

The cosines make the factors irrational, the sum is not. So everything is done in prime fields that hold
the cosines: p ≡ 1 (mod 4N) gives roots of unity of every order needed, the polynomial is evaluated at the
2N-th roots of unity and transformed back, and the integers follow from several primes by the Chinese
remainder theorem.
"""

import math
from collections.abc import Iterator
from itertools import count

import numpy as np
from numpy.typing import NDArray

from dnnising.density import DensityOfStates

_PRIME_BITS = 31  # so that twice a product of two residues stays within int64


def beale_dos(length: int) -> DensityOfStates:
    """Exact density of states of the periodic L×L ferromagnet, J = 1 (Beale, Phys. Rev. Lett. 76, 78, 1996).

    Args:
        length: L ≥ 3, the side of the lattice; N = L².

    Returns:
        all levels that have a configuration, in units of J, with log_g in nats and Σ g = 2^N exactly. About a
        second for L = 32.

    Raises:
        ValueError: L < 3 (see `beale_counts`).

    >>> dos = beale_dos(4)
    >>> np.exp(dos.log_g[[0, -1]]).round(9).tolist()  # all up, all down; and both checkerboards at E = +2N
    [2.0, 2.0]
    >>> bool(np.isclose(dos.log_total, 16 * np.log(2)))
    True
    """
    counts = beale_counts(length)
    energies = np.array(sorted(counts), dtype=np.float64)
    log_g = np.array([math.log(counts[int(energy)]) for energy in energies])
    return DensityOfStates(energies, log_g, length**2)


def beale_counts(length: int) -> dict[int, int]:
    """Exact integers g(E) of the periodic L×L ferromagnet, by energy E in units of J.

    Levels without configurations are left out.

    Args:
        length: L ≥ 3, the side of the lattice; N = L².

    Returns:
        g by E, from E = -2N in steps of 4 up; Σ g = 2^N to the last digit.

    Raises:
        ValueError: L < 3, where periodic bonds coincide.

    >>> counts = beale_counts(4)
    >>> counts[-32], counts[-24]  # the two ground states; one of 16 spins turned over in either
    (2, 32)
    >>> sum(counts.values()) == 2**16
    True
    """
    if length < 3:
        raise ValueError(f"length must be at least 3, got {length}: periodic bonds would coincide")
    n_spins = length**2
    modulus, counts = 1, [0] * (n_spins + 1)
    for prime in _primes(4 * n_spins):
        if modulus > 2**n_spins:
            break
        residues = _counts_modulo(length, prime)
        inverse = pow(modulus, -1, prime)
        counts = [c + modulus * ((r - c) * inverse % prime) for c, r in zip(counts, residues.tolist())]
        modulus *= prime
    return {-2 * n_spins + 4 * j: c for j, c in enumerate(counts) if c}


def _counts_modulo(length: int, p: int) -> NDArray[np.int64]:
    """g at b = 0, 2, …, 2N broken bonds, modulo p; shape (N+1,)."""
    n_spins = length**2
    root = _root_of_unity(4 * n_spins, p)
    x = _powers(root, 2 * n_spins, p)  # x² runs over the 2N-th roots of unity
    values = _partition_polynomial(x, length, pow(root, 2 * length, p), p)
    # The polynomial is even in x: coefficient j of x^(2j) is (1/2N) Σ_k P(x_k) x_k^(-2j).
    coefficients = _transform(values, pow(root, -2, p), p)[: n_spins + 1]
    return coefficients * pow(2 * n_spins, -1, p) % p


def _partition_polynomial(x: NDArray[np.int64], length: int, zeta: int, p: int) -> NDArray[np.int64]:
    """Σ_b g_b x^b modulo p at every x, by Kaufman's products; zeta has order 2L."""
    half = pow(2, -1, p)
    square = x * x % p
    beta = 2 * x * (1 - square) % p  # 2x(1-x²)
    x_power = _power(x, length, p)
    # 2 cosh(Lγ/2) and 2 sinh(Lγ/2) of the modes that do not come in pairs, times x^(L/2)-like prefactors.
    ends = {
        0: (_power(1 - x, length, p), x_power * _power(1 + x, length, p) % p),
        length: (_power(1 + x, length, p), x_power * _power(1 - x, length, p) % p),
    }
    total = np.zeros_like(x)
    for parity in (1, 0):
        cosh_product, sinh_product = np.ones_like(x), np.ones_like(x)
        for k in range(parity, length + 1, 2):
            if k in ends:
                first, second = ends[k]
                cosh_factor, sinh_factor = first + second, first - second
            else:
                cosine = (pow(zeta, k, p) + pow(zeta, -k, p)) * half % p
                alpha = ((1 + square) ** 2 - beta * cosine) % p
                chebyshev, beta_power = _chebyshev(alpha, beta, length, p), _power(beta, length, p)
                scale = pow(half, length - 1, p)
                cosh_factor = (chebyshev + beta_power) * scale
                sinh_factor = (chebyshev - beta_power) * scale
            cosh_product = cosh_product * (cosh_factor % p) % p
            sinh_product = sinh_product * (sinh_factor % p) % p
        total += cosh_product + sinh_product
    return total % p * half % p


def _chebyshev(alpha: NDArray[np.int64], beta: NDArray[np.int64], order: int, p: int) -> NDArray[np.int64]:
    """β^n T_n(α/β) modulo p, which is β^n cosh(nγ) for cosh γ = α/β: no division, so β may vanish.

    Doubling: with t_m = β^m T_m, t_2m = 2 t_m² - β^2m and t_(2m+1) = 2 t_m t_(m+1) - α β^2m.
    """
    low, high, power = np.ones_like(alpha), alpha, np.ones_like(alpha)  # t_m, t_(m+1), β^m at m = 0
    for bit in bin(order)[2:]:
        even = power * power % p  # β^2m
        between = (2 * low * high % p - alpha * even % p) % p
        if bit == "1":
            low, high = between, (2 * high * high % p - even * (beta * beta % p) % p) % p
            power = even * beta % p
        else:
            low, high = (2 * low * low % p - even) % p, between
            power = even
    return low


def _transform(values: NDArray[np.int64], root: int, p: int) -> NDArray[np.int64]:
    """X_k = Σ_t x_t root^(kt) modulo p along the last axis; its length is the root's order. Mixed radix."""
    n = values.shape[-1]
    if n == 1:
        return values
    radix = next(q for q in range(2, n + 1) if n % q == 0)
    parts = np.moveaxis(values.reshape(*values.shape[:-1], n // radix, radix), -1, -2)  # x[s::radix] in row s
    parts = _transform(parts, pow(root, radix, p), p)
    twiddles = _powers(root, n, p)[np.arange(radix)[:, None] * np.arange(n) % n]
    return (twiddles * np.tile(parts, radix) % p).sum(axis=-2) % p


def _primes(divisor: int) -> Iterator[int]:
    """Primes p ≡ 1 (mod divisor) below 2^31, downwards."""
    start = (2**_PRIME_BITS - 1) // divisor
    for k in count(start, -1):
        if _is_prime(k * divisor + 1):
            yield k * divisor + 1


def _is_prime(n: int) -> bool:
    """Miller-Rabin with bases that decide every n below 3.4e9."""
    if n < 2 or n % 2 == 0:
        return n == 2
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7):
        powers = [pow(base, odd << i, n) for i in range(twos)]
        if base % n and powers[0] != 1 and n - 1 not in powers:
            return False
    return True


def _root_of_unity(order: int, p: int) -> int:
    """A primitive root of unity modulo p; its order must divide p - 1."""
    factors = {q for q in range(2, order + 1) if order % q == 0 and _is_prime(q)}
    for base in count(2):
        root = pow(base, (p - 1) // order, p)
        if all(pow(root, order // q, p) != 1 for q in factors):
            return root
    raise AssertionError("unreachable")


def _powers(root: int, n: int, p: int) -> NDArray[np.int64]:
    """root^0 … root^(n-1) modulo p."""
    powers = np.ones(1, dtype=np.int64)
    while powers.size < n:
        powers = np.concatenate([powers, powers * pow(root, powers.size, p) % p])
    return powers[:n]


def _power(base: NDArray[np.int64], exponent: int, p: int) -> NDArray[np.int64]:
    """base^exponent modulo p, elementwise, by squaring."""
    result, square = np.ones_like(base), base % p
    while exponent:
        if exponent & 1:
            result = result * square % p
        square, exponent = square * square % p, exponent >> 1
    return result
