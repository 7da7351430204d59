"""How the error of a Wang-Landau walk on the 8×8 lattice falls with flips, for three schedules.

Fields of each cell SCHEDULE/SEED: flips (k,), largest (k,) and rms (k,), the errors of ln g over all exact
levels, in nats; infinite while a level has not been visited.
"""

import copy
import tempfile
from functools import partial

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
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for target in np.geomspace(2e4, max_flips, 1 + round(5 * np.log10(max_flips / 2e4))):
            run = di.wang_landau(
                di.square_lattice(8),
                rng=copy.deepcopy(rng),  # as it was at first: by that the walk at the path is known again
                schedule=schedule,
                max_flips=round(target),
                path=f"{folder}/walk.npz",
            )
            rows.append((run.progress.flips, *largest_and_rms(run.dos)))
            if run.finished:
                break
    return dict(zip(("flips", "largest", "rms"), np.array(rows).T))


def largest_and_rms(dos: di.DensityOfStates) -> tuple[float, float]:
    """The errors of ln g over all exact levels, in nats; infinite where the levels are others."""
    exact = di.beale_dos(8)
    if not np.array_equal(dos.energies, exact.energies):
        return np.inf, np.inf
    difference = dos.log_g - exact.log_g
    return np.abs(difference).max(), np.sqrt(np.mean(difference**2))


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
