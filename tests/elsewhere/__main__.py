"""Run the tests as if on other machines, one after the other: `python -m tests.elsewhere`.

Whatever follows is handed on to pytest, after what the machine itself selects. Nothing that earlier runs have
left behind is used: compiled kernels, matplotlib's fonts and the like go to an empty folder.
"""

import os
import subprocess
import sys
import tempfile

from tests.elsewhere.machines import MACHINES, Machine


def run(machine: Machine, options: list[str]) -> bool:
    """Whether all tests pass there."""
    print(f"\n=== As if on {machine.name}: {machine.environment()}", flush=True)
    with tempfile.TemporaryDirectory() as empty:
        caches = {name: os.path.join(empty, name) for name in ("NUMBA_CACHE_DIR", "MPLCONFIGDIR")}
        processes = max(1, (os.cpu_count() or 1) // machine.threads)  # so that each thread has its core
        command = [sys.executable, "-m", "pytest", f"--numprocesses={processes}", *machine.tests, *options]
        return subprocess.run(command, env=os.environ | machine.environment() | caches).returncode == 0


if __name__ == "__main__":
    failed = [machine.name for machine in MACHINES if not run(machine, sys.argv[1:])]
    print("\n=== " + (f"Red on {', '.join(failed)}" if failed else "Green on every machine"))
    sys.exit(bool(failed))
