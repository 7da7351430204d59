"""Other machines, as far as this one can play them.

Results may depend on the instructions that a library picks for the processor, on the number of threads (they
add sums in another order), on the fonts, and on the user's language and time zone. All of these can be chosen
from outside, before Python starts. Another operating system or another release of a library cannot.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

FONTS = Path(__file__).with_name("fonts.conf")


def _numpy_paths() -> list[str]:
    """The sets of instructions among which this build of numpy chooses."""
    extensions = np.show_config(mode="dicts")["SIMD Extensions"]
    return [*extensions.get("found", ()), *extensions.get("not found", ())]


# The oldest instructions that each library still has a path for.
PLAIN_INSTRUCTIONS = {
    "ATEN_CPU_CAPABILITY": "default",  # torch's own kernels
    "ONEDNN_MAX_CPU_ISA": "SSE41",  # torch's convolutions and products
    "MKL_CBWR": "COMPATIBLE",  # torch's BLAS
    "OPENBLAS_CORETYPE": "Prescott",  # numpy's and scipy's BLAS
    "NPY_DISABLE_CPU_FEATURES": " ".join(_numpy_paths()),  # numpy's loops
    "NUMBA_CPU_NAME": "generic",  # our kernels
}
FAR_AWAY = {
    "LC_ALL": "C",
    "TZ": "Pacific/Kiritimati",  # 14 hours ahead: another day, for most of ours
    "COLUMNS": "40",
    "FONTCONFIG_FILE": str(FONTS),  # another font in the pages
    "PYTHONHASHSEED": "7",
}


@dataclass(frozen=True)
class Machine:
    """A machine to play.

    Args:
        name: what it is.
        variables: the environment that makes it.
        threads: of every numerical library.
        tests: what is run on it, as pytest selects it; all tests by default.
    """

    name: str
    variables: Mapping[str, str]
    threads: int = 1
    tests: tuple[str, ...] = ()

    def environment(self) -> dict[str, str]:
        """All variables to set."""
        pools = ("OMP", "MKL", "OPENBLAS", "NUMBA")
        return {**self.variables, **{f"{pool}_NUM_THREADS": str(self.threads) for pool in pools}}


ROOMS = (
    "models",
    "weights",
    "spectra",
    "exact",
    "sampling",
    "students",
    "generalisation",
    "dynamics",
    "landscapes",
)
COMPUTING = ("-m", "not slow and not soak", *(f"tests/{room}" for room in ROOMS))
MACHINES = (
    Machine("an old processor, far away", PLAIN_INSTRUCTIONS | FAR_AWAY),
    Machine("this processor with two threads", {}, threads=2, tests=COMPUTING),
)
