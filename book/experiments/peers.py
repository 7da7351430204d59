"""Time to equal quality: our searches and walks beside those of other packages, on one machine, in one run.

Needs the extra "bench": `make peers` installs it. All run on one thread, since half of them know no more, and
seconds are those of the processor: on an idle machine the time that passes, on a busy one not stretched by
what else it does. Efforts are powers of two; within a cell methods take turns at each. Before the clock
starts each has run once, which compiles and loads. Fields:

- INSTANCE/SEED/METHOD, INSTANCE "matrix" (one matrix of the embedded model) or "block" (its first block):
  effort, seconds and energy (efforts,) of the best configuration returned, summed by our own `energy`, and
  setup, the seconds to prepare the network in the package's own form, and repeated, those of them that every
  call spends again; and n_spins of the instance.
- lattice/SEED/METHOD, the 8×8 lattice: flips, seconds and rms (efforts,), the error of ln g in nats over the
  exact levels, infinite while one has not been visited.
- machine: cpu, cores, memory in GiB, day, and the packages with their versions; CELL/load: processes that
  wanted a core, on average over the last minute of the cell, the benchmark's own among them.
"""

import os
import time
from collections.abc import Iterator, Mapping
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch

import dnnising as di
from book.experiments import experiment, peers_density, peers_ground_state as ground
from book.experiments.agreement import close, exact, not_compared

PACKAGES = ["dwave-samplers", "openjij", "simulated-bifurcation", "flatwalk", "icet", "torch", "numba"]
SEARCHES: dict[
    str, tuple[ground.SearchMaker, range]
] = {  # method: the search, and the exponents of its efforts
    "anneal": (ground.annealings, range(2, 11)),
    "quench": (ground.quenches, range(1, 9)),
    "dwave": (ground.dwave_annealing, range(3, 8)),
    "dwave-one-read": (partial(ground.dwave_annealing, reads=1), range(3, 12)),
    "openjij": (ground.openjij_annealing, range(3, 10)),
    "openjij-one-read": (partial(ground.openjij_annealing, reads=1), range(3, 12)),
    "openjij-quantum": (ground.openjij_quantum, range(3, 8)),
    "bifurcation": (ground.bifurcation, range(5, 11)),
}
WALKS: dict[
    str, tuple[peers_density.WalkMaker, range]
] = {  # method: the walk, and the exponents of its flips
    "ours": (peers_density.ours, range(15, 24)),
    "flatwalk": (peers_density.flatwalk_single, range(15, 19)),
    "flatwalk-batched": (peers_density.flatwalk_batched, range(16, 22)),
    "icet": (peers_density.icet, range(15, 19)),
}
SEEDS = {"quick": {"matrix": 1, "lattice": 1}, "full": {"matrix": 4, "block": 3, "lattice": 3}}
RUNGS = {"quick": 2, "full": None}  # of each ladder of efforts; None takes all


def search(rng: np.random.Generator, instance: str, rungs: int | None) -> dict[str, np.ndarray]:
    """All searches for the ground state of one instance; energies are extensive, in units of the weights."""
    torch.set_num_threads(1)
    network = di.load_network("minilm", range(1))
    if instance == "matrix":
        network = di.LayeredCouplings(network.couplings[:1])
    searches, result = {}, {"n_spins": np.array(network.n_spins)}
    for method, (prepare, _) in SEARCHES.items():
        clock = time.process_time()
        searches[method], repeated = prepare(network)
        result[f"{method}/setup"] = np.array(time.process_time() - clock)
        result[f"{method}/repeated"] = np.array(repeated)
    rows: dict[str, list[tuple[float, ...]]] = {method: [] for method in SEARCHES}
    for method, (_, exponents) in SEARCHES.items():
        searches[method](2 ** exponents[0], 0)
    for method, effort in in_turns(SEARCHES, rungs):
        seed, clock = int(rng.integers(2**31)), time.process_time()
        configurations = searches[method](effort, seed)
        seconds = time.process_time() - clock
        energy = min(network.energy(network.unflatten(spins)) for spins in configurations)
        rows[method].append((effort, seconds, energy))
    return result | tabulated(rows, ("effort", "seconds", "energy"))


def walk(rng: np.random.Generator, rungs: int | None) -> dict[str, np.ndarray]:
    """All walks on the 8×8 lattice."""
    lattice, exact = di.square_lattice(8), di.beale_dos(8)
    walks = {method: prepare(lattice) for method, (prepare, _) in WALKS.items()}
    rows: dict[str, list[tuple[float, ...]]] = {method: [] for method in WALKS}
    for method, (_, exponents) in WALKS.items():
        walks[method](2 ** exponents[0], 0)
    for method, flips in in_turns(WALKS, rungs):
        seed, clock = int(rng.integers(2**31)), time.process_time()
        dos = walks[method](flips, seed)
        seconds = time.process_time() - clock
        found_all = np.array_equal(dos.energies, exact.energies)
        rms = np.sqrt(np.mean((dos.log_g - exact.log_g) ** 2)) if found_all else np.inf
        rows[method].append((flips, seconds, rms))
    return tabulated(rows, ("flips", "seconds", "rms"))


def in_turns(methods: Mapping[str, tuple[object, range]], rungs: int | None) -> Iterator[tuple[str, int]]:
    """(method, effort), from the least effort to the largest, methods taking turns."""
    ladders = {method: exponents[:rungs] for method, (_, exponents) in methods.items()}
    for exponent in sorted(set().union(*ladders.values())):
        yield from ((method, 2**exponent) for method in ladders if exponent in ladders[method])


def tabulated(rows: dict[str, list[tuple[float, ...]]], fields: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Rows of each method as METHOD/FIELD."""
    result = {"load": np.array(os.getloadavg()[0])}
    for method, table in rows.items():
        result |= {f"{method}/{field}": np.array(column) for field, column in zip(fields, zip(*table))}
    return result


def machine(rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Where all of this ran."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    processor = next(line for line in lines if "model name" in line)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpu": np.array(processor.split(":")[1].strip()),
        "cores": np.array(os.cpu_count()),
        "memory": np.array(memory),
        "day": np.array(time.strftime("%Y-%m-%d")),
        "packages": np.array(PACKAGES),
        "versions": np.array([version(name) for name in PACKAGES]),
    }


TIME, MACHINE = not_compared("a time"), not_compared("of the machine")
WAYS = {name: TIME for name in ("setup", "repeated", "seconds", "load", "day")}
WAYS |= {name: MACHINE for name in ("cpu", "cores", "memory", "versions")}
WAYS |= {"n_spins": exact, "effort": exact, "flips": exact, "packages": exact}
WAYS |= {"energy": close(), "rms": close()}


def cells(scale: str) -> dict[str, experiment.Cell]:
    rungs = RUNGS[scale]
    result = {"machine": experiment.cell(machine, part="machine")}
    for seed in range(max(SEEDS[scale].values())):
        for instance in (name for name, number in SEEDS[scale].items() if seed < number):
            if instance == "lattice":
                one = experiment.cell(partial(walk, rungs=rungs), instance=instance, seed=seed)
            else:
                one = experiment.cell(partial(search, instance=instance, rungs=rungs), seed=seed)
            result[f"{instance}/{seed}"] = one
    return result


if __name__ == "__main__":
    experiment.run("peers", cells, WAYS)
