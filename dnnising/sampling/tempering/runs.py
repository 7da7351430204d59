"""Parallel tempering of a chain of layers: equilibrium at every temperature at once.

Replicas at the inverse temperatures of a ladder are swept by the heat bath, and neighbours exchange with
probability min(1, e^((β-β')(E-E'))) (Hukushima and Nemoto, J. Phys. Soc. Jpn. 65, 1604, 1996). Configurations
that are stuck in the cold wander to the hot end, where nothing is stuck, and back. All replicas of all
independent runs are rows of the same matrix products.
"""

import os
import time
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from dnnising import store
from dnnising.density import LN_2
from dnnising.errors import DataFormatError, NotConvergedError
from dnnising.models.layered import LayeredCouplings
from dnnising.printing import counted, one_line
from dnnising.randomness import Rng, generator_of, torch_generator
from dnnising.sampling.heat_bath import Replicas, exact_energies, random_replicas, sweep
from dnnising.sampling.progress import Report
from dnnising.sampling.tempering.energy_samples import EnergySamples
from dnnising.sampling.tempering.exchange import exchange
from dnnising.sampling.tempering.ladder import coldest_beta, even_ladder, respaced
from dnnising.sampling.tempering.signs import Signs, convergence

_SAVE_SECONDS = 60.0
_RESPACINGS = (0.25, 0.5, 1.0)  # of the time to settle: each ladder is better, and judged for longer
_DRIFT = 1e-5  # largest error of an energy, relative to the largest, that float32 fields may leave


@one_line
@dataclass(frozen=True, eq=False)
class TemperingRun(EnergySamples):
    """Energies of a tempering run, and how well its replicas moved.

    Args:
        exchange: (runs, n_betas - 1) mean probability with which neighbours exchange when they are asked to.
        round_trips: (runs,) journeys of replicas from β = 0 to the coldest rung and back.
        lowest: (n_spins,) int8, the configuration of the lowest energy that was met.
        betas: (n_betas,) the ladder, ascending from 0, in units of the inverse coupling.
        energies: (runs, sweeps, n_betas) extensive, in units of the coupling.
        n_spins: N, the number of spins.

    >>> run = parallel_tempering(LayeredCouplings([np.ones((4, 4))]), rng=0, sweeps=50)
    >>> run.energies.shape[:2], float(run.energies.min())  # two runs of 50 sweeps; all 16 bonds are kept
    ((2, 50), -16.0)
    """

    exchange: NDArray[np.float64]
    round_trips: NDArray[np.int64]
    lowest: NDArray[np.int8]

    @cached_property
    def signs(self) -> Signs:
        """What speaks for equilibrium and what against, rung by rung.

        Raises:
            ValueError: neighbouring temperatures do not overlap.
            NotConvergedError: no ln Z is found, as in `log_partition_functions`.
        """
        return convergence(self, self.exchange)

    @property
    def shortcomings(self) -> tuple[str, ...]:
        """Which signs of equilibrium are missing; empty for a run that has converged."""
        return self.signs.shortcomings

    @property
    def third_law_residual(self) -> float:
        """Entropy per spin at the coldest rung, in nats: near 0 for few ground states, never below.

        >>> run = parallel_tempering(LayeredCouplings([np.ones((4, 4))]), rng=0, sweeps=200)
        >>> bool(abs(run.third_law_residual - np.log(2) / 8) < 0.05)  # two ground states of 8 spins
        True
        """
        return float(self.signs.entropy[-1])

    def _told(self) -> list[str]:
        return [*super()._told(), counted(int(self.round_trips.sum()), "round trip")]


def equilibrated(run: TemperingRun) -> TemperingRun:
    """The part of the ladder, from β = 0 on, in which all signs of equilibrium are there.

    Args:
        run: a run, from `parallel_tempering`.

    Returns:
        the same run without the colder rungs.

    Raises:
        ValueError: neighbouring temperatures do not overlap.
        NotConvergedError: fewer than three rungs show them, and `error.run` is the whole run; or there is no
            ln Z, as in `log_partition_functions`.

    >>> run = parallel_tempering(LayeredCouplings([np.ones((4, 4))]), rng=0, sweeps=500)
    >>> equilibrated(run).betas.size == run.signs.equilibrated
    True
    """
    n = run.signs.equilibrated
    if n < 3:
        raise NotConvergedError(f"{'; '.join(run.shortcomings)}: take more sweeps", run)
    return replace(
        run, betas=run.betas[:n], energies=run.energies[..., :n], exchange=run.exchange[:, : n - 1]
    )


