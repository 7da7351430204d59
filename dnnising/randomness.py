"""Where random numbers come from: a generator or a seed for one, and torch's generator out of numpy's."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

__all__ = ["Rng", "fingerprint", "generator_of", "restored", "spawned", "torch_generator", "torch_seeded"]

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


def fingerprint(rng: np.random.Generator) -> str:
    """What tells a generator from any other, as text: runs keep it, so that none goes on with another.

    What it has drawn and what has been spawned from it count, too.

    Args:
        rng: a numpy generator.

    Returns:
        sha256, as 64 hexadecimal digits.

    >>> one, same, other = (np.random.default_rng(seed) for seed in (7, 7, 8))
    >>> fingerprint(one) == fingerprint(same), fingerprint(one) == fingerprint(other)
    (True, False)
    >>> _ = one.spawn(1)
    >>> fingerprint(one) == fingerprint(same)
    False
    """
    bits = rng.bit_generator
    state = json.dumps(bits.state, default=np.ndarray.tolist)  # MT19937's is an array
    return hashlib.sha256(f"{state} {bits.seed_seq}".encode()).hexdigest()


def spawned(rng: np.random.Generator, number: int) -> list[np.random.Generator]:
    """Independent generators, of PCG64 whatever rng's own kind: JSON can hold their state.

    Args:
        rng: the generator to spawn from; it draws no number for that.
        number: how many.

    >>> [type(own.bit_generator).__name__ for own in spawned(np.random.Generator(np.random.MT19937(0)), 2)]
    ['PCG64', 'PCG64']
    """
    return [np.random.Generator(np.random.PCG64(own.bit_generator.seed_seq)) for own in rng.spawn(number)]  # type: ignore[arg-type]


def restored(state: Mapping[str, Any]) -> np.random.Generator:
    """A generator of PCG64 in a given state, `bit_generator.state` of another.

    Args:
        state: as `bit_generator.state` has it, or JSON made of that.

    >>> rng = np.random.default_rng(7)
    >>> restored(rng.bit_generator.state).random() == rng.random()
    True
    """
    generator = np.random.default_rng(0)
    generator.bit_generator.state = state
    return generator


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
