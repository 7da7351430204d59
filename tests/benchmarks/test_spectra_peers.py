"""Spectra against WeightWatcher and powerlaw, in one run; and the planted phases by the hundred.

The peers are wanted by nobody but this file. In an environment of their own, beside the package:

    pip install --constraint constraints.txt weightwatcher==0.7.7 powerlaw==1.5 '.[data,test]'
    python -m tests.benchmarks.test_spectra_peers            # fits, then whole networks
    python -m tests.benchmarks.test_spectra_peers --phases   # the confusion matrix

Set OMP_NUM_THREADS=1: times are those of the process, summed over its cores. Under pytest it is skipped where
the peers are missing, and measures nothing: it holds our fits to theirs.
"""

import argparse
import contextlib
import io
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import dnnising as di

REPEATS = 5


def embedded_spectra() -> Iterator[tuple[str, np.ndarray]]:
    """Eigenvalues of WᵀW/N by name, of the embedded model's 39 matrices."""
    for layer, _, W in di.spectra.layer_matrices("minilm"):
        found = di.spectra.spectrum(W)
        if found.M >= 10:
            yield layer, found.eigenvalues


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def import_peers() -> tuple[Any, Any, Any]:
    """WeightWatcher's watcher and its fit, and powerlaw's fit."""
    with quiet():
        from powerlaw import Fit
        from weightwatcher import WeightWatcher
        from weightwatcher.WW_powerlaw import pl_fit
    return WeightWatcher, pl_fit, Fit


def fastest(call: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    """The shortest time in seconds of this process, and the last result.

    On one core that is the time on the wall, whatever else the machine does.
    """
    times, result = [], None
    for _ in range(repeats):
        start = time.process_time()
        result = call()
        times.append(time.process_time() - start)
    return min(times), result


def compare_fits() -> None:
    _, pl_fit, Fit = import_peers()
    spectra = dict(embedded_spectra())
    ours, watcher, package = 0.0, 0.0, 0.0
    ratios, differences, starts = [], {"weightwatcher": 0.0, "powerlaw": 0.0}, 0
    for values in spectra.values():
        di.spectra.fit_power_law(values)  # compiles
        seconds, fit = fastest(lambda v=values: di.spectra.fit_power_law(v), 20 * REPEATS)
        with quiet():
            theirs, watched = fastest(lambda v=values: pl_fit(data=v), REPEATS)
            slowest, packaged = fastest(lambda v=values: Fit(v, verbose=False), 1)
        ours, watcher, package = ours + seconds, watcher + theirs, package + slowest
        ratios.append(theirs / seconds)
        differences["weightwatcher"] = max(differences["weightwatcher"], abs(fit.alpha - watched.alpha))
        differences["powerlaw"] = max(differences["powerlaw"], abs(fit.alpha - packaged.alpha))
        starts += fit.xmin == packaged.xmin
    n = len(spectra)
    print(f"{n} spectra of the embedded model, one fit each, in all:")
    print(f"  dnnising       {1e3 * ours:9.2f} ms   {1e6 * ours / n:6.1f} µs a fit")
    print(f"  weightwatcher  {1e3 * watcher:9.2f} ms   {watcher / ours:6.0f} times (least {min(ratios):.0f})")
    print(f"  powerlaw       {1e3 * package:9.2f} ms   {package / ours:6.0f} times")
    print(f"largest difference in alpha: {differences}; the same xmin as powerlaw in {starts} of {n}")
    rng = np.random.default_rng(0)
    refits = [
        fastest(lambda v=values: di.spectra.fit_power_law(v, n_refits=1000, rng=rng), 1)[0]
        for values in spectra.values()
    ]
    print(f"goodness of fit, 1000 refits: {np.mean(refits):.3f} s a layer, at most {max(refits):.3f}")


def compare_tables() -> None:
    WeightWatcher, _, _ = import_peers()
    from dnnising.weights.checkpoints import read_checkpoint
    from dnnising.weights.installed.networks import installed_files

    (weights,) = installed_files("minilm")
    model = read_checkpoint(weights.parent)
    rng = np.random.default_rng(0)
    di.spectra.analyze({"warm": rng.standard_normal((60, 40))}, randomise=True, rng=rng)  # compiles
    for what, options, theirs, repeats in [
        ("default", {}, {}, 2 * REPEATS),
        ("with bulk fits and randomisation", {"randomise": True}, {"mp_fit": True, "randomize": True}, 1),
    ]:
        ours, slow = np.inf, np.inf
        for _ in range(repeats):  # in turn, so that a busy spell of the machine meets both
            seconds, table = fastest(lambda o=options: di.spectra.analyze(model, rng=rng, **o), 1)
            with quiet():
                watched, details = fastest(lambda t=theirs: WeightWatcher(model=model).analyze(**t), 1)
            ours, slow = min(ours, seconds), min(slow, watched)
        good = int((table["status"] == "ok").sum())
        print(f"analyze, {what}: ours {ours:.2f} s for {good} matrices,")
        print(f"  weightwatcher {slow:.2f} s for {len(details)}: {slow / ours:.1f} times", flush=True)


def confusion_matrix(n: int = 100, M: int = 400) -> np.ndarray:
    """(6, 6) shares of planted phases (rows) that are found as each phase (columns)."""
    rng = np.random.default_rng(2019)
    counts = np.zeros((6, 6))
    for row, phase in enumerate(di.spectra.PHASES):
        for i in range(n):
            W = di.spectra.planted(phase, int(M * (1, 1.5, 2, 3)[i % 4]), M, rng=rng)
            counts[row, di.spectra.PHASES.index(di.spectra.assign_spectral_phase(W).name)] += 1
    return counts / n


def test_fits_agree_with_the_peers():
    pytest.importorskip("weightwatcher")
    _, pl_fit, Fit = import_peers()
    rng = np.random.default_rng(1)
    for phase in di.spectra.PHASES[:5]:
        values = di.spectra.spectrum(di.spectra.planted(phase, 300, 200, rng=rng)).eigenvalues
        fit = di.spectra.fit_power_law(values)
        with quiet():
            watched, packaged = pl_fit(data=values), Fit(values, verbose=False)
        assert fit.xmin == packaged.xmin == watched.xmin
        assert fit.alpha == pytest.approx(packaged.alpha, rel=1e-10)
        assert pytest.approx(packaged.D, abs=1e-12) == fit.D
        assert fit.alpha == pytest.approx(watched.alpha, rel=1e-10)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--phases", action="store_true", help="plant a hundred of each phase")
    if parser.parse_args().phases:
        for name, row in zip(di.spectra.PHASES, confusion_matrix()):
            print(f"{name:14s}", "  ".join(f"{share:4.2f}" for share in row))
    else:
        compare_fits()
        compare_tables()
