"""When a result made on one machine agrees with the same result made on another.

Random numbers are the same everywhere; rounding is not, and a walk or a training run forgets in time which
rounding it began with. So each field of an experiment states how it is compared, beside the cells:

    WAYS = {"loads": exact, "spectrum": close(), "energy": within(), "lowest_energy": bound}

The thresholds are these and no others: `ERRORS` standard errors, `SIGNIFICANCE` of a test, `DOUBLE` and
`SINGLE` for what rounding alone may do in the two precisions, the latter also for a training so short that
rounding has not grown, `CURVE` for functions and sums without errors, `FACTOR` for rough estimates. None is
chosen by field. A way sees a field that is wrong by a factor of its `resolution`; tests hold it to that.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import ks_2samp

from dnnising import jackknife_error

ERRORS = 5.0
SIGNIFICANCE = 1e-6
DOUBLE, SINGLE = 1e-6, 1e-3
CURVE = 0.05  # of the range of the earlier one
FACTOR = 5.0  # within which a rough estimate is known
FEWEST = 12  # values a side with which two samples can differ significantly at all: 2/C(24, 12) < 1e-6

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Way:
    """How a field is compared.

    Args:
        disagreement: from the field's name, and all fields of its cell here and there by name, to what is
            wrong in words; empty if nothing is.
        resolution: the factor by which a wrong field is surely seen.
        ordered: whether a change of order along the last axis is seen; not among independent draws.
        ragged: whether the length of the last axis depends on the run.
        by_row: whether the cells of a row, whose names differ in what follows the last slash, are compared
            together.
        reason: why it is not compared at all; empty if it is.
    """

    disagreement: Callable[[str, Arrays, Arrays], str]
    resolution: float = 1.1
    ordered: bool = True
    ragged: bool = False
    by_row: bool = False
    reason: str = ""


def disagreements(ways: Mapping[str, Way], again: Arrays, before: Arrays) -> list[str]:
    """What is wrong with a result as against an earlier one, both CELL/FIELD → array; empty if nothing.

    Raises:
        ValueError: a field without a way, or a way without a field.
    """
    undeclared(ways, before)
    found = [f"{key} is missing" for key in before if key not in again]
    found += [f"{key} is new" for key in again if key not in before]
    here, there = _by_cell(again), _by_cell(before)
    rows: dict[tuple[str, str], list[str]] = {}  # the cells to be compared together, by row and field
    for cell, fields in there.items():
        if here.get(cell, {}).keys() != fields.keys():
            continue
        wrong = {name: _form(here[cell][name], fields[name], ways[name].ragged) for name in fields}
        if not any(wrong.values()):  # ways may look at all fields of a cell
            for name in (name for name in fields if ways[name].by_row):
                rows.setdefault((cell.rpartition("/")[0], name), []).append(cell)
            alone = (name for name in fields if not ways[name].by_row)
            wrong = {name: ways[name].disagreement(name, here[cell], fields) for name in alone}
        found += [f"{cell}/{name}: {what}" for name, what in wrong.items() if what]
    for (row, name), cells in rows.items():
        a, b = ({name: np.concatenate([of[cell][name].ravel() for cell in cells])} for of in (here, there))
        if what := ways[name].disagreement(name, a, b):
            found.append(f"{row}/…/{name}: {what}")
    return found


def undeclared(ways: Mapping[str, Way], arrays: Arrays, *, complete: bool = True) -> None:
    """Raise ValueError for fields that have no way, and, of a complete result, ways that have no field."""
    names = {key.rpartition("/")[2] for key in arrays}
    if missing := sorted(names - ways.keys()):
        raise ValueError(f"WAYS does not say how to compare {', '.join(missing)} with another machine's")
    if complete and (unused := sorted(ways.keys() - names)):
        raise ValueError(f"WAYS names what no cell makes: {', '.join(unused)}")


def _by_cell(arrays: Arrays) -> dict[str, dict[str, NDArray[Any]]]:
    found: dict[str, dict[str, NDArray[Any]]] = {}
    for key, array in arrays.items():
        cell, _, name = key.rpartition("/")
        found.setdefault(cell, {})[name] = array
    return found


def _form(again: NDArray[Any], before: NDArray[Any], ragged: bool) -> str:
    kinds = [array.dtype.kind if array.dtype.kind == "U" else str(array.dtype) for array in (again, before)]
    if kinds[0] != kinds[1]:
        return f"is {kinds[0]}, was {kinds[1]}"
    shapes = [array.shape[: array.ndim - ragged] for array in (again, before)]
    same = shapes[0] == shapes[1] and again.ndim == before.ndim
    return "" if same else f"has shape {again.shape}, had {before.shape}"


# --- the ways -----------------------------------------------------------------------------------------------


def _equal(name: str, again: Arrays, before: Arrays) -> str:
    a, b = again[name], before[name]
    if b.dtype.kind == "f":
        known = b[np.isfinite(b)]
        if np.any(known % 1):
            raise ValueError(
                f"{name} holds fractions, such as {known[known % 1 > 0][0]}: compare it as close()"
            )
    return "" if np.array_equal(a, b, equal_nan=a.dtype.kind == "f") else f"{a} is not {b}"


exact = Way(_equal)
"""Whole numbers and strings, which rounding cannot change; fractions are refused, even those that are set by
hand: the logarithms behind evenly spaced temperatures differ between processors in their last bit."""


def close(rtol: float = DOUBLE, *, atol: float = 0.0, of_largest: bool = False) -> Way:
    """Computed without chance, or with chance but so shortly that rounding has not grown.

    |a - b| ≤ rtol |b| + atol, element by element, or rtol max |b| if `of_largest`, as the eigenvalues of a
    matrix deserve. What is not finite must be in the same places, and the same.
    """

    def disagreement(name: str, again: Arrays, before: Arrays) -> str:
        a, b = again[name], before[name]
        finite = np.isfinite(b)
        if np.any(np.isfinite(a) != finite) or not np.array_equal(a[~finite], b[~finite], equal_nan=True):
            return "is finite in other places"
        a, b = a[finite].astype(float), b[finite].astype(float)
        size = np.abs(b).max(initial=0.0) if of_largest else np.abs(b)
        return _beyond(np.abs(a - b), rtol * size + atol)

    return Way(disagreement)


def _levels(name: str, again: Arrays, before: Arrays) -> str:
    a, b = again[name], before[name]
    if not np.all(np.diff(a) >= 0):
        return "is not ascending"
    return close(CURVE).disagreement("", {"": a.sum(axis=-1)}, {"": b.sum(axis=-1)})


levels = Way(_levels)
"""Eigenvalues, ascending, of a matrix that chaos has moved: their sum, a square norm, to `CURVE`."""


def wrongly_read(*images: int, chaotic: bool = False) -> Way:
    """The share of so many images (or of another such number) that are read wrongly, hence a whole number.

    Two may stand on the other side of a boundary. After a chaotic training each may: the numbers then agree
    within five errors, as Poisson's do.
    """

    def disagreement(name: str, again: Arrays, before: Arrays) -> str:
        for number in images:
            a, b = again[name] * number, before[name] * number
            if all(np.allclose(x, np.round(x), rtol=0, atol=1e-4) for x in (a, b)):
                allowed = ERRORS * np.sqrt(a + b) if chaotic else np.full(a.shape, 2.0)
                return _beyond(np.abs(a - b), allowed + 1e-4)
        return f"{again[name]} are not shares of {' or '.join(map(str, images))}"

    return Way(disagreement, resolution=10.0 if chaotic else 1.1)


def _mostly(name: str, again: Arrays, before: Arrays) -> str:
    a, b = again[name].astype(float), before[name].astype(float)
    with np.errstate(invalid="ignore"):
        same = (a == b) | (np.isnan(a) & np.isnan(b)) | (np.abs(a - b) <= SINGLE * np.abs(b))
    same = same[~same | (np.isfinite(b) & (b != 0))]  # two zeros, or two that have overflowed, tell nothing
    return "" if same.size == 0 or same.mean() > 0.5 else f"{same.mean():.0%} of the places agree"


mostly = Way(_mostly, by_row=True)
"""Some places of a row are chaotic, for a reason: more than half must agree to single precision."""


def within() -> Way:
    """A mean NAME with the error NAME_error beside it: |a - b| ≤ 5 √(a's error² + b's error²).

    At a tenth of the places one of the two may have no finite value.
    """

    def disagreement(name: str, again: Arrays, before: Arrays) -> str:
        a, b = again[name], before[name]
        errors = np.hypot(again[f"{name}_error"], before[f"{name}_error"])
        return _within(a, b, errors)

    return Way(disagreement)


def density_along(places: str) -> Way:
    """ln g of bins at `places`, with NAME_error: as `within`, interpolated where both have been.

    Bins may differ in width, and ln g with its logarithm: what is compared is ln of g per unit of energy.
    """

    def disagreement(name: str, again: Arrays, before: Arrays) -> str:
        (x, a, a_error), (y, b, b_error) = (
            (fields[places], fields[name], fields[f"{name}_error"]) for fields in (again, before)
        )
        if {a.shape, a_error.shape} != {x.shape} or {b.shape, b_error.shape} != {y.shape}:
            return f"has another length than {places}"
        a, b = a - np.log(np.median(np.diff(x))), b - np.log(np.median(np.diff(y)))
        inside = (x >= y[0]) & (x <= y[-1])
        b, b_error = (np.interp(x[inside], y, values) for values in (b, b_error))
        return _within(a[inside], b, np.hypot(a_error[inside], b_error))

    return Way(disagreement, ragged=True)


def _within(a: NDArray[Any], b: NDArray[Any], errors: NDArray[Any]) -> str:
    both = np.isfinite(a) & np.isfinite(b) & np.isfinite(errors)
    either = np.isfinite(a) | np.isfinite(b)
    if np.sum(either & ~both) > 0.1 * np.sum(either):
        return "is finite in other places"
    return _beyond(np.abs(a[both] - b[both]), ERRORS * errors[both] + DOUBLE * np.abs(b[both]))


def _ladder(name: str, again: Arrays, before: Arrays) -> str:
    a, b = again[name], before[name]
    if not np.all(np.diff(a) > 0):
        return "is not ascending"
    return _beyond(np.abs(a[[0, -1]] - b[[0, -1]]), np.full(2, CURVE * (b[-1] - b[0])))


ladder = Way(_ladder, ragged=True)
"""Places that a run lays out for itself: ascending, and of the same range to a twentieth of it."""


def curve(places: str) -> Way:
    """A function (…, places) without errors: interpolated where both have been, the same to `CURVE`."""

    def disagreement(name: str, again: Arrays, before: Arrays) -> str:
        x, y = again[places], before[places]
        if again[name].shape[-1] != x.size or before[name].shape[-1] != y.size:
            return f"has another length than {places}"
        inside = (x >= y[0]) & (x <= y[-1])
        for a, b in zip(again[name].reshape(-1, x.size), before[name].reshape(-1, y.size)):
            known = np.isfinite(b)
            there = np.interp(x[inside], y[known], b[known])
            both = np.isfinite(a[inside])
            if both.mean() < 0.9:
                return "is finite in other places"
            allowed = np.full(both.sum(), CURVE * np.ptp(b[known]))
            if wrong := _beyond(np.abs(a[inside] - there)[both], allowed):
                return wrong
        return ""

    return Way(disagreement, ragged=True)


def level() -> Way:
    """Values that scatter about a level along the last axis: the same mean within five standard errors."""

    def disagreement(name: str, again: Arrays, before: Arrays) -> str:
        a, b = again[name], before[name]
        error = np.sqrt(a.var(ddof=1) / a.size + b.var(ddof=1) / b.size)
        return _beyond(np.array(abs(a.mean() - b.mean())), np.array(ERRORS * error))

    return Way(disagreement, resolution=1.5, ordered=False, ragged=True)


def roughly(*, ragged: bool = False) -> Way:
    """A quantity known from little: the same median within a factor of five.

    An error from ten blocks scatters by a quarter, and one from two runs by more. So does the loss of one
    network that has forgotten its rounding, where it has all but learned its images.
    """

    def disagreement(name: str, again: Arrays, before: Arrays) -> str:
        a, b = (np.median(fields[name][np.isfinite(fields[name])]) for fields in (again, before))
        return "" if b / FACTOR <= a <= FACTOR * b else f"median {a:.3g} against {b:.3g}"

    return Way(disagreement, resolution=10.0, ordered=False, ragged=ragged)


def _counted(name: str, again: Arrays, before: Arrays) -> str:
    a, b = float(again[name].sum()), float(before[name].sum())
    return _beyond(np.array(abs(a - b)), np.array(ERRORS * np.sqrt(a + b + 1)))


counts = Way(_counted, resolution=np.inf, ordered=False)
"""Numbers of events, whose sums are Poisson variables."""


def _jackknife(name: str, again: Arrays, before: Arrays) -> str:
    error = name.replace("leave_one_out", "log_g_error")
    if again[name].shape[1:] != again[error].shape:
        return f"has another length than {error}"
    wrong = close().disagreement("", {"": jackknife_error(again[name])}, {"": again[error]})
    return wrong and f"does not give {error}"


leave_one_out = Way(_jackknife, ragged=True)
"""Estimates with a tenth left out, from which log_g_error follows."""


def _state(name: str, again: Arrays, before: Arrays) -> str:
    a, b = again[name].astype(float), before[name].astype(float)
    overlap = abs(np.mean(a * b))
    return "" if overlap > 0.5 and np.all(np.abs(a) == 1) else f"overlap {overlap:.2f}"


state = Way(_state)
"""Spins of a lowest state, up to a flip of all: in the same valley, |S·S'|/N > 1/2."""


