"""The phase diagram when all layers learn, and not the middle one alone.

A cell TRAINED/T/σ_W is a point of the plane, TRAINED "middle" or "all"; its fields are those of
`students.summarise`.
"""

from functools import partial
from itertools import product
from typing import Any

from book.experiments import experiment, student_points
from dnnising import students

SCALES = {  # points an axis, runs, updates
    "quick": (3, 3, 400),
    "full": (9, 9, 30_000),
}
TASKS = {
    "middle": students.TeacherStudent(),
    "all": students.TeacherStudent(trained=(0, 1, 2)),
}

WAYS = student_points.WAYS


def cells(scale: str) -> dict[str, experiment.Cell]:
    points, runs, updates = SCALES[scale]
    options: dict[str, Any] = {"runs": runs, "updates": updates, "snapshots": 3}
    rows = product(TASKS, student_points.axis("temperature", points))
    return {
        f"{name}/{temperature:.6g}/{weight_scale:.6g}": experiment.cell(
            partial(
                student_points.point,
                temperature=temperature,
                weight_scale=weight_scale,
                task=TASKS[name],
                **options,
            ),
            stream=(row, column),
            layers=name,
        )
        for row, (name, temperature) in enumerate(rows)
        for column, weight_scale in enumerate(student_points.axis("weight_scale", points))
    }


if __name__ == "__main__":
    experiment.run("all_layers", cells, WAYS)
