"""Stochastic gradient descent on many students at once, as batched matrix products in torch."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dnnising.students.student import Student, TeacherStudent, draw_batches

_ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu, "identity": lambda z: z}
_SLOPES = {
    "tanh": lambda phi: 1 - phi * phi,
    "relu": lambda phi: (phi > 0).to(phi.dtype),
    "identity": torch.ones_like,
}


@torch.no_grad()
def train_batched(
    task: TeacherStudent,
    students: Sequence[Student],
    temperature: float,
    batch: int,
    times: NDArray[np.int64],
    device: str,
) -> NDArray[np.float64]:
    """Weights (runs, times, n) of every student at the given updates, the first of which is 0.

    The same updates on the same batches as the compiled path, all students in one product; float64.
    """
    rows = torch.arange(len(students), device=device)[:, None]
    inputs = torch.as_tensor(np.array([student.inputs for student in students]), device=device)
    targets = torch.as_tensor(np.array([student.targets for student in students]), device=device)
    parts = zip(*(task.matrices(student.weights) for student in students))
    weights = [torch.tensor(np.array(part), device=device) for part in parts]  # (runs, n_(l-1), n_l)
    path = [_flat(weights)]
    for stretch in np.diff(times):
        for pieces in zip(*(draw_batches(student, int(stretch), batch) for student in students)):
            order = torch.tensor(np.array(pieces), dtype=torch.int64, device=device)
            for chosen in order.unbind(dim=1):  # (runs, batch)
                _update(task, weights, inputs[rows, chosen], targets[rows, chosen], temperature)
        path.append(_flat(weights))
    return np.stack(path, axis=1)


def _update(task: TeacherStudent, weights: list[Tensor], x: Tensor, y: Tensor, temperature: float) -> None:
    """W_l -= T Σ_b φ_b δ_bᵀ for every layer that learns, in place."""
    phi = [x]  # (runs, batch, n_l)
    for matrix in weights[:-1]:
        phi.append(_ACTIVATIONS[task.activation](phi[-1] @ matrix))
    delta = phi[-1] @ weights[-1] - y
    for l in reversed(range(len(weights))):
        below = delta @ weights[l].mT * _SLOPES[task.activation](phi[l]) if l > 0 else delta
        if task.learning[l]:
            weights[l].baddbmm_(phi[l].mT, delta, alpha=-temperature)
        delta = below


def _flat(weights: Sequence[Tensor]) -> NDArray[np.float64]:
    """(runs, n)"""
    return torch.cat([matrix.flatten(1) for matrix in weights], dim=1).cpu().numpy()
