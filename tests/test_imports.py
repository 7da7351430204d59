"""What is loaded, and when: the package is light until something heavy is asked for."""

import json
import re
import subprocess
import sys

import pytest

HEAVY = ("torch", "pandas", "numba", "transformers", "matplotlib", "seaborn", "sklearn", "IPython", "scipy")
EXACT = """
import numpy as np
heat = di.thermodynamics(di.beale_dos(8), np.linspace(1.5, 3.5, 2001))
assert round(di.critical_temperature(heat), 3) == 2.362
"""


WITHOUT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {package!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
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


@pytest.mark.parametrize(
    ("package", "code", "said"),
    [
        ("torch", "di.dynamics.train_gpt", "dnnising.dynamics.train_gpt needs torch"),
        ("seaborn", "di.figures.use_style", "dnnising.figures.use_style needs seaborn"),
        ("safetensors", "di.load_network", "dnnising.load_network needs safetensors"),
        ("transformers", "di.stosic.build_on_meta('gpt2')", "stosic.build_on_meta needs transformers"),
        ("transformers", "di.load_network('.')", "load_network needs transformers"),
        ("huggingface_hub", "di.load_network('a/b')", "load_network needs huggingface_hub"),
    ],
)
def test_a_missing_extra_is_named(package, code, said):
    code = WITHOUT.format(package=package) + f"import dnnising as di\n{code}"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert re.search(rf"MissingExtraError: {said}: pip install 'dnnising\[\w+\]'", run.stderr)


@pytest.mark.parametrize(
    ("package", "code"),
    [
        ("torch", EXACT),
        ("transformers", "di.load_network('minilm')"),
        ("huggingface_hub", "di.load_network('minilm')"),
    ],
)
def test_without_an_extra_all_that_needs_none_of_it_remains(package, code):
    code = WITHOUT.format(package=package) + f"import dnnising as di\n{code}"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
