"""How the error of a Wang-Landau walk on the 8×8 lattice falls with flips, for three schedules.

Fields of each cell SCHEDULE/SEED: flips (k,), largest (k,) and rms (k,), the errors of ln g over all exact
levels, in nats; infinite while a level has not been visited.
"""

from functools import partial
from typing import Any

import numpy as np

import dnnising as di
from book.experiments import experiment
from book.experiments.agreement import close, exact
from dnnising.sampling import Schedule

SCHEDULES: dict[str, Schedule] = {
    "one-over-t": di.OneOverT(),
    "flatness": di.Flatness(),
    "fixed-stages": di.FixedStages(sweeps=1000),
    "fixed-stages-source": di.FixedStages(),
}
SCALES = {"quick": (2, 10**7), "full": (16, 10**9)}


def errors(rng: np.random.Generator, schedule: Schedule, max_flips: int) -> dict[str, np.ndarray]:
    """Errors along one walk, at about five points a decade."""
    lattice, exact = di.square_lattice(8), di.beale_dos(8)
    run, rows = None, []
    for target in np.geomspace(2e4, max_flips, 1 + round(5 * np.log10(max_flips / 2e4))):
        start: dict[str, Any] = {"rng": rng} if run is None else {"resume": run}
        run = di.wang_landau(lattice, schedule=schedule, max_flips=round(target), **start)
        if np.array_equal(run.dos.energies, exact.energies):
            difference = run.dos.log_g - exact.log_g
            rows.append((run.progress.flips, np.abs(difference).max(), np.sqrt(np.mean(difference**2))))
        else:
            rows.append((run.progress.flips, np.inf, np.inf))
        if run.finished:
            break
    return dict(zip(("flips", "largest", "rms"), np.array(rows).T))


WAYS = {"flips": exact, "largest": close(), "rms": close()}


def cells(scale: str) -> dict[str, experiment.Cell]:
    walks, max_flips = SCALES[scale]
    return {
        f"{name}/{walk}": experiment.cell(
            partial(errors, schedule=schedule, max_flips=max_flips), name=name, walk=walk
        )
        for walk in range(walks)
        for name, schedule in SCHEDULES.items()
    }


if __name__ == "__main__":
    experiment.run("schedules", cells, WAYS)
