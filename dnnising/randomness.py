"""Where random numbers come from: a generator or a seed for one, and torch's generator out of numpy's."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch

__all__ = ["Rng", "generator_of", "torch_generator", "torch_seeded"]

Rng = np.random.Generator | int | np.integer
"""What a public function takes as `rng`."""


def generator_of(rng: Rng) -> np.random.Generator:
    """The generator itself, or for an integer seed a new one, `numpy.random.default_rng(seed)`.

    Public functions begin with it, so that all they draw is one stream; what lies beneath takes a generator.

    Args:
        rng: a numpy Generator, which is returned as it is, or an integer seed from 0 on.

    Raises:
        TypeError: anything else, be it None, a bool, a float, a RandomState or the module numpy.random.
        ValueError: a negative seed.

    >>> generator_of(7).random() == generator_of(np.random.default_rng(7)).random()
    True
    """
    if isinstance(rng, np.random.Generator):
        return rng
    expected = "rng must be a numpy Generator, as numpy.random.default_rng(0), or an integer seed from 0 on"
    if isinstance(rng, bool) or not isinstance(rng, int | np.integer):
        raise TypeError(f"{expected}; got {rng!r:.60}, a {type(rng).__name__}")
    if rng < 0:
        raise ValueError(f"{expected}; got {rng}")
    return np.random.default_rng(int(rng))


def torch_generator(rng: np.random.Generator, device: str = "cpu") -> torch.Generator:
    """A torch generator on a device, seeded with one number drawn from a numpy generator.

    So one seed of numpy fixes what torch draws, too.

    Args:
        rng: the numpy generator; it moves on by that one number.
        device: of torch, such as "cpu" or "cuda".

    >>> first, second = (torch_generator(np.random.default_rng(7)) for _ in range(2))
    >>> torch.equal(torch.rand(3, generator=first), torch.rand(3, generator=second))
    True
    """
    return torch.Generator(device).manual_seed(int(rng.integers(2**63)))


@contextmanager
def torch_seeded(rng: np.random.Generator) -> Iterator[None]:
    """Within, torch's own generator on the CPU starts from one number drawn from a numpy generator.

    For what takes no generator: the layers of `torch.nn` and the models of transformers draw their initial
    weights from torch's own. Afterwards it stands where it stood before.

    Args:
        rng: the numpy generator; it moves on by that one number.

    >>> with torch_seeded(np.random.default_rng(7)):
    ...     one = torch.nn.Linear(2, 3)
    >>> with torch_seeded(np.random.default_rng(7)):
    ...     other = torch.nn.Linear(2, 3)
    >>> torch.equal(one.weight, other.weight)
    True
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(rng.integers(2**31)))
        yield