def parallel_tempering(
    network: LayeredCouplings,
    *,
    rng: Rng,
    sweeps: int = 2000,
    runs: int = 2,
    beta_max: float | None = None,
    device: str = "cpu",
    path: str | os.PathLike | None = None,
    progress: Report | None = None,
) -> TemperingRun:
    """Sample energies at a ladder of temperatures that the run lays out for itself.

    Neighbours exchange with probability min(1, e^((β-β')(E-E'))) (Hukushima and Nemoto, J. Phys. Soc. Jpn.
    65, 1604, 1996). A pilot run spaces the ladder; replicas are annealed from β = 0 for a quarter of
    `sweeps`, at least 100, and tempered as long again, while the ladder is spaced anew three times; then
    follow `sweeps` that are recorded.

    Args:
        network: a chain of layers of any size.
        rng: a numpy Generator, or an integer seed for one.
        sweeps: recorded heat-bath sweeps, each followed by one round of exchanges.
        runs: independent ladders of replicas, whose agreement is a test of convergence.
        beta_max: coldest rung, in units of the inverse coupling; None takes 15/√(2 Σ J²/N): as temperature, a
            fifteenth of the typical local field.
        device: of torch, such as "cpu" or "cuda".
        path: where to keep the state, every minute and atomically. If the file is there, the run goes on from
            it, bit for bit as if it had not stopped. What is drawn from rng is the same either way.
        progress: called with the sweeps done, how many there are, and {"third-law residual": …} once energies
            are recorded, like `progress_bar()`; the residual s(β_max) falls to 0 as the coldest replicas come
            to equilibrium.

    Returns:
        the recorded energies at all temperatures, and how well replicas moved.

    Raises:
        ValueError: fewer than 20 sweeps or no run, a beta_max that is not positive, an energy that never
            varies, or a saved state of another network or of other options.
        DataFormatError: the file at path is damaged.
        ArithmeticError: float32 is too coarse for couplings of such different sizes.

    >>> from dnnising import enumerate_dos, thermodynamics
    >>> network = LayeredCouplings([np.ones((4, 4))])
    >>> run = parallel_tempering(network, rng=0, sweeps=500)
    >>> exact = thermodynamics(enumerate_dos(network), 1 / run.betas[:0:-1]).energy[::-1]  # without β = 0
    >>> bool(np.abs(run.energies.mean(axis=(0, 1))[1:] - exact).max() < 1)  # of 16
    True
    """
    rng = generator_of(rng)
    if sweeps < 20 or runs < 1:
        raise ValueError(f"a run needs at least 20 sweeps and one ladder, got sweeps={sweeps}, runs={runs}")
    beta_max = coldest_beta(network) if beta_max is None else beta_max
    asked = {
        "network": network.fingerprint(),
        "sweeps": sweeps,
        "runs": runs,
        "beta_max": beta_max,
        "rng": rng.bit_generator.state,
    }
    resumed = _load(network, path, asked, device) if path is not None and os.path.exists(path) else None
    # Drawn for a resumed run as well: what the caller draws next must not depend on whether a file was there.
    pilot, start, (own,) = torch_generator(rng, device), torch_generator(rng, device), rng.spawn(1)
    if resumed is None:
        betas = even_ladder(network, beta_max, generator=pilot)
        replicas = random_replicas(network, runs * betas.size, generator=start)
        walk = _Walk(network, betas, replicas, runs, sweeps, own)
    else:
        walk = resumed
    if progress is not None:
        progress(walk.done, walk.total, walk.shown())
    saved = time.monotonic()
    while walk.done < walk.total:
        walk.advance()
        if progress is not None:
            progress(walk.done, walk.total, walk.shown())
        if path is not None and time.monotonic() - saved > _SAVE_SECONDS:
            walk.save(path, asked)
            saved = time.monotonic()
    if path is not None:
        walk.save(path, asked)
    return walk.result()


