"""One student's life."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from dnnising.figures.style import SHUFFLED, TRAINED
from dnnising.students.training import StudentRun


def draw_life(axes: Sequence[Axes], run: StudentRun, seed: int = 0) -> None:
    """Loss, singular values and memory of one student of a run through its updates, on three axes.

    The loss is over that of a network that always answers 0. The memory is G(t, t')/√(G(t, t) G(t', t')), of
    any two looks, from 0 to 1. The start is drawn half an update in. Nothing is returned: the axes are
    changed in place.

    Args:
        axes: three axes, for the loss, the singular values and the memory.
        run: students watched through time, from `train_students`.
        seed: which student of the run, counted from 0.

    Raises:
        ValueError: other than three axes.

    >>> from matplotlib.figure import Figure
    >>> from dnnising.students import train_students
    >>> run = train_students(temperature=0.125, weight_scale=0.5, updates=100, rng=0)
    >>> axes = Figure().subplots(1, 3)
    >>> draw_life(axes, run)
    >>> bool(np.allclose(np.diagonal(axes[2].images[0].get_array()), 1))  # at no distance, memory is perfect
    True
    """
    if len(axes) != 3:
        raise ValueError(f"a life is drawn on three axes, got {len(axes)}")
    loss, spectrum, memory = axes
    times = np.maximum(run.updates, 0.5)
    loss.plot(times, run.losses[seed] / run.null_losses[seed], ".-", color=TRAINED)
    loss.set(
        xscale="log", yscale="log", xlabel="updates", ylabel=r"loss over $\frac{1}{2}\langle y^2\rangle$"
    )
    spectrum.plot(times, run.singular_values[seed], color=SHUFFLED, linewidth=0.8)
    spectrum.set(xscale="log", yscale="log", xlabel="updates", ylabel=r"singular values  $\xi$")
    memory.imshow(run.normalised_correlations[seed], vmin=0, vmax=1, cmap="cividis", origin="lower")
    memory.set(xlabel="look  $t'$", ylabel="look  $t$")
