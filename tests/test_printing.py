"""Every public result prints as one line that says what it is."""

import dataclasses
import inspect
import types
import typing
from collections.abc import Mapping
from enum import Enum
from functools import cached_property

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

import dnnising as di
from dnnising.density import DensityOfStates
from dnnising.printing import LONGEST, one_line
from dnnising.sampling import Progress, TemperingRun, WangLandauRun
from tests.public import public_functions, public_objects


def is_result(kind):
    return inspect.isclass(kind) and (dataclasses.is_dataclass(kind) or hasattr(kind, "_fields"))


# Named by annotations that only a type checker resolves.
FOR_CHECKERS = dict.fromkeys(("PreTrainedModel", "GPT2LMHeadModel"), torch.nn.Module)


def hints_of(something):
    return typing.get_type_hints(something, localns=FOR_CHECKERS)


def classes_in(hint):
    """The classes that a type is made of."""
    return (
        [hint] if inspect.isclass(hint) else [c for part in typing.get_args(hint) for c in classes_in(part)]
    )


def what_it_returns(something):
    return classes_in(hints_of(something).get("return"))


def result_classes():
    """What is public, what public functions return, and what one gets from those: fields and properties."""
    new = [kind for kind in public_objects() if is_result(kind)]
    new += [kind for function in public_functions() for kind in what_it_returns(function) if is_result(kind)]
    found = {}
    while new:
        kind = new.pop()
        if kind not in found:
            found[kind] = None
            parts = [part for hint in hints_of(kind).values() for part in classes_in(hint)]
            for value in vars(kind).values():
                got = value.fget if isinstance(value, property) else getattr(value, "func", None)
                if isinstance(value, property | cached_property):
                    parts += what_it_returns(got)
            new += filter(is_result, parts)
    return sorted(
        (kind for kind in found if not kind.__name__.startswith("_")), key=lambda kind: kind.__name__
    )


ARRAYS = {"full": np.linspace(-1e5, 1e5, 1000).reshape(10, 10, 10), "empty": np.empty((0, 0, 0))}
ARRAYS["nan"] = np.full((10, 10, 10), np.nan)
NUMBERS = {"full": -1.2345678901234567e-100, "empty": 0.0, "nan": np.nan}


def filled(hint, mode, depth=0):
    """A value of a type: with large arrays, with empty ones and None, or with NaN."""
    origin, args = typing.get_origin(hint) or hint, typing.get_args(hint)
    if type(None) in args:
        others = [arg for arg in args if arg is not type(None)]
        return None if mode == "empty" or depth > 2 else filled(others[0], mode, depth)
    if origin is typing.Literal:
        return args[0]
    if is_result(origin):
        return instance(origin, mode, depth + 1)
    if origin in (typing.Union, types.UnionType):
        return filled(args[0], mode, depth)
    if origin is np.ndarray:
        (scalar,) = typing.get_args(args[1])
        whole = inspect.isclass(scalar) and issubclass(scalar, np.integer | np.bool_)
        return ARRAYS["full" if whole and mode == "nan" else mode].astype(scalar if whole else float)
    if hint is typing.Any:
        return ARRAYS[mode]
    if origin is torch.Tensor:
        return torch.tensor(ARRAYS[mode])
    if origin is tuple:
        return tuple(filled(arg, mode, depth) for arg in ([args[0]] * 9 if args[-1] is ... else args))
    if origin in (dict, Mapping):
        return {"key": filled(args[1], mode, depth)}
    if inspect.isclass(origin) and issubclass(origin, Enum):
        return next(iter(origin))
    if origin is di.Estimate:
        return di.Estimate(NUMBERS[mode], abs(NUMBERS[mode]))
    return {float: NUMBERS[mode], int: 1234567, bool: True, str: "two\nlines " * 30}[origin]


def instance(kind, mode, depth=0):
    """A result with such fields, unchecked."""
    values = {name: filled(hint, mode, depth) for name, hint in hints_of(kind).items()}
    if hasattr(kind, "_fields"):
        return kind(**values)
    made = object.__new__(kind)
    made.__dict__.update(values)
    return made


