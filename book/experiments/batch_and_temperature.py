"""Does T = ε/B carry the phase diagram? Batches of 1 to 64 at the same T.

A cell LINE/B/PLACE is a point of a line through the plane, "temperature" or "weight_scale" as in
`student_points.LINES`, at PLACE, its T or σ_W. All networks see equally many examples, so that the time of
descent, T B times updates, is the same. Fields are those of `students.summarise`.
"""

from functools import partial
from itertools import product

from book.experiments import experiment, student_points

SCALES = {  # points, batches, runs, examples
    "quick": (4, (1, 16), 3, 2_000),
    "full": (12, (1, 2, 4, 16, 64), 20, 128_000),
}

WAYS = student_points.WAYS


def cells(scale: str) -> dict[str, experiment.Cell]:
    points, batches, runs, examples = SCALES[scale]
    return {
        f"{line}/{batch}/{place[line]:.6g}": experiment.cell(
            partial(
                student_points.point,
                **place,
                batch=batch,
                updates=examples // batch,
                snapshots=4,
                runs=runs,
            ),
            stream=(row, column),
            line=line,
        )
        for row, (line, batch) in enumerate(product(student_points.LINES, batches))
        for column, place in enumerate(student_points.along(line, points))
    }


if __name__ == "__main__":
    experiment.run("batch_and_temperature", cells, WAYS)
