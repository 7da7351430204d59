"""Replica-exchange Wang-Landau with windows against Beale's density of the 32×32 lattice.

Fields of each cell SEED: energies, log_g, log_g_error (levels,), the run's; largest and rms, the errors of
ln g over all levels, in nats, both densities with Σg = 2^N; seconds of wall time and cpu_seconds of all
threads, of the run alone, without compilation; flips. The quick scale takes the 8×8 lattice.
"""

import time
from functools import partial

import numpy as np

import dnnising as di
from book.experiments import experiment
from book.experiments.agreement import close, exact, not_compared
from dnnising.sampling import Windows

SCALES = {"quick": (8, 2, 2 * 10**6), "full": (32, 5, 12 * 10**8)}  # length, seeds, proposals
WINDOWS = Windows(4, overlap=0.75, walkers=4)


def against_beale(rng: np.random.Generator, length: int, max_flips: int) -> dict[str, np.ndarray]:
    lattice, exact = di.square_lattice(length), di.beale_dos(length)
    di.replica_exchange_wang_landau(lattice, rng=rng, windows=WINDOWS, max_flips=10**6)  # compiles
    wall, cpu = time.perf_counter(), time.process_time()
    run = di.replica_exchange_wang_landau(lattice, rng=rng, windows=WINDOWS, max_flips=max_flips)
    dos = run.dos
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    difference = dos.log_g - exact.log_g
    return {
        "energies": dos.energies,
        "log_g": dos.log_g,
        "log_g_error": dos.log_g_error,
        "largest": np.abs(difference).max(),
        "rms": np.sqrt(np.mean(difference**2)),
        "seconds": np.array(wall),
        "cpu_seconds": np.array(cpu),
        "flips": np.array(run.flips),
    }


WAYS = {name: close() for name in ("log_g", "log_g_error", "largest", "rms")}
WAYS |= {"energies": exact, "flips": exact}
WAYS |= {name: not_compared("a time") for name in ("seconds", "cpu_seconds")}


def cells(scale: str) -> dict[str, experiment.Cell]:
    length, seeds, max_flips = SCALES[scale]
    walks = partial(against_beale, length=length, max_flips=max_flips)
    return {str(seed): experiment.cell(walks, seed=seed) for seed in range(seeds)}


if __name__ == "__main__":
    experiment.run("lattice32", cells, WAYS)
