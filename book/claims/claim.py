"""What a row of the ledger says, and how numbers are written in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising import store

RESULTS = Path(__file__).parents[1] / "results"


class Verdict(Enum):
    REPRODUCED = "reproduced"
    DIFFERS = "differs"
    REFUTED = "refuted"
    UNTESTABLE = "untestable here"


@dataclass(frozen=True)
class Claim:
    """One claim that can be checked.

    Args:
        where: the place in the source.
        claim: what is said there, in our words.
        theirs: the source's number.
        ours: ours, with its error, or why there is none.
        verdict: what follows.
        script: of book/experiments/, which makes our number.
        page: of the book that shows it.
    """

    where: str
    claim: str
    theirs: str
    ours: str
    verdict: Verdict
    script: str
    page: str


@cache
def stored(experiment: str) -> store.Samples:
    """A full-scale result."""
    return store.load_samples(RESULTS / f"{experiment}-full.npz")


def number(value: float, decimals: int = 2) -> str:
    """A number with a proper minus sign.

    >>> number(-2.0088)
    '−2.01'
    """
    return f"{value:.{decimals}f}".replace("-", "−")


def numbers(values: ArrayLike, decimals: int = 2) -> str:
    """Several of them: "−2.01, 2.74"."""
    return ", ".join(number(value, decimals) for value in np.asarray(values).tolist())


def measured(value: float, error: float) -> str:
    """A value with its standard error, to two digits of the error.

    >>> measured(-2.70263, 0.00031)
    '−2.70263 ± 0.00031'
    """
    decimals = 2 if not error > 0 else max(0, 1 - int(np.floor(np.log10(error))))
    return f"{number(value, decimals)} ± {number(error, decimals)}"


def mean_and_error(samples: Sequence[float] | NDArray) -> tuple[float, float]:
    """The mean of independent samples and its standard error."""
    return float(np.mean(samples)), float(np.std(samples, ddof=1) / np.sqrt(len(samples)))


def agree(one: ArrayLike, other: ArrayLike, decimals: int) -> bool:
    """Whether all numbers are the same when written with so many decimals, give or take their last."""
    return bool(np.all(np.abs(np.subtract(one, other)) <= 1.01 * 10.0**-decimals))
