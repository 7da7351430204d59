"""Does something order where the paramagnet ends? Overlaps with the soft mode, against temperature.

A cell is chain/KIND/H/SAMPLE: matrices H×H, H×4H and 4H×H, as in a transformer's block, of normal couplings
with variance 1/H plus θ d d'ᵀ, θ twice the noise's edge (√n + √m)/√H. KIND "aligned" plants one direction d
a layer, which both of its matrices share; "apart" plants independent ones for each; "noise" has θ = 0, and
nothing to order along. Or NETWORK/BLOCKS/KIND/SAMPLE: the first BLOCKS blocks of the embedded network, or all
of antiberty and mpnet ("all"), KIND "trained" or "across" (shuffled, nothing to order along either).

Directions are two unit vectors w over all spins, m = w·S: the soft mode at the end of the paramagnet
(`di.exact.soft_mode`), and the leading singular vectors of the matrix with the largest singular value,
(u, v)/√2. What has no transition takes the mode at `reference`: where its eigenvalue comes closest to 1, or
for a shuffled network the middle of the ladder.

Fields: temperatures (n,), of chains the same for all samples in units of `reference`; transition_temperature,
NaN where there is none; largest (2,), the largest possible m², (Σ|w|)²; participation (2,), 1/Σw⁴; shares
(n_layers,), of w² of the soft mode; moments (n, 2, 2), ⟨m²⟩ and ⟨m⁴⟩ of each direction; binder (n, 2);
heat_capacity (n,), per spin; errors of these by jackknife; exchange (n - 1,); n_spins, n_bonds.
"""

from functools import partial
from itertools import pairwise

import numpy as np
from scipy.linalg import eigh

import dnnising as di
from book.experiments import experiment, measure
from book.experiments.agreement import SINGLE, close, mostly
from dnnising import jackknife_error
from dnnising.exact import NoTransitionError, soft_mode
from dnnising.sampling import OverlapSamples, overlap_cumulant, overlap_moments, sample_overlaps

STRENGTH = 2.0  # of a planted direction, in units of the noise's edge
REACH = {"aligned": (0.6, 1.6), "apart": (0.6, 1.6), "noise": (0.75, 1.6)}  # of the ladder, in units of T_c
RUNGS_OF_CHAINS = 32  # neighbours exchange one time in five at the largest size
LADDERS = {"minilm": (5.0, 25.0), "antiberty": (6.5, 17.2), "mpnet": (16.7, 44.5), "corner": (1.0, 8.0)}
BLOCKS = 10  # of a run, for its errors
SCALES = {
    "quick": {"aligned": {12: 2, 24: 2}, "apart": {12: 2}, "noise": {12: 2}},
    "full": {
        "aligned": {96: 24, 192: 16, 384: 12, 768: 8},
        "apart": {96: 12, 192: 8, 384: 8},
        "noise": {96: 12, 192: 8, 384: 8, 768: 4},
    },
}  # samples by size, by kind
SWEEPS = {"quick": 40, "full": 1000}  # of chains


def chain(rng: np.random.Generator, kind: str, H: int) -> di.LayeredCouplings:
    """Three matrices of a block's shapes, with or without a planted direction each."""
    sizes = (H, H, 4 * H, H)
    behind, before = ([_unit(rng.normal(size=n)) for n in sizes] for _ in range(2))
    if kind == "aligned":
        before = behind
    couplings = []
    for (n, m), d, d_next in zip(pairwise(sizes), before[:-1], behind[1:]):
        theta = 0.0 if kind == "noise" else STRENGTH * (np.sqrt(n) + np.sqrt(m)) / np.sqrt(H)
        noise = rng.normal(size=(n, m)) / np.sqrt(H)
        couplings.append((noise + theta * np.outer(d, d_next)).astype(np.float32))
    return di.LayeredCouplings(couplings)


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def leading_pair(network: di.LayeredCouplings) -> np.ndarray:
    """(u, v)/√2 of the largest singular value of all, as a direction of all spins, (n_spins,)."""
    best, strongest = 0.0, (0, np.zeros(0), np.zeros(0))
    for l, stored in enumerate(network.couplings):
        matrix = stored.astype(np.float64)
        wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
        last = len(wide) - 1
        (square,), vectors = eigh(wide @ wide.T, subset_by_index=(last, last))
        if square > best:
            short, long = vectors[:, 0], wide.T @ vectors[:, 0] / np.sqrt(square)
            best, strongest = square, (l, *((short, long) if wide is matrix else (long, short)))
    l, u, v = strongest
    direction = np.zeros(network.n_spins)
    layers = network.unflatten(direction)
    layers[l][:], layers[l + 1][:] = u / np.sqrt(2), v / np.sqrt(2)
    return direction


