"""The first source's eleven networks, and two of bert-base's shape that need no download.

A cell is NETWORK/KIND/SAMPLE. NETWORK is a row of Table I, with KIND "trained" or "across" (shuffled), its
weights fetched from the hub; where that is out of reach the cell is left out, and the same command with
`--resume`, given where there is a connection, adds it. Or NETWORK is "bert-shape": 48 matrices between 65,280
spins, KIND "gaussian" (independent normal couplings) or "spiked" (the same with four planted directions a
matrix, their singular values 1.5, 2, 2.5 and 3 times the edge of the noise). Fields: those of
`measure.tempered`, transition_temperature, n_spins, n_bonds, and memory: the most that the process has held,
in bytes. The record's seconds are the times.
"""

import resource
from functools import partial

import experiment
import measure
import numpy as np

import dnnising as di
from dnnising.weights import build_on_meta, coupling_shapes, published_networks

WEIGHT = 0.04  # standard deviation of the noise, about that of bert-base's weights
SPIKES = (1.5, 2.0, 2.5, 3.0)  # in units of the largest singular value of the noise
QUICK_SHAPES = ((96, 96), (96, 96), (96, 384), (384, 96))
SAMPLES = {"trained": 1, "across": 1}


def planted(rng, shapes, spikes):
    """Matrices of normal couplings plus Σ θ u vᵀ, θ in units of the noise's edge WEIGHT (√n + √m)."""
    couplings = []
    for n, m in shapes:
        matrix = WEIGHT * rng.standard_normal((n, m), dtype=np.float32)
        for spike in spikes:
            u, v = (vector / np.linalg.norm(vector) for vector in (rng.normal(size=n), rng.normal(size=m)))
            matrix += (spike * WEIGHT * (np.sqrt(n) + np.sqrt(m)) * np.outer(u, v)).astype(np.float32)
        couplings.append(matrix)
    return di.LayeredCouplings(couplings)


def fetched(name):
    hub_id = published_networks[name].hub_id
    try:
        return di.load_network(hub_id)
    except FileNotFoundError as error:
        raise experiment.Unreachable(f"{hub_id} is not to be had: {error}") from error


def measured(network, rng, sweeps):
    result = measure.tempered(network, rng, sweeps) | measure.transition(network) | measure.sizes(network)
    return result | {"memory": np.array(1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)}


def artificial(rng, shapes, spikes, sweeps):
    return measured(planted(rng, shapes, spikes), rng, sweeps)


def published(rng, name, kind, sweeps):
    return measured(measure.NULLS[kind](fetched(name), rng), rng, sweeps)


def cells(scale):
    sweeps = {"quick": 40, "full": 60}[scale]
    shapes = QUICK_SHAPES if scale == "quick" else coupling_shapes(build_on_meta("bert-base"))
    found = {
        f"bert-shape/{kind}/0": partial(artificial, shapes=shapes, spikes=spikes, sweeps=sweeps)
        for kind, spikes in (("gaussian", ()), ("spiked", SPIKES))
    }
    if scale == "full":
        for name in published_networks:
            for kind, samples in SAMPLES.items():
                for k in range(samples):
                    found[f"{name}/{kind}/{k}"] = partial(published, name=name, kind=kind, sweeps=sweeps)
    return found


if __name__ == "__main__":
    experiment.run("networks", cells)
