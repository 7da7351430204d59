"""The Wang-Landau walk: a flat histogram in energy, and from it the density of states.

Wang and Landau (Phys. Rev. Lett. 86, 2050, 2001). A single-spin walk accepts E → E' with probability
min(1, g(E)/g(E')) while it multiplies g at every visit by f, which a schedule lowers towards 1. Where the
model is bipartite and has no field, the walk is kept at E ≤ 0 and the rest is its mirror image.
"""

import hashlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dnnising.density import DensityOfStates, mirror, normalise
from dnnising.errors import NotConvergedError
from dnnising.models.model import Model
from dnnising.printing import counted, one_line
from dnnising.randomness import Rng, generator_of
from dnnising.sampling.flat_histogram.bins import EnergyBins, energy_bins
from dnnising.sampling.flat_histogram.placement import random_state
from dnnising.sampling.flat_histogram.run_files import load_run, save_run
from dnnising.sampling.flat_histogram.schedules import OneOverT, Progress, Schedule
from dnnising.sampling.progress import Report, unheard
from dnnising.sampling.single_spin import energy, prepare, walk

_BLOCK = 2**13  # proposals drawn at once: 64 kB of uniforms, which stay in cache
_SAVE_SECONDS = 30.0


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
        fingerprint: tells model, bins and schedule from any others.

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
    fingerprint: str

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
                f"a walk of {self.progress.flips} flips has visited no level: go on with resume= and "
                f"max_flips={max(10_000, 100 * self.spins.size)} or more",
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
        save_run(path, self)

    def _told(self) -> list[str]:
        told = [
            counted(self.spins.size, "spin"),
            f"{np.count_nonzero(self.log_g)} of {self.bins.number} bins",
        ]
        return [*told, f"{self.progress.flips:.3g} flips", f"ln f = {self.progress.log_f:.3g}"]


def load_walk(path: str | os.PathLike) -> WangLandauRun:
    """Read a walk that `WangLandauRun.save` wrote, to look at it or to go on with `wang_landau(resume=…)`.

    Args:
        path: the .npz file that was saved.

    Returns:
        the walk, equal to what was saved to the last bit.

    Raises:
        FileNotFoundError: there is no such file.
        DataFormatError: the file is damaged or holds something else.

    >>> import tempfile
    >>> from dnnising import square_lattice
    >>> lattice = square_lattice(4)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = wang_landau(lattice, rng=0, max_flips=50_000, path=f"{folder}/walk.npz")
    ...     half = load_walk(f"{folder}/walk.npz")
    >>> whole, unbroken = (
    ...     wang_landau(lattice, max_flips=100_000, **start) for start in ({"resume": half}, {"rng": 0})
    ... )
    >>> bool((whole.log_g == unbroken.log_g).all())
    True
    """
    return load_run(path, WangLandauRun)


