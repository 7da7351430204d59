"""Four signs that a tempering run has reached equilibrium, and what each of them found."""

import numpy as np
from scipy.special import ndtri

from dnnising.density import LN_2
from dnnising.sampling.histograms import log_partition_functions
from dnnising.sampling.tempering import TemperingRun

LEAST_EXCHANGE = 0.2
LEAST_ENTROPY = -1e-3  # nats per spin
_BLOCKS = 10


def entropies(run: TemperingRun) -> np.ndarray:
    """Entropy per spin s(β) = (ln Z + β U)/N at every rung, (n_betas,), in nats; from ln 2 down to s ≥ 0."""
    mean = run.energies.mean(axis=(0, 1))
    return (log_partition_functions(run) + run.betas * mean) / run.n_spins


def shortcomings(run: TemperingRun) -> tuple[str, ...]:
    """Which signs of equilibrium are missing; empty for a run that has converged as far as can be told.

    - exchange: every pair of neighbours exchanges at least one time in five;
    - drift: mean energies of the first and the second half of each run agree at every rung;
    - seeds: mean energies of independent runs agree at every rung;
    - third law: no entropy is below -1e-3 nats per spin, nor above ln 2.

    Differences are judged against errors from blocks of a tenth of a run, at the 0.1 % level for the worst of
    all rungs. Agreement does not prove equilibrium; the third law sees what agreement hides.
    """
    blocks = np.array([part.mean(axis=1) for part in np.array_split(run.energies, _BLOCKS, axis=1)])
    # From successive differences, so that a drift does not hide in its own error.
    error = np.sqrt((np.diff(blocks, axis=0) ** 2).mean(axis=0) / 2 / _BLOCKS)  # (runs, n_betas)
    bound = -float(ndtri(0.0005 / run.betas.size)) * _STUDENT
    half = _BLOCKS // 2
    drift = np.abs(blocks[:half].mean(axis=0) - blocks[half:].mean(axis=0)) / (2 * error)
    findings = []
    if run.exchange.min() < LEAST_EXCHANGE:
        rung = int(run.exchange.min(axis=0).argmin())
        findings.append(f"exchange: {run.exchange.min():.2f} above β = {run.betas[rung]:.4g}")
    if drift.max() > bound:
        rung = int(drift.max(axis=0).argmax())
        findings.append(f"drift: halves differ by {drift.max():.1f} errors at β = {run.betas[rung]:.4g}")
    if run.energies.shape[0] > 1:
        means = run.energies.mean(axis=1)
        spread = means.std(axis=0, ddof=1) / np.sqrt((error**2).mean(axis=0))
        if spread.max() > bound:
            rung = int(spread.argmax())
            findings.append(f"seeds: runs differ by {spread[rung]:.1f} errors at β = {run.betas[rung]:.4g}")
    entropy = entropies(run)
    if entropy.min() < LEAST_ENTROPY or entropy.max() > LN_2 + 1e-9:
        rung = int(entropy.argmin())
        findings.append(f"third law: entropy {entropy[rung]:.4f} per spin at β = {run.betas[rung]:.4g}")
    return tuple(findings)


# Ten blocks leave their errors uncertain by a quarter: at nine degrees of freedom Student's t at these levels
# is about twice the normal deviate.
_STUDENT = 2.0
