"""The first source's walk on the embedded transformer, trained and shuffled, and quenches beside it.

Cells NETWORK/quench: energies (n,). Cells NETWORK/walk/SEED: energies, log_g (levels,), flips, log_f; the
walk covers the whole range of energies, as the source's does, so that g(E) = g(-E) can be seen to hold or
fail. NETWORK is "trained" or "shuffled"; the quick
scale takes the corner of every matrix. Energies are extensive, in units of the weights.
"""

from functools import cache, partial

import numpy as np

import dnnising as di
from book.experiments import experiment, measure
from book.experiments.agreement import close, exact

SCALES = {  # size of the corner or all, quenches, walks, most flips
    "quick": (16, 16, 1, 3 * 10**5),
    "full": (None, 100, 3, 10**9),
}
SHUFFLE_SEED = 1


@cache
def network(name: str, size: int | None) -> di.LayeredCouplings:
    trained = measure.corner(di.load_network("minilm"), size)
    return trained if name == "trained" else di.shuffle(trained, rng=np.random.default_rng(SHUFFLE_SEED))


def quenches(rng: np.random.Generator, name: str, size: int | None, number: int) -> dict[str, np.ndarray]:
    return {"energies": np.array([di.quench(network(name, size), rng=rng).energy for _ in range(number)])}


def walk(rng: np.random.Generator, name: str, size: int | None, max_flips: int) -> dict[str, np.ndarray]:
    """One walk in bins a quarter of the standard deviation of g(E) wide."""
    glass = network(name, size)
    width = 0.25 * np.sqrt(glass.energy_variance)
    bins = di.energy_bins(glass, width, mirrored=False)
    run = di.wang_landau(glass, rng=rng, bins=bins, schedule=di.FixedStages(), max_flips=max_flips)
    return {
        "energies": run.dos.energies,
        "log_g": run.dos.log_g,
        "flips": np.array(run.progress.flips),
        "log_f": np.array(run.progress.log_f),
    }


WAYS = {"energies": close(), "log_g": close(), "flips": exact, "log_f": close()}


def cells(scale: str) -> dict[str, experiment.Cell]:
    size, number, walks, max_flips = SCALES[scale]
    result: dict[str, experiment.Cell] = {}
    for name in ("trained", "shuffled"):
        descents = partial(quenches, name=name, size=size, number=number)
        result[f"{name}/quench"] = experiment.cell(descents, part="quench")
        for index in range(walks):
            one = partial(walk, name=name, size=size, max_flips=max_flips)
            result[f"{name}/walk/{index}"] = experiment.cell(one, part="walk", walk=index)
    return result


if __name__ == "__main__":
    experiment.run("first_walk", cells, WAYS)
