"""The phase diagram of a teacher and its students, over temperature T = ε/B and scale of weights σ_W.

Points are 2⁻⁵ … 2⁶ in T and 2⁻³ … 2⁸ in σ_W, where the source has 2⁻³ … 2⁸ in ε and B = 4. A cell is a row
of the plane, T; its fields have an axis of n scales in front and are those of `students.summary`.
"""

from functools import partial

import experiment
import numpy as np
import students

from dnnising import dynamics

SCALES = {  # points an axis, seeds, updates, looks: two a decade
    "quick": (6, 3, 10_000, 8),
    "full": (20, 100, 100_000, 10),
}


def axes(scale):
    """Temperatures and scales of weights, (points,) each."""
    points = SCALES[scale][0]
    return np.geomspace(2.0**-5, 2.0**6, points), np.geomspace(2.0**-3, 2.0**8, points)


def row(rng, temperature, weight_scales, seeds, updates, looks):
    summaries = [
        students.summary(
            dynamics.train_students(
                temperature=temperature,
                weight_scale=weight_scale,
                updates=updates,
                snapshots=looks,
                seeds=seeds,
                rng=own,
            )
        )
        for weight_scale, own in zip(weight_scales, rng.spawn(len(weight_scales)))
    ]
    updates = summaries[0].pop("updates")
    stacked = {name: np.array([point[name] for point in summaries]) for name in summaries[0]}
    return {"weight_scales": weight_scales, "updates": updates, **stacked}


def cells(scale):
    temperatures, weight_scales = axes(scale)
    options = dict(zip(("seeds", "updates", "looks"), SCALES[scale][1:]))
    return {
        f"{temperature:.6g}": partial(row, temperature=temperature, weight_scales=weight_scales, **options)
        for temperature in temperatures
    }


if __name__ == "__main__":
    experiment.run("phase_plane", cells)
