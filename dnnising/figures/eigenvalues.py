"""Spectra."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from dnnising.figures.style import EXACT, SHUFFLED
from dnnising.spectra.esd import Spectrum
from dnnising.spectra.laws.marchenko_pastur import marchenko_pastur_pdf
from dnnising.spectra.noise.bulk import Bulk
from dnnising.spectra.tails.power_law import PowerLawFit


def draw_spectrum(
    ax: Axes,
    spectrum: Spectrum,
    bulk: Bulk | None = None,
    tail: PowerLawFit | None = None,
    *,
    bins: int = 60,
    **histogram: Any,
) -> Axes:
    """Density of the positive eigenvalues on logarithmic axes, with the laws that were fitted to it.

    Bins are equal in ln λ; heights are shares of all M eigenvalues per unit of λ. The Marchenko-Pastur law is
    scaled to the share of the bulk and the power law to that of its tail, so both lie on the histogram.

    Args:
        ax: where to draw; both its axes turn logarithmic.
        spectrum: the eigenvalues, from `spectrum`.
        bulk: from `fit_bulk`, or None for no Marchenko-Pastur law.
        tail: from `fit_power_law`, or None for no power law.
        bins: how many bins, of equal width in ln λ.
        histogram: passed to `Axes.stairs` (color, label, alpha, …).

    Returns:
        ax.

    >>> from matplotlib.figure import Figure
    >>> from dnnising.spectra import fit_bulk, spectrum
    >>> found = spectrum(np.random.default_rng(0).normal(size=(200, 100)))
    >>> ax = draw_spectrum(Figure().subplots(), found, fit_bulk(found))
    >>> x, density = ax.lines[0].get_data()
    >>> bool(abs(np.trapezoid(density, x) - 1) < 0.01)  # all eigenvalues of noise belong to the bulk
    True
    """
    edges = np.geomspace(spectrum.positive[0], spectrum.largest * (1 + 1e-9), bins + 1)
    counts, _ = np.histogram(spectrum.positive, edges)
    heights = counts / spectrum.M / np.diff(edges)
    ax.stairs(heights, edges, **({"fill": True, "alpha": 0.4} | histogram))
    if bulk is not None:
        x = np.geomspace(max(bulk.lambda_minus, edges[0]), bulk.lambda_plus, 400)
        share = 1 - bulk.spikes.size / spectrum.M
        density = share * marchenko_pastur_pdf(x, spectrum.Q, bulk.sigma)
        ax.plot(x[density > 0], density[density > 0], color=EXACT, label="Marchenko-Pastur")
    if tail is not None:
        x = np.array([tail.xmin, spectrum.largest])
        slope = tail.alpha - 1
        density = tail.n_tail / spectrum.M * slope / tail.xmin * (x / tail.xmin) ** -tail.alpha
        ax.plot(x, density, "--", color=SHUFFLED, label=rf"$\alpha = {tail.alpha:.2f}$")
    ax.set(xscale="log", yscale="log", xlabel=r"eigenvalue  $\lambda$", ylabel=r"density  $\rho(\lambda)$")
    ax.xaxis.set_minor_formatter(NullFormatter())  # labels within a decade run into each other
    ax.set_ylim(bottom=heights[heights > 0].min() / 3)
    return ax
