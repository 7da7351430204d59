"""What the first source's own release says of its tables and figures: a summary of its files.

The files are read where they are: in the folder that the environment's DNNISING_RELEASED names (a copy of
github.com/stosicresearch/dnnising with its folders dos, blocks, fraction and accuracy), or in
../shared/released. A cell is a file, FOLDER/NAME; where it is missing the cell is left out, and the stored
summary serves. Its parameters are part ("whole", "blocks", "fraction" or "accuracy"), network, as in Table I,
and kind ("trained" or "shuffled"), blocks, fraction, or task.

Fields of a density: lowest and highest (E/N at the ends), divisor (of ln g, over the usual one), and for the
whole networks energies and log_g (both per spin, thinned to 80 levels), peak_trained and peak_own: where the
source's specific heat is largest with the trained network's range of energies or with the file's own. Of an
accuracy file: fractions, metric. Quick is one network and one task.
"""

import os
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

from book.experiments import experiment
from book.experiments.agreement import close
from dnnising import DensityOfStates, critical_temperature, read_released
from dnnising.stosic import published_networks
from dnnising.stosic.heat import energy_range, source_heat
from dnnising.stosic.released import SumRuleError, architecture_of

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "released"
FOLDER = Path(os.environ.get("DNNISING_RELEASED", BESIDE))
TEMPERATURES = np.geomspace(2e-3, 1.0, 800)  # in the source's scaling
LEVELS = 80
BLOCKS = {"bert-base": (1, 2, 4, 6, 8, 10, 12), "opt-125m": (1, 2, 4, 6, 8, 10, 12), "gpt2": (1, 2, 4, 6, 12)}
BLOCKS |= {"opt-350m": (1, 2, 6, 8, 12, 16, 24)}
FRACTIONS = {
    "bert-base": ("0", "0.01", "0.025", "0.05", "0.1", "0.2", "0.3", "0.5", "1"),
    "opt-125m": ("0.01", "0.05", "0.1", "0.2"),
    "gpt2": ("0", "0.05", "0.1", "0.2", "0.5", "1"),
}
ACCURACIES = (
    *(f"{name}-{text}" for name in ("gpt2", "opt-125m") for text in ("wikitext103", "lambada")),
    "opt-125m-wikitext2",
    "vit-base-imagenet",
)


def present(name: str) -> Path:
    file = FOLDER / f"{name}.dat"
    if not file.is_file():
        raise experiment.Unreachable(f"{file} is not here; set DNNISING_RELEASED to a copy of the release")
    return file


def read(name: str) -> tuple[DensityOfStates, float]:
    """The density of states of a file, and its divisor over the usual one."""
    file = present(name)
    try:
        return read_released(file), 1.0
    except SumRuleError as broken:
        divisor = broken.holding_divisor
        return read_released(file, divisor=divisor), divisor / architecture_of(file).divisor


def ends(rng: np.random.Generator, name: str) -> dict[str, np.ndarray]:
    dos, divisor = read(name)
    levels = energy_range(dos)
    return {
        "lowest": np.array(levels.lowest_per_spin),
        "highest": np.array(levels.highest / dos.n_spins),
        "divisor": np.array(divisor),
    }


def whole(rng: np.random.Generator, name: str) -> dict[str, np.ndarray]:
    dos, _ = read(name)
    trained, _ = read(name.removesuffix("_shuffled"))
    by = architecture_of(present(name)).divisor  # the released column, as it is
    peaks = [
        critical_temperature(source_heat(dos, TEMPERATURES, energy_unit=energy_range(one).width, divisor=by))
        for one in (trained, dos)
    ]
    some = np.unique(np.linspace(0, dos.energies.size - 1, LEVELS).round().astype(int))
    return ends(rng, name) | {
        "peak_trained": np.array(peaks[0]),
        "peak_own": np.array(peaks[1]),
        "energies": dos.energies[some] / dos.n_spins,
        "log_g": dos.log_g[some] / dos.n_spins,
    }


def accuracy(rng: np.random.Generator, name: str) -> dict[str, np.ndarray]:
    fractions, metric = np.loadtxt(present(name), unpack=True)
    return {"fractions": fractions, "metric": metric}


WAYS = {name: close() for name in ("divisor", "peak_trained", "peak_own", "log_g")}
WAYS |= {name: close() for name in ("lowest", "highest", "energies", "fractions", "metric")}


def cells(scale: str) -> dict[str, experiment.Cell]:
    found, kinds = {}, {"trained": "", "shuffled": "_shuffled"}  # and how the names of their files end
    for network in published_networks if scale == "full" else ["bert-base"]:
        name = "bloom" if network == "bloom-350m" else network
        for kind, end in kinds.items():
            file = partial(whole, name=f"dos/{name}{end}")
            found[f"dos/{name}{end}"] = experiment.cell(file, part="whole", network=network, kind=kind)
    for scores in ACCURACIES if scale == "full" else ACCURACIES[:1]:
        network, _, task = scores.rpartition("-")
        file = partial(accuracy, name=f"accuracy/{scores}")
        found[f"accuracy/{scores}"] = experiment.cell(file, part="accuracy", network=network, task=task)
    if scale == "quick":
        return found
    for network, lengths in BLOCKS.items():
        for l, (kind, end) in product(lengths, kinds.items()):
            name = f"blocks/{network}/blocks{l}{end}"
            file = partial(ends, name=name)
            found[name] = experiment.cell(file, part="blocks", network=network, blocks=l, kind=kind)
    for network, fractions in FRACTIONS.items():
        for f in fractions:
            name = f"fraction/{network}/fraction{f}"
            file = partial(ends, name=name)
            found[name] = experiment.cell(file, part="fraction", network=network, fraction=float(f))
    return found


if __name__ == "__main__":
    experiment.run("released", cells, WAYS)
