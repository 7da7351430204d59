"""The plane in which a training run moves most."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from dnnising.printing import one_line


@one_line
@dataclass(frozen=True, eq=False)
class TrajectoryPlane:
    """Principal components of a trajectory, seen from its end.

    Args:
        directions: (2, P), the two components, orthonormal.
        coordinates: (T, 2), those of each point less the last one, in the units of the parameters.
        explained: (2,), how much of the motion lies along each, as shares of Σ_t |θ_t - θ_T|², largest first.

    >>> found = trajectory_plane(torch.tensor([[3.0, 4.0, 0.0], [3.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    >>> found.directions.shape, found.coordinates.shape, round(float(found.explained.sum()), 6)
    (torch.Size([2, 3]), (3, 2), 1.0)
    """

    directions: Tensor
    coordinates: NDArray[np.float64]
    explained: NDArray[np.float64]


def trajectory_plane(points: Tensor) -> TrajectoryPlane:
    """The plane in which a training run moves most, about its end.

    It is spanned by the two leading right singular vectors of the matrix of θ_t - θ_T (Li et al., 2018,
    §7.2), and is meant for `loss_plane` around the last point. Each direction is turned so that the start has
    a coordinate that is not negative.

    Args:
        points: θ_t, (T, P) with T ≥ 3, in the order of training.

    Returns:
        The `TrajectoryPlane`, with directions of the dtype of the points.

    Raises:
        ValueError: fewer than three points, or points that all lie on one line through the last.

    A walk that lies in a plane keeps all its distances there, from (0, 4, 3), |θ| = 5, over (0, 0, 3) to 0:

    >>> found = trajectory_plane(torch.tensor([[0.0, 4.0, 3.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]]))
    >>> np.linalg.norm(found.coordinates, axis=1).round(4).tolist()
    [5.0, 3.0, 0.0]
    """
    if points.ndim != 2 or len(points) < 3:
        raise ValueError(f"points must be (T, P) with T >= 3, got shape {tuple(points.shape)}")
    moved = (points - points[-1])[:-1].double()
    _, singular, right = torch.linalg.svd(moved, full_matrices=False)
    if singular[1] <= 1e-12 * singular[0] or singular[0] == 0:
        raise ValueError("all points lie on one line through the last one; use loss_line along it")
    directions = right[:2] * torch.where(right[:2] @ moved[0] < 0, -1.0, 1.0)[:, None]
    return TrajectoryPlane(
        directions=directions.to(points.dtype),
        coordinates=((points - points[-1]).double() @ directions.T).numpy(),
        explained=(singular[:2] ** 2 / (singular**2).sum()).numpy(),
    )
