"""The README's example runs as written."""

import re
from pathlib import Path

import numpy as np
import pytest

import dnnising as di

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_example_runs_as_written():
    (source,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names = {}
    exec(source, names)
    assert di.critical_temperature(names["heat"]) == pytest.approx(2.3620, abs=5e-4)
    assert np.abs(names["walk"].dos.log_g - names["exact"].log_g).max() <= 0.05
    assert (names["network"].n_spins, names["network"].n_bonds) == (16_512, 8_847_360)
    assert names["low"].energy == pytest.approx(names["network"].energy(names["low"].spins), rel=1e-9)
    assert names["mixed"].n_bonds == names["network"].n_bonds
    assert names["glass"].layer_sizes == (4, 6, 5, 3)
    exact = di.thermodynamics(di.enumerate_dos(names["glass"]), [1.0, 2.0])
    for heat in (names["cold"], di.thermodynamics(names["dos"], [1.0, 2.0])):
        assert heat.energy == pytest.approx(exact.energy, rel=0.05)
    assert (names["cold"].errors.energy > 0).all()


def test_every_file_that_it_names_is_there():
    root = Path(__file__).parents[1]
    for name in re.findall(r"\]\(([A-Za-z./_-]+)\)", README):
        assert (root / name).exists(), name
