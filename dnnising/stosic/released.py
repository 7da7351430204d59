"""The densities of states that Stosic et al. (2022) released, read as they are meant.

A file has two columns, the energy of a bin and an intensive ln g. The second is documented as ln g/N with
N = d(7L+1), but what it holds is ln g/[4d(4L+1)]: with that divisor Σg = 2^N. The walks behind the files had
not converged, so they are data to compare with and never an oracle.
"""

import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

from dnnising.density import LN_2, DensityOfStates
from dnnising.errors import DataFormatError
from dnnising.stosic.networks import published_networks

__all__ = ["Architecture", "SumRuleError", "architecture_of", "read_released"]

# Some files are rounded to three digits: half a unit of the last of them in a peak near 0.30 is 0.17 %.
_SUM_RULE_TOLERANCE = 2e-3


class SumRuleError(DataFormatError):
    """With the divisor that was taken, Σg is not 2^N.

    Args:
        message: by how much the sum is off, and which divisor would keep it.
        holding_divisor: the divisor with which the sum is 2^N, NaN where none is found.

    >>> SumRuleError("ln Σg is 1.3 N ln 2", holding_divisor=48.0).holding_divisor
    48.0
    """

    def __init__(self, message: str, holding_divisor: float) -> None:
        super().__init__(message)
        self.holding_divisor = holding_divisor

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.holding_divisor)


@dataclass(frozen=True)
class Architecture:
    """A network of the source: L transformer blocks of hidden size d.

    Args:
        hidden_size: d ≥ 1, the width of the network.
        blocks: L ≥ 1, the number of transformer blocks.

    Raises:
        ValueError: a smaller one.

    >>> Architecture(hidden_size=768, blocks=12).n_spins
    65280
    """

    hidden_size: int
    blocks: int

    def __post_init__(self) -> None:
        if self.hidden_size < 1 or self.blocks < 1:
            raise ValueError(f"hidden size and blocks must be 1 or more, got {self}")

    @property
    def n_spins(self) -> int:
        """The number of spins, N = d(7L+1)."""
        return self.hidden_size * (7 * self.blocks + 1)

    @property
    def n_bonds(self) -> int:
        """The number of bonds, B = 10 d² L.

        >>> Architecture(hidden_size=768, blocks=12).n_bonds
        70778880
        """
        return 10 * self.hidden_size**2 * self.blocks

    @property
    def divisor(self) -> int:
        """What the released ln g is divided by, 4d(4L+1): the 4L+1 layers, each counted with 4d spins.

        >>> base = Architecture(hidden_size=768, blocks=12)
        >>> base.divisor == 4 * 768 * 49
        True
        """
        return 4 * self.hidden_size * (4 * self.blocks + 1)


def architecture_of(path: str | os.PathLike) -> Architecture:
    """The network behind a file, from the name that the release gave it; the file is not opened.

    Names are ``NAME.dat`` (all blocks), ``NAME/blocksL.dat`` (the first L) and ``NAME/fractionF.dat`` (a
    fraction F shuffled), each perhaps with ``_shuffled`` before the suffix; NAME as in Table I.

    Args:
        path: the file, with the folder that the release put it in.

    Raises:
        ValueError: a network that is not in Table I.

    >>> architecture_of("blocks/opt-350m/blocks6_shuffled.dat")
    Architecture(hidden_size=1024, blocks=6)
    """
    path = Path(path)
    stem = path.stem.removesuffix("_shuffled")
    subset = re.fullmatch(r"blocks(\d+)|fraction[\d.]+", stem)
    name = path.parent.name if subset else stem
    network = published_networks.get("bloom-350m" if name == "bloom" else name)
    if network is None:
        known = ", ".join(published_networks)
        raise ValueError(f"{path} names {name!r}, not one of {known}; pass architecture=")
    blocks = subset[1] if subset and subset[1] else network.settings["num_hidden_layers"]
    return Architecture(network.settings["hidden_size"], int(blocks))


