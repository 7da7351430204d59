"""Stored results, asked for by the parameters of their cells.

An experiment of book/experiments/ stores one file: what every cell has found, and a record that says with
which parameters each was computed, from which seed, at which scale, when and where. Here one asks by
experiment, parameters and field,

    stored("nulls").select(part="whole", kind="trained")["lowest_energy"]

and what is not there is an error that names what is. Where the environment names a file in DNNISING_READS,
every read of a stored result adds a line to it, the experiment's name: so it becomes known what a figure
draws from.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dnnising import store
from dnnising.errors import DataFormatError
from dnnising.printing import counted, one_line
from dnnising.store import UnknownNameError

__all__ = ["Cells", "read", "stored", "stored_file"]

Parameter = str | int | float | bool
FOLDER = Path(__file__).parents[1] / "book" / "results"  # of a checkout
SCALES = ("full", "quick")  # the first that is there is read
READS = "DNNISING_READS"  # the environment's name for the file in which reads are noted


@one_line
@dataclass(frozen=True, eq=False)
class Cells:
    """Cells of one experiment, in the order in which it lists them.

    Args:
        experiment: its name: that of its script, and of its file.
        scale: full or quick.
        record: of the whole experiment: seed, provenance, seconds by cell, and what is missing, among others.
        parameters: of each cell, by its name.
        fields: arrays of each cell, by its name and theirs. They are shared, and cannot be written to.
        is_stored: whether reads of them are noted, as of a file that `stored` has found.

    >>> kinds = ("glass", "iron")
    >>> parameters = {f"{kind}/{k}": {"kind": kind, "sample": k} for kind in kinds for k in (0, 1)}
    >>> fields = {name: {"energy": np.array([-1.0, k])} for k, name in enumerate(parameters)}
    >>> cells = Cells("toy", "quick", {}, parameters, fields)
    >>> cells.select(kind="iron")["energy"]
    array([[-1.,  2.],
           [-1.,  3.]])
    >>> cells.select(kind="iron", sample=1).one["energy"]
    array([-1.,  3.])
    >>> cells.values("kind")
    ['glass', 'iron']
    >>> cells
    Cells(4 cells, toy, quick, by kind, sample)
    """

    experiment: str
    scale: str
    record: Mapping[str, Any]
    parameters: Mapping[str, Mapping[str, Parameter]]
    fields: Mapping[str, Mapping[str, NDArray]]
    is_stored: bool = False

    def select(self, **parameters: Parameter) -> "Cells":
        """Those cells that were computed with all of these parameters, one at least.

        Args:
            parameters: values by name.

        Raises:
            UnknownNameError: no cell has such a parameter, or none that has the ones before has this value.

        >>> len(stored("pspin_descent").select(p=3, n=256))
        4
        """
        kept = dict(self.parameters)
        for name, value in parameters.items():
            known = {cell: mine[name] for cell, mine in kept.items() if name in mine}
            if not known:
                names = {one for mine in kept.values() for one in mine}
                raise UnknownNameError("parameter", name, names, f" of {self.experiment}")
            kept = {cell: kept[cell] for cell, mine in known.items() if mine == value}
            if not kept:
                raise UnknownNameError(name, value, known.values(), f" in {self.experiment}")
        return replace(self, parameters=kept, fields={cell: self.fields[cell] for cell in kept})

    def has(self, **parameters: Parameter) -> bool:
        """Whether any cell was computed with all of these parameters.

        Args:
            parameters: values by name.

        >>> stored("levy").has(disorder="gaussian", n=18), stored("levy").has(disorder="gaussian", n=19)
        (True, False)
        """
        return any(parameters.items() <= mine.items() for mine in self._read().values())

    def __getitem__(self, field: str) -> NDArray:
        """A field of every cell, (cells, …).

        Raises:
            UnknownNameError: a cell has no such field.
            ValueError: its shape differs from cell to cell; ask cell by cell.
        """
        return np.array([cell[field] for cell in self._found()])

    def __iter__(self) -> Iterator["Cells"]:
        """Each cell by itself."""
        for cell, mine in self.parameters.items():
            yield replace(self, parameters={cell: mine}, fields={cell: self.fields[cell]})

    def __len__(self) -> int:
        return len(self.parameters)

    @property
    def one(self) -> Mapping[str, NDArray]:
        """The fields of the only cell.

        Raises:
            ValueError: there are several.
        """
        if len(self) != 1:
            names = ", ".join(list(self.parameters)[:8])
            raise ValueError(f"{self.experiment} has {len(self)} such cells: {names}…; select one of them")
        return next(iter(self._found()))

    def parameter(self, name: str) -> Any:
        """The value of a parameter that is the same in all cells.

        Args:
            name: of the parameter.

        Raises:
            UnknownNameError: no cell has such a parameter.
            ValueError: it has several values.

        >>> stored("phase_plane").parameter("runs")
        100
        """
        values = self.values(name)
        if len(values) != 1:
            raise ValueError(f"{name} has the values {values} in these cells of {self.experiment}")
        return values[0]

    def values(self, parameter: str) -> list[Any]:
        """The different values of a parameter, in the order of the cells that have it.

        Args:
            parameter: its name.

        Raises:
            UnknownNameError: no cell has such a parameter.

        >>> stored("levy").values("disorder")
        ['gaussian', 1.5, 1.0, 0.5]
        """
        found = dict.fromkeys(mine[parameter] for mine in self._read().values() if parameter in mine)
        if not found:
            names = {one for mine in self.parameters.values() for one in mine}
            raise UnknownNameError("parameter", parameter, names, f" of {self.experiment}")
        return list(found)

    def by(self, parameter: str) -> dict[Any, "Cells"]:
        """The cells with each value of a parameter, by value, in the order of `values`.

        Args:
            parameter: its name.

        Raises:
            UnknownNameError: no cell has such a parameter.

        >>> {n: len(cells) for n, cells in stored("pspin_descent").select(p=4).by("n").items()}
        {16: 24, 24: 16}
        """
        return {value: self.select(**{parameter: value}) for value in self.values(parameter)}

    def grid(self, field: str, **axes: Iterable[Parameter]) -> NDArray:
        """A field over the values of parameters that tell all of these cells apart, (m, n, …).

        Args:
            field: its name.
            axes: the values of each parameter by its name, an axis each, in the order given.

        Raises:
            UnknownNameError: no cell has such a parameter, these values together, or such a field.
            ValueError: several cells have the same values; select among them first.

        >>> line = stored("training_time").select(line="weight_scale")
        >>> line.grid("scaled_loss", weight_scale=line.values("weight_scale")).shape  # (n, quantiles, looks)
        (6, 5, 13)
        """
        if not axes:
            return self.one[field]
        (name, values), *rest = axes.items()
        return np.array([self.select(**{name: value}).grid(field, **dict(rest)) for value in values])

    @property
    def seconds(self) -> NDArray:
        """That each cell took, (cells,)."""
        return np.array([self.record["seconds"][cell] for cell in self._read()])

    def _found(self) -> Iterator[Mapping[str, NDArray]]:
        return (_Fields(self.experiment, cell, self.fields[cell]) for cell in self._read())

    def _read(self) -> Mapping[str, Mapping[str, Parameter]]:
        """The parameters; that these cells are read is noted."""
        if self.is_stored:
            _note(self.experiment)
        return self.parameters

    def _told(self) -> list[str]:
        names = dict.fromkeys(name for mine in self.parameters.values() for name in mine)
        return [counted(len(self), "cell"), self.experiment, self.scale, f"by {', '.join(names)}"]


class _Fields(dict[str, NDArray]):
    """Those of a cell."""

    def __init__(self, experiment: str, cell: str, fields: Mapping[str, NDArray]) -> None:
        super().__init__(fields)
        self.where = f" in {cell} of {experiment}"

    def __missing__(self, field: str) -> NDArray:
        raise UnknownNameError("field", field, self, self.where)


def stored(experiment: str, folder: str | os.PathLike = FOLDER) -> Cells:
    """A stored result: at full scale, or at quick scale as long as nobody has had the hours for the full one.

    It is read once; the same cells are given to whoever asks.

    Args:
        experiment: its name, that of its script in book/experiments/.
        folder: of the files; by default that of the checkout.

    Raises:
        UnknownNameError: no result of this name is stored.
        FileNotFoundError: there is no such folder, as where the package is installed without its book.
        DataFormatError: the file is damaged, or names no cells.

    >>> stored("levy").select(disorder="gaussian", n=18)["energy"].shape  # (cells, samples)
    (1, 400)
    """
    cells = _read_once(stored_file(experiment, folder))
    _note(experiment)
    return cells


def stored_file(experiment: str, folder: str | os.PathLike = FOLDER) -> Path:
    """The file that `stored` reads.

    Args:
        experiment: its name.
        folder: of the files; by default that of the checkout.

    Raises:
        UnknownNameError: no result of this name is stored.
        FileNotFoundError: there is no such folder.

    >>> stored_file("levy").name
    'levy-full.npz'
    """
    if not Path(folder).is_dir():
        raise FileNotFoundError(
            f"{folder} is not there: stored results come with a checkout; name its folder"
        )
    for scale in SCALES:
        if (file := Path(folder) / f"{experiment}-{scale}.npz").is_file():
            return file
    known = (path.stem.rpartition("-")[0] for path in Path(folder).glob("*-*.npz"))
    raise UnknownNameError("stored result", experiment, known)


def read(path: str | os.PathLike) -> Cells:
    """The cells of one file that an experiment wrote; none of its reads is noted.

    Args:
        path: the file.

    Raises:
        FileNotFoundError: there is no such file.
        DataFormatError: it is damaged, or names no cells.

    >>> read(stored_file("gpt")).values("initialisation")
    ['normal', 'torch']
    """
    arrays, record = store.load(path)
    if "cells" not in record:
        raise DataFormatError(f"{path} does not name its cells: its experiment has to write it again")
    parameters = {cell: mine for cell, mine in record["cells"].items() if cell in record["seconds"]}
    fields: dict[str, dict[str, NDArray]] = {cell: {} for cell in parameters}
    for name, array in arrays.items():
        array.flags.writeable = False
        parts = name.split("/")
        cell = next(
            (one for k in range(len(parts) - 1, 0, -1) if (one := "/".join(parts[:k])) in fields), None
        )
        if cell is None:
            raise DataFormatError(f"{path} has an array {name} of no cell that it names")
        fields[cell][name.removeprefix(f"{cell}/")] = array
    return Cells(record["experiment"], record["scale"], record, parameters, fields)


@cache
def _read_once(path: Path) -> Cells:
    return replace(read(path), is_stored=True)


def _note(experiment: str) -> None:
    """One line in the file that the environment names, if it does."""
    if path := os.environ.get(READS):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{experiment}\n")
