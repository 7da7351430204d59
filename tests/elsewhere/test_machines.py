"""The other machines are other machines, to the libraries that run on them."""

import json
import os
import subprocess
import sys

import pytest

from tests.elsewhere.machines import MACHINES

SEEN = """
import json, os, time
import numba, numpy, threadpoolctl, torch
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

matrix = numpy.ones((200, 200))
numpy.linalg.svd(matrix)
print(json.dumps({
    "torch": torch.backends.cpu.get_cpu_capability(),
    "numba": numba.core.config.CPU_NAME,
    "numpy": [name for name in __cpu_dispatch__ if __cpu_features__[name]],
    "threads": [torch.get_num_threads(), numba.get_num_threads()],
    "blas": [pool["num_threads"] for pool in threadpoolctl.threadpool_info()],
    "hours": -time.timezone / 3600,
    "encoding": __import__("locale").getpreferredencoding(False),
}))
"""


def seen_on(machine):
    environment = os.environ | machine.environment()
    run = subprocess.run([sys.executable, "-c", SEEN], env=environment, check=True, capture_output=True)
    return json.loads(run.stdout)


@pytest.mark.slow
def test_the_libraries_see_the_machine_that_is_played():
    old, threads = (seen_on(machine) for machine in MACHINES)
    assert (old["torch"], old["numba"], old["numpy"]) == ("DEFAULT", "generic", [])
    assert old["hours"] == 14
    assert set(old["threads"] + old["blas"]) == {1}
    if os.cpu_count() > 1:
        assert threads["threads"] == [2, 2]
