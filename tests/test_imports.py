"""What is loaded, and when: the package is light until something heavy is asked for."""

import json
import subprocess
import sys

import pytest

HEAVY = ("torch", "pandas", "numba", "transformers", "matplotlib", "seaborn", "sklearn", "IPython", "scipy")
EXACT = """
import numpy as np
heat = di.thermodynamics(di.beale_dos(8), np.linspace(1.5, 3.5, 2001))
assert round(di.critical_temperature(heat), 3) == 2.362
"""


def loaded(code):
    """Which of the heavy packages are there after a piece of code, in a Python of its own."""
    report = f"import json, sys; print(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
    run = subprocess.run(
        [sys.executable, "-c", f"import dnnising as di\n{code}\n{report}"], check=True, capture_output=True
    )
    return set(json.loads(run.stdout))


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("", set()),
        ("di.sampling, di.weights, di.figures, di.stosic, di.students", set()),
        (EXACT, {"scipy"}),
        ("di.wang_landau", {"scipy", "numba", "torch"}),
    ],
)
def test_nothing_is_loaded_before_it_is_needed(code, found):
    assert loaded(code) <= found


def test_what_is_loaded_is_seen():
    assert loaded("import pandas") >= {"pandas"}
