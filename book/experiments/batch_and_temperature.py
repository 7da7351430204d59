"""Does T = ε/B carry the phase diagram? Batches of 1 to 64 at the same T.

A cell LINE/B is a line through the plane, "temperature" or "weight_scale" as in `student_rows.LINES`. All
networks see equally many examples, so that the time of descent, T B times updates, is the same. Fields have
an axis of points in front and are those of `students.summarise`; `points` (n,) is T or σ_W.
"""

from functools import partial

from book.experiments import experiment, student_rows
from book.experiments.agreement import exact

SCALES = {  # points, batches, seeds, examples
    "quick": (4, (1, 16), 3, 2_000),
    "full": (12, (1, 2, 4, 16, 64), 20, 128_000),
}

WAYS = student_rows.WAYS | {"points": exact}


def cells(scale: str) -> dict[str, experiment.Cell]:
    points, batches, seeds, examples = SCALES[scale]
    return {
        f"{name}/{batch}": experiment.cell(
            partial(
                student_rows.through_plane,
                name=name,
                points=points,
                batch=batch,
                updates=examples // batch,
                snapshots=4,
                seeds=seeds,
            )
        )
        for name in student_rows.LINES
        for batch in batches
    }


if __name__ == "__main__":
    experiment.run("batch_and_temperature", cells, WAYS)