def check_line(result):
    line, name = repr(result), type(result).__name__
    assert len(line.splitlines()) == 1
    assert len(line) <= LONGEST, line
    assert line.startswith(name)
    assert len(line) > len(f"{name}(…)"), "it says no more than its name"
    assert not any(dump in line for dump in ("array(", "tensor(", "[[", "nan, nan, nan")), (
        "an array is dumped"
    )


# What one passes in, with fields of any length: all of it prints, and fingerprints of runs are made of that.
SETTINGS = {
    di.FixedStages: di.FixedStages(),
    di.dynamics.GPTConfig: di.dynamics.GPTConfig(),
    di.students.TeacherStudent: di.students.TeacherStudent(),
}


def test_the_walk_finds_what_is_reached_only_through_others():
    names = {kind.__name__ for kind in result_classes()}
    assert {"DensityOfStates", "Signs", "Bulk", "Loss", "LayerMatrix", "Cells", "EnergyRange"} <= names
    assert len(names) > 50


@pytest.mark.parametrize("mode", ARRAYS)
@pytest.mark.parametrize(
    "kind", [k for k in result_classes() if k not in SETTINGS], ids=lambda kind: kind.__name__
)
def test_a_result_prints_as_one_line(kind, mode):
    check_line(instance(kind, mode))


@pytest.mark.parametrize("kind", SETTINGS, ids=lambda kind: kind.__name__)
def test_settings_print_as_the_call_that_makes_them(kind):
    line = repr(SETTINGS[kind])
    assert "\n" not in line
    assert eval(line, {kind.__name__: kind}) == SETTINGS[kind]


def test_no_digit_of_energy_bins_is_rounded():
    """Two bins that differ in the last one are two fingerprints."""
    bins = di.energy_bins(di.square_lattice(4))
    assert repr(bins) != repr(dataclasses.replace(bins, width=np.nextafter(bins.width, 9.0)))


@dataclasses.dataclass(frozen=True)
class Plain:
    values: NDArray
    text: str = "a"


def test_the_check_sees_a_plain_repr():
    with pytest.raises(AssertionError):
        check_line(Plain(np.zeros(3)))
    with pytest.raises(AssertionError):
        check_line(Plain(1.0, "a" * LONGEST))
    check_line(one_line(dataclasses.make_dataclass("Told", ["values", "text"]))(np.zeros(3), "a" * LONGEST))


def test_what_results_say():
    assert repr(di.beale_dos(8)) == "DensityOfStates(63 levels, 64 spins, E = -128 … 128)"
    heat = di.thermodynamics(di.beale_dos(4), [1.0, 2.0, 4.0])
    told = f"U = {heat.energy[0]:.4g} … {heat.energy[2]:.4g}, C = {heat.heat_capacity[0]:.4g} … "
    assert repr(heat) == f"Thermodynamics(T = 1 … 4, 16 spins, {told}{heat.heat_capacity[1]:.4g})"
    with_errors = DensityOfStates(np.arange(2.0), np.zeros(2), 1, log_g_error=np.array([0.01, 0.123456]))
    assert repr(with_errors) == "DensityOfStates(2 levels, 1 spin, E = 0 … 1, errors of ln g 0.01 … 0.1235)"
    run = TemperingRun(
        np.linspace(0, 4.2, 31),
        np.zeros((2, 2000, 31)),
        64,
        exchange=np.ones((2, 30)),
        round_trips=np.array([100, 110]),
        lowest=np.ones(64, dtype=np.int8),
    )
    assert (
        repr(run) == "TemperingRun(2 runs × 2000 samples, 31 rungs, β = 0 … 4.2, 64 spins, 210 round trips)"
    )
    walk = WangLandauRun(
        bins=di.energy_bins(di.square_lattice(4)),
        progress=Progress(1_200_000, 2**-10, 10, 1_210_000),
        log_g=np.array([0.0, 3.5, 0.0, 8.25]),
        histogram=np.zeros(4, dtype=np.int64),
        spins=np.ones(16, dtype=np.int8),
        fields=np.zeros(16),
        energy=-32.0,
        generator={},
        asked={},
    )
    bins = walk.bins.number
    assert repr(walk) == f"WangLandauRun(16 spins, 2 of {bins} bins, 1.2e+06 flips, ln f = 0.000977)"
