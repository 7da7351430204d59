"""The phase diagram of a teacher and its students, over temperature T = ε/B and scale of weights σ_W.

A cell is T/SIGMA_W; its fields are those of `dynamics.phase_point`. Points are 2⁻⁵ … 2⁶ in T and 2⁻³ … 2⁸ in
σ_W, where the third source has 2⁻³ … 2⁸ in ε and B = 4.
"""

from functools import partial

import experiment
import numpy as np

from dnnising import dynamics

SIZES = {
    "quick": {"points": 4, "seeds": 3, "updates": 2_000, "snapshots": 4},
    "full": {"points": 20, "seeds": 100, "updates": 100_000, "snapshots": 8},
}


def axes(scale):
    """Temperatures and scales of weights, (points,) each."""
    points = SIZES[scale]["points"]
    return np.geomspace(2.0**-5, 2.0**6, points), np.geomspace(2.0**-3, 2.0**8, points)


def cells(scale):
    options = {name: value for name, value in SIZES[scale].items() if name != "points"}
    temperatures, weight_scales = axes(scale)
    return {
        f"{temperature:.6g}/{weight_scale:.6g}": partial(
            dynamics.phase_point,
            task=dynamics.TeacherStudent(),
            temperature=temperature,
            weight_scale=weight_scale,
            batch=4,
            **options,
        )
        for temperature in temperatures
        for weight_scale in weight_scales
    }


if __name__ == "__main__":
    experiment.run("phase_plane", cells)