class _Walk:
    """The moving parts of a run. Rows of the replicas stay put; temperatures wander over them."""

    def __init__(
        self,
        network: LayeredCouplings,
        betas: NDArray[np.float64],
        replicas: Replicas,
        runs: int,
        sweeps: int,
        rng: np.random.Generator,
    ) -> None:
        self.network, self.betas, self.replicas, self.rng = network, betas, replicas, rng
        self.anneal = self.settle = max(sweeps // 4, 100)
        self.total = self.anneal + self.settle + sweeps
        self.done = 0
        self.respacings = [int(share * self.settle) for share in _RESPACINGS]
        n = betas.size
        self.row_of = np.arange(runs * n).reshape(runs, n)  # row that is at rung k
        self.heading = np.zeros(runs * n, dtype=np.int8)  # +1 was last at the hot end, -1 at the cold one
        self.round_trips = np.zeros(runs, dtype=np.int64)
        self.offered = np.zeros((runs, n - 1))  # probabilities of exchange, summed; made ones are noisier
        self.offers = 0
        self.energies = np.full((runs, sweeps, n), np.nan)
        self.lowest_energy, self.lowest = np.inf, np.zeros(network.n_spins, dtype=np.int8)

    def advance(self) -> None:
        """One sweep, one round of exchanges, and what there is to record."""
        share = min(1.0, (self.done + 1) / self.anneal)
        beta_of = np.empty(self.row_of.size)
        beta_of[self.row_of] = share * self.betas
        device = self.replicas.spins[0].device
        energies = (
            sweep(self.replicas, torch.tensor(beta_of, dtype=torch.float32, device=device)).cpu().numpy()
        )
        best = int(np.argmin(energies))
        if energies[best] < self.lowest_energy:
            self.lowest_energy = energies[best]
            self.lowest = (
                torch.cat([layer[best] for layer in self.replicas.spins]).to(torch.int8).cpu().numpy()
            )
        settled = self.done - self.anneal  # sweeps since the ladder is at its temperatures
        if settled >= self.settle:
            self.energies[:, settled - self.settle] = energies[self.row_of]
        if settled >= 0:
            self._exchange(energies)
        self.done += 1
        if settled + 1 in self.respacings:
            self.betas = respaced(self.betas, self.exchange_rates().mean(axis=0))
            self.offered[:], self.offers, self.round_trips[:] = 0.0, 0, 0
            self._check_energies(energies)

    def exchange_rates(self) -> NDArray[np.float64]:
        """Rates of exchange, (runs, n_betas - 1), since the ladder was last spaced."""
        return self.offered / max(self.offers, 1)

    def shown(self) -> dict[str, float]:
        """What a report shows: s(β_max) by the trapezoidal rule from what is recorded, nothing before."""
        recorded = self.done - self.anneal - self.settle
        if recorded <= 0:
            return {}
        mean = self.energies[:, :recorded].mean(axis=(0, 1))
        integral = np.sum(0.5 * (mean[1:] + mean[:-1]) * np.diff(self.betas))
        residual = LN_2 + (self.betas[-1] * mean[-1] - integral) / self.network.n_spins
        return {"third-law residual": float(residual)}

    def _exchange(self, energies: NDArray[np.float64]) -> None:
        """Offer exchanges in every run, and count the journeys they complete."""
        uniforms = self.rng.random(self.offered.shape)
        exchange(self.row_of, self.betas, energies, uniforms, self.offered)
        hottest, coldest = self.row_of[:, 0], self.row_of[:, -1]
        self.round_trips += self.heading[hottest] == -1
        self.heading[hottest] = 1
        self.heading[coldest] = np.where(self.heading[coldest] == 1, -1, self.heading[coldest])
        self.offers += 1

    def _check_energies(self, energies: NDArray[np.float64]) -> None:
        """Hold the energies from float32 fields against a sum in float64."""
        exact = exact_energies(self.network, self.replicas.flat())
        drift = np.abs(energies - exact).max()
        if drift > _DRIFT * np.abs(exact).max():
            raise ArithmeticError(
                f"energies from float32 fields are off by {drift:.3g}; couplings of very different sizes? "
                "Scale the network, or sample its blocks separately"
            )

    def result(self) -> TemperingRun:
        return TemperingRun(
            self.betas,
            self.energies,
            self.network.n_spins,
            exchange=self.exchange_rates(),
            round_trips=self.round_trips,
            lowest=self.lowest,
        )

    def save(self, path: str | os.PathLike, asked: dict[str, Any]) -> None:
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        arrays["spins"] = self.replicas.flat()
        arrays["torch_generator"] = self.replicas.generator.get_state().numpy()
        record = {
            "asked": asked,
            "done": self.done,
            "offers": self.offers,
            "lowest_energy": self.lowest_energy,
            "generator": self.rng.bit_generator.state,
        }
        store.save(path, arrays, record)


_ARRAYS = (
    "betas",
    "row_of",
    "heading",
    "round_trips",
    "offered",
    "energies",
    "lowest",
)


def _load(network: LayeredCouplings, path: str | os.PathLike, asked: dict[str, Any], device: str) -> _Walk:
    arrays, record = store.load(path)
    if record.get("asked") != asked:
        raise ValueError(
            f"{path} holds a run of another network, rng or options; move it away to start a new one"
        )
    try:
        generator = torch.Generator(device)
        generator.set_state(torch.from_numpy(arrays["torch_generator"]))
        layers = network.unflatten(arrays["spins"].T)
        spins = [torch.tensor(layer.T, dtype=torch.float32, device=device).contiguous() for layer in layers]
        couplings = [torch.tensor(matrix, dtype=torch.float32, device=device) for matrix in network.couplings]
        rng = np.random.default_rng(0)
        rng.bit_generator.state = record["generator"]
        replicas = Replicas(spins, couplings, generator)
        walk = _Walk(network, arrays["betas"], replicas, asked["runs"], asked["sweeps"], rng)
        for name in _ARRAYS:
            setattr(walk, name, arrays[name])
        for name in ("done", "offers", "lowest_energy"):
            setattr(walk, name, record[name])
    except KeyError as error:
        raise DataFormatError(f"{path} holds no tempering run: {error} is missing") from error
    return walk
