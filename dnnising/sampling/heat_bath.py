"""Heat bath for a chain of layers, a whole layer and many replicas at a time.

Given the even layers, the spins of the odd layers are independent, and the other way round. So half of the
network is drawn afresh at once,

    P(S_i = +1) = (1 + tanh β h_i)/2 ,   h = S_(l-1) J_(l-1) + S_(l+1) J_lᵀ ,

and with one replica a row, each with its own β, the fields are matrix products. Fields are float32; energies
are summed in float64.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dnnising.models.layered import LayeredCouplings


@dataclass(frozen=True, eq=False)
class Replicas:
    """Configurations of one network on one device; `sweep` changes the spins in place.

    Args:
        spins: one tensor a layer, (replicas, n_l), float32, ±1.
        couplings: one tensor a matrix, (n_l, n_{l+1}), float32.
        generator: the source of randomness, on the same device.
    """

    spins: list[Tensor]
    couplings: list[Tensor]
    generator: torch.Generator

    @property
    def number(self) -> int:
        """How many replicas there are."""
        return self.spins[0].shape[0]

    def flat(self) -> NDArray[np.int8]:
        """All spins as (replicas, n_spins), int8."""
        return torch.cat(self.spins, dim=1).to(torch.int8).cpu().numpy()


def random_replicas(network: LayeredCouplings, number: int, *, generator: torch.Generator) -> Replicas:
    """Replicas in independent random configurations, β = 0, on the device of their generator."""
    device = generator.device
    spins = [torch.empty(number, n, device=device) for n in network.layer_sizes]
    for layer in spins:
        _draw(torch.zeros_like(layer), torch.zeros(number, device=device), generator, out=layer)
    return Replicas(spins, _couplings(network, device), generator)


def given_replicas(
    network: LayeredCouplings, flat_spins: NDArray[np.int8], *, generator: torch.Generator
) -> Replicas:
    """Replicas in given configurations (replicas, n_spins), on the device of their generator."""
    device = generator.device
    layers = network.unflatten(flat_spins.T)
    spins = [torch.tensor(layer.T, dtype=torch.float32, device=device).contiguous() for layer in layers]
    return Replicas(spins, _couplings(network, device), generator)


def _couplings(network: LayeredCouplings, device: torch.device) -> list[Tensor]:
    return [torch.tensor(matrix, dtype=torch.float32, device=device) for matrix in network.couplings]


def sweep(replicas: Replicas, betas: Tensor) -> Tensor:
    """Draw every spin once from its conditional distribution, even layers and then odd ones, in place.

    Args:
        betas: (replicas,) inverse temperatures ≥ 0, float32.

    Returns:
        energies (replicas,) of the new configurations, float64.
    """
    layers = range(len(replicas.spins))
    for l in layers[::2]:
        _draw(_fields(replicas, l), betas, replicas.generator, out=replicas.spins[l])
    energies = torch.zeros(replicas.number, dtype=torch.float64, device=betas.device)
    for l in layers[1::2]:  # each bond ends in one odd layer
        fields = _fields(replicas, l)
        _draw(fields, betas, replicas.generator, out=replicas.spins[l])
        energies -= (replicas.spins[l] * fields).sum(dim=1, dtype=torch.float64)
    return energies


def _draw(fields: Tensor, betas: Tensor, generator: torch.Generator, *, out: Tensor) -> None:
    """Spins given their fields: P(S = +1) = (1 + tanh βh)/2, so tanh βh > u with u uniform in (-1, 1)."""
    words = torch.empty((fields.numel() + 1) // 2, dtype=torch.int64, device=fields.device)
    # 64 bits at a time make two numbers: torch draws serially, and this halves the longest serial part.
    words.random_(-(2**63), None, generator=generator)
    uniform = words.view(torch.int32)[: fields.numel()].view(fields.shape)
    excess = torch.mul(fields, betas[:, None]).tanh_().sub_(uniform, alpha=_UNIT)
    torch.copysign(_ONE.to(fields.device), excess, out=out)


_ONE = torch.ones(())
_UNIT = 2.0**-31 * (1 - 2.0**-24)  # makes 32 signed bits a number in (-1, 1), both ends left out


def exact_energies(network: LayeredCouplings, flat_spins: NDArray[np.int8]) -> NDArray[np.float64]:
    """Energies (replicas,) in float64 throughout, against which the float32 fields are checked."""
    layers = np.split(flat_spins, np.cumsum(network.layer_sizes)[:-1], axis=1)
    energies = np.zeros(flat_spins.shape[0])
    for left, matrix, right in zip(layers, network.couplings, layers[1:]):  # one layer at a time in float64
        fields = left.astype(np.float64) @ matrix
        energies -= np.einsum("ri,ri->r", fields, right)
    return energies


def _fields(replicas: Replicas, l: int) -> Tensor:
    """Local fields of layer l, (replicas, n_l)."""
    spins, couplings = replicas.spins, replicas.couplings
    if l == 0:
        return spins[1] @ couplings[0].T
    fields = spins[l - 1] @ couplings[l - 1]
    if l < len(couplings):
        fields.addmm_(spins[l + 1], couplings[l].T)
    return fields
