"""The first source's eleven networks, and two of bert-base's shape that need no download.

A cell is NETWORK/KIND/SAMPLE. NETWORK is a row of Table I, its weights fetched from the hub, and KIND
"trained", "across" (shuffled), "shuffled-F" (a fraction F of the weights, for the networks of Table II), or
"first-L" and "first-L-across" (the first L blocks, for those of Figure 3). Where the hub is out of reach the
cell is left out, and the same command with `--resume`, given where there is a connection, adds it. Or NETWORK
is "bert-shape": 48 matrices between 65,280 spins, KIND "gaussian" (independent normal couplings) or "spiked"
(the same with four planted directions a matrix, of 1.5, 2, 2.5 and 3 times the largest singular value of the
noise). The quick scale has a smaller shape, and in its cell "tempered" does with one still smaller what is
done with whole networks.

Fields: n_spins and n_bonds; those of `measure.by_tempering` for whole trained and shuffled networks, else of
`measure.by_annealing`; transition_temperature (not of parts, fractions and pure noise); and memory, the most
that the process has held, in bytes. Times are in the record.
"""

import resource
from collections.abc import Sequence
from functools import partial

import numpy as np

import dnnising as di
from book.experiments import experiment, measure
from book.experiments.agreement import not_compared
from dnnising.stosic import build_on_meta, published_networks
from dnnising.weights import coupling_shapes

WEIGHT = 0.04  # standard deviation of the noise, about that of bert-base's weights
SPIKES = (1.5, 2.0, 2.5, 3.0)  # in units of the largest singular value of the noise
QUICK_SHAPES = ((96, 96), (96, 96), (96, 384), (384, 96))
FRACTIONS = {name: (0.01, 0.05, 0.1, 0.2, 0.5) for name in ("bert-base", "opt-125m", "gpt2", "vit-base")}
LENGTHS = {name: (1, 2, 4, 6, 8, 10) for name in ("opt-125m", "bert-base", "gpt2")}


def planted_network(
    rng: np.random.Generator, shapes: Sequence[tuple[int, int]], spikes: Sequence[float]
) -> di.LayeredCouplings:
    """Matrices of normal couplings plus Σ θ u vᵀ, θ in units of the noise's edge WEIGHT (√n + √m)."""
    couplings = []
    for n, m in shapes:
        matrix = WEIGHT * rng.standard_normal((n, m), dtype=np.float32)
        for spike in spikes:
            u, v = (vector / np.linalg.norm(vector) for vector in (rng.normal(size=n), rng.normal(size=m)))
            matrix += (spike * WEIGHT * (np.sqrt(n) + np.sqrt(m)) * np.outer(u, v)).astype(np.float32)
        couplings.append(matrix)
    return di.LayeredCouplings(couplings)


def fetched(name: str, blocks: range | None = None) -> di.LayeredCouplings:
    hub_id = published_networks[name].hub_id
    try:
        return di.load_network(hub_id, blocks)
    except FileNotFoundError as error:
        raise experiment.Unreachable(f"{hub_id} is not to be had: {error}") from error


def memory() -> dict[str, np.ndarray]:
    return {"memory": np.array(1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)}


def measured(network: di.LayeredCouplings, rng: np.random.Generator, sweeps: int) -> dict[str, np.ndarray]:
    result = (
        measure.by_tempering(network, rng, sweeps) | measure.by_stability(network) | measure.sizes(network)
    )
    return result | memory()


def artificial(
    rng: np.random.Generator, shapes: Sequence[tuple[int, int]], spikes: Sequence[float], sweeps: int
) -> dict[str, np.ndarray]:
    network = planted_network(rng, shapes, spikes)
    result = measure.by_annealing(network, rng, sweeps) | measure.sizes(network)
    if spikes:  # noise alone has no transition, and to show that takes many more products with the matrices
        result |= measure.by_stability(network)
    return result | memory()


def tempered(
    rng: np.random.Generator, shapes: Sequence[tuple[int, int]], sweeps: int
) -> dict[str, np.ndarray]:
    return measured(planted_network(rng, shapes, SPIKES), rng, sweeps)


def published(rng: np.random.Generator, name: str, kind: str, sweeps: int) -> dict[str, np.ndarray]:
    return measured(measure.NULLS[kind](fetched(name), rng), rng, sweeps)


def partly_shuffled(
    rng: np.random.Generator, name: str, fraction: float, sweeps: int
) -> dict[str, np.ndarray]:
    network = di.shuffle(fetched(name), fraction, rng=rng)
    return measure.by_annealing(network, rng, sweeps) | measure.sizes(network)


def first_blocks(
    rng: np.random.Generator, name: str, length: int, kind: str, sweeps: int
) -> dict[str, np.ndarray]:
    network = measure.NULLS[kind](fetched(name, range(length)), rng)
    return measure.by_annealing(network, rng, sweeps) | measure.sizes(network)


WAYS = measure.TEMPERED | measure.ANNEALED | measure.TRANSITION | measure.SIZES
WAYS |= {"memory": not_compared("what the process held")}


def cells(scale: str) -> dict[str, experiment.Cell]:
    sweeps, annealing = {"quick": (40, 40), "full": (400, 100)}[scale]
    shapes = QUICK_SHAPES if scale == "quick" else coupling_shapes(build_on_meta("bert-base"))
    found: dict[str, experiment.Cell] = {
        f"bert-shape/{kind}/0": experiment.cell(
            partial(artificial, shapes=shapes, spikes=spikes, sweeps=annealing), name="bert-shape", kind=kind
        )
        for kind, spikes in (("gaussian", ()), ("spiked", SPIKES))
    }
    if scale == "quick":
        small = partial(tempered, shapes=((48, 48), (48, 64)), sweeps=400)
        cell = experiment.cell(small, name="bert-shape", kind="tempered")
        return found | {"bert-shape/tempered/0": cell}
    for name in published_networks:
        for kind in ("trained", "across"):
            whole = partial(published, name=name, kind=kind, sweeps=sweeps)
            found[f"{name}/{kind}/0"] = experiment.cell(whole, part="whole")
    for name, fractions in FRACTIONS.items():
        for f in fractions:
            partly = partial(partly_shuffled, name=name, fraction=f, sweeps=annealing)
            found[f"{name}/shuffled-{f:g}/0"] = experiment.cell(partly, part="whole", kind="shuffled")
    for name, lengths in LENGTHS.items():
        for length in lengths:
            for kind, end in (("trained", ""), ("across", "-across")):
                blocks = partial(first_blocks, name=name, length=length, kind=kind, sweeps=annealing)
                found[f"{name}/first-{length}{end}/0"] = experiment.cell(blocks, part="first")
    return found


if __name__ == "__main__":
    experiment.run("networks", cells, WAYS)