def wang_landau(
    model: Model,
    *,
    rng: Rng | None = None,
    resume: WangLandauRun | None = None,
    schedule: Schedule = OneOverT(),
    max_flips: int = 10**8,
    bins: EnergyBins | None = None,
    path: str | os.PathLike | None = None,
    progress: Report | None = None,
) -> WangLandauRun:
    """Estimate the density of states of a lattice or a chain of layers by one walk.

    The walk goes from E to E' with probability min(1, g(E)/g(E')) and multiplies g by f at every visit, while
    f falls to 1 (Wang and Landau, Phys. Rev. Lett. 86, 2050, 2001). A walk stopped and resumed equals an
    unbroken one bit for bit. It always makes whole blocks of at most 8192 proposals and never more than
    max_flips.

    Args:
        model: a square lattice or a chain of layers; with bins given, dense couplings as well.
        rng: a numpy Generator, or an integer seed for one. It starts a new walk from a random configuration;
            its bit generator must be numpy's default, PCG64.
        resume: go on with this walk instead, its own random generator included.
        schedule: how ln f falls: `OneOverT` (default), `Flatness` or `FixedStages`, the first source's.
        max_flips: total number of proposals, those before resuming included.
        bins: the energies to count on; None takes `energy_bins(model)`.
        path: where to save the walk every half minute and at the end.
        progress: called with the proposals made, max_flips and {"ln f": …}, like `progress_bar()`.

    Returns:
        the walk as far as it has come; its `dos` is the density.

    Raises:
        ValueError: neither or both of rng and resume, another bit generator, or a walk to resume that belongs
            to another model, bins or schedule.
        TypeError: a kind of model that no kernel walks.

    >>> from dnnising import beale_dos, square_lattice
    >>> run = wang_landau(square_lattice(4), rng=0, max_flips=500_000)
    >>> bool(np.abs(run.dos.log_g - beale_dos(4).log_g).max() < 0.2)
    True
    """
    if rng is not None:
        rng = generator_of(rng)
    bins = bins or energy_bins(model)
    run = _begin(model, bins, schedule, rng, resume)
    generator = np.random.default_rng(0)
    generator.bit_generator.state = run.generator
    state = prepare(model, run.spins.copy())
    state.fields[:] = run.fields  # not recomputed: their rounding is part of the walk
    log_g, histogram = run.log_g.copy(), run.histogram.copy()
    moves = np.empty((bins.number, 0), dtype=np.int64)  # not counted
    now, stage = run.energy, run.progress

    def snapshot() -> WangLandauRun:
        arrays = (log_g.copy(), histogram.copy(), state.spins.copy(), state.fields.copy())
        return WangLandauRun(bins, stage, *arrays, now, generator.bit_generator.state, run.fingerprint)

    report = progress or unheard
    report(stage.flips, max_flips, {"ln f": stage.log_f})
    saved = time.monotonic()
    while stage.log_f > 0:
        block = min(_BLOCK, stage.next_look - stage.flips)
        if stage.flips + block > max_flips:
            break
        uniforms = generator.random(block)
        now = walk(state, log_g, histogram, moves, now, bins.lower_edge, bins.width, stage.log_f, uniforms)
        stage = stage._replace(flips=stage.flips + block)
        if stage.flips == stage.next_look:
            following = schedule.look(stage, model.n_spins, histogram[log_g > 0])
            if following.stage > stage.stage:
                histogram[:] = 0
            stage = following
        report(stage.flips, max_flips, {"ln f": stage.log_f})
        if path is not None and time.monotonic() - saved > _SAVE_SECONDS:
            snapshot().save(path)
            saved = time.monotonic()
    end = snapshot()
    if path is not None:
        end.save(path)
    report(stage.flips, stage.flips, {"ln f": stage.log_f})
    return end


def _begin(
    model: Model,
    bins: EnergyBins,
    schedule: Schedule,
    rng: np.random.Generator | None,
    resume: WangLandauRun | None,
) -> WangLandauRun:
    """The walk to resume, or a new one before its first flip, from a random configuration inside the bins."""
    fingerprint = hashlib.sha256(f"{model.fingerprint()} {bins} {schedule}".encode()).hexdigest()
    if resume is not None:
        if rng is not None:
            raise ValueError("give either rng= or resume=: a resumed walk goes on with its own generator")
        if resume.fingerprint != fingerprint:
            raise ValueError("the walk to resume has another model, bins or schedule; start a new one")
        return resume
    if rng is None:
        raise ValueError("give rng= to start a walk or resume= to go on with one")
    if not isinstance(rng.bit_generator, np.random.PCG64):
        kind = type(rng.bit_generator).__name__
        raise ValueError(f"rng uses {kind}; a walk that can be saved needs numpy.random.default_rng (PCG64)")
    (own,) = rng.spawn(1)
    state = random_state(model, bins, own)
    return WangLandauRun(
        bins=bins,
        progress=schedule.start(model.n_spins),
        log_g=np.zeros(bins.number),
        histogram=np.zeros(bins.number, dtype=np.int64),
        spins=state.spins,
        fields=state.fields,
        energy=energy(state),
        generator=own.bit_generator.state,
        fingerprint=fingerprint,
    )
