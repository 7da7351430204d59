"""What a replica-exchange Wang-Landau run has found: its density of states, and all it needs to go on."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dnnising.density import DensityOfStates, jackknife_error, mirror, normalise
from dnnising.errors import NotConvergedError
from dnnising.printing import counted, one_line, span
from dnnising.resuming import load_run
from dnnising.sampling.flat_histogram.bins import EnergyBins
from dnnising.sampling.flat_histogram.moves import increments, most_likely_log_g
from dnnising.sampling.flat_histogram.run_files import from_fields, save_fields
from dnnising.sampling.flat_histogram.schedules import Progress


@one_line
@dataclass(frozen=True, eq=False)
class ReplicaExchangeRun:
    """All walkers as far as they have come: what they found, and all they need to go on.

    Args:
        bins: the energies on which all count together.
        edges: (n_windows, 2) first bin and one past the last of each window, from low energies to high.
        progress: of each window; `flips` are those of one walker.
        log_g: (n_windows, n_walkers, n_bins) each walker's ln g, in nats up to a constant of its own; 0 where
            it has never been.
        histogram: (n_windows, n_walkers, n_bins) visits in the present stage.
        moves: (n_windows, n_walkers, n_bins, 2 r + 1) all single flips of the configurations met four times a
            sweep in the present stage, by the bin of the configuration and by how many bins the flip leads
            up, -r … r; column r holds all others.
        spins: (n_windows, n_walkers, n_spins) the present configurations, ±1.
        fields: (n_windows, n_walkers, n_spins) their local fields, in units of the coupling.
        energies: (n_windows, n_walkers) of the configurations, in units of the coupling.
        exchanges: (n_windows - 1, 2) exchanges attempted and made between a window and the next.
        generators: states of the random generators, one a walker and one for the exchanges.
        asked: by name, what tells the run from any other: model, bins, windows, schedule and rng.

    >>> from dnnising import replica_exchange_wang_landau, square_lattice
    >>> from dnnising.sampling import Windows
    >>> two = Windows(number=2, overlap=0.5, walkers=3)
    >>> run = replica_exchange_wang_landau(square_lattice(4), rng=0, windows=two, max_flips=100_000)
    >>> run.log_g.shape, run.flips <= 100_000, bool(np.isclose(run.dos.log_total, 16 * np.log(2)))
    ((2, 3, 9), True, True)
    """

    bins: EnergyBins
    edges: NDArray[np.int64]
    progress: tuple[Progress, ...]
    log_g: NDArray[np.float64]
    histogram: NDArray[np.int64]
    moves: NDArray[np.int64]
    spins: NDArray[np.int8]
    fields: NDArray[np.float64]
    energies: NDArray[np.float64]
    exchanges: NDArray[np.int64]
    generators: tuple[Mapping[str, Any], ...]
    asked: Mapping[str, str]

    @property
    def dos(self) -> DensityOfStates:
        """The density, Σg = 2^N, of all levels ever visited, from the moves of the present stage.

        `log_g_error` is a jackknife over the walkers of a window: leaving out the k-th walkers of all windows
        gives ln g_k, and with K walkers the variance is (K - 1)/K Σ_k (ln g_k - mean)². K - 1 degrees of
        freedom, so take four walkers or more to rely on it; None with one. It knows nothing of what all
        walkers miss, like a level that none has found.

        Raises:
            NotConvergedError: no level that neighbouring windows have both visited, or an ln g that does not
                follow from the moves: too short a run, which is attached.
        """
        n_walkers, total = self.energies.shape[1], self.moves.sum(axis=(0, 1))
        found = self._density(total)
        if n_walkers == 1:
            return found
        left_out = np.array(
            [self._density(total - self.moves[:, k].sum(axis=0)).log_g for k in range(n_walkers)]
        )
        return replace(found, log_g_error=jackknife_error(left_out), leave_one_out=left_out)

    def _density(self, moves: NDArray[np.int64]) -> DensityOfStates:
        """The density from moves (n_bins, 2 r + 1), and where they are missing from all walkers' ln g."""
        try:
            log_g = most_likely_log_g(moves, increments(self.log_g))
        except (ValueError, NotConvergedError) as error:
            raise NotConvergedError(
                f"after {self.flips} flips {error}: save the run and go on with path= and more max_flips, or "
                "start with more overlap",
                self,
            ) from error
        visited = np.isfinite(log_g)
        found = DensityOfStates(self.bins.centres[visited], log_g[visited], self.spins.shape[-1])
        return normalise(mirror(found) if self.bins.mirrored else found)

    @property
    def flips(self) -> int:
        """How many single flips all walkers together have proposed."""
        return self.energies.size * self.progress[0].flips

    @property
    def finished(self) -> bool:
        """Whether the schedule has ended the walk in every window, rather than max_flips."""
        return all(stage.log_f == 0.0 for stage in self.progress)

    @property
    def exchange_rates(self) -> NDArray[np.float64]:
        """The share of exchanges with the next window that were made, (n_windows - 1,); NaN without any.

        >>> from dnnising import replica_exchange_wang_landau, square_lattice
        >>> from dnnising.sampling import Windows
        >>> two = Windows(number=2, overlap=0.5)
        >>> run = replica_exchange_wang_landau(square_lattice(4), rng=0, windows=two, max_flips=100_000)
        >>> run.exchange_rates.shape, bool(0 < run.exchange_rates[0] <= 1)
        ((1,), True)
        """
        attempted, made = self.exchanges.T
        return np.divide(made, attempted, out=np.full(made.shape, np.nan), where=attempted > 0)

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Whether every walker has been to every bin that any ever saw, (n_windows,), in the present stage.

        Necessary for convergence; ln f of each window stands in `progress`.
        """
        index, known = np.arange(self.bins.number), (self.log_g > 0).any(axis=(0, 1))
        mine = known & (index >= self.edges[:, :1]) & (index < self.edges[:, 1:])  # (n_windows, n_bins)
        return np.all((self.histogram > 0) | ~mine[:, None], axis=(1, 2))

    def save(self, path: str | os.PathLike) -> None:
        """Write the run to one file, atomically; `load_replica_exchange` reads it.

        Args:
            path: the .npz file; its folder is made if it is missing.

        Raises:
            OSError: the file cannot be written; an older one is untouched.

        >>> import tempfile
        >>> from dnnising import replica_exchange_wang_landau, square_lattice
        >>> run = replica_exchange_wang_landau(square_lattice(4), rng=0, max_flips=50_000)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     run.save(f"{folder}/run.npz")
        ...     load_replica_exchange(f"{folder}/run.npz").progress == run.progress
        True
        """
        save_fields(path, self)

    def _told(self) -> list[str]:
        windows, walkers, _ = self.log_g.shape
        told = [counted(self.spins.shape[-1], "spin")]
        told += [f"{counted(windows, 'window')} × {counted(walkers, 'walker')}", f"{self.flips:.3g} flips"]
        return [*told, f"ln f = {span(np.array([stage.log_f for stage in self.progress]))}"]


def load_replica_exchange(path: str | os.PathLike) -> ReplicaExchangeRun:
    """Read a run that was saved, or kept by `replica_exchange_wang_landau(path=…)`, to look at it.

    Args:
        path: the .npz file that was saved.

    Returns:
        the run, equal to what was saved to the last bit.

    Raises:
        FileNotFoundError: there is no such file.
        DataFormatError: the file is damaged or holds something else.

    >>> import tempfile
    >>> from dnnising import replica_exchange_wang_landau, square_lattice
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/run.npz"
    ...     run = replica_exchange_wang_landau(square_lattice(4), rng=0, max_flips=50_000, path=path)
    ...     load_replica_exchange(path).flips == run.flips
    True
    """
    return load_run(path, "ReplicaExchangeRun", partial(from_fields, ReplicaExchangeRun))
