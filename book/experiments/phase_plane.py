"""The phase diagram of a teacher and its students, over temperature T = ε/B and scale of weights σ_W.

Points are 2⁻⁵ … 2⁶ in T and 2⁻³ … 2⁸ in σ_W, where the source has 2⁻³ … 2⁸ in ε and B = 4. A cell T/σ_W is
a point of the plane; its fields are those of `students.summarise`.
"""

from functools import partial
from typing import Any

from book.experiments import experiment, student_points

SCALES = {  # points an axis, runs, updates, looks: two a decade
    "quick": (4, 4, 200, 6),
    "full": (20, 100, 100_000, 10),
}

WAYS = student_points.WAYS


def cells(scale: str) -> dict[str, experiment.Cell]:
    points, runs, updates, looks = SCALES[scale]
    options: dict[str, Any] = {"runs": runs, "updates": updates, "snapshots": looks}
    return {
        f"{temperature:.6g}/{weight_scale:.6g}": experiment.cell(
            partial(student_points.point, temperature=temperature, weight_scale=weight_scale, **options),
            stream=(row, column),
        )
        for row, temperature in enumerate(student_points.axis("temperature", points))
        for column, weight_scale in enumerate(student_points.axis("weight_scale", points))
    }


if __name__ == "__main__":
    experiment.run("phase_plane", cells, WAYS)
