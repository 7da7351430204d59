"""Which of the three phases of learning a student is in."""

from enum import Enum

import numpy as np
from numpy.typing import ArrayLike, NDArray


class LearningPhase(Enum):
    """A regime of learning at a finite number of updates; its magnetic name is that of Aarts (2025).

    >>> LearningPhase.JAMMED.value
    'jammed (glass)'
    """

    LEARNING = "learning (ferromagnetic)"
    """The loss has fallen far below that of a network that always answers 0."""
    NO_CONVERGENCE = "no convergence (paramagnetic)"
    """The weights wander away from where they began, or overflow, and the loss stays high."""
    JAMMED = "jammed (glass)"
    """The weights have hardly moved, and the loss stays high."""


def assign_learning_phase(
    scaled_loss: ArrayLike, displacement: ArrayLike, *, learnt: float = 0.01, moved: float = 1.0
) -> NDArray[np.object_]:
    """The phase of learning from two observables, the loss and how far the weights have moved.

    Learning, where the loss has fallen to `learnt` of that of a network that always answers 0. Otherwise
    jammed, where the weights have moved by less than `moved` of their own length, ‖W - W_0‖ < ‖W_0‖, and so
    still remember where they began; and without convergence, where they have moved further, or overflowed.

    These are regimes of a finite time, not phases of a limit: at the same temperature more updates turn
    jammed students into learning ones. Look at the observables beside the boundary.

    Args:
        scaled_loss: L/½⟨|y|²⟩ of any shape, without a unit; NaN or infinite counts as no convergence.
        displacement: ‖W - W_0‖/‖W_0‖, of the same shape or one that broadcasts; likewise.
        learnt: the scaled loss below which a student has learnt.
        moved: the displacement below which a student is jammed.

    Returns:
        Members of `LearningPhase`, in the common shape of both observables.

    Raises:
        ValueError: a threshold that is not positive.

    >>> [phase.name for phase in assign_learning_phase([1e-4, 0.2, 0.9, np.nan], [0.8, 30.0, 0.01, np.inf])]
    ['LEARNING', 'NO_CONVERGENCE', 'JAMMED', 'NO_CONVERGENCE']
    """
    if not (learnt > 0 and moved > 0):
        raise ValueError(f"thresholds must be positive, got learnt={learnt}, moved={moved}")
    loss, distance = np.broadcast_arrays(
        np.asarray(scaled_loss, dtype=float), np.asarray(displacement, dtype=float)
    )
    phases = np.full(loss.shape, LearningPhase.NO_CONVERGENCE, dtype=object)
    phases[np.isfinite(loss) & (distance < moved)] = LearningPhase.JAMMED
    phases[loss < learnt] = LearningPhase.LEARNING
    return phases
