"""The first source's walk on the embedded transformer, trained and shuffled, and quenches beside it.

Cells NETWORK/quench: energies (n,). Cells NETWORK/walk/SEED: energies, log_g (levels,), flips, log_f; the
walk covers the whole range of energies, as the source's does, so that g(E) = g(-E) can be seen to hold or
fail. NETWORK is "trained" or "shuffled". Energies are extensive, in units of the weights.
"""

from functools import cache, partial

import experiment
import numpy as np

import dnnising as di

SCALES = {"quick": (4, 1, 2 * 10**6), "full": (100, 3, 10**9)}  # quenches, walks, most flips
SHUFFLE_SEED = 1


@cache
def network(name: str) -> di.LayeredCouplings:
    trained = di.load_network("minilm")
    return trained if name == "trained" else di.shuffle(trained, rng=np.random.default_rng(SHUFFLE_SEED))


def quenches(rng: np.random.Generator, name: str, number: int) -> dict[str, np.ndarray]:
    return {"energies": np.array([di.quench(network(name), rng=rng).energy for _ in range(number)])}


def walk(rng: np.random.Generator, name: str, max_flips: int) -> dict[str, np.ndarray]:
    """One walk in bins a quarter of the standard deviation of g(E) wide."""
    glass = network(name)
    width = 0.25 * np.sqrt(sum(np.sum(matrix.astype(float) ** 2) for matrix in glass.couplings))
    bins = di.energy_bins(glass, width, mirrored=False)
    run = di.wang_landau(glass, rng=rng, bins=bins, schedule=di.FixedStages(), max_flips=max_flips)
    return {
        "energies": run.dos.energies,
        "log_g": run.dos.log_g,
        "flips": np.array(run.progress.flips),
        "log_f": np.array(run.progress.log_f),
    }


def cells(scale: str) -> dict[str, experiment.Cell]:
    number, walks, max_flips = SCALES[scale]
    result: dict[str, experiment.Cell] = {}
    for name in ("trained", "shuffled"):
        result[f"{name}/quench"] = partial(quenches, name=name, number=number)
        for index in range(walks):
            result[f"{name}/walk/{index}"] = partial(walk, name=name, max_flips=max_flips)
    return result


if __name__ == "__main__":
    experiment.run("first_walk", cells)
