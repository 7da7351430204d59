"""What shuffled_fractions.py stored: three networks, their widths and how well they do their tasks."""

import numpy as np
from numpy.typing import NDArray

from dnnising.results import Cells

TASKS = {  # and their scores
    "passages": "agreement",
    "characters": "perplexity",
    "digits": "accuracy",
}


def changes(study: Cells, task: str) -> tuple[NDArray, NDArray, NDArray]:
    """Fractions (m,), and relative changes of W and of the task's score, (samples, m)."""
    samples = study.select(task=task)
    lowest, score = (samples[field] for field in ("lowest_energy", TASKS[task]))
    return (
        samples["fractions"][0],
        np.abs(lowest / lowest[:, :1] - 1),
        np.abs(score / score[:, :1] - 1),
    )
