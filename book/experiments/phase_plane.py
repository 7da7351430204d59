"""The phase diagram of a teacher and its students, over temperature T = ε/B and scale of weights σ_W.

Points are 2⁻⁵ … 2⁶ in T and 2⁻³ … 2⁸ in σ_W, where the source has 2⁻³ … 2⁸ in ε and B = 4. A cell is a row
of the plane, T; its fields have an axis of n scales in front and are those of `students.summarise`.
"""

from functools import partial
from typing import Any

from book.experiments import experiment, student_rows
from book.experiments.agreement import exact

SCALES = {  # points an axis, seeds, updates, looks: two a decade
    "quick": (4, 4, 200, 6),
    "full": (20, 100, 100_000, 10),
}

WAYS = student_rows.WAYS | {"weight_scales": exact}


def cells(scale: str) -> dict[str, experiment.Cell]:
    points, seeds, updates, looks = SCALES[scale]
    options: dict[str, Any] = {"seeds": seeds, "updates": updates, "snapshots": looks}
    scales = student_rows.axis("weight_scale", points)
    return {
        f"{temperature:.6g}": experiment.cell(
            partial(student_rows.row, temperature=temperature, weight_scales=scales, **options)
        )
        for temperature in student_rows.axis("temperature", points)
    }


if __name__ == "__main__":
    experiment.run("phase_plane", cells, WAYS)
