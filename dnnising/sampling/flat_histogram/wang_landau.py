"""The Wang-Landau walk: a flat histogram in energy, and from it the density of states.

Wang and Landau (Phys. Rev. Lett. 86, 2050, 2001). A single-spin walk accepts E → E' with probability
min(1, g(E)/g(E')) while it multiplies g at every visit by f, which a schedule lowers towards 1. Where the
model is bipartite and has no field, the walk is kept at E ≤ 0 and the rest is its mirror image.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dnnising.density import DensityOfStates, mirror, normalise
from dnnising.errors import NotConvergedError
from dnnising.models.model import Model
from dnnising.printing import counted, one_line
from dnnising.progress import ShowProgress, reporter
from dnnising.randomness import Rng, fingerprint, generator_of, restored, spawned
from dnnising.resuming import identity, keep, load_run, resumed
from dnnising.sampling.flat_histogram.bins import EnergyBins, energy_bins
from dnnising.sampling.flat_histogram.placement import random_state
from dnnising.sampling.flat_histogram.run_files import from_fields, save_fields
from dnnising.sampling.flat_histogram.schedules import OneOverT, Progress, Schedule
from dnnising.sampling.single_spin import energy, prepare, walk

_BLOCK = 2**13  # proposals drawn at once: 64 kB of uniforms, which stay in cache


@one_line
@dataclass(frozen=True, eq=False)
class WangLandauRun:
    """A walk as far as it has come: what it found, and all it needs to go on as if it had never stopped.

    Args:
        bins: the energies on which it counts.
        progress: flips made, ln f, stage and the next look.
        log_g: (n_bins,) the walk's own ln g, in nats up to a constant; 0 where it has never been.
        histogram: (n_bins,) visits in the present stage.
        spins: (n_spins,) the present configuration, ±1.
        fields: (n_spins,) its local fields, in units of the coupling.
        energy: its energy, in the same units.
        generator: the state of the random generator.
        asked: by name, what tells the walk from any other: model, bins, schedule and rng.

    >>> from dnnising import square_lattice
    >>> run = wang_landau(square_lattice(4), rng=0, max_flips=50_000)
    >>> run.finished, bool(np.isclose(run.dos.log_total, 16 * np.log(2)))  # max_flips has ended it
    (False, True)
    """

    bins: EnergyBins
    progress: Progress
    log_g: NDArray[np.float64]
    histogram: NDArray[np.int64]
    spins: NDArray[np.int8]
    fields: NDArray[np.float64]
    energy: float
    generator: Mapping[str, Any]
    asked: Mapping[str, str]

    @property
    def dos(self) -> DensityOfStates:
        """The density, Σg = 2^N, of all levels ever visited; one walk knows no error of its own.

        Raises:
            NotConvergedError: no level has been visited; the walk is attached.

        >>> from dnnising import square_lattice
        >>> try:
        ...     wang_landau(square_lattice(4), rng=0, max_flips=0).dos
        ... except NotConvergedError as error:
        ...     print(str(error).partition(":")[0])
        a walk of 0 flips has visited no level
        """
        visited = self.log_g > 0
        if not visited.any():
            raise NotConvergedError(
                f"a walk of {self.progress.flips} flips has visited no level: save it and go on with path= "
                f"and max_flips={max(10_000, 100 * self.spins.size)} or more",
                self,
            )
        found = DensityOfStates(self.bins.centres[visited], self.log_g[visited], self.spins.size)
        return normalise(mirror(found) if self.bins.mirrored else found)

    @property
    def finished(self) -> bool:
        """Whether the schedule has ended the walk, rather than max_flips."""
        return self.progress.log_f == 0.0

    def save(self, path: str | os.PathLike) -> None:
        """Write the walk to one file, atomically; `load_walk` reads it.

        Args:
            path: the .npz file; its folder is made if it is missing.

        Raises:
            OSError: the file cannot be written; an older one is untouched.

        >>> import tempfile
        >>> from dnnising import square_lattice
        >>> run = wang_landau(square_lattice(4), rng=0, max_flips=50_000)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     run.save(f"{folder}/walk.npz")
        ...     bool((load_walk(f"{folder}/walk.npz").log_g == run.log_g).all())
        True
        """
        save_fields(path, self)

    def _told(self) -> list[str]:
        told = [
            counted(self.spins.size, "spin"),
            f"{np.count_nonzero(self.log_g)} of {self.bins.number} bins",
        ]
        return [*told, f"{self.progress.flips:.3g} flips", f"ln f = {self.progress.log_f:.3g}"]


def load_walk(path: str | os.PathLike) -> WangLandauRun:
    """Read a walk that was saved, or kept by `wang_landau(path=…)`, to look at it.

    Args:
        path: the .npz file that was saved.

    Returns:
        the walk, equal to what was saved to the last bit.

    Raises:
        FileNotFoundError: there is no such file.
        DataFormatError: the file is damaged or holds something else.

    >>> import tempfile
    >>> from dnnising import square_lattice
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     run = wang_landau(square_lattice(4), rng=0, max_flips=50_000, path=f"{folder}/walk.npz")
    ...     load_walk(f"{folder}/walk.npz").progress == run.progress
    True
    """
    return load_run(path, "WangLandauRun", partial(from_fields, WangLandauRun))


def wang_landau(
    model: Model,
    *,
    rng: Rng,
    schedule: Schedule = OneOverT(),
    max_flips: int = 10**8,
    bins: EnergyBins | None = None,
    path: str | os.PathLike | None = None,
    progress: ShowProgress = None,
) -> WangLandauRun:
    """Estimate the density of states of a lattice or a chain of layers by one walk.

    The walk goes from E to E' with probability min(1, g(E)/g(E')) and multiplies g by f at every visit, while
    f falls to 1 (Wang and Landau, Phys. Rev. Lett. 86, 2050, 2001). It always makes whole blocks of at most
    8192 proposals and never more than max_flips.

    Args:
        model: a square lattice or a chain of layers; with bins given, dense couplings as well.
        rng: a numpy Generator, or an integer seed for one. The walk has a generator spawned from it, and
            starts from a random configuration.
        schedule: how ln f falls: `OneOverT` (default), `Flatness` or `FixedStages`, the first source's.
        max_flips: total number of proposals, those that a file at path has behind it included.
        bins: the energies to count on; None takes `energy_bins(model)`.
        path: where to keep the walk, every half minute and at the end. If the file is there, the walk goes on
            from it, bit for bit as if it had never stopped; with more max_flips also after it has ended.
        progress: called with the proposals made, max_flips and {"ln f": …}; None shows a bar in notebooks and
            terminals, False nothing.

    Returns:
        the walk as far as it has come; its `dos` is the density.

    Raises:
        ValueError: the file at path holds a walk of another model, bins, schedule or rng.
        DataFormatError: the file at path is damaged.
        TypeError: a kind of model that no kernel walks.

    >>> from dnnising import beale_dos, square_lattice
    >>> run = wang_landau(square_lattice(4), rng=0, max_flips=500_000)
    >>> bool(np.abs(run.dos.log_g - beale_dos(4).log_g).max() < 0.2)
    True

    Two halves are the whole:

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for flips in (250_000, 500_000):
    ...         half = wang_landau(square_lattice(4), rng=0, max_flips=flips, path=f"{folder}/walk.npz")
    >>> bool((half.log_g == run.log_g).all())
    True
    """
    rng = generator_of(rng)
    bins = bins or energy_bins(model)
    asked = identity(model=model.fingerprint(), bins=bins, schedule=schedule, rng=fingerprint(rng))
    (own,) = spawned(rng, 1)  # also where the walk goes on: what the caller draws next is the same
    there = resumed(path, "WangLandauRun", partial(from_fields, WangLandauRun), asked)
    start = there or _start(model, bins, schedule, asked, own)
    report = reporter(progress, "wang_landau")
    for run in keep(_walked(start, model, schedule, max_flips), path):
        report(run.progress.flips, max(max_flips, run.progress.flips), {"ln f": run.progress.log_f})
    report(run.progress.flips, run.progress.flips, {"ln f": run.progress.log_f})
    return run


def _walked(run: WangLandauRun, model: Model, schedule: Schedule, max_flips: int) -> Iterator[WangLandauRun]:
    """The walk as it is and after each block; its arrays change in place."""
    yield run
    # the fields are not computed anew: their rounding is part of the walk
    state = prepare(model, run.spins)._replace(fields=run.fields)
    generator, edge, width = restored(run.generator), run.bins.lower_edge, run.bins.width
    moves = np.empty((run.bins.number, 0), dtype=np.int64)  # not counted
    while run.progress.log_f > 0:
        stage = run.progress
        block = min(_BLOCK, stage.next_look - stage.flips)
        if stage.flips + block > max_flips:
            return
        counts, uniforms = (run.log_g, run.histogram, moves), generator.random(block)
        now = walk(state, *counts, run.energy, edge, width, stage.log_f, uniforms)
        following = _look(run, stage._replace(flips=stage.flips + block), schedule)
        run = replace(run, progress=following, energy=now, generator=generator.bit_generator.state)
        yield run


def _look(run: WangLandauRun, stage: Progress, schedule: Schedule) -> Progress:
    """What the schedule makes of the stage, if it is time to ask; in a new one the histogram is empty."""
    if stage.flips < stage.next_look:
        return stage
    following = schedule.look(stage, run.spins.size, run.histogram[run.log_g > 0])
    if following.stage > stage.stage:
        run.histogram[:] = 0
    return following


def _start(
    model: Model,
    bins: EnergyBins,
    schedule: Schedule,
    asked: Mapping[str, str],
    rng: np.random.Generator,
) -> WangLandauRun:
    """The walk before its first flip, in a random configuration inside the bins."""
    state = random_state(model, bins, rng)
    return WangLandauRun(
        bins=bins,
        progress=schedule.start(model.n_spins),
        log_g=np.zeros(bins.number),
        histogram=np.zeros(bins.number, dtype=np.int64),
        spins=state.spins,
        fields=state.fields,
        energy=energy(state),
        generator=rng.bit_generator.state,
        asked=asked,
    )