def order(
    network: di.LayeredCouplings,
    rng: np.random.Generator,
    temperatures: np.ndarray,
    reference: float,
    sweeps: int,
) -> dict[str, np.ndarray]:
    """All fields but the transition temperature, along a ladder, with the soft mode at `reference`."""
    directions = np.stack([soft_mode(network, reference), leading_pair(network)])
    samples = sample_overlaps(network, directions, 1 / temperatures[::-1], rng=rng, sweeps=sweeps)
    blocks = overlap_moments(samples.overlaps[:, :, ::-1], blocks=BLOCKS)  # T ascends
    U, U_error = overlap_cumulant(blocks)
    heat, heat_error = heat_capacity(samples, temperatures)
    return {
        "temperatures": temperatures,
        "reference": np.array(reference),
        "largest": np.abs(directions).sum(axis=1) ** 2,
        "participation": 1 / (directions**4).sum(axis=1),
        "shares": np.array([(layer**2).sum() for layer in network.unflatten(directions[0])]),
        "moments": blocks.mean(axis=0),
        "moments_error": _left_out(blocks, lambda mean: mean)[1],
        "binder": U,
        "binder_error": U_error,
        "heat_capacity": heat,
        "heat_capacity_error": heat_error,
        "exchange": samples.exchange[0, ::-1],
    } | measure.sizes(network)


def heat_capacity(samples: OverlapSamples, temperatures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """C/N = (⟨E²⟩ - ⟨E⟩²)/NT² and its error, (n_betas,) each, in the order of the temperatures."""
    energies = samples.energies[..., ::-1] - samples.energies[..., ::-1].mean(axis=(0, 1))
    parts = np.array_split(energies, BLOCKS, axis=1)
    blocks = np.concatenate([np.stack([part.mean(axis=1), (part**2).mean(axis=1)], -1) for part in parts])
    scale = samples.n_spins * temperatures**2
    return _left_out(blocks, lambda mean: (mean[..., 1] - mean[..., 0] ** 2) / scale)


def _left_out(blocks, function) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[no-untyped-def]
    """A function of the mean over blocks, and its jackknife error."""
    n, total = len(blocks), blocks.sum(axis=0)
    return function(total / n), jackknife_error(
        np.array([function((total - one) / (n - 1)) for one in blocks])
    )


def end_of_paramagnet(network: di.LayeredCouplings) -> tuple[float, float]:
    """T_c, NaN if there is none; and where to take the soft mode: T_c, or where λ_max comes closest to 1."""
    try:
        found = di.transition_temperature(network)
    except NoTransitionError as stable:
        return np.nan, 1 / stable.beta
    return found, found


def chain_cell(rng: np.random.Generator, kind: str, H: int, sweeps: int) -> dict[str, np.ndarray]:
    network = chain(rng, kind, H)
    found, reference = end_of_paramagnet(network)
    ladder = reference * np.geomspace(*REACH[kind], RUNGS_OF_CHAINS)
    return {"transition_temperature": np.array(found)} | order(network, rng, ladder, reference, sweeps)


def loaded(name: str, blocks: int) -> di.LayeredCouplings:
    if name == "corner":
        return measure.corner(di.load_network("minilm", range(blocks)), 24)
    try:
        return di.load_network(name, range(blocks) if blocks else None)
    except di.MissingExtraError as error:
        raise experiment.Unreachable(str(error)) from error


def network_cell(
    rng: np.random.Generator, name: str, blocks: int, kind: str, rungs: int, sweeps: int
) -> dict[str, np.ndarray]:
    network = measure.NULLS[kind](loaded(name, blocks), rng)
    ladder = np.geomspace(*LADDERS[name], rungs)
    found, reference = np.nan, float(np.sqrt(ladder[0] * ladder[-1]))
    if kind == "trained":
        found, reference = end_of_paramagnet(network)
    return {"transition_temperature": np.array(found)} | order(network, rng, ladder, reference, sweeps)


WAYS = measure.TRANSITION | measure.SIZES
WAYS |= {"temperatures": close(SINGLE), "reference": close(SINGLE)}
WAYS |= {name: close(0.02, of_largest=True) for name in ("largest", "participation", "shares")}
# Fields are float32: in a run of the quick scale rounding turns a spin about one time in ten.
WAYS |= {name + end: mostly for name in ("moments", "binder", "heat_capacity") for end in ("", "_error")}
WAYS |= {"exchange": mostly}


def cells(scale: str) -> dict[str, experiment.Cell]:
    found: dict[str, experiment.Cell] = {}
    for kind, sizes in SCALES[scale].items():
        for H, samples in sizes.items():
            compute = partial(chain_cell, kind=kind, H=H, sweeps=SWEEPS[scale])
            for k in range(samples):
                found[f"chain/{kind}/{H}/{k}"] = experiment.cell(compute, name="chain", sample=k)
    if scale == "quick":
        whole = {("corner", l, kind): (16, 40) for l in (1, 2) for kind in ("trained", "across")}
    else:
        whole = {("minilm", l, "trained"): (34 + 8 * l, 600) for l in range(1, 7)}  # rungs and sweeps
        whole |= {("minilm", 6, "across"): (48, 400)}
        whole |= {("antiberty", 0, kind): (36, 400) for kind in ("trained", "across")}
        whole |= {("mpnet", 0, kind): (24, 300) for kind in ("trained", "across")}
    for (name, blocks, kind), (rungs, sweeps) in whole.items():
        compute = partial(network_cell, name=name, blocks=blocks, kind=kind, rungs=rungs, sweeps=sweeps)
        found[f"{name}/{blocks or 'all'}/{kind}/0"] = experiment.cell(compute, sample=0)
    return found


if __name__ == "__main__":
    experiment.run("ordering", cells, WAYS)
