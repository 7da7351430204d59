"""All critical points of small spherical p-spin glasses, by energy and index, beside the Kac-Rice formula.

Cells P/N/SAMPLE, one glass each: energy (points,) per spin, index (points,), and complete (), whether the
search ended by its own criterion; otherwise the points that were found. Cells expected/P/N: edges (41,) of
energy per spin, below (41, N), the expected number of points below each edge by index, and by_index (N,) with
by_index_error (N,), of all. Cells band/P/N: inside and everywhere (N,), expected numbers by index below the
threshold -E_∞ and at any energy, with inside_error and everywhere_error (N,).
"""

from functools import partial

import numpy as np

import dnnising as di
from book.experiments import experiment
from book.experiments.agreement import close, exact

EDGES = np.linspace(-2, 2, 41)
SCALES = {  # glasses, by p and N; sizes for the band at p = 3; random matrices
    "quick": ({3: {4: 4, 5: 1}}, (5, 10), 2000),
    "full": ({3: {6: 40, 8: 40, 10: 12}, 4: {6: 16}}, (6, 10, 20, 40, 60), 20_000),
}


def points(rng: np.random.Generator, p: int, n: int) -> dict[str, np.ndarray]:
    glass, complete = di.spherical_pspin(p, n, rng=rng), True
    try:
        found = di.landscapes.critical_points(glass, rng=rng, max_runs=2**16)
    except di.NotConvergedError as stopped:
        found, complete = stopped.run, False
    return {"energy": found.energy_per_spin, "index": found.index, "complete": np.array(complete)}


def expected(rng: np.random.Generator, p: int, n: int, samples: int) -> dict[str, np.ndarray]:
    """Every edge meets the same random matrices, so that counts in a bin are differences without noise."""
    count = partial(di.landscapes.expected_critical_points, p, n, samples=samples)
    seed = int(rng.integers(2**32))
    below = [count(rng=np.random.default_rng(seed), below=edge).by_index for edge in EDGES]
    everything = count(rng=rng)
    return {
        "edges": EDGES,
        "below": np.array(below),
        "by_index": everything.by_index,
        "by_index_error": everything.by_index_error,
    }


def band(rng: np.random.Generator, n: int, samples: int) -> dict[str, np.ndarray]:
    count = partial(di.landscapes.expected_critical_points, 3, n, samples=samples, rng=rng)
    inside, everywhere = count(below=-di.landscapes.threshold_energy(3)), count()
    return {
        "inside": inside.by_index,
        "inside_error": inside.by_index_error,
        "everywhere": everywhere.by_index,
        "everywhere_error": everywhere.by_index_error,
    }


WAYS = {"energy": close(), "index": exact, "complete": exact, "edges": close(), "below": close()}
WAYS |= {name + end: close() for name in ("by_index", "inside", "everywhere") for end in ("", "_error")}


def cells(scale: str) -> dict[str, experiment.Cell]:
    sizes, larger, samples = SCALES[scale]
    found = {
        f"band/3/{n}": experiment.cell(partial(band, n=n, samples=samples), part="band", p=3) for n in larger
    }
    for p, glasses in sizes.items():
        for n, number in glasses.items():
            one = partial(points, p=p, n=n)
            found |= {f"{p}/{n}/{k}": experiment.cell(one, part="points", glass=k) for k in range(number)}
            mean = partial(expected, p=p, n=n, samples=samples)
            found[f"expected/{p}/{n}"] = experiment.cell(mean, part="expected")
    return found


if __name__ == "__main__":
    experiment.run("pspin_saddles", cells, WAYS)
