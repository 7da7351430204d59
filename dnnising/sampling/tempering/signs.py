"""Four signs that a tempering run has reached equilibrium, and what each of them found."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from dnnising.density import LN_2
from dnnising.printing import one_line
from dnnising.sampling.reweighting.mbar import log_partition_functions
from dnnising.sampling.tempering.energy_samples import EnergySamples

LEAST_EXCHANGE = 0.2
LEAST_ENTROPY = -1e-3  # nats per spin
_BLOCKS = 10
# Ten blocks leave their errors uncertain by a quarter: at nine degrees of freedom Student's t at these levels
# is about twice the normal deviate.
_STUDENT = 2.0


def entropies(samples: EnergySamples) -> NDArray[np.float64]:
    """Entropy per spin at every rung, s(β) = (ln Z + β U)/N; from ln 2 down to s ≥ 0.

    Args:
        samples: energies of a bipartite model without fields, at a ladder of temperatures that starts at β =
            0.

    Returns:
        (n_betas,) s in nats.

    Raises:
        ValueError: neighbouring temperatures do not overlap.
        NotConvergedError: no ln Z is found in 100 steps; ln Z as far as it has come is attached.

    >>> energies = np.array([[1.0, -1.0], [-1.0, -1.0]])  # of one bond J = 1, which is kept in the cold
    >>> samples = EnergySamples(np.array([0.0, 20.0]), energies[None], n_spins=2)
    >>> bool(np.allclose(entropies(samples), [np.log(4) / 2, np.log(2) / 2]))
    True
    """
    mean = samples.energies.mean(axis=(0, 1))
    return np.asarray((log_partition_functions(samples) + samples.betas * mean) / samples.n_spins)


@one_line
@dataclass(frozen=True, eq=False)
class Signs:
    """What speaks for equilibrium, rung by rung, each of shape (n_betas,).

    Args:
        betas: the ladder, ascending from 0, in units of the inverse coupling.
        exchange: least rate of any run with the next hotter rung; 1 at β = 0.
        drift: difference of the mean energies in the two halves of the run, in standard errors.
        scatter: standard deviation of independent runs' mean energies, in standard errors; 0 for one run.
        entropy: s(β) per spin, in nats, from `entropies`.

    >>> nothing = np.zeros(3)
    >>> betas, rates, s = np.array([0.0, 1.0, 2.0]), np.array([1.0, 0.4, 0.1]), np.array([0.69, 0.5, 0.1])
    >>> signs = Signs(betas, exchange=rates, drift=nothing, scatter=nothing, entropy=s)
    >>> signs.equilibrated, signs.shortcomings
    (2, ('exchange: 0.10 at β = 2',))
    """

    betas: NDArray[np.float64]
    exchange: NDArray[np.float64]
    drift: NDArray[np.float64]
    scatter: NDArray[np.float64]
    entropy: NDArray[np.float64]

    @property
    def bound(self) -> float:
        """What drift and scatter stay below in equilibrium, in errors.

        The worst of all rungs passes it once in a thousand runs.
        """
        return -float(ndtri(0.0005 / self.betas.size)) * _STUDENT

    @property
    def equilibrated(self) -> int:
        """How many rungs, counted from β = 0, show all four signs.

        >>> betas, well, none = np.array([0.0, 1.0, 2.0]), np.full(3, 0.5), np.zeros(3)
        >>> apart = np.array([0.0, 0.0, 99.0])  # runs that disagree in the cold
        >>> Signs(betas, exchange=well, drift=none, scatter=apart, entropy=well).equilibrated
        2
        """
        lawful = (self.entropy >= LEAST_ENTROPY) & (self.entropy <= LN_2 + 1e-9)
        agree = np.maximum(self.drift, self.scatter) <= self.bound
        good = (self.exchange >= LEAST_EXCHANGE) & lawful & agree
        return int(good.size if good.all() else np.argmin(good))

    @property
    def shortcomings(self) -> tuple[str, ...]:
        """Which signs are missing, and where most; empty for a run that has converged."""
        findings = []
        rung = int(self.exchange.argmin())
        if self.exchange[rung] < LEAST_EXCHANGE:
            findings.append(f"exchange: {self.exchange[rung]:.2f} at β = {self.betas[rung]:.4g}")
        for name, who, errors in (("drift", "halves", self.drift), ("scatter", "runs", self.scatter)):
            rung = int(errors.argmax())
            if errors[rung] > self.bound:
                findings.append(
                    f"{name}: {who} differ by {errors[rung]:.1f} errors at β = {self.betas[rung]:.4g}"
                )
        rung = int(self.entropy.argmin())
        if self.entropy[rung] < LEAST_ENTROPY or self.entropy.max() > LN_2 + 1e-9:
            findings.append(
                f"third law: entropy {self.entropy[rung]:.4f} a spin at β = {self.betas[rung]:.4g}"
            )
        return tuple(findings)


def convergence(samples: EnergySamples, exchange: NDArray[np.float64]) -> Signs:
    """Judge a tempering run by four signs together.

    - exchange: every pair of neighbours exchanges at least one time in five;
    - drift: mean energies of the first and the second half agree at every rung;
    - scatter: mean energies of independent runs agree at every rung;
    - third law: no entropy is below -1e-3 nats per spin, nor above ln 2.

    Differences are judged against errors from blocks of a tenth of a run. Agreement does not prove
    equilibrium; the third law sees what agreement hides.

    Args:
        samples: energies of at least 20 sweeps, at a ladder of temperatures that starts at β = 0.
        exchange: (runs, n_betas - 1) rates between neighbours, in [0, 1].

    Returns:
        what each sign has found at every rung.

    Raises:
        ValueError: fewer sweeps, or neighbouring temperatures that do not overlap.
        NotConvergedError: no ln Z, as `log_partition_functions`.

    >>> hot = np.random.default_rng(0).choice([-1.0, 1.0], size=(2, 100))  # one bond J = 1 at β = 0
    >>> energies = np.stack([hot, np.full((2, 100), -1.0)], axis=-1)  # and in the cold
    >>> samples = EnergySamples(np.array([0.0, 20.0]), energies, n_spins=2)
    >>> convergence(samples, np.array([[0.5], [0.5]])).shortcomings
    ()
    """
    if samples.energies.shape[1] < 2 * _BLOCKS:
        raise ValueError(
            f"signs of equilibrium need at least {2 * _BLOCKS} sweeps, got {samples.energies.shape[1]}"
        )
    blocks = np.array([part.mean(axis=1) for part in np.array_split(samples.energies, _BLOCKS, axis=1)])
    # From successive differences, so that a drift does not hide in its own error; the mean over runs.
    error = np.sqrt((np.diff(blocks, axis=0) ** 2).mean(axis=(0, 1)) / 2 / _BLOCKS)  # of one run, (n_betas,)
    half, runs = _BLOCKS // 2, samples.energies.shape[0]
    drift = np.abs((blocks[:half].mean(axis=0) - blocks[half:].mean(axis=0)).mean(axis=0)) * np.sqrt(runs)
    scatter = np.zeros(samples.betas.size)
    if runs > 1:
        scatter = samples.energies.mean(axis=1).std(axis=0, ddof=1)
    hotter = np.concatenate([[1.0], exchange.min(axis=0)])
    return Signs(
        samples.betas, hotter, _in_errors(drift, 2 * error), _in_errors(scatter, error), entropies(samples)
    )


def _in_errors(difference: NDArray[np.float64], error: NDArray[np.float64]) -> NDArray[np.float64]:
    """difference/error, and 0 where both vanish: every run rests in a ground state, as it must when cold."""
    known = (difference > 0) | (error > 0)
    with np.errstate(divide="ignore"):  # runs that rest at different energies are infinitely far apart
        return np.divide(difference, error, out=np.zeros_like(difference), where=known)
