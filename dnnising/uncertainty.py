"""Numbers that say how well they are known: a value with its error, and a bound with the spread behind it.

Both compute as plain numbers do; what is computed from them is a plain number again. An array of values
stands beside the array of its errors instead, NAME and NAME_error.
"""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Bound", "Estimate", "with_spread"]

Sign = Literal["≤", "≥"]
_FAINT = 4  # decimals of a number whose spread is 0


class Estimate(float):
    """A value and its standard error.

    Args:
        value: the number, in any unit.
        error: one standard error, in the same unit.

    It prints with the error's two leading digits in parentheses, as they stand below the last of its own:

    >>> energy = Estimate(-2.70263, 0.00031)
    >>> energy
    −2.70263(31)
    >>> energy.error, round(energy / 2, 3)
    (0.00031, -1.351)
    """

    error: float

    def __new__(cls, value: float, error: float) -> "Estimate":
        self = super().__new__(cls, value)
        self.error = float(error)
        return self

    @classmethod
    def mean(cls, values: ArrayLike) -> "Estimate":
        """The mean of independent values, with its standard error s/√n.

        Args:
            values: (n,) two or more, in any unit.

        Raises:
            ValueError: fewer than two values, or another shape.

        >>> Estimate.mean([1.0, 2.0, 3.0])  # s = 1
        2.00(58)
        """
        array = np.asarray(values, dtype=np.float64)
        if array.ndim != 1 or array.size < 2:
            raise ValueError(
                f"an error needs at least 2 values in one row, got shape {array.shape}; take more of them"
            )
        return cls(float(array.mean()), float(array.std(ddof=1) / np.sqrt(array.size)))

    def sigmas_above(self, other: float) -> float:
        """By how many standard errors it lies above another number; negative below it.

        Args:
            other: the number, in the same unit. If it is an `Estimate` too, independent of this one, their
                errors add in quadrature.

        Without an error it is infinite, and nan for two equal numbers.

        >>> Estimate(1.0, 0.3).sigmas_above(Estimate(2.0, 0.4))
        -2.0
        """
        error = np.hypot(self.error, other.error if isinstance(other, Estimate) else 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return float((self - other) / error)

    def __repr__(self) -> str:
        if not (np.isfinite(self) and np.isfinite(self.error) and self.error > 0):
            return f"{_signed(f'{float(self):.4g}')}({self.error:.2g})"
        power = int(np.floor(np.log10(max(abs(self), self.error))))
        power = 0 if -4 <= power < 6 else power  # 0.00012(34), but 1.2(34)e-5
        value, error = self / 10.0**power, self.error / 10.0**power
        decimals = max(0, 1 - int(np.floor(np.log10(error))))
        shown = f"{error:.{decimals}f}"
        shown = shown if error >= 1 else shown.lstrip("0.")
        return _signed(f"{value:.{decimals}f}({shown})") + (f"e{power}" if power else "")

    __str__ = __repr__

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (float(self), self.error)


class Bound(float):
    """The best that several searches found; the true value is at most (≤) or at least (≥) that.

    No search shows that there is nothing beyond it, so it has a spread over searches and no error.

    Args:
        found: (n,) what each search ended with, in any unit.
        sign: "≤" where the lowest of them bounds the true value from above, as of an energy; "≥" where the
            largest bounds it from below.
        each: what n counts, in the plural.

    Raises:
        ValueError: nothing was found.

    It prints rounded to the safe side:

    >>> lowest = Bound([-2.70268, -2.70231, -2.70259], "≤")
    >>> lowest
    ≤ −2.70268 (best of 3 runs; spread 0.00037)
    >>> lowest / 2
    -1.35134
    """

    sign: Sign
    found: NDArray[np.float64]
    each: str

    def __new__(cls, found: ArrayLike, sign: Sign, each: str = "runs") -> "Bound":
        array = np.atleast_1d(np.asarray(found, dtype=np.float64))
        if not array.size:
            raise ValueError("a bound needs what at least one search found")
        self = super().__new__(cls, array.min() if sign == "≤" else array.max())
        self.found, self.sign, self.each = array, sign, each
        return self

    def __repr__(self) -> str:
        if self.found.size == 1:
            return f"{self.sign} {_signed(f'{float(self):.4f}')} (one search, so no spread is known)"
        how = f"best of {self.found.size} {self.each}"
        return f"{self.sign} {with_spread(float(self), self.found, how, self.sign)}"

    __str__ = __repr__

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.found, self.sign, self.each)


def with_spread(
    value: float, values: Sequence[float] | NDArray, how: str, sign: Sign | None = None, *, unit: str = ""
) -> str:
    """A number to two digits of the spread of several, their largest less their smallest.

    Args:
        value: the number.
        values: those that it comes from, in the same unit.
        how: in which way it does.
        sign: "≤" rounds up and "≥" down, so that a bound stays one; None to the nearest.
        unit: stands behind the number.

    >>> with_spread(3.67, [3.63, 3.71], "mean of 2 samples", unit=" %")
    '3.670 % (mean of 2 samples; spread 0.080)'
    """
    spread = float(np.ptp(values))
    decimals = min(6, max(0, 1 - int(np.floor(np.log10(spread))))) if spread > 0 else _FAINT
    if sign:  # what is left of a last digit that rounding errors made must not count
        safe = np.ceil if sign == "≤" else np.floor
        value = float(safe(round(value * 10**decimals, 6)) / 10**decimals)
    return f"{_signed(f'{value:.{decimals}f}')}{unit} ({how}; spread {spread:.{decimals}f})"


def _signed(text: str) -> str:
    """With a proper minus sign."""
    return text.replace("-", "−")
