"""What a row of the ledger says, which results decide it, and how numbers are written in it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dnnising.results import Cells, stored
from dnnising.uncertainty import Sign, with_spread

LIVE = "computed in the chapter"


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
        page: of the book that shows it.
        figure: that shows it there; None where text or a table does.
        results: stored ones that our number comes from; `check` fills them in.
        made: how our number is made where it comes from no stored result; so does it.
    """

    where: str
    claim: str
    theirs: str
    ours: str
    verdict: Verdict
    page: str
    figure: str | None = None
    results: tuple[str, ...] = ()
    made: str = ""


Found = Claim | Iterable[Claim]


@dataclass(frozen=True)
class Check:
    """A function that receives stored results, all that it may use, and gives the claims that they decide."""

    find: Callable[..., Found]
    results: tuple[str, ...]
    made: str

    def __call__(self, *received: Cells) -> list[Claim]:
        """The claims by these results; without any, by the stored ones."""
        found = self.find(*(received or map(stored, self.results)))
        claims = [found] if isinstance(found, Claim) else found
        return [replace(claim, results=self.results, made=self.made) for claim in claims]


def check(*results: str, made: str = LIVE) -> Callable[[Callable[..., Found]], Check]:
    """Make a function the check of claims; it receives the stored results of these names, in this order."""
    return lambda find: Check(find, results, made)


def claims_of(checks: Iterable[Check]) -> list[Claim]:
    """All that they give by the stored results, in order."""
    return [claim for one in checks for claim in one()]


def judge(holds: bool | np.bool | None, otherwise: Verdict = Verdict.DIFFERS) -> Verdict:
    """What follows from whether a claim holds; None is for what cannot be tested here."""
    if holds is None:
        return Verdict.UNTESTABLE
    return Verdict.REPRODUCED if holds else otherwise


def judged(
    page: str,
    claim: str,
    where: str,
    theirs: str,
    ours: str,
    holds: bool | np.bool | None,
    figure: str | None,
    otherwise: Verdict = Verdict.DIFFERS,
) -> Claim:
    """A claim of a page whose verdict is that of `judge`."""
    return Claim(where, claim, theirs, ours, judge(holds, otherwise), page, figure)


def number(value: float, decimals: int = 2) -> str:
    """A number with a proper minus sign.

    >>> number(-2.0088)
    '−2.01'
    """
    return f"{value:.{decimals}f}".replace("-", "−")


def numbers(values: ArrayLike, decimals: int = 2) -> str:
    """Several of them: "−2.01, 2.74"."""
    return ", ".join(number(value, decimals) for value in np.asarray(values).tolist())


def mean_bound(found: Sequence[float] | NDArray, sign: Sign, each: str = "shuffles") -> str:
    """The mean over several systems of the best found in each: a bound of the mean of the true ones.

    >>> mean_bound([3.2556, 3.2582, 3.2622], "≥")
    '≥ 3.2586 (mean of 3 shuffles; spread 0.0066)'
    """
    return f"{sign} {with_spread(float(np.mean(found)), found, f'mean of {np.size(found)} {each}', sign)}"


def spread_over(values: Sequence[float] | NDArray, each: str, unit: str = "") -> str:
    """A mean and how far its samples lie apart: of ratios of bounds, say, which bound nothing.

    >>> spread_over([3.63, 3.71], "samples", " %")
    '3.670 % (mean of 2 samples; spread 0.080)'
    """
    return with_spread(float(np.mean(values)), values, f"mean of {np.size(values)} {each}", unit=unit)


def agree(one: ArrayLike, other: ArrayLike, decimals: int) -> bool:
    """Whether all numbers are the same when written with so many decimals, give or take their last."""
    return bool(np.all(np.abs(np.subtract(one, other)) <= 1.01 * 10.0**-decimals))
