"""A state of the source, and what its definitions say.

Names are followed to what they stand for, in whatever file. So a helper may get another name, or move, and
still says what it said; if it says something else, then so does all that uses it. What only loads, keeps,
compares or prints results (`SILENT`) says nothing.
"""

import ast
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from book.tools.statements import Names, Said, bound, definitions, said

EXPERIMENTS = "book.experiments"
CODE = ("dnnising", EXPERIMENTS)
SILENT = {
    *(f"{EXPERIMENTS}.{one}" for one in ("agreement", "experiment")),
    *(
        f"dnnising.{one}"
        for one in ("errors", "lazy", "printing", "progress", "results", "resuming", "store")
    ),
}
_SLOT = re.compile("‹([0-9]+)›")

Definition = tuple[str, str]  # its module and its name


@dataclass(frozen=True, eq=False)
class SourceTree:
    """A state of the source.

    Args:
        read: the text of a file, by its path in the checkout, or None.
    """

    read: Callable[[str], str | None]
    _meanings: dict[Definition, str] = field(default_factory=dict)
    _names: dict[str, Names] = field(default_factory=dict)  # that modules import

    def made_by(self, script: str) -> set[Definition]:
        """The definitions that decide what a script of book/experiments computes.

        Raises:
            LookupError: there is no such script, or a name is used, and no file that can be read without
                running it defines it.
        """
        module = f"{EXPERIMENTS}.{script}"
        if (text := self._text(module)) is None:
            raise LookupError(f"there is no {script}")
        first = self.used((module, "cells")) if "cells" in definitions(text) else self._all(module)
        found: set[Definition] = set()
        waiting = [one for one in first if not self._by_scale(one)]
        while waiting:
            if (one := waiting.pop()) not in found:
                found.add(one)
                waiting += self.used(one)
        return found

    def has(self, one: Definition) -> bool:
        """Whether there is such a definition."""
        return one[1] in definitions(self._text(one[0]) or "")

    def used(self, one: Definition) -> Iterator[Definition]:
        """The definitions that a definition names, but those that say nothing."""
        for names in self._said(one).names:
            found, _ = self._followed(one[0], names)
            yield from filter(_says_something, found)

    def says(self, one: Definition) -> str:
        """A digest of what a definition says, in which those that it names are followed."""
        return self._meaning(one, ())[0]

    def says_itself(self, one: Definition) -> str:
        """The same without what those say that it names."""
        return self._filled(one, lambda others: "·")

    def _meaning(self, one: Definition, above: tuple[Definition, ...]) -> tuple[str, int]:
        """What it says, and the first of those above it, which use it, that it uses in turn."""
        if one in self._meanings:
            return self._meanings[one], len(above)
        if one in above:
            return f"↑{len(above) - above.index(one)}", above.index(one)
        first = len(above)

        def meaning(others: list[Definition]) -> str:
            nonlocal first
            found = [self._meaning(other, (*above, one)) for other in others]
            first = min([first, *(index for _, index in found)])
            return " ".join(text for text, _ in found)

        text = hashlib.sha256(self._filled(one, meaning).encode()).hexdigest()
        if first == len(above):  # it says this wherever it is used
            self._meanings[one] = text
        return text, first

    def _filled(self, one: Definition, meaning: Callable[[list[Definition]], str]) -> str:
        """Its text, and in the slots what is meant there, or a path where that is not of this source."""
        said = self._said(one)
        slots = []
        for names in said.names:
            try:
                found, rest = self._followed(one[0], names)
            except LookupError:  # as in a source of long ago
                found, rest = [], ".".join(names)
            loud = [*filter(_says_something, found)]
            slots.append((meaning(loud) if loud else "") + rest)
        return _SLOT.sub(lambda slot: slots[int(slot[1])], said.text)

    def _followed(self, module: str, names: tuple[str, ...]) -> tuple[list[Definition], str]:
        """What a dotted name of a module stands for: definitions, and what is left of it behind them.

        Of a module that is not in this source, and of what is built in, all is left: its full path.

        Raises:
            LookupError: the module does not say where it has it from.
        """
        first, *rest = names
        bound = self._bound(module)
        if first in definitions(self._text(module) or ""):
            return [(module, first)], ".".join(["", *rest])
        if first not in bound:
            return [], ".".join(names)
        return self._defined(*bound[first], rest)

    def _defined(self, module: str, name: str, rest: list[str]) -> tuple[list[Definition], str]:
        inner = f"{module}.{name}".strip(".")
        if not _is_ours(inner):
            return [], ".".join([inner, *rest])
        text = self._text(module)
        if text is not None and name in definitions(text):
            return [(module, name)], ".".join(["", *rest])
        if text is not None and (there := self._bound(module).get(name, (module, name))) != (module, name):
            return self._defined(*there, rest)
        if self._text(inner) is None:
            raise LookupError(f"{module} does not say where {name} comes from")
        return self._defined(inner, rest[0], rest[1:]) if rest else (self._all(inner), "")

    def _all(self, module: str) -> list[Definition]:
        return [(module, name) for name in definitions(self._text(module) or "")]

    def _by_scale(self, one: Definition) -> bool:
        """Whether it holds the parameters of each scale: those that were taken are in the record."""
        statements = definitions(self._text(one[0]) or "")[one[1]]
        nodes = chain.from_iterable(map(ast.walk, statements))
        keys = (
            {ast.unparse(key) for key in node.keys if key} for node in nodes if isinstance(node, ast.Dict)
        )
        return any({"'quick'", "'full'"} <= found for found in keys)

    def _said(self, one: Definition) -> Said:
        module, name = one
        names = self._bound(module).items()
        silent = {here for here, (source, there) in names if {source, f"{source}.{there}"} & SILENT}
        return said(self._text(module) or "", name, frozenset(silent))

    def _bound(self, module: str) -> Names:
        """What the imports of a module bind; scripts once named their neighbours without their room."""
        if module not in self._names:
            found = bound(self._text(module) or "", module).items()
            self._names[module] = {name: (self._neighbour(*there), there[1]) for name, there in found}
        return self._names[module]

    def _neighbour(self, source: str, there: str) -> str:
        if _is_ours(source) or self._text(f"{EXPERIMENTS}.{source or there}") is None:
            return source
        return f"{EXPERIMENTS}.{source}".strip(".")

    def _text(self, module: str) -> str | None:
        """Of a module; of a room the stub, which says where names are that come when they are asked for."""
        if not _is_ours(module):
            return None
        path = module.replace(".", "/")
        for file in (f"{path}.py", f"{path}/__init__.pyi", f"{path}/__init__.py"):
            if (text := self.read(file)) is not None:
                return text
        return None


def _says_something(one: Definition) -> bool:
    """An error says nothing but that there is no result."""
    return one[0] not in SILENT and not one[1].endswith("Error")


def _is_ours(module: str) -> bool:
    return f"{module}.".startswith(tuple(f"{root}." for root in CODE))
