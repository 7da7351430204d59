"""A tempering run in the middle: all that its next sweep needs, as a file and in memory."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from dnnising import store
from dnnising.density import LN_2
from dnnising.models.layered import LayeredCouplings
from dnnising.randomness import restored
from dnnising.sampling.heat_bath import Replicas, exact_energies, given_replicas, sweep
from dnnising.sampling.tempering.exchange import exchange
from dnnising.sampling.tempering.ladder import respaced

_RESPACINGS = (0.25, 0.5, 1.0)  # of the time to settle: each ladder is better, and judged for longer
_DRIFT = 1e-5  # largest error of an energy, relative to the largest, that float32 fields may leave


@dataclass(frozen=True, eq=False)
class TemperingState:
    """A run after some of its sweeps. Rows of the replicas stay put; temperatures wander over them.

    Args:
        asked: by name, what tells the run from any other: model, options and rng.
        replicas: (runs n_betas) rows, changed in place, with the generator of the heat bath.
        rng: draws the exchanges.
        done: sweeps made.
        offers: rounds of exchanges since the ladder was last spaced.
        lowest_energy: the lowest that was met.
        betas: (n_betas,) the ladder, in units of the inverse coupling.
        row_of: (runs, n_betas) the row that is at rung k; changed in place, as are the arrays that follow.
        heading: (runs n_betas,) +1 where a row was last at the hot end, -1 at the cold one, 0 at neither.
        round_trips: (runs,) journeys from the hot end to the cold one and back.
        offered: (runs, n_betas - 1) probabilities of exchange, summed: made ones are noisier.
        energies: (runs, sweeps, n_betas) as recorded, NaN where they are still to come.
        summed: (n_betas,) the recorded energies of all runs, summed.
        lowest: (n_spins,) int8, the configuration of the lowest energy.
    """

    asked: Mapping[str, str]
    replicas: Replicas
    rng: np.random.Generator
    done: int
    offers: int
    lowest_energy: float
    betas: NDArray[np.float64]
    row_of: NDArray[np.int64]
    heading: NDArray[np.int8]
    round_trips: NDArray[np.int64]
    offered: NDArray[np.float64]
    energies: NDArray[np.float64]
    summed: NDArray[np.float64]
    lowest: NDArray[np.int8]

    @property
    def settle(self) -> int:
        """Sweeps of annealing, and as many again of tempering, before energies are recorded."""
        return max(self.energies.shape[1] // 4, 100)

    @property
    def total(self) -> int:
        """All sweeps of the run."""
        return 2 * self.settle + self.energies.shape[1]

    @property
    def exchange_rates(self) -> NDArray[np.float64]:
        """Rates of exchange, (runs, n_betas - 1), since the ladder was last spaced."""
        return self.offered / max(self.offers, 1)

    @property
    def third_law_residual(self) -> float | None:
        """The entropy s(β_max) by the trapezoidal rule from what is recorded, in nats; None before."""
        recorded = self.done - 2 * self.settle
        if recorded <= 0:
            return None
        mean = self.summed / (recorded * len(self.energies))
        integral = np.sum(0.5 * (mean[1:] + mean[:-1]) * np.diff(self.betas))
        return float(LN_2 + (self.betas[-1] * mean[-1] - integral) / self.lowest.size)

    def save(self, path: str | os.PathLike) -> None:
        """Write all of it but the couplings to one file, atomically; `loaded` makes it of that again."""
        store.save(path, *self.written())

    def written(self) -> tuple[dict[str, NDArray], dict[str, Any]]:
        """What `save` writes: arrays by name, and a record."""
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        arrays["spins"] = self.replicas.flat()
        arrays["torch_generator"] = self.replicas.generator.get_state().numpy()
        record = {name: getattr(self, name) for name in _NUMBERS}
        return arrays, record | {"asked": self.asked, "generator": self.rng.bit_generator.state}


_NUMBERS = ("done", "offers", "lowest_energy")
_ARRAYS = ("betas", "row_of", "heading", "round_trips", "offered", "energies", "summed", "lowest")


def loaded(
    network: LayeredCouplings, device: str, arrays: dict[str, NDArray], record: dict[str, Any]
) -> TemperingState:
    """The state that `TemperingState.save` wrote, on a device of torch."""
    generator = torch.Generator(device)
    generator.set_state(torch.from_numpy(arrays["torch_generator"]))
    plain: dict[str, Any] = {name: record[name] for name in _NUMBERS}
    plain |= {name: arrays[name] for name in _ARRAYS}
    return TemperingState(
        asked=record["asked"],
        replicas=given_replicas(network, arrays["spins"], generator=generator),
        rng=restored(record["generator"]),
        **plain,
    )


def started(
    asked: Mapping[str, str],
    betas: NDArray[np.float64],
    replicas: Replicas,
    rng: np.random.Generator,
    *,
    sweeps: int,
) -> TemperingState:
    """The state before the first sweep, with as many independent runs as there are ladders of replicas."""
    n, runs = betas.size, replicas.number // betas.size
    return TemperingState(
        asked=asked,
        replicas=replicas,
        rng=rng,
        done=0,
        offers=0,
        lowest_energy=np.inf,
        betas=betas,
        row_of=np.arange(runs * n).reshape(runs, n),
        heading=np.zeros(runs * n, dtype=np.int8),
        round_trips=np.zeros(runs, dtype=np.int64),
        offered=np.zeros((runs, n - 1)),
        energies=np.full((runs, sweeps, n), np.nan),
        summed=np.zeros(n),
        lowest=np.zeros(sum(layer.shape[1] for layer in replicas.spins), dtype=np.int8),
    )


def tempered(
    state: TemperingState, network: LayeredCouplings, *, fixed: bool = False
) -> Iterator[TemperingState]:
    """The state as it is and after each sweep, to the last; its arrays change in place.

    Args:
        fixed: keep the temperatures as they are, instead of spacing them anew for even exchanges.
    """
    yield state
    respacings = [int(share * state.settle) for share in _RESPACINGS]
    while state.done < state.total:
        energies = _swept(state)
        settled = state.done - state.settle  # sweeps since the ladder is at its temperatures
        state = replace(state, done=state.done + 1, lowest_energy=_lowest(state, energies))
        if settled >= state.settle:
            state.energies[:, settled - state.settle] = energies[state.row_of]
            state.summed[:] += energies[state.row_of].sum(axis=0)
        if settled >= 0:
            _exchange(state, energies)
            state = replace(state, offers=state.offers + 1)
        if settled + 1 in respacings:
            state = _counting_anew(state, state.betas if fixed else _better_ladder(state))
            _check_energies(network, state.replicas, energies)
        yield state


def _swept(state: TemperingState) -> NDArray[np.float64]:
    """Energies (rows,) after a sweep at the temperatures of the ladder, or on the way down to them."""
    share = min(1.0, (state.done + 1) / state.settle)
    beta_of = np.empty(state.row_of.size)
    beta_of[state.row_of] = share * state.betas
    device = state.replicas.spins[0].device
    betas = torch.tensor(beta_of, dtype=torch.float32, device=device)
    return sweep(state.replicas, betas).cpu().numpy()


def _lowest(state: TemperingState, energies: NDArray[np.float64]) -> float:
    """The lowest energy so far; where it is a new one, its configuration is kept, in place."""
    best = int(np.argmin(energies))
    if not energies[best] < state.lowest_energy:
        return state.lowest_energy
    spins = torch.cat([layer[best] for layer in state.replicas.spins])
    state.lowest[:] = spins.to(torch.int8).cpu().numpy()
    return float(energies[best])


def _exchange(state: TemperingState, energies: NDArray[np.float64]) -> None:
    """Offer exchanges in every run, and count the journeys that they complete, in place."""
    uniforms = state.rng.random(state.offered.shape)
    exchange(state.row_of, state.betas, energies, uniforms, state.offered)
    hottest, coldest = state.row_of[:, 0], state.row_of[:, -1]
    state.round_trips[:] += state.heading[hottest] == -1
    state.heading[hottest] = 1
    state.heading[coldest] = np.where(state.heading[coldest] == 1, -1, state.heading[coldest])


def _better_ladder(state: TemperingState) -> NDArray[np.float64]:
    return respaced(state.betas, state.exchange_rates.mean(axis=0))


def _counting_anew(state: TemperingState, betas: NDArray[np.float64]) -> TemperingState:
    """The same on another ladder, on which exchanges and journeys are counted anew."""
    state.offered[:], state.round_trips[:] = 0.0, 0
    return replace(state, betas=betas, offers=0)


def _check_energies(network: LayeredCouplings, replicas: Replicas, energies: NDArray[np.float64]) -> None:
    """Hold the energies from float32 fields against a sum in float64."""
    exact = exact_energies(network, replicas.flat())
    drift = np.abs(energies - exact).max()
    if drift > _DRIFT * np.abs(exact).max():
        raise ArithmeticError(
            f"energies from float32 fields are off by {drift:.3g}; couplings of very different sizes? "
            "Scale the network, or sample its blocks separately"
        )
