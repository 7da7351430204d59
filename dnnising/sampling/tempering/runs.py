"""Parallel tempering of a chain of layers: equilibrium at every temperature at once.

Replicas at the inverse temperatures of a ladder are swept by the heat bath, and neighbours exchange with
probability min(1, e^((β-β')(E-E'))) (Hukushima and Nemoto, J. Phys. Soc. Jpn. 65, 1604, 1996). Configurations
that are stuck in the cold wander to the hot end, where nothing is stuck, and back. All replicas of all
independent runs are rows of the same matrix products.
"""

import os
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from dnnising.errors import NotConvergedError
from dnnising.models.layered import LayeredCouplings
from dnnising.printing import counted, one_line
from dnnising.progress import ShowProgress, reporter
from dnnising.randomness import Rng, fingerprint, generator_of, spawned, torch_generator
from dnnising.resuming import identity, keep, resumed
from dnnising.sampling.heat_bath import random_replicas
from dnnising.sampling.tempering.energy_samples import EnergySamples
from dnnising.sampling.tempering.ladder import coldest_beta, even_ladder
from dnnising.sampling.tempering.signs import Signs, convergence
from dnnising.sampling.tempering.state import loaded, started, tempered


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
    progress: ShowProgress = None,
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
        path: where to keep the state, every half minute and at the end. If the file is there, the run goes on
            from it, bit for bit as if it had never stopped.
        progress: called with the sweeps done, how many there are, and {"third-law residual": …} once energies
            are recorded: s(β_max), which falls to 0 as the coldest replicas come to equilibrium. None shows a
            bar in notebooks and terminals, False nothing.

    Returns:
        the recorded energies at all temperatures, and how well replicas moved.

    Raises:
        ValueError: fewer than 20 sweeps or no run, a beta_max that is not positive and finite, an energy that
            never varies, or the file at path holds a run of another network, rng or options.
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
    beta_max = coldest_beta(network, beta_max)
    options = {"sweeps": sweeps, "runs": runs, "beta_max": beta_max, "device": device}
    asked = identity(network=network.fingerprint(), **options, rng=fingerprint(rng))
    # Drawn for a resumed run as well: what the caller draws next must not depend on whether a file was there.
    pilot, first, (own,) = torch_generator(rng, device), torch_generator(rng, device), spawned(rng, 1)
    start = resumed(path, "tempering run", partial(loaded, network, device), asked)
    if start is None:
        betas = even_ladder(network, beta_max, generator=pilot)
        replicas = random_replicas(network, runs * betas.size, generator=first)
        start = started(asked, betas, replicas, own, sweeps=sweeps)
    report = reporter(progress, "parallel_tempering")
    for state in keep(tempered(start, network), path):
        residual = state.third_law_residual
        report(state.done, state.total, {} if residual is None else {"third-law residual": residual})
    return TemperingRun(
        state.betas,
        state.energies,
        network.n_spins,
        exchange=state.exchange_rates,
        round_trips=state.round_trips,
        lowest=state.lowest,
    )