def _same_law(a: NDArray[Any], b: NDArray[Any]) -> str:
    if min(a.shape[-1], b.shape[-1]) < FEWEST:
        raise ValueError(f"{a.shape[-1]} and {b.shape[-1]} draws differ in no case; it takes {FEWEST} a side")
    chances = [
        ks_2samp(one, other).pvalue
        for one, other in zip(a.reshape(-1, a.shape[-1]), b.reshape(-1, b.shape[-1]))
    ]
    return "" if min(chances) >= SIGNIFICANCE else f"of one law with chance {min(chances):.1g}"


def _starts(name: str, again: Arrays, before: Arrays) -> str:
    a = again[name]
    return _same_law(a, before[name]) if np.all(np.diff(a) >= 0) else "is not ascending"


starts = Way(_starts)
"""Energies of all starts of a search, ascending; as draws they are of one law."""


def _bounded(name: str, again: Arrays, before: Arrays) -> str:
    spread_of = name.replace("energy", "energies", 1)
    for fields in (again, before):
        if wrong := close().disagreement("", {"": fields[name]}, {"": fields[spread_of][..., 0]}):
            return f"{fields[name]} is not the first of {spread_of}: {wrong}"
    spread = np.maximum(*(fields[spread_of].std(axis=-1, ddof=1) for fields in (again, before)))
    excess = np.asarray(again[name] - before[name])
    return _beyond(excess, ERRORS * spread + DOUBLE * np.abs(before[name]))


bound = Way(_bounded)
"""The lowest of many energies, a bound: it may be lower than before, and at most five spreads above.

NAME_energy is the first of NAME_energies, those of all starts, whose law `starts` compares.
"""


def not_compared(reason: str) -> Way:
    """What the machine decides. The reason is for the reader; form and name are compared nevertheless."""
    return Way(lambda name, again, before: "", resolution=np.inf, reason=reason)


def _beyond(difference: NDArray[Any], allowed: NDArray[Any]) -> str:
    """Words for the worst excess of a difference over what is allowed."""
    wrong = ~(difference <= allowed)  # NaN is wrong
    if not np.any(wrong):
        return ""
    with np.errstate(divide="ignore", invalid="ignore"):
        worst = np.nanmax((difference / allowed)[wrong]) if difference.size else np.nan
    return f"{np.sum(wrong)} of {wrong.size} differ, by up to {worst:.3g} times what is allowed"
