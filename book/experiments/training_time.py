"""Does training time carry the phase diagram? Two lines through the plane, ten times longer than it.

Cells "temperature" and "weight_scale" are the lines of `student_rows.LINES`; fields have an axis of points in
front and are those of `students.summarise`; `points` (n,) is T or σ_W.
"""

from functools import partial
from typing import Any

from book.experiments import experiment, student_rows
from book.experiments.agreement import exact

SCALES = {  # points, seeds, updates, looks: two a decade
    "quick": (4, 3, 400, 6),
    "full": (6, 5, 1_000_000, 12),
}

WAYS = student_rows.WAYS | {"points": exact}


def cells(scale: str) -> dict[str, experiment.Cell]:
    points, seeds, updates, looks = SCALES[scale]
    options: dict[str, Any] = {"points": points, "seeds": seeds, "updates": updates, "snapshots": looks}
    return {
        name: experiment.cell(partial(student_rows.through_plane, name=name, **options))
        for name in student_rows.LINES
    }


if __name__ == "__main__":
    experiment.run("training_time", cells, WAYS)