def read_released(
    path: str | os.PathLike, architecture: Architecture | None = None, *, divisor: float | None = None
) -> DensityOfStates:
    """Read one released density of states, with its ln g made extensive and the sum rule checked.

        ln g = 4d(4L+1) × column two,   |ln Σg / (N ln 2) - 1| ≤ 0.002

    The tolerance is what rounding to three digits leaves, as in some files. ln g is not renormalised. The
    lattice of ``isingLxL.dat`` has a form of its own: (E/2N + 1)/2 and ln g/N.

    Args:
        path: a file of two columns, energies ascending in units of the weights.
        architecture: of the network; None takes it from the name, by `architecture_of`.
        divisor: of ln g; None takes `Architecture.divisor`. Nine of the release's files of blocks and
            fractions need another one, seven of them 4/3 of it; the error's message tells which.

    Returns:
        the density, energies in units of the weights and ln g in nats, extensive.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a name that tells no network where architecture is None, or a divisor ≤ 0.
        DataFormatError: malformed content, with its line.
        SumRuleError: a broken sum rule; it carries the divisor that would keep it.

    >>> import tempfile
    >>> one_block = Architecture(hidden_size=1, blocks=1)  # N = 8 spins, divisor 20
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "net.dat")
    ...     both = 7 * math.log(2) / 20  # two levels of 2^7 states
    ...     np.savetxt(file, [[-1, both], [1, both]])
    ...     dos = read_released(file, one_block)
    >>> np.exp(dos.log_g).round(6).tolist(), dos.n_spins
    ([128.0, 128.0], 8)
    """
    if divisor is not None and not divisor > 0:
        raise ValueError(f"divisor must be positive, got {divisor}")
    path = Path(path)
    lattice = None if architecture else re.fullmatch(r"ising(\d+)x\1", path.stem)
    if lattice:
        n_spins = usual_divisor = int(lattice[1]) ** 2
    else:
        architecture = architecture or architecture_of(path)
        n_spins, usual_divisor = architecture.n_spins, architecture.divisor
    energies, scaled = _columns(path)
    if lattice:
        energies = 2.0 * n_spins * (2.0 * energies - 1.0)
    by = usual_divisor if divisor is None else divisor
    dos = DensityOfStates(energies, by * scaled, n_spins)
    ratio = dos.log_total / (n_spins * LN_2)
    if abs(ratio - 1) > _SUM_RULE_TOLERANCE:
        holding = _holding_divisor(scaled, n_spins)
        way_out = "no divisor is found that would" if np.isnan(holding) else f"divisor={holding:.6g} would"
        raise SumRuleError(
            f"{path} breaks the sum rule: ln Σg is {ratio:.4f} N ln 2 for N = {n_spins} and the divisor "
            f"{by:g}; {way_out} keep it. Is the network another one, or the file corrupt?",
            holding,
        )
    return dos


def _columns(path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The energies and the intensive ln g of a file.

    Lines are split at newlines alone: in one of the files they end in two carriage returns.
    """
    rows: list[tuple[float, float]] = []
    text = path.read_bytes().decode("ascii", errors="replace")
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        try:
            rows.append(_row(line, rows[-1][0] if rows else -math.inf))
        except ValueError as error:
            raise DataFormatError(f"{path}, line {number}, {line.strip()[:60]!r}: {error}") from error
    energies, scaled = np.array(rows).T
    if not scaled.any():
        raise DataFormatError(f"{path}: column two is zero throughout; it should hold an intensive ln g")
    return energies, scaled


def _row(line: str, before: float) -> tuple[float, float]:
    """Two finite numbers, the first above the one before, the second not negative."""
    words = line.split()
    if len(words) != 2:
        raise ValueError(f"expected two columns, an energy and an intensive ln g, found {len(words)}")
    energy, value = map(float, words)
    if not (math.isfinite(energy) and math.isfinite(value)):
        raise ValueError("both numbers must be finite")
    if energy <= before:
        raise ValueError(f"energies must ascend, and the one before is {before}")
    if value < 0:
        raise ValueError("ln g is below zero, which is less than one configuration")
    return energy, value


def _holding_divisor(scaled: NDArray[np.float64], n_spins: int) -> float:
    """The D that solves ln Σ e^(D y) = N ln 2: the left is convex in D, so Newton's rule comes from above.

    NaN where none is found; 2^N levels or more, each of one state at least, have none.
    """
    if np.log(scaled.size) >= n_spins * LN_2:
        return np.nan
    divisor = n_spins * LN_2 / float(scaled.max())
    for _ in range(20):
        log_total = float(logsumexp(divisor * scaled))
        mean = float(np.exp(divisor * scaled - log_total) @ scaled)
        step = (log_total - n_spins * LN_2) / mean
        divisor -= step
    return divisor if abs(step) <= 1e-9 * divisor else np.nan
