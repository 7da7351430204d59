"""Does training time carry the phase diagram? Two lines through the plane, ten times longer than it.

A cell LINE/PLACE is a point of a line of `student_points.LINES`, at PLACE, its T or σ_W; its fields are those
of `students.summarise`.
"""

from functools import partial
from typing import Any

from book.experiments import experiment, student_points

SCALES = {  # points, runs, updates, looks: two a decade
    "quick": (4, 3, 400, 6),
    "full": (6, 5, 1_000_000, 12),
}

WAYS = student_points.WAYS


def cells(scale: str) -> dict[str, experiment.Cell]:
    points, runs, updates, looks = SCALES[scale]
    options: dict[str, Any] = {"runs": runs, "updates": updates, "snapshots": looks}
    return {
        f"{line}/{place[line]:.6g}": experiment.cell(
            partial(student_points.point, **place, **options), stream=(row, column), line=line
        )
        for row, line in enumerate(student_points.LINES)
        for column, place in enumerate(student_points.along(line, points))
    }


if __name__ == "__main__":
    experiment.run("training_time", cells, WAYS)
