"""Every public name says what it takes, and shows by an example what it does."""

import dataclasses
import inspect
import pkgutil
import re
from functools import cached_property
from typing import NamedTuple

import pytest

import dnnising
from book.tools.reference import public

ROOMS = [room.name for room in pkgutil.iter_modules(dnnising.__path__)]
SECTION = re.compile(r"^(?:Args|Attributes):\n((?:(?: .*)?\n)+)", re.MULTILINE)
RETURNED_TYPE = re.compile(r"^Returns:\n    .*:(?: |$)", re.MULTILINE)
ENTRY = re.compile(r"^    (\w+(?:, \w+)*): .*\w", re.MULTILINE)


def described(thing):
    """The names that a docstring explains, each at the start of a line."""
    entries = ENTRY.findall("".join(SECTION.findall(f"{inspect.getdoc(thing)}\n")))
    return {name for entry in entries for name in entry.split(", ")}


def parameters(function):
    """All but the instance that a method is called on."""
    return {name for name in inspect.signature(function).parameters if name not in ("self", "cls")}


def made_of(kind):
    """The public fields of a record; of another class, what it is made from."""
    if dataclasses.is_dataclass(kind):
        return {field.name for field in dataclasses.fields(kind) if field.name[0] != "_"}
    if issubclass(kind, tuple):
        return set(kind._fields)
    initialised = inspect.isfunction(vars(kind).get("__init__")) and not getattr(kind, "_is_protocol", False)
    return parameters(kind) if initialised else set()


def missing(name, thing):
    """What is wrong with the docstrings of a function, or of a class with its methods and properties."""
    if isinstance(thing, (property, cached_property)):
        return [] if thing.__doc__ else [f"{name} is not described"]
    taken = made_of(thing) if inspect.isclass(thing) else parameters(thing)
    found = [f"{name} does not describe {each}" for each in sorted(taken - described(thing))]
    if ">>> " not in (inspect.getdoc(thing) or ""):
        found.append(f"{name} has no example")
    if RETURNED_TYPE.search(inspect.getdoc(thing) or ""):  # napoleon sets what is before it as a type
        found.append(f"{name} has a colon in the first line of what it returns")
    for member, value in vars(thing).items() if inspect.isclass(thing) else ():
        value = value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
        if member[0] != "_" and (inspect.isfunction(value) or isinstance(value, (property, cached_property))):
            found += missing(f"{name}.{member}", value)
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_public_names_describe_what_they_take_and_have_an_example(room):
    names = [name for name in public.names() if name.path.startswith(f"dnnising.{room}.")]
    things = [
        name
        for name in names
        if inspect.isclass(name.value) or inspect.isfunction(inspect.unwrap(name.value))
    ]
    assert [line for name in things for line in missing(name.path, name.value)] == []


def good(mass: float, *, speed: float) -> float:
    """The kinetic energy m v²/2.

    Args:
        mass: m, in kg.
        speed: v, in m/s, which goes on
            for a second line: like this one.

    >>> good(2.0, speed=3.0)
    9.0
    """
    return mass * speed**2 / 2


def unnamed(mass: float, *, speed: float) -> float:
    """The kinetic energy of a mass.

    Args:
        mass: m in kg; speed: v in m/s.

    Raises:
        speed: this is no parameter.

    >>> unnamed(2.0, speed=3.0)
    9.0
    """
    return mass * speed**2 / 2


def typed(mass: float) -> float:
    """The weight of a mass.

    Args:
        mass: m, in kg.

    Returns:
        m g: the force, in N.

    >>> typed(1.0)
    9.81
    """
    return 9.81 * mass


def untried(mass: float) -> float:
    """The energy at rest.

    Args:
        mass: m, in kg.
    """
    return mass


@dataclasses.dataclass
class Ball:
    """A ball.

    Args:
        mass: in kg.

    >>> Ball(1.0, 2.0).mass
    1.0
    """

    mass: float
    radius: float

    @property
    def volume(self) -> float:
        return self.radius**3

    @cached_property
    def area(self) -> float:
        """4πr²."""
        return self.radius**2

    def thrown(self, speed: float) -> float:
        """Up."""
        return speed**2

    @classmethod
    def small(cls, mass: float) -> "Ball":
        """One of 1 m."""
        return cls(mass, 1.0)


class Pair(NamedTuple):
    """Two.

    Args:
        one: the first.

    >>> Pair(1, 2).one
    1
    """

    one: int
    other: int


class Fault(Exception):
    """It went wrong.

    >>> Fault(3).code
    3
    """

    def __init__(self, code: int) -> None:
        self.code = code


@pytest.mark.parametrize(
    ("thing", "found"),
    [
        (good, []),
        (unnamed, ["it does not describe speed"]),
        (typed, ["it has a colon in the first line of what it returns"]),
        (untried, ["it has no example"]),
        (
            Ball,
            [
                "it does not describe radius",
                "it.volume is not described",
                "it.thrown does not describe speed",
                "it.thrown has no example",
                "it.small does not describe mass",
                "it.small has no example",
            ],
        ),
        (Pair, ["it does not describe other"]),
        (Fault, ["it does not describe code"]),
    ],
)
def test_what_is_wrong_with_a_docstring_is_seen(thing, found):
    assert missing("it", thing) == found
