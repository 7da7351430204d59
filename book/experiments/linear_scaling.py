"""The linear scaling rule in practice: networks that differ in learning rate α and batch size B alone.

All learn by plain SGD from labels of which a fifth is spoilt. A cell is ALPHA/B/SEED, with the fields
- times, (k,): α times the number of updates; loss_at_times, test_error_at_times, (k,), as
  `numpy_network.report` has them;
- epochs, (m,): passes through the data; loss_at_epochs, test_error_at_epochs, (m,).
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from book.experiments import experiment, numpy_network
from book.experiments.agreement import SINGLE, close, exact, wrongly_read
from book.experiments.digits import N_IMAGES, split

SIZES, N_TRAIN, SPOILT = (64, 128, 10), 1000, 0.2
RATES = (0.02, 0.1, 0.4)
SCALES = {  # α/B, times, epochs, seeds
    "quick": ((0.005, 0.02), (5, 10), (1, 2), 1),
    "full": ((0.0002, 0.001, 0.005, 0.02, 0.05), (20, 50, 100, 200), (1, 2, 5, 10, 20, 40), 10),
}


def trained(
    rng: np.random.Generator, rate: float, batch: int, times: Sequence[float], epochs: Sequence[int]
) -> dict[str, np.ndarray]:
    data = split(rng, N_TRAIN, SPOILT)
    layers = numpy_network.initial(SIZES, rng)
    at = {"times": [round(time / rate) for time in times], "epochs": [N_TRAIN // batch * n for n in epochs]}
    moments = set(at["times"] + at["epochs"])
    descent = numpy_network.fit_stepwise(
        layers, data, rng, batch=batch, steps=max(moments), rate=rate, momentum=0
    )
    reports = {made: numpy_network.report(layers, data) for made in descent if made in moments}
    found = {"times": np.array(times, dtype=float), "epochs": np.array(epochs)}
    for clock, steps_made in at.items():
        for name in ("loss", "test_error"):
            found[f"{name}_at_{clock}"] = np.array([reports[made][name] for made in steps_made])
    return found


WAYS = {"times": exact, "epochs": exact}
for clock in ("times", "epochs"):
    WAYS |= {f"loss_at_{clock}": close(SINGLE), f"test_error_at_{clock}": wrongly_read(N_IMAGES - N_TRAIN)}


def cells(scale: str) -> dict[str, experiment.Cell]:
    ratios, times, epochs, seeds = SCALES[scale]
    pairs = [(rate, round(rate / ratio)) for ratio in ratios for rate in RATES]
    return {
        f"{rate}/{batch}/{seed}": experiment.cell(
            partial(trained, rate=rate, batch=batch, times=times, epochs=epochs), seed=seed
        )
        for rate, batch in pairs
        if 1 <= batch <= N_TRAIN // 2
        for seed in range(seeds)
    }


if __name__ == "__main__":
    experiment.run("linear_scaling", cells, WAYS)
