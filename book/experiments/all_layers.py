"""The phase diagram when all layers learn, and not the middle one alone.

A cell TRAINED/T is a row of the plane, TRAINED "middle" or "all"; fields have an axis of n scales in front
and are those of `students.summarise`; `weight_scales` (n,) is σ_W.
"""

from functools import partial
from typing import Any

from book.experiments import experiment, student_rows
from book.experiments.agreement import exact
from dnnising import students

SCALES = {  # points an axis, seeds, updates
    "quick": (3, 3, 400),
    "full": (9, 9, 30_000),
}
TASKS = {
    "middle": students.TeacherStudent(),
    "all": students.TeacherStudent(trained=(0, 1, 2)),
}

WAYS = student_rows.WAYS | {"weight_scales": exact}


def cells(scale: str) -> dict[str, experiment.Cell]:
    points, seeds, updates = SCALES[scale]
    scales = student_rows.axis("weight_scale", points)
    options: dict[str, Any] = {"weight_scales": scales, "seeds": seeds, "updates": updates, "snapshots": 3}
    return {
        f"{name}/{temperature:.6g}": experiment.cell(
            partial(student_rows.row, temperature=temperature, task=task, **options), layers=name
        )
        for name, task in TASKS.items()
        for temperature in student_rows.axis("temperature", points)
    }


if __name__ == "__main__":
    experiment.run("all_layers", cells, WAYS)
