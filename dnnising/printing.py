"""How results print: on one line, with their name and their few telling numbers, never with whole arrays."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from dnnising.uncertainty import Bound, Estimate

__all__ = ["counted", "one_line", "span"]

LONGEST = 110  # characters of a line
_INSIDE = 40  # characters of a result or a tuple that is a field of another
_TEXT = 24  # characters of a string

Result = TypeVar("Result", bound=type)


def one_line(kind: Result) -> Result:
    """Make instances of a dataclass or named tuple print as one line, `Name(field=value, …)`.

    Numbers and texts come first, then arrays by type and shape, as many as fit on the line; what is None is
    left out. A class may say it better: its method `_told` then gives what stands between the parentheses,
    most telling first. Settings go without: fingerprints are made of their whole repr.

    Args:
        kind: a dataclass or named tuple; its `__repr__` is replaced.

    Returns:
        the same class, so that this serves as a decorator.

    >>> from typing import NamedTuple
    >>> @one_line
    ... class Fit(NamedTuple):
    ...     points: NDArray
    ...     slope: float
    >>> Fit(np.zeros((5, 2)), 2 / 3)
    Fit(slope=0.6667, points=float64[5, 2])
    """
    kind.__repr__ = _line  # type: ignore[method-assign, assignment]
    return kind


def counted(number: int, noun: str) -> str:
    """The number with its noun: "1 run", "2 runs".

    Args:
        number: how many there are.
        noun: what is counted, in the singular; its plural must end in a plain s.

    >>> counted(1, "run"), counted(2, "run")
    ('1 run', '2 runs')
    """
    return f"{number} {noun}{'s' * (number != 1)}"


def span(values: NDArray) -> str:
    """The least and the largest of some numbers, NaN left out: "0.5 … 4.25".

    Args:
        values: numbers in any shape and order.

    Returns:
        both ends with four digits; one number where they are equal, "none" where nothing is known.

    >>> span(np.array([4.25, np.nan, 0.5])), span(np.array([2])), span(np.array([]))
    ('0.5 … 4.25', '2', 'none')
    """
    known = np.asarray(values)[~np.isnan(values)]
    if not known.size:
        return "none"
    low, high = (f"{end:.4g}" for end in (known.min(), known.max()))
    return low if low == high else f"{low} … {high}"


def _line(result: Any) -> str:
    """The name and, in parentheses, as many parts as fit."""
    parts = list(result._told() if hasattr(result, "_told") else _fields_told(result))
    name = type(result).__name__
    for kept in range(len(parts), -1, -1):
        shown = parts[:kept] + ["…"] * (kept < len(parts))
        line = f"{name}({', '.join(shown)})"
        if len(line) <= LONGEST:
            break
    return line


def _fields_told(result: Any) -> Iterable[str]:
    names = [field.name for field in fields(result) if field.repr] if is_dataclass(result) else result._fields
    values = {name: getattr(result, name) for name in names}
    told = {name: value for name, value in values.items() if value is not None}
    return [f"{name}={_short(told[name])}" for name in sorted(told, key=lambda name: _bulky(told[name]))]


def _bulky(value: Any) -> bool:
    return bool(getattr(value, "shape", ())) or isinstance(value, Mapping | tuple | list)


def _short(value: Any) -> str:
    """A value in a few characters: numbers with four digits, arrays as their type and shape."""
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        if not value.shape:
            return _short(value.item())
        return f"{str(value.dtype).removeprefix('torch.')}{list(value.shape)}"
    if isinstance(value, Estimate | Bound):
        return str(value)
    if isinstance(value, float | complex):
        return f"{value:.4g}"
    if isinstance(value, str):
        return repr(value if len(value) <= _TEXT else value[: _TEXT - 1] + "…")
    if value is None or isinstance(value, int):
        return str(value)
    if is_dataclass(value):
        line = repr(value)
        return line if len(line) <= _INSIDE else type(value).__name__
    if isinstance(value, tuple | list | Mapping):
        return _collection(value)
    return type(value).__name__


def _collection(value: Any) -> str:
    """A short tuple or list of numbers by its values, all else by how many there are."""
    if not isinstance(value, Mapping) and not any(map(_bulky, value)):
        listed = f"({', '.join(map(_short, value))})"
        if len(listed) <= _INSIDE:
            return listed
    return f"{type(value).__name__} of {len(value)}"
